"""`fastlege report` as a user meets it: built, published, corrected, and refused in one clear line."""

import json

import pytest
from figures_scheme import write_scheme
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError


def run(*words):
    return CliRunner().invoke(app, ["report", *map(str, words)], catch_exceptions=False)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return write_scheme(tmp_path_factory.mktemp("command") / "snapshot").folder


def test_the_editions_are_listed():
    names = [each["edition"] for each in json.loads(run("list", "--json").stdout)]
    assert names == ["arsrapport-2025", "statusrapport-2023-host"]


def test_a_whole_edition_is_built_published_and_corrected(snapshot, tmp_path):
    out, archive = tmp_path / "report", tmp_path / "archive"
    edition = ("--edition", "statusrapport-2023-host")
    built = json.loads(run("build", *edition, "--snapshot", snapshot, "--out", out, "--json").stdout)
    assert (built["as_of"], built["lacking"]) == ("2023-10-01", ["contacts"])
    assert built["tables"] > 25
    run("publish", "--report", out, "--archive", archive, "--on", "2023-12-01")
    run("build", *edition, "--snapshot", snapshot, "--out", out, "--language", "en")
    run("publish", "--report", out, "--archive", archive, "--on", "2023-12-02")
    told = json.loads(run("versions", *edition, "--archive", archive, "--json").stdout)
    assert [(each["number"], each["published"]) for each in told] == [(1, "2023-12-01")]
    assert (archive / "statusrapport-2023-host" / "en" / "1" / "report.pdf").exists()
    assert run("versions", *edition, "--archive", archive).stdout.splitlines()[1].split()[:2] == ["1", "2023-12-01"]


def test_a_folder_without_claims_is_refused(snapshot, tmp_path):
    wrong = write_scheme(tmp_path / "wrong").folder
    edition = ("--edition", "arsrapport-2025", "--snapshot", snapshot, "--out", tmp_path / "report")
    with pytest.raises(DataError, match="there are no claims here"):
        run("build", *edition, "--claims", wrong)
    assert not (tmp_path / "report").exists()


def test_an_unknown_edition_and_a_missing_snapshot_are_refused(snapshot, tmp_path):
    with pytest.raises(DataError, match="Did you mean arsrapport-2025"):
        run("build", "--edition", "arsraport-2025", "--snapshot", snapshot, "--out", tmp_path / "x")
    with pytest.raises(DataError, match="there is no such folder"):
        run("build", "--edition", "arsrapport-2025", "--snapshot", tmp_path / "none", "--out", tmp_path / "x")
    assert run("build", "--edition", "arsrapport-2025").exit_code == 2
