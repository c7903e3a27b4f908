"""Series leave by the same door as other figures: divided, after what is out, rounded."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import orjson
import pytest
from figures_scheme import MUNICIPALITIES, write_scheme
from figures_year import write_year
from report_scene import sealed
from typer.testing import CliRunner, Result

from fastlege.cli.main import app
from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Level
from fastlege.figures.splits import compute_split
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition
from fastlege.reporting.series.counting import Options, series

THEN, NOW = date(2022, 10, 1), date(2023, 10, 1)
# Stavanger in the other county: no other municipality, so that counts must be added up anew.
MOVED = [(code, name, "46" if code == "1103" else county, *rest) for code, name, county, *rest in MUNICIPALITIES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("door")
    write_scheme(folder / "then", on=THEN)
    write_scheme(folder / "now", on=NOW)
    return folder


def command(*words: str) -> Result:
    return CliRunner().invoke(app, ["figures", "series", *words])


def rows_of(*words: str) -> list[dict[str, str]]:
    done = command(*words, "--csv")
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(StringIO(done.stdout)))


def test_a_series_is_divided_as_a_single_day_is(folder: Path) -> None:
    each, dimension = definition("population"), DIMENSIONS["sex"]
    found = series(
        [Snapshot(folder / name) for name in ("then", "now")],
        [each],
        by=Level.COUNTY,
        options=Options(dimension=dimension),
    )
    for name, day in (("then", THEN), ("now", NOW)):
        alone = compute_split(each, Snapshot(folder / name), dimension, by=[Level.COUNTY], threshold=6).to_pylist()
        beside = [row for row in found.table.to_pylist() if row["as_of"] == day]
        assert alone
        assert [{key: row[key] for key in alone[0]} for row in beside] == alone


def test_the_command_shows_a_row_a_group(folder: Path) -> None:
    words = ("vacant_lists_by_kind", "--snapshots", str(folder), "--split", "vacancy")
    shown = command(*words)
    assert "group" in shown.stdout.splitlines()[1]
    groups = {row["group"] for row in rows_of(*words)}
    assert len(groups) > 1
    names = {row["group_name"] for row in orjson.loads(command(*words, "--json").stdout)["rows"]}
    assert all(any(name in line for line in shown.stdout.splitlines()) for name in names)


def test_small_groups_are_hidden_in_a_series_too(tmp_path: Path) -> None:
    year = sealed(write_year(tmp_path / "year"))
    year.path("claim_lines").unlink()
    rows = rows_of("contacts", "--snapshots", str(year.folder), "--split", "service")
    assert [(row["group"], row["suppressed"], row["value"]) for row in rows] == [
        ("gp", "true", ""), ("out_of_hours_service", "true", "")
    ]  # fmt: skip


def test_groups_of_persons_are_not_told_on_other_borders_and_others_are(tmp_path: Path) -> None:
    write_scheme(tmp_path / "then", on=THEN)
    write_scheme(tmp_path / "now", municipalities=MOVED, on=NOW)
    snapshots = [Snapshot(tmp_path / name) for name in ("then", "now")]
    switches, lists = definition("switches"), definition("gps_by_kind")
    with pytest.raises(DataError, match="switches is not divided by cause on other borders"):
        series(snapshots, [switches], by=Level.COUNTY, options=Options(dimension=DIMENSIONS["cause"]))
    whole = series(snapshots, [switches], by=Level.COUNTRY, options=Options(dimension=DIMENSIONS["cause"]))
    assert {row["as_of"] for row in whole.table.to_pylist()} == {THEN, NOW}
    moved = series(snapshots, [lists], by=Level.COUNTY, options=Options(dimension=DIMENSIONS["gp_sex"]))
    before = [row for row in moved.table.to_pylist() if row["as_of"] == THEN]
    own = compute_split(lists, snapshots[0], DIMENSIONS["gp_sex"], by=[Level.COUNTY], threshold=6).to_pylist()
    # The men of Stavanger are counted in the county where Stavanger lies now.
    assert [row["value"] for row in before] != [row["value"] for row in own]


def test_what_an_edition_hid_stays_hidden_in_a_series_and_what_follows_from_it_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Snapshot(folder / "now")
    build_edition(now, tmp_path / "strict", groups=False)
    monkeypatch.setattr("fastlege.reporting.door.threshold_for", lambda *_: 2)
    words = ("waiting_persons", "--snapshots", str(folder / "now"), "--by", "municipality")
    hidden = [row["area"] for row in rows_of(*words) if row["suppressed"] == "true"]
    kept = [row["area"] for row in rows_of(*words, "--after", str(tmp_path / "strict")) if row["suppressed"] == "true"]
    assert set(hidden) < set(kept)
    build_edition(now, tmp_path / "lax", groups=False)
    monkeypatch.undo()
    done = command(*words, "--after", str(tmp_path / "lax"), "--json")
    assert {"4601"} <= {cell["area"] for cell in orjson.loads(done.stdout)["given_away"]}
    assert "from what is out already" in command(*words, "--after", str(tmp_path / "lax")).stderr


def test_counts_of_persons_are_rounded_and_others_are_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastlege.reporting.door.threshold_for", lambda *_: 0)
    plain = ("--snapshots", str(folder / "now"))
    words = (*plain, "--round-to", "5")
    assert [row["value"] for row in rows_of("queue_places", *plain)] == ["12.0"]
    assert [row["value"] for row in rows_of("queue_places", *words)] == ["10.0"]
    assert rows_of("residents", *words) == rows_of("residents", *plain)


def test_misuse_and_editions_of_other_days_are_told_in_one_message(folder: Path, tmp_path: Path) -> None:
    missing = command("--snapshots", str(folder), "--split", "age")
    assert (missing.exit_code, "give the id of the figure to divide" in missing.output) == (2, True)
    assert command("lists", "--snapshots", str(folder), "--round-to", "0").exit_code == 2
    unknown = command("lists", "--snapshots", str(folder), "--split", "shoe_size")
    assert "there is no dimension 'shoe_size'" in str(unknown.exception)
    build_edition(write_scheme(tmp_path / "other", on=date(2024, 1, 1)), tmp_path / "edition", groups=False)
    refused = command("lists", "--snapshots", str(folder), "--after", str(tmp_path / "edition"))
    assert "holds 2024-01-01, and the snapshots 2022-10-01, 2023-10-01" in str(refused.exception)
    nowhere = command("lists", "--snapshots", str(folder), "--after", str(tmp_path / "nowhere"))
    assert "there is no edition or report here" in str(nowhere.exception)


def test_borders_that_nobody_knows_are_refused(folder: Path) -> None:
    refused = command("lists", "--snapshots", str(folder), "--borders-of", "1900-01-01")
    assert isinstance(refused.exception, DataError)
    assert "the first are those of 2020-01-01" in str(refused.exception)
