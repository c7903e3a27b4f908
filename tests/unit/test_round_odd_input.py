"""Input that is odd: each case has a result that is told, or is refused by name."""

from datetime import date

import pytest
from planning_scenes import AS_OF, AWAY, ON, Scene, moves_of

from fastlege.kernel.errors import DataError
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
EARLY, LATE = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def planned(tmp_path):
    def plan(scene, *, seed=1):
        return plan_round(scene.write(tmp_path / "snapshot"), on=ON, seed=seed, book=BOOK)

    return plan


@pytest.fixture
def scene():
    """One who is on list 1 and could go to list 2."""
    made = Scene()
    made.list(1, cap=5)
    made.list(2, cap=5)
    made.person(10, on_list=1)
    return made


def outcomes(plan):
    return {(row["list_id"], row["rank"]): row["outcome"] for row in plan.places.to_pylist()}


@pytest.mark.parametrize(
    ("to", "rank", "since", "outcome", "counted"),
    [
        (77, 1, EARLY, "list_unknown", "request_list_unknown"),
        (3, 1, EARLY, "list_ended", "request_list_ended"),
        (4, 1, EARLY, "list_ended", "request_list_ended"),
        (5, 1, EARLY, "list_locked", "request_list_locked"),
        (1, 1, EARLY, "own_list", "request_own_list"),
        (2, 0, EARLY, "wrong_rank", "request_wrong_rank"),
        (2, -99, EARLY, "wrong_rank", "request_wrong_rank"),
        (2, 6, EARLY, "wrong_rank", "request_wrong_rank"),
        (2, 1, ON, "after_deadline", "request_after_deadline"),
    ],
)
def test_a_wish_that_cannot_count_says_why_and_stays(planned, scene, to, rank, since, outcome, counted):
    scene.list(3, cap=5, end=ON)
    scene.list(4, cap=5, start=date(2026, 10, 1))
    scene.list(5, cap=5, status="locked")
    scene.queue(10, to, since, rank=rank)
    plan = planned(scene)
    assert (moves_of(plan), outcomes(plan)) == ({}, {(to, rank): outcome})
    assert plan.header.exceptions == {counted: 1}


def test_ranks_may_be_missing_between(planned, scene):
    scene.queue(10, 2, EARLY, rank=4)
    assert moves_of(planned(scene)) == {10: (1, 2, "queue")}


def test_a_list_longer_than_its_cap_takes_nobody_by_queue_and_loses_nobody(planned, scene):
    scene.rows["lists"][1]["cap"] = 1
    scene.people(range(20, 23), on_list=2)
    scene.queue(10, 2, EARLY)
    plan = planned(scene)
    assert (moves_of(plan), outcomes(plan)) == ({}, {(2, 1): "list_full"})
    assert plan.header.unusual["lists_above_cap"] == 1


def test_a_family_whose_members_stand_on_different_lists_in_different_municipalities_moves_together(planned, scene):
    scene.list(3, cap=5, municipality=AWAY)
    scene.person(11, on_list=3, municipality=AWAY)
    for person in (10, 11):
        scene.queue(person, 2, EARLY, family=7)
    assert moves_of(planned(scene)) == {10: (1, 2, "queue"), 11: (3, 2, "queue")}


def test_a_family_named_on_one_row_of_a_person_is_theirs_on_all(planned, scene):
    scene.list(3, cap=5)
    scene.person(11, on_list=1)
    scene.queue(10, 2, EARLY, rank=2, family=7)
    scene.queue(10, 3, EARLY, rank=1)
    scene.queue(11, 2, EARLY, rank=2, family=7)
    assert moves_of(planned(scene)) == {10: (1, 2, "queue"), 11: (1, 2, "queue")}


def test_people_of_a_family_without_a_list_are_placed_first_and_the_others_stay_a_family(planned, scene):
    scene.person(11)
    scene.unplaced(11, LATE)
    scene.person(12, on_list=1)
    for person in (10, 11, 12):
        scene.queue(person, 2, EARLY, family=7)
    assert set(moves_of(planned(scene)).items()) == {
        (10, (1, 2, "queue")),
        (11, (None, 2, "without_list_got_wish")),
        (12, (1, 2, "queue")),
    }


def test_members_of_a_list_that_has_ended_stay_and_may_leave_it(planned, scene):
    scene.rows["lists"][0]["end"] = date(2026, 8, 15)
    scene.person(11, on_list=1)
    scene.queue(10, 2, EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {10: (1, 2, "queue")}
    assert {row["list_id"]: row["length_after"] for row in plan.lists.to_pylist()} == {1: 1, 2: 1}


def test_whoever_wants_to_be_asked_first_is_not_moved(planned, scene):
    scene.queue(10, 2, EARLY)
    scene.ask_first(10, 2)
    plan = planned(scene)
    assert (moves_of(plan), outcomes(plan)) == ({}, {(2, 1): "asks_first"})


def test_places_kept_for_people_who_have_been_asked_are_not_given_out(planned, scene):
    scene.rows["lists"][1]["cap"] = 2
    scene.people(range(11, 14), on_list=1)
    for day, person in enumerate((10, 11, 12, 13), 1):
        scene.queue(person, 2, date(2026, 3, day))
    scene.ask_first(10, 2)
    scene.offer(10, 2, AS_OF, date(2026, 9, 10))
    plan = planned(scene)
    assert moves_of(plan) == {11: (1, 2, "queue")}
    scene.offer(12, 2, AS_OF, date(2026, 9, 10))
    scene.ask_first(12, 2)
    plan = planned(scene)
    assert moves_of(plan) == {}
    told = {row["person_id"]: row["outcome"] for row in plan.places.to_pylist()}
    assert told == {10: "asks_first", 11: "places_kept", 12: "asks_first", 13: "places_kept"}


def test_a_queue_without_lists_or_people_is_an_empty_plan(planned):
    plan = planned(Scene())
    assert (plan.moves.num_rows, plan.places.num_rows, plan.lists.num_rows) == (0, 0, 0)


def test_a_seed_below_zero_is_refused(planned, scene):
    with pytest.raises(DataError, match="must not be below zero"):
        planned(scene, seed=-1)


@pytest.mark.parametrize(
    ("rule", "value"), [("waiting.order", "oldest first"), ("waiting.exchange", "none"), ("allocation.area", "county")]
)
def test_a_rule_that_rounds_do_not_know_is_refused_by_name(scene, tmp_path, rule, value):
    from dataclasses import replace

    book = BOOK.with_rows([replace(BOOK.row(rule, on=ON), value=value, valid_from=date(2026, 1, 1))])
    with pytest.raises(DataError, match=f"{rule} is '{value}'"):
        plan_round(scene.write(tmp_path / "snapshot"), on=ON, seed=1, book=book)
