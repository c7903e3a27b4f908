"""`fastlege figures`."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from figures_scheme import write_scheme
from typer.testing import CliRunner, Result

from fastlege.cli.main import app
from fastlege.figures.catalogue import definitions
from fastlege.figures.levels import Level
from fastlege.kernel.errors import DataError
from fastlege.reporting.edition import read_edition


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_scheme(tmp_path_factory.mktemp("command") / "scheme").folder)


def figures(*words: str) -> Result:
    return CliRunner().invoke(app, ["figures", *words])


def test_list_names_every_figure_for_people_and_machines() -> None:
    shown = figures("list", "--language", "nn")
    assert shown.exit_code == 0
    assert "ledige plassar" in shown.stdout.lower()
    listed = orjson.loads(figures("list", "--json").stdout)
    assert [each["id"] for each in listed] == [each.id for each in definitions()]


def test_show_gives_the_whole_definition() -> None:
    shown = orjson.loads(figures("show", "share_gps_women", "--json").stdout)
    assert shown["question"] == "What share of GPs are women?"
    assert shown["levels"] == list(Level)
    assert shown["measures"] == ["gps_women", "gps"]
    assert len(shown["known_breaks"]) == 1
    assert "denominator" not in figures("show", "gps").stdout
    in_words = figures("show", "share_gps_women", "--language", "nb").stdout
    assert "question: Hvor stor del av fastlegene er kvinner?" in in_words


def test_compute_prints_a_table_with_numerator_and_denominator(scheme: str) -> None:
    shown = figures("compute", "share_lists_vacant", "--snapshot", scheme, "--by", "county")
    assert [line.split() for line in shown.stdout.splitlines()[2:]] == [
        ["11", "Rogaland", "25.0", "1", "4"],
        ["46", "Vestland", "50.0", "1", "2"],
    ]


def test_compute_as_json_is_for_the_country_unless_another_level_is_asked_for(scheme: str) -> None:
    answer = orjson.loads(figures("compute", "gps", "--snapshot", scheme, "--json").stdout)
    assert answer == {
        "as_of": "2023-10-01", "level": "country", "threshold": 6, "figure": "gps", "unit": "doctors",
        "rows": [{"area": "country", "name": "The whole country", "value": 2.0, "numerator": 2, "denominator": None,
                  "suppressed": False}],
    }  # fmt: skip


def test_compute_all_answers_for_every_figure(scheme: str) -> None:
    answer = orjson.loads(figures("compute", "--all", "--snapshot", scheme, "--by", "centrality", "--json").stdout)
    counted = [each["figure"] for each in answer["figures"]]
    assert counted == [each.id for each in definitions() if each.id in counted]
    # The scheme has no claims, and so no activity.
    assert {"lists", "population"} <= set(counted)
    assert "contacts" not in counted


def test_suppressed_cells_are_marked_and_explained(scheme: str) -> None:
    shown = figures("compute", "queue_places", "--snapshot", scheme, "--by", "municipality").stdout
    assert "1103  Stavanger      :" in shown
    assert ": not shown: few persons" in shown
    assert "8" not in shown.split("2023-10-01", 1)[1]


def test_edition_writes_a_folder_that_can_be_read(scheme: str, tmp_path: Path) -> None:
    done = figures("edition", "--snapshot", scheme, "--out", str(tmp_path / "edition"), "--json")
    assert orjson.loads(done.stdout) == {"edition": str(tmp_path / "edition"), "version": 1, "given_away": []}
    assert read_edition(tmp_path / "edition").meta["recipe"] == "hand-made"


@pytest.mark.parametrize("words", [[], ["gps", "--all"]])
def test_one_figure_or_all_must_be_chosen(words: list[str], scheme: str) -> None:
    refused = figures("compute", *words, "--snapshot", scheme)
    assert refused.exit_code == 2
    assert "give the id of one figure, or --all" in refused.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compute", "gpz", "--snapshot", "DIR"], "there is no figure 'gpz'. Did you mean gps"),
        (["compute", "gps", "--snapshot", "DIR", "--by", "planet"], "there is no level 'planet'. The levels are"),
        (["compute", "gps", "--snapshot", "DIR/nowhere"], "nowhere: there is no such folder. Build it"),
        (["show", "gpz"], "there is no figure 'gpz'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], message: str, scheme: str) -> None:
    refused = figures(*[word.replace("DIR", scheme) for word in words])
    assert isinstance(refused.exception, DataError)
    assert message in str(refused.exception)


def test_a_snapshot_that_lacks_a_table_is_refused_by_name(tmp_path: Path) -> None:
    scheme = write_scheme(tmp_path / "scheme")
    scheme.path("queue").unlink()
    refused = figures("compute", "gps", "--snapshot", str(scheme.folder))
    assert str(refused.exception).startswith(f"{scheme.folder}: the table queue is missing.")
