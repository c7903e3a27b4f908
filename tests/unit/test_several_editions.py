"""Editions beside each other in one folder: which there are, in which order, and when they have changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson
import pytest
from figures_scheme import write_scheme

from fastlege.kernel.errors import DataError
from fastlege.reporting.building import build_edition
from fastlege.reporting.editions import installed, stamp


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several")
    build_edition(write_scheme(folder / "scheme"), folder / "edition", groups=False)
    return folder / "edition"


def _copy(edition: Path, to: Path, day: str) -> None:
    shutil.copytree(edition, to)
    meta = orjson.loads((to / "edition.json").read_bytes())
    (to / "edition.json").write_bytes(orjson.dumps(meta | {"as_of": day}))


def test_editions_come_in_the_order_of_their_days(edition: Path, tmp_path: Path) -> None:
    _copy(edition, tmp_path / "a", "2024-10-01")
    _copy(edition, tmp_path / "b", "2022-10-01")
    _copy(edition, tmp_path / "c", "2023-10-01")
    assert [each.as_of.isoformat() for each in installed(tmp_path)] == ["2022-10-01", "2023-10-01", "2024-10-01"]


def test_a_folder_that_is_not_there_has_no_editions(tmp_path: Path) -> None:
    assert installed(tmp_path / "nowhere") == ()
    assert stamp(tmp_path / "nowhere") == ()


def test_what_is_no_edition_or_not_finished_is_passed_over(edition: Path, tmp_path: Path) -> None:
    _copy(edition, tmp_path / ".a.17.part", "2024-10-01")
    (tmp_path / "letters").mkdir()
    (tmp_path / "note.txt").write_text("dear")
    assert installed(tmp_path) == ()


def test_two_editions_of_one_day_are_refused_by_name(edition: Path, tmp_path: Path) -> None:
    _copy(edition, tmp_path / "one", "2024-10-01")
    _copy(edition, tmp_path / "two", "2024-10-01")
    with pytest.raises(DataError, match="two editions of 2024-10-01: one and two"):
        installed(tmp_path)


def test_a_damaged_edition_is_refused_by_name(edition: Path, tmp_path: Path) -> None:
    _copy(edition, tmp_path / "one", "2024-10-01")
    (tmp_path / "one" / "figures.parquet").write_bytes(b"rubbish")
    with pytest.raises(DataError, match="one: is damaged"):
        installed(tmp_path)


def test_the_stamp_changes_with_each_edition_added_taken_away_or_written_again(edition: Path, tmp_path: Path) -> None:
    _copy(edition, tmp_path / "one", "2024-10-01")
    before = stamp(tmp_path)
    assert stamp(tmp_path) == before
    _copy(edition, tmp_path / "two", "2025-10-01")
    with_two = stamp(tmp_path)
    assert with_two != before
    os.utime(tmp_path / "two" / "edition.json", ns=(1, 1))
    assert stamp(tmp_path) != with_two
    shutil.rmtree(tmp_path / "two")
    assert stamp(tmp_path) == before
