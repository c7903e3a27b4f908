"""A round: who gets a place, and who does not."""

from datetime import date

import pytest
from carried_plan import carry_out
from planning_scenes import AWAY, HOME, ON, Scene, moves_of

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
EARLY, LATE = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def planned(tmp_path):
    def plan(scene, *, on=ON, seed=1):
        return plan_round(scene.write(tmp_path / "snapshot"), on=on, seed=seed, book=BOOK)

    return plan


def waiting(scene, list_id, ids, since=EARLY, **changes):
    """People on a large list of their own who queue for another."""
    if not any(row["list_id"] == 99 for row in scene.rows["lists"]):
        scene.list(99, cap=100)
    for person_id in ids:
        scene.person(person_id, on_list=99, **changes)
        scene.queue(person_id, list_id, since)


def test_free_places_go_to_those_who_asked_first(planned):
    scene = Scene()
    scene.list(1, cap=1)
    waiting(scene, 1, [10], LATE)
    waiting(scene, 1, [20], EARLY)
    assert moves_of(planned(scene)) == {20: (99, 1, "queue")}


def test_equal_times_are_decided_by_a_lot_that_the_seed_sets(planned):
    winners = set()
    for seed in range(8):
        scene = Scene()
        scene.list(1, cap=1)
        waiting(scene, 1, [10, 20])
        winners |= set(moves_of(planned(scene, seed=seed)))
    assert winners == {10, 20}


def test_a_list_that_reaches_its_cap_closes(planned):
    scene = Scene()
    scene.list(1, cap=1)
    waiting(scene, 1, [10])
    assert planned(scene).header.lists_closed == (1,)


@pytest.mark.parametrize(("free", "served"), [(9, 0), (10, 1)])
def test_a_closed_list_gives_places_when_ten_are_free(planned, free, served):
    scene = Scene()
    scene.list(1, cap=free, status="closed")
    waiting(scene, 1, [10])
    plan = planned(scene)
    assert (plan.moves.num_rows, len(plan.header.lists_opened)) == (served, served)


def test_an_overfull_list_gives_nothing_when_somebody_leaves(planned):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(2, cap=5)
    scene.people(range(1, 4), on_list=1)
    scene.queue(1, 2, EARLY)
    waiting(scene, 1, [10])
    assert moves_of(planned(scene)) == {1: (1, 2, "queue")}


