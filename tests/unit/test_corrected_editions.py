"""An edition once published never changes: a correction is a new version with a note, and what was out stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from figures_scheme import write_scheme
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting import building
from fastlege.reporting.building import build_edition
from fastlege.reporting.corrections import versions
from fastlege.reporting.door import door_for
from fastlege.reporting.edition import read_edition


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_scheme(tmp_path_factory.mktemp("corrected") / "scheme")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_edition_is_not_replaced_without_a_note(scheme: Snapshot, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    before = _files(tmp_path)
    with pytest.raises(DataError, match="version 1 is there, and an edition once published does not change") as refused:
        build_edition(scheme, tmp_path / "edition", groups=False)
    assert "--note" in refused.value.remedy
    assert _files(tmp_path) == before


def test_a_correction_is_a_version_that_keeps_those_before_it(scheme: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    build_edition(scheme, folder, groups=False)
    first = _files(folder)
    build_edition(scheme, folder, groups=False, round_to=5, note="Rounded.")
    build_edition(scheme, folder, groups=False, round_to=10, note="Rounded more.")
    edition = read_edition(folder)
    assert (edition.number, edition.note, edition.meta["round_to"]) == (3, "Rounded more.", "10")
    assert [read_edition(each).number for each in versions(folder)] == [3, 2, 1]
    assert _files(folder / "earlier" / "1") == first
    assert read_edition(folder / "earlier" / "1").note == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edition"]


def test_what_an_earlier_version_hid_stays_hidden(
    scheme: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a version that hides much, as with a high threshold, and a correction by a low one
    def strict(*given, **named):
        return replace(door_for(*given, **named), threshold=2000)

    monkeypatch.setattr(building, "door_for", strict)
    build_edition(scheme, tmp_path / "edition", groups=False)
    monkeypatch.setattr(building, "door_for", door_for)
    build_edition(scheme, tmp_path / "edition", groups=False, note="The threshold was wrong.")
    build_edition(scheme, tmp_path / "alone", groups=False)
    # Then the correction shows no more of persons than what was out
    hidden = [_hidden(tmp_path / name) for name in ("edition/earlier/1", "edition", "alone")]
    assert hidden[1] >= hidden[0] > hidden[2]


def _hidden(folder: Path) -> set[tuple[str, str, str]]:
    rows = read_edition(folder).table.to_pylist()
    return {(row["figure"], row["level"], row["area"]) for row in rows if row["suppressed"]}


def test_an_edition_of_another_day_is_left_alone(scheme: Snapshot, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "edition", groups=False)
    later = write_scheme(tmp_path / "later", on=date(2023, 11, 1))
    for note in ("", "Another day."):
        with pytest.raises(DataError, match="holds the edition of 2023-10-01"):
            build_edition(later, tmp_path / "edition", groups=False, note=note)


def test_what_is_no_edition_is_left_alone(scheme: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    with pytest.raises(DataError, match="exists and is not an edition"):
        build_edition(scheme, tmp_path / "letters", groups=False)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["one.txt"]


def test_a_note_needs_something_to_correct(scheme: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no edition to correct"):
        build_edition(scheme, tmp_path / "edition", groups=False, note="Too early.")
    assert list(tmp_path.iterdir()) == []


def test_another_version_that_comes_meanwhile_is_not_lost(
    scheme: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a correction that takes its time, while another is written
    folder = tmp_path / "edition"
    build_edition(scheme, folder, groups=False)
    given, made = building.given_tables, []

    def slow(*arguments):
        if not made:
            made.append(True)
            build_edition(scheme, folder, groups=False, note="The quick one.")
        return given(*arguments)

    monkeypatch.setattr(building, "given_tables", slow)
    with pytest.raises(DataError, match="has got another version meanwhile"):
        build_edition(scheme, folder, groups=False, note="The slow one.")
    assert [read_edition(each).note for each in versions(folder)] == ["The quick one.", ""]


def test_the_command_tells_the_version(scheme: Snapshot, tmp_path: Path) -> None:
    words = ["figures", "edition", "--snapshot", str(scheme.folder), "--out", str(tmp_path / "edition")]
    assert CliRunner().invoke(app, words).stdout == f"Wrote the edition {tmp_path / 'edition'}.\n"
    again = CliRunner().invoke(app, [*words, "--note", "A cap was wrong."])
    assert again.stdout == f"Wrote version 2 of the edition {tmp_path / 'edition'}.\n"
