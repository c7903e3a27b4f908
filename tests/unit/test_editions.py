"""Editions: built whole from a snapshot, read without an engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from figures_scheme import ON, write_scheme

from fastlege.figures.catalogue import definitions
from fastlege.figures.engine import countable
from fastlege.figures.levels import COUNTRY, Level
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition
from fastlege.reporting.door import threshold_for
from fastlege.reporting.edition import Edition, FigureValue, read_edition
from fastlege.rules.parameters import load_rulebook


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_scheme(tmp_path_factory.mktemp("editions") / "scheme")


@pytest.fixture(scope="module")
def edition(scheme: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    folder = tmp_path_factory.mktemp("editions") / "edition"
    build_edition(scheme, folder)
    return read_edition(folder)


def test_an_edition_says_what_it_was_made_from(edition: Edition, scheme: Snapshot) -> None:
    assert edition.as_of == ON
    assert edition.meta["recipe"] == "hand-made"
    assert edition.meta["snapshot_digest"] == scheme.digest()
    assert edition.meta["rules_digest"] == load_rulebook().digest()
    assert int(edition.meta["threshold"]) == threshold_for(scheme) == 6


def test_every_figure_is_there_for_every_area_that_has_lists(edition: Edition, scheme: Snapshot) -> None:
    assert edition.figures == tuple(countable(scheme, {}))
    for level in Level:
        codes = [area.code for area in edition.areas(level)]
        assert codes
        for each in edition.figures:
            assert [value.area for value in edition.by_area(each.id, level)] == codes
    assert [area.name.en for area in edition.areas(Level.MUNICIPALITY)] == ["Eigersund", "Stavanger", "Bergen"]


def test_one_value_can_be_asked_for_and_one_that_is_not_there_is_none(edition: Edition) -> None:
    assert edition.value("share_lists_vacant", Level.COUNTY, "11") == FigureValue(
        "share_lists_vacant", Level.COUNTY, "11", 25.0, 1, 4, suppressed=False
    )
    assert edition.value("share_lists_vacant", Level.COUNTY, "99") is None
    assert edition.value("nonsense", Level.COUNTY, "11") is None
    assert edition.by_area("nonsense", Level.COUNTY) == ()
    assert edition.area(Level.COUNTY, "99") is None


def test_all_figures_of_one_area_come_in_the_order_of_the_catalogue(edition: Edition) -> None:
    country = edition.of_area(Level.COUNTRY, COUNTRY)
    assert list(country) == [each.id for each in edition.figures]
    assert country["free_places"].value == 15


def test_figures_are_divided_by_group_for_large_areas(edition: Edition) -> None:
    assert edition.dimensions("gps_by_kind") == ("gp_age", "gp_sex", "specialist")
    assert edition.dimensions("lists_vacant") == ()
    found = edition.by_group("gps_by_kind", "gp_sex", Level.COUNTY, "11")
    # Of the GPs of Rogaland, number 1 is a woman and number 3, with two lists, is a man.
    assert {group: (each.numerator, each.value, each.suppressed) for group, each in found.items()} == {
        "female": (1, 1.0, False),
        "male": (1, 1.0, False),
    }
    assert edition.by_group("gps_by_kind", "gp_sex", Level.MUNICIPALITY, "1101") == {}
    assert edition.by_group("gps_by_kind", "nonsense", Level.COUNTY, "11") == {}


def test_an_edition_without_groups_has_none(scheme: Snapshot, edition: Edition, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    without = read_edition(tmp_path / "edition")
    assert without.dimensions("gps_by_kind") == ()
    assert without.by_group("gps_by_kind", "gp_sex", Level.COUNTRY, COUNTRY) == {}
    assert without.by_area("gps_by_kind", Level.COUNTY) == edition.by_area("gps_by_kind", Level.COUNTY)


def test_suppressed_values_are_not_in_the_files(edition: Edition) -> None:
    hidden = [row for row in edition.table.to_pylist() if row["suppressed"]]
    assert {"unplaced", "waiting_persons", "waiting_persons_per_1000", "queue_places", "switches"} <= {
        row["figure"] for row in hidden
    }
    assert all(row["value"] is None and row["numerator"] is None for row in hidden)


def test_each_row_carries_its_unit_and_its_day(edition: Edition) -> None:
    units = {each.id: each.unit for each in definitions()}
    assert all(row["unit"] == units[row["figure"]] and row["as_of"] == ON for row in edition.table.to_pylist())


def test_the_same_snapshot_gives_the_same_bytes(scheme: Snapshot, edition: Edition, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "again")
    for file in sorted(edition.folder.iterdir()):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_nothing_is_left_where_building_fails(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the table municipalities is empty"):
        build_edition(write_scheme(tmp_path / "scheme", municipalities=[]), tmp_path / "edition")
    assert [path.name for path in tmp_path.iterdir()] == ["scheme"]


@pytest.mark.parametrize("file", ["edition.json", "figures.parquet", "areas.parquet"])
def test_an_edition_that_lacks_a_file_or_has_a_damaged_one_is_refused(
    file: str, scheme: Snapshot, tmp_path: Path
) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    (tmp_path / "edition" / file).write_bytes(b"rubbish")
    with pytest.raises(DataError, match="edition: is damaged"):
        read_edition(tmp_path / "edition")
    (tmp_path / "edition" / file).unlink()
    with pytest.raises(DataError, match="there is no edition here"):
        read_edition(tmp_path / "edition")


@pytest.mark.parametrize(
    ("file", "other"), [("figures.parquet", "areas.parquet"), ("areas.parquet", "figures.parquet")]
)
def test_an_edition_with_other_columns_is_refused(file: str, other: str, scheme: Snapshot, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    (tmp_path / "edition" / file).write_bytes((tmp_path / "edition" / other).read_bytes())
    with pytest.raises(DataError, match=r"is damaged \((areas|figures)\.parquet lacks "):
        read_edition(tmp_path / "edition")


def test_an_edition_of_another_version_is_refused(scheme: Snapshot, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    (tmp_path / "edition" / "edition.json").write_bytes(orjson.dumps([1]))
    with pytest.raises(DataError, match="is damaged"):
        read_edition(tmp_path / "edition")
    (tmp_path / "edition" / "edition.json").write_bytes(orjson.dumps({"version": "0"}))
    with pytest.raises(DataError, match="edition of version 0; this software reads 1"):
        read_edition(tmp_path / "edition")


def test_what_is_kept_as_objects_is_bounded_and_answers_are_the_same(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastlege.reporting.edition.KEPT", 3)
    small = read_edition(edition.folder)
    for _ in range(2):
        for each in edition.figures:
            for level in Level:
                assert small.by_area(each.id, level) == edition.by_area(each.id, level)
    assert small._of_level.cache_info().currsize == 3


def test_reading_an_edition_loads_no_engine() -> None:
    script = "import sys, fastlege.reporting.edition; print({'ibis', 'duckdb'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