def test_the_place_that_somebody_leaves_on_a_closed_list_goes_to_the_next_in_its_queue(planned):
    scene = Scene()
    scene.list(1, cap=10, status="closed")
    scene.list(2, cap=1)
    scene.person(1, on_list=1)
    scene.queue(1, 2, LATE)
    waiting(scene, 1, [20], EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {1: (1, 2, "queue"), 20: (99, 1, "queue")}
    assert (plan.header.lists_opened, plan.header.lists_closed) == ((), (2,))


def test_a_closed_list_with_ten_free_places_after_the_round_opens_then(planned):
    scene = Scene()
    scene.list(1, cap=10, status="closed")
    scene.list(2, cap=1)
    scene.person(1, on_list=1)
    scene.queue(1, 2, LATE)
    assert planned(scene).header.lists_opened == (1,)


def test_a_list_with_people_in_line_opens_in_the_next_round_which_serves_them_first(tmp_path):
    scene = Scene()
    scene.list(1, cap=10, status="closed")
    scene.list(2, cap=1)
    scene.list(99, cap=100)
    scene.person(1, on_list=1)
    scene.queue(1, 2, LATE)
    for person_id in (20, 21):
        scene.person(person_id, on_list=99)
        scene.queue(person_id, 1, EARLY, family=7)
    snapshot = scene.write(tmp_path / "snapshot")
    first = plan_round(snapshot, on=ON, seed=1, book=BOOK)
    assert (set(moves_of(first)), first.header.lists_opened) == ({1}, ())
    carry_out(snapshot, first, tmp_path / "next")
    second = plan_round(Snapshot(tmp_path / "next"), on=date(2026, 10, 1), seed=1, book=BOOK)
    assert (set(moves_of(second)), second.header.lists_opened) == ({20, 21}, (1,))


def test_a_list_that_fills_in_the_round_still_passes_on_the_place_that_comes_free(planned):
    scene = Scene()
    scene.list(1, cap=2)
    scene.list(2, cap=1)
    scene.person(1, on_list=1)
    scene.queue(1, 2, LATE)
    waiting(scene, 1, [20], date(2024, 1, 1))
    waiting(scene, 1, [21], date(2024, 2, 1))
    assert moves_of(planned(scene)) == {1: (1, 2, "queue"), 20: (99, 1, "queue"), 21: (99, 1, "queue")}


@pytest.mark.parametrize("changes", [{"status": "locked"}, {"end": date(2026, 9, 1)}])
def test_a_locked_or_ended_list_gives_nothing(planned, changes):
    scene = Scene()
    scene.list(1, cap=100, **changes)
    waiting(scene, 1, [10])
    assert moves_of(planned(scene)) == {}


def test_a_family_moves_whole_or_not_at_all_and_is_passed_over_when_it_does_not_fit(planned):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(99, cap=100)
    for person_id in (10, 11):
        scene.person(person_id, on_list=99)
        scene.queue(person_id, 1, EARLY, family=7)
    waiting(scene, 1, [20], LATE)
    assert moves_of(planned(scene)) == {20: (99, 1, "queue")}


def test_a_family_that_fits_moves_together(planned):
    scene = Scene()
    scene.list(1, cap=2)
    scene.list(99, cap=100)
    for person_id, since in ((10, EARLY), (11, LATE)):
        scene.person(person_id, on_list=99)
        scene.queue(person_id, 1, since, family=7)
    assert moves_of(planned(scene)) == {10: (99, 1, "queue"), 11: (99, 1, "queue")}


def test_a_person_gets_the_list_wanted_most_and_leaves_the_other_to_the_next(planned):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(2, cap=1)
    waiting(scene, 2, [10], EARLY)
    scene.rows["queue"][0]["rank"] = 2
    scene.queue(10, 1, LATE, rank=1)
    assert moves_of(planned(scene)) == {10: (99, 1, "queue")}


def test_those_without_a_list_come_before_the_queue_longest_first(planned):
    scene = Scene()
    scene.list(1, cap=1)
    waiting(scene, 1, [10], date(2017, 1, 1))
    scene.person(20)
    scene.person(30)
    scene.unplaced(20, LATE)
    scene.unplaced(30, EARLY)
    scene.rows["lists"][1]["status"] = "locked"
    plan = planned(scene)
    assert moves_of(plan) == {30: (None, 1, "without_list_assigned")}
    assert plan.header.exceptions["still_without_list"] == 1


def test_those_without_a_list_get_what_they_asked_for_before_what_is_at_home(planned):
    scene = Scene()
    scene.list(1, cap=5)
    scene.list(2, cap=5, municipality=AWAY, latitude=65.0)
    scene.person(20)
    scene.unplaced(20, LATE)
    scene.queue(20, 2, LATE)
    assert moves_of(planned(scene)) == {20: (None, 2, "without_list_got_wish")}


@pytest.mark.parametrize(("with_gp", "to"), [((), 2), ((1,), 1), ((1, 2), 2)])
def test_those_without_a_list_are_placed_at_home_with_a_gp_first_and_where_there_is_most_room(planned, with_gp, to):
    scene = Scene()
    scene.list(1, cap=5)
    scene.list(2, cap=6)
    scene.list(3, cap=9, municipality=AWAY)
    for list_id in with_gp:
        scene.gp(list_id)
    scene.person(20)
    scene.unplaced(20, LATE)
    assert moves_of(planned(scene)) == {20: (None, to, "without_list_assigned")}


def test_a_municipality_without_lists_of_its_own_places_with_the_nearest_neighbour(planned):
    scene = Scene()
    scene.list(1, cap=9, latitude=61.0)
    scene.list(2, cap=5, latitude=60.2, municipality="3301")
    scene.person(20, municipality=AWAY)
    scene.unplaced(20, LATE)
    assert moves_of(planned(scene)) == {20: (None, 2, "without_list_assigned")}


def test_nobody_is_placed_in_another_municipality_while_the_own_has_lists(planned):
    scene = Scene()
    scene.list(1, cap=0)
    scene.list(2, cap=5, municipality=AWAY)
    scene.person(20)
    scene.unplaced(20, LATE)
    assert moves_of(planned(scene)) == {}


def test_a_place_that_comes_free_goes_to_one_without_a_list_before_the_queue(planned):
    scene = Scene()
    scene.list(1, cap=10, status="closed")
    scene.list(2, cap=1, municipality=AWAY)
    scene.person(1, on_list=1, municipality=AWAY)
    scene.queue(1, 2, LATE)
    waiting(scene, 1, [10], EARLY)
    scene.rows["lists"][-1]["status"] = "locked"
    scene.person(20)
    scene.unplaced(20, LATE)
    assert moves_of(planned(scene))[20] == (None, 1, "without_list_when_freed")


def test_a_child_without_a_list_goes_to_the_parents_list_even_when_it_is_full(planned):
    scene = Scene()
    scene.list(1, cap=1, status="closed")
    scene.list(2, cap=5)
    scene.person(10, on_list=1)
    scene.person(20, mother_id=10, birth_date=date(2020, 1, 1))
    scene.unplaced(20, LATE)
    plan = planned(scene)
    assert moves_of(plan) == {20: (None, 1, "without_list_with_parent")}
    assert plan.header.unusual["lists_grown_above_cap"] == 1


@pytest.mark.parametrize(("born", "enters"), [(date(2010, 9, 2), True), (date(2010, 9, 1), False)])
def test_a_child_of_a_member_enters_a_closed_list_until_the_age_of_16(planned, born, enters):
    scene = Scene()
    scene.list(1, cap=1, status="closed")
    scene.person(10, on_list=1)
    waiting(scene, 1, [20], father_id=10, birth_date=born)
    assert moves_of(planned(scene)) == ({20: (99, 1, "child_of_member")} if enters else {})


@pytest.mark.parametrize(("left", "enters"), [(date(2023, 9, 1), True), (date(2023, 8, 31), False)])
def test_who_returns_within_three_years_enters_the_closed_list_left(planned, left, enters):
    scene = Scene()
    scene.list(1, cap=1, status="closed")
    scene.list(2, cap=100, municipality=AWAY)
    scene.person(10, on_list=1)
    scene.person(20)
    scene.membership(20, 1, end=left, end_reason="chosen_direct")
    scene.membership(20, 2, start=left)
    scene.queue(20, 1, LATE)
    assert moves_of(planned(scene)) == ({20: (2, 1, "returned")} if enters else {})


def test_who_left_without_moving_away_has_no_right_to_return(planned):
    scene = Scene()
    scene.list(1, cap=1, status="closed")
    scene.list(2, cap=100)
    scene.person(10, on_list=1)
    scene.person(20)
    scene.membership(20, 1, end=date(2025, 1, 1), end_reason="chosen_direct")
    scene.membership(20, 2, start=date(2025, 1, 1))
    scene.queue(20, 1, LATE)
    assert moves_of(planned(scene)) == {}


def test_a_switch_granted_earlier_keeps_its_place(planned):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(2, cap=5)
    scene.person(10, on_list=2)
    scene.switch(10, 2, 1, ON)
    waiting(scene, 1, [20], EARLY)
    assert moves_of(planned(scene)) == {10: (2, 1, "switch_granted")}


def test_a_switch_that_stands_in_the_memberships_already_is_not_planned_again(planned):
    scene = Scene()
    scene.list(1, cap=1)
    scene.list(2, cap=5)
    scene.person(10)
    scene.membership(10, 2, end=ON, end_reason="chosen_direct")
    scene.membership(10, 1, start=ON)
    scene.switch(10, 2, 1, ON)
    waiting(scene, 1, [20], EARLY)
    assert moves_of(planned(scene)) == {}


def test_a_grant_that_no_longer_fits_is_an_exception_and_not_carried_out(planned):
    scene = Scene()
    scene.list(1, cap=5)
    scene.list(2, cap=5)
    scene.person(10, on_list=2)
    scene.switch(10, 1, 2, ON)
    scene.person(11, on_list=1)
    scene.switch(11, 2, 1, ON)
    scene.person(12, on_list=2)
    scene.switch(12, 1, 1, ON)
    plan = planned(scene)
    assert (moves_of(plan), plan.header.exceptions) == ({}, {"grant_overtaken": 1})


@pytest.mark.parametrize("status", ["dead", "emigrated", "opted_out"])
def test_only_residents_in_the_scheme_are_moved(planned, status):
    scene = Scene()
    scene.list(1, cap=5)
    waiting(scene, 1, [10])
    scene.rows["persons"][-1]["status"] = status
    plan = planned(scene)
    assert (moves_of(plan), plan.header.exceptions) == ({}, {"request_not_resident": 1})


def test_a_request_made_after_the_last_day_waits(planned):
    scene = Scene()
    scene.list(1, cap=5)
    waiting(scene, 1, [10], ON)
    plan = planned(scene)
    assert (moves_of(plan), plan.header.exceptions) == ({}, {"request_after_deadline": 1})


def test_every_move_cites_a_rule_that_holds_on_the_day(planned):
    scene = Scene()
    scene.list(1, cap=5)
    waiting(scene, 1, [10])
    (row,) = planned(scene).moves.to_pylist()
    assert (row["reason"], row["rule"], row["on"]) == ("chosen_queue", "waiting.order", ON)
    assert row["rule_source"] == BOOK.row("waiting.order", on=ON).source
    assert (row["rank"], row["queued_since"], row["chosen"], row["cycle_id"]) == (1, EARLY, True, None)


def test_the_same_snapshot_in_any_row_order_gives_the_same_moves(planned, tmp_path):
    scene = Scene()
    scene.list(1, cap=3)
    waiting(scene, 1, range(10, 20))
    first = planned(scene)
    other = plan_round(scene.write(tmp_path / "other", shuffle=3), on=ON, seed=1, book=BOOK)
    assert other.moves.equals(first.moves)


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2026, 9, 15), "lists change on day 1"), (date(2026, 7, 1), "in its past"), (date(1999, 1, 1), "no value")],
)
def test_a_day_on_which_no_round_can_take_effect_is_refused(planned, on, words):
    with pytest.raises(DataError, match=words):
        planned(Scene(), on=on)


