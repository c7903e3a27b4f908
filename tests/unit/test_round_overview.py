"""A plan at a glance: what a case worker reads before signing."""

import json
import tomllib
from datetime import date
from importlib.resources import files

import pytest
from planning_scenes import AWAY, ON, Scene
from typer.testing import CliRunner

from fastlege.cli.round import app
from fastlege.kernel.errors import DataError
from fastlege.planning.explaining import LANGUAGES
from fastlege.planning.overview import Note, SizeRow, overview
from fastlege.planning.plan import PlaceOutcome
from fastlege.planning.plan_file import write_plan
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
EARLY = date(2023, 1, 1)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """A swap, a ring of three, a full municipality with somebody left, a child that fills a list beyond its cap."""
    scene = Scene()
    for list_id in (1, 2, 3):
        scene.list(list_id, cap=3, status="closed")
        scene.people(range(10 * list_id + 1, 10 * list_id + 4), on_list=list_id)
    for person, to in ((11, 2), (21, 1), (12, 2), (22, 3), (31, 1), (13, 3)):
        scene.queue(person, to, EARLY)
    scene.list(4, cap=0, municipality=AWAY)
    for person in (50, 51):
        scene.person(person, municipality=AWAY)
        scene.unplaced(person, EARLY)
    scene.list(5, cap=9, municipality="1101")
    scene.people(range(60, 64), on_list=5, municipality="1101")
    scene.person(70, birth_date=date(2020, 1, 1), mother_id=11)
    scene.unplaced(70, EARLY)
    scene.queue(63, 4, EARLY)
    return scene.write(tmp_path_factory.mktemp("overview") / "snapshot")


@pytest.fixture(scope="module")
def plan(snapshot):
    return plan_round(snapshot, on=ON, seed=1, book=BOOK)


def notes(found):
    return {note.kind: note for note in found}


def test_moves_rings_and_places_are_counted(plan):
    found = overview(plan)
    assert (found.moves, found.by_reason) == (6, {"child_of_member": 1, "cycle": 3, "swap": 2})
    assert found.rings == {2: 1, 3: 1}
    assert found.places == {PlaceOutcome.LIST_FULL: 2, PlaceOutcome.MET: 5}
    assert (found.in_line, found.by_size) == (2, ())


def test_what_is_wrong_or_unusual_comes_with_the_lists_and_municipalities_it_is_about(plan):
    found = overview(plan)
    assert notes(found.exceptions) == {"still_without_list": Note("still_without_list", 2)}
    unusual = notes(found.unusual)
    assert unusual["lists_grown_above_cap"].lists == (1,)
    assert unusual["lists_above_cap"].lists == (1,)
    assert unusual["municipalities_without_room"].municipalities == ("0301", AWAY)
    assert unusual["municipalities_where_people_remain_without_list"].count == 1
    assert unusual["people_waiting_long"].count == 2


def test_a_list_that_many_enter_at_once_is_pointed_out(tmp_path):
    scene = Scene()
    scene.list(1, cap=100)
    scene.people(range(10, 20), on_list=1)
    for person in (1, 2):
        scene.person(person)
        scene.unplaced(person, EARLY)
    plan = plan_round(scene.write(tmp_path / "snapshot"), on=ON, seed=1, book=BOOK)
    assert notes(overview(plan).unusual)["lists_with_many_new"] == Note("lists_with_many_new", 1, lists=(1,))


def test_with_the_snapshot_the_sizes_of_municipalities_are_told_apart(plan, snapshot):
    assert overview(plan, snapshot).by_size == (SizeRow("under_2000", 6, 5, 2),)


def test_another_snapshot_is_refused(plan, tmp_path):
    with pytest.raises(DataError, match="not the snapshot"):
        overview(plan, Scene().write(tmp_path / "other"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_note_says_what_it_is_and_what_to_do(language):
    kinds = tomllib.loads(files("fastlege.planning").joinpath("notes.toml").read_text())
    assert {f"request_{outcome}" for outcome in PlaceOutcome} - kinds.keys() == {
        f"request_{outcome}"
        for outcome in (
            PlaceOutcome.MET,
            PlaceOutcome.LIST_FULL,
            PlaceOutcome.LIST_CLOSED,
            PlaceOutcome.PLACES_KEPT,
            PlaceOutcome.FAMILY_DID_NOT_FIT,
            PlaceOutcome.FAMILY_DISAGREES,
        )
    }
    for kind in kinds:
        note = Note(kind, 17)
        assert "17" in note.in_words(language)
        assert note.to_do(language)


def test_a_language_without_words_is_an_error():
    with pytest.raises(DataError, match="no language 'fr'"):
        Note("still_without_list", 1).in_words("fr")


def test_the_command_prints_it_in_words_and_for_machines(plan, snapshot, tmp_path):
    write_plan(plan, tmp_path / "plan")

    def show(*more):
        return CliRunner().invoke(app, ["show", str(tmp_path / "plan"), *more]).stdout

    told = show("--snapshot", str(snapshot.folder), "--language", "nb")
    assert "2 står fortsatt uten liste. Kommunen må skaffe plass" in told
    assert "municipalities of under 2000: 6 moved to their lists, 5 of them by exchange; 2 in line" in told
    shown = json.loads(show("--json"))
    assert shown["rings"] == {"2": 1, "3": 1}
    assert [note["kind"] for note in shown["exceptions"]] == ["still_without_list"]
