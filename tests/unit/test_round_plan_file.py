"""Plans as files: the same bytes again, and refused when they are not what was made."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from carried_plan import carry_out
from planning_scenes import AWAY, ON, Scene

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.explaining import LANGUAGES, Explanation, explain
from fastlege.planning.grounds import GROUNDS
from fastlege.planning.plan import sealed
from fastlege.planning.plan_file import lists_path, places_path, read_plan, write_plan
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """Lists of every state, and people of every fate."""
    scene = Scene()
    scene.list(1, cap=2)
    scene.list(2, cap=10)
    scene.list(3, cap=9, status="closed")
    scene.list(4, cap=90, status="locked")
    scene.list(5, cap=0, municipality=AWAY)
    scene.people(range(10, 19), on_list=2)
    scene.queue(10, 1, date(2025, 1, 1))
    scene.queue(10, 3, date(2025, 1, 1), rank=2)
    scene.queue(11, 1, date(2025, 2, 1), rank=2)
    scene.queue(11, 3, date(2025, 2, 1), rank=1)
    scene.queue(12, 1, date(2025, 3, 1), rank=1)
    scene.queue(12, 4, date(2025, 3, 1), rank=2)
    scene.queue(13, 2, date(2025, 3, 1))
    for person_id in (14, 15):
        scene.queue(person_id, 2, date(2025, 3, 1), family=7)
    scene.person(20, municipality=AWAY)
    scene.unplaced(20, date(2026, 1, 1))
    scene.person(21, status="opted_out")
    scene.person(22)
    scene.membership(22, 2, end=date(2026, 10, 1))
    scene.queue(22, 1, date(2024, 1, 1))
    return scene.write(tmp_path_factory.mktemp("explained") / "snapshot")


@pytest.fixture(scope="module")
def plan(snapshot):
    return plan_round(snapshot, on=ON, seed=1, book=BOOK)


def test_the_same_round_planned_again_is_the_same_bytes(snapshot, plan, tmp_path):
    write_plan(plan, tmp_path / "one")
    write_plan(plan_round(Snapshot(snapshot.folder), on=ON, seed=1, book=BOOK), tmp_path / "two")
    for name in (lambda path: path, places_path, lists_path):
        assert name(tmp_path / "one").read_bytes() == name(tmp_path / "two").read_bytes()


def test_a_plan_comes_back_from_its_file_as_it_was(plan, tmp_path):
    write_plan(plan, tmp_path / "plan")
    again = read_plan(tmp_path / "plan")
    assert again.header == plan.header
    assert (again.moves, again.places, again.lists) == (plan.moves, plan.places, plan.lists)


def test_the_digest_covers_the_header_and_every_cell(plan):
    moves = plan.moves.to_pylist()
    moves[0]["to_list"] += 1
    other = replace(plan, moves=pa.Table.from_pylist(moves, schema=plan.moves.schema))
    reseeded = replace(plan, header=replace(plan.header, seed=9))
    assert len({plan.computed_digest(), other.computed_digest(), reseeded.computed_digest()}) == 3


def altered(plan, path):
    write_plan(replace(plan, moves=plan.moves.slice(1)), path)


def without_a_header(plan, path):
    pq.write_table(plan.moves, path)


def with_a_broken_header(plan, path):
    pq.write_table(
        plan.moves.replace_schema_metadata({"fastlege.format": "plan/2", "fastlege.plan": '{"on": "never"}'}), path
    )


def without_its_places(plan, path):
    write_plan(plan, path)
    places_path(path).unlink()


def with_the_lists_of_another(plan, path):
    write_plan(plan, path)
    pq.write_table(plan.lists.slice(1), lists_path(path))


def with_places_altered(plan, path):
    write_plan(plan, path)
    places = plan.places.to_pylist()
    places[0]["wait_median"] = 1
    pq.write_table(pa.Table.from_pylist(places, schema=plan.places.schema), places_path(path))


def damaged(plan, path):
    path.write_bytes(b"PAR1 not at all")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (altered, "has been altered"),
        (without_its_places, "plan.places.parquet: there is no such file"),
        (with_the_lists_of_another, "has been altered"),
        (with_places_altered, "has been altered"),
        (without_a_header, "not a plan of this version"),
        (with_a_broken_header, "header that cannot be read"),
        (damaged, "not a plan, or is damaged"),
        (lambda plan, path: None, "no such file"),
    ],
)
def test_a_file_that_is_not_the_plan_that_was_made_is_refused(plan, tmp_path, spoil, words):
    spoil(plan, tmp_path / "plan")
    with pytest.raises(DataError, match=words):
        read_plan(tmp_path / "plan")


def test_a_plan_is_not_written_over_a_folder(plan, tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        write_plan(plan, tmp_path)


def test_a_plan_is_not_explained_by_another_snapshot(plan, tmp_path):
    other = Scene()
    other.list(1, cap=1)
    with pytest.raises(DataError, match="not the snapshot that the plan was made from"):
        explain(plan, 1, snapshot=other.write(tmp_path / "other"), book=BOOK)


def test_what_a_plan_leads_to_can_be_planned_on_again_and_changes_nothing_more(snapshot, plan, tmp_path):
    carry_out(snapshot, plan, tmp_path / "next")
    again = plan_round(Snapshot(tmp_path / "next"), on=ON, seed=1, book=BOOK)
    assert (again.moves.num_rows, again.header.lists_opened, again.header.lists_closed) == (0, (), ())


WAITING = {
    "list_closed": [
        "list_closed",
        "first_in_line",
        "list_did",
        "what_it_takes_one",
        "estimated_wait",
        "exchange_no_ring",
    ],
    "list_full": ["list_full", "first_in_line", "list_did", "what_it_takes_one", "estimated_wait", "exchange_no_ring"],
}


@pytest.mark.parametrize(
    ("person", "keys"),
    [
        (10, ["queue", "wish_fell_away"]),
        (11, ["queue", *WAITING["list_closed"]]),
        (12, [*WAITING["list_full"], "list_locked", "first_in_line"]),
        (13, ["own_list"]),
        (17, ["asked_for_nothing"]),
        (20, ["still_without_list"]),
        (21, ["not_resident"]),
        (22, ["change_decided"]),
    ],
)
def test_everybody_is_told_why(snapshot, plan, person, keys):
    told = explain(plan, person, snapshot=snapshot, book=BOOK)
    assert [statement.key for statement in told] == keys
    assert all(statement.in_words(language) for statement in told for language in LANGUAGES)


def test_without_the_snapshot_only_those_whom_the_plan_knows_are_told_why(plan):
    keys = [explain(plan, person, snapshot=None, book=BOOK)[0].key for person in (10, 12, 17)]
    assert keys == ["queue", "list_full", "not_moved_no_snapshot"]


def test_a_person_who_does_not_exist_is_an_error(snapshot, plan):
    with pytest.raises(DataError, match="no person 999"):
        explain(plan, 999, snapshot=snapshot, book=BOOK)


def test_a_language_without_words_is_an_error():
    with pytest.raises(DataError, match="no language 'fr'"):
        Explanation("queue", {}).in_words("fr")


@pytest.mark.parametrize("how", list(GROUNDS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_a_place_has_words_in_every_language(how, language):
    facts = {"to_list": 7, "on": ON, "queued_since": ON, "ring": (5, 7, 5), "gave": 5, "people": 2}
    assert "7" in Explanation(how.value, facts).in_words(language)


def test_a_plan_sealed_again_has_the_same_digest(plan):
    assert sealed(replace(plan.header, digest=""), plan.moves, plan.places, plan.lists).header == plan.header


def test_numbers_in_explanations_are_written_as_each_language_writes_them():
    asked = Explanation("exchange_asked_more", {"list": 4011, "own_list": 5, "threshold": 1938, "own": 583})
    assert "krevde 1\u00a0938 dager" in asked.in_words("nb")
    assert "kravde 1\u00a0938 dagar" in asked.in_words("nn")
    assert "list 4011 needed 1,938 days" in asked.in_words("en")