def broken(case):
    scene = Scene()
    scene.list(1, cap=5)
    scene.list(2, cap=5)
    scene.person(10, on_list=1)
    scene.queue(10, 2, EARLY)
    if case == "two lists":
        scene.membership(10, 2, start=date(2021, 1, 1))
    elif case == "cap":
        scene.rows["lists"][0]["cap"] = -1
    elif case == "rank":
        scene.list(3, cap=5)
        scene.queue(10, 3, EARLY)
    elif case == "twice":
        scene.queue(10, 2, EARLY, rank=2)
    elif case == "family":
        scene.list(3, cap=5)
        scene.queue(10, 3, EARLY, rank=2, family=1)
        scene.rows["queue"][0]["family_id"] = 2
    elif case == "unplaced":
        scene.unplaced(10, EARLY)
    else:
        scene.membership(11, 4)
    return scene


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("two lists", "more than one list"),
        ("cap", "cap is below zero"),
        ("rank", "same rank"),
        ("twice", "same list_id"),
        ("family", "more than one family"),
        ("unplaced", "among those without one"),
        ("unknown list", "lists that do not exist"),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_refused(planned, case, words):
    with pytest.raises(DataError, match=words):
        planned(broken(case))


def test_an_empty_snapshot_gives_an_empty_plan(planned):
    scene = Scene()
    scene.municipality(HOME)
    plan = planned(scene)
    assert (plan.moves.num_rows, plan.header.counts, plan.header.exceptions) == (0, {}, {})
