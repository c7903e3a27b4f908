"""`fastlege pay` on the command line: what it prints, what it writes, and what it refuses."""

import json
from datetime import date

import pytest
from capitation_case import ListCase, small, snapshot_of
from typer.testing import CliRunner

from fastlege.cli import output
from fastlege.cli.pay import app
from fastlege.kernel.errors import DataError


def pay(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def snapshot(tmp_path):
    new = ListCase(9, 100, agreement_date=date(2023, 3, 15))
    return snapshot_of(tmp_path / "snapshot", ListCase(1, 1012), small(2, 300), new).folder


@pytest.fixture
def file(tmp_path, snapshot):
    path = tmp_path / "run.parquet"
    assert pay("run", "--snapshot", snapshot, "--month", "2023-10", "--out", path).exit_code == 0
    return path


def test_run_prints_what_each_kind_comes_to(tmp_path, snapshot):
    done = pay("run", "--snapshot", snapshot, "--month", "2023-10", "--out", tmp_path / "run.parquet")
    assert "base grant         │     1 │  35 747.67" in done.stdout
    assert (tmp_path / "run.parquet").exists()


def test_run_gives_machines_the_same_in_json(tmp_path, snapshot):
    path = tmp_path / "run.csv"
    done = json.loads(pay("run", "--snapshot", snapshot, "--month", "2023-10", "--out", path, "--json").stdout)
    totals = done["totals"]
    kinds = {kind: sums["amount_ore"] for kind, sums in totals["kinds"].items()}
    # 841.80 x 31 / 365 kroner, for 500 residents, and for the 900 that the mean list lacks
    assert (kinds["base_grant"], kinds["equalisation_grant"]) == (3_574_767, 6_434_581)
    assert kinds["capitation"] == sum(totals["parts"].values())
    assert totals["amount_ore"] == sum(kinds.values())
    assert (done["month"], done["not_known"], done["out"]) == ("2023-10-01", {}, str(path))


def test_a_month_that_the_snapshot_is_not_of_is_said_to_be_a_calculation(tmp_path, snapshot):
    done = pay("run", "--snapshot", snapshot, "--month", "2023-03", "--out", tmp_path / "run.parquet")
    said = " ".join(done.stderr.split())
    assert "equalisation_grant was not worked out: equalisation.formula has no value on 2023-03-01" in said
    assert "a calculation, not a payment that can be recorded" in said


@pytest.mark.parametrize(("month", "noted"), [("2026-06", False), ("2026-07", True), ("2027-05", True)])
def test_a_month_after_the_last_agreement_on_rates_is_said_to_go_by_the_old_one(tmp_path, snapshot, month, noted):
    path = tmp_path / "run.parquet"
    done = pay("run", "--snapshot", snapshot, "--month", month, "--out", path)
    note = "capitation.national_mean was agreed until 2026-06-30, and no later agreement is in the rules"
    for said in (done.stderr, pay("show", path).stdout):
        assert (note in " ".join(said.split())) is noted


@pytest.mark.parametrize("month", ["2023-13", "2023", "october", "0000-01", "2023-10-01"])
def test_a_month_that_is_none_is_misuse(tmp_path, snapshot, month):
    done = pay("run", "--snapshot", snapshot, "--month", month, "--out", tmp_path / "run.parquet")
    assert done.exit_code == 2
    assert f"{month} is not a month such as 2023-10" in done.stderr
    assert not (tmp_path / "run.parquet").exists()


def test_a_month_before_any_known_rate_writes_nothing(tmp_path, snapshot):
    done = pay("run", "--snapshot", snapshot, "--month", "2016-06", "--out", tmp_path / "run.parquet")
    assert isinstance(done.exception, DataError)
    assert str(done.exception).startswith("capitation.rate has no value on 2016-06-01")
    assert not (tmp_path / "run.parquet").exists()


def test_show_says_that_the_file_holds_together(file):
    done = pay("show", file)
    assert "Every amount follows from its trace" in done.stdout
    shown = json.loads(pay("show", file, "--json").stdout)
    assert shown["totals"]["lines"] == 4
    assert shown["rules"]["capitation"][0]["parameter"] == "capitation.national_mean"


def test_explain_gives_the_arithmetic_the_rule_and_the_counts(file):
    said = pay("explain", file, "--list", 9).stdout
    assert "List 9, 2023-10: base grant 35 747.67 kroner to the GP" in said
    assert "500 persons x 841.80 kroner x 31/365 of the year = 35 747.67" in said
    assert "base_grant.list_below = 500 persons, 2020-05-01 to further notice" in said
    assert "100 members: age 30-49, sex male, use 0, centrality 1" in said


def test_explain_shows_the_knee(tmp_path, snapshot):
    path = tmp_path / "run.parquet"
    pay("run", "--snapshot", snapshot, "--month", "2023-03", "--out", path)
    said = pay("explain", path, "--list", 1).stdout
    assert "(675 kroner for each of 1012 persons up to 1000, 544 beyond) x 31/365 of the year = 57 883.20" in said


def test_explain_gives_machines_every_kind_of_a_list(file):
    kinds = {line["kind"]: line for line in json.loads(pay("explain", file, "--list", 2, "--json").stdout)}
    assert list(kinds) == ["capitation", "equalisation_grant"]
    assert kinds["capitation"]["members_by_cell"] == {"age 30-49, sex male, use 0, centrality 6": 300}
    assert kinds["equalisation_grant"]["trace"]["persons"] == "900/1"


def test_explain_refuses_a_list_that_is_not_in_the_run(file):
    assert str(pay("explain", file, "--list", 77).exception).endswith(
        "there is no list 77 in this run. Name another list."
    )


@pytest.mark.parametrize("name", ["", "  "])
def test_a_step_without_a_name_is_refused_and_never_taken_by_the_login_name(monkeypatch, name):
    monkeypatch.setattr(output, "getuser", lambda: "anna")
    assert (output.who(None), output.who("bo")) == ("anna", "bo")
    with pytest.raises(DataError, match="without a name"):
        output.who(name)
