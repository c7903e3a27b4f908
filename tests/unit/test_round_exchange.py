"""Exchanges in the month's round, what is settled before it, and what becomes of the queue places."""

import json
from datetime import date

import polars as pl
import pytest
from planning_scenes import AWAY, ON, Scene, moves_of

from fastlege.kernel.errors import DataError
from fastlege.planning.explaining import LANGUAGES, explain
from fastlege.planning.market.as_files import write_market
from fastlege.planning.round import month_of, plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
EARLY, LATE = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def planned(tmp_path):
    def plan(scene, *, seed=1):
        return plan_round(scene.write(tmp_path / "snapshot"), on=ON, seed=seed, book=BOOK)

    return plan


def full(*lists, people=range(1, 4)):
    """Full lists with three people on each: 11, 12 and 13 on list 1, and so on."""
    scene = Scene()
    for list_id in lists:
        scene.list(list_id, cap=3, status="closed")
        scene.people([10 * list_id + one for one in people], on_list=list_id)
    return scene


def places_of(plan):
    return {(row["person_id"], row["list_id"]): row for row in plan.places.to_pylist()}


def keys(plan, person, snapshot=None):
    return [statement.key for statement in explain(plan, person, snapshot=snapshot, book=BOOK)]


def test_two_who_want_each_others_list_swap(planned):
    scene = full(1, 2)
    scene.queue(11, 2, EARLY)
    scene.queue(21, 1, LATE)
    plan = planned(scene)
    assert moves_of(plan) == {11: (1, 2, "swap"), 21: (2, 1, "swap")}
    row = plan.moves.to_pylist()[0]
    assert (row["reason"], row["rule"], row["cycle_id"], row["exchanged_from"]) == ("swap", "waiting.exchange", 1, 1)


def test_three_in_a_ring_move_at_once_and_are_shown_the_ring_by_lists(planned):
    scene = full(1, 2, 3)
    for person, to in ((11, 2), (21, 3), (31, 1)):
        scene.queue(person, to, EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {11: (1, 2, "cycle"), 21: (2, 3, "cycle"), 31: (3, 1, "cycle")}
    told = explain(plan, 21, snapshot=None, book=BOOK)[0]
    assert told.facts["ring"] == (2, 3, 1, 2)
    assert "list 2 → list 3 → list 1 → list 2" in told.in_words("en")
    assert "Hansen → list 3" in told.in_words("en", {2: "Hansen"})


def test_who_waited_longest_gets_the_exchange_and_the_other_is_told_how_many_days_it_took(planned):
    scene = full(1, 2)
    scene.queue(11, 2, EARLY)
    scene.queue(12, 2, LATE)
    scene.queue(13, 2, date(2026, 1, 31))
    scene.queue(21, 1, LATE)
    plan = planned(scene)
    assert set(moves_of(plan)) == {11, 21}
    first, second = (places_of(plan)[person, 2] for person in (12, 13))
    assert [first[name] for name in ("outcome", "exchange", "position", "ahead_persons")] == [
        "list_full",
        "priced",
        1,
        0,
    ]
    # A year to enter, 242 days of waiting, four times thirty for the best rank.
    assert (first["own_points_days"], first["threshold_days"]) == (365 + 242 + 120, 365 + 242 + 120)
    assert (second["own_points_days"], second["threshold_days"]) == (365 + 212 + 120, 365 + 242 + 120)
    assert "exchange_at_the_edge" in keys(plan, 12)
    assert "exchange_asked_more" in keys(plan, 13)


def test_whoever_is_passed_by_an_exchange_is_told_that_the_place_was_not_free(planned):
    scene = full(1, 2, 3)
    scene.queue(31, 2, EARLY)
    scene.queue(11, 2, LATE)
    scene.queue(21, 1, LATE)
    plan = planned(scene)
    place = places_of(plan)[31, 2]
    assert (place["passed_by_exchange"], place["exchange"], place["position"]) == (1, "no_ring", 1)
    assert {"exchange_no_ring", "passed_by_exchange_one"} <= set(keys(plan, 31))


def test_whoever_moves_in_the_queue_and_then_exchanges_is_told_both(planned):
    scene = full(1, 2)
    scene.list(4, cap=1)
    scene.queue(11, 4, EARLY, rank=2)
    scene.queue(11, 2, EARLY)
    scene.queue(21, 4, LATE)
    plan = planned(scene)
    assert moves_of(plan) == {11: (1, 2, "swap"), 21: (2, 4, "swap")}
    assert plan.moves.to_pylist()[0]["exchanged_from"] == 4
    assert keys(plan, 11)[:2] == ["swap", "moved_on_the_way"]


def test_a_locked_list_lets_nobody_in_by_exchange_but_lets_people_out(planned):
    scene = full(1, 2)
    scene.list(3, cap=5)
    scene.rows["lists"][1]["status"] = "locked"
    scene.queue(11, 2, EARLY)
    scene.queue(21, 1, EARLY)
    scene.queue(22, 3, EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {22: (2, 3, "queue")}
    assert (places_of(plan)[11, 2]["outcome"], places_of(plan)[11, 2]["position"]) == ("list_locked", 1)


def test_a_family_stays_whole_when_one_of_them_also_asks_for_what_cannot_count(planned):
    scene = full(1)
    scene.list(2, cap=5)
    scene.list(3, cap=5, status="locked")
    scene.queue(11, 2, EARLY, family=7)
    scene.queue(12, 3, EARLY, family=7)
    plan = planned(scene)
    assert moves_of(plan) == {}
    assert places_of(plan)[11, 2]["outcome"] == "family_disagrees"


def test_a_family_waits_while_one_of_them_changes_list_already(planned):
    scene = full(1)
    scene.list(2, cap=5)
    for person in (11, 12):
        scene.queue(person, 2, EARLY, family=7)
    scene.rows["memberships"][0]["end"] = date(2026, 12, 1)
    plan = planned(scene)
    assert moves_of(plan) == {}
    assert {row["outcome"] for row in plan.places.to_pylist()} == {"change_decided"}


def test_a_family_larger_than_the_room_is_told_so_and_counts_as_one_position(planned):
    scene = full(1, 2)
    scene.list(3, cap=1)
    for person in (11, 12):
        scene.queue(person, 3, EARLY, family=7)
    scene.rows["lists"][-1]["cap"] = 1
    plan = planned(scene)
    place = places_of(plan)[12, 3]
    assert (place["outcome"], place["position"], place["ahead_persons"]) == ("family_did_not_fit", 1, 0)
    assert keys(plan, 12)[0] == "family_did_not_fit"


def test_an_exchange_that_would_divide_a_family_is_not_made(planned):
    scene = full(1, 2)
    for person in (11, 12):
        scene.queue(person, 2, EARLY, family=7)
    scene.queue(21, 1, EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {}
    assert places_of(plan)[11, 2]["exchange"] == "divided"
    assert "exchange_would_divide" in keys(plan, 11)


def test_a_right_to_enter_is_used_first_and_the_place_left_goes_to_the_queue(planned):
    scene = full(1)
    scene.list(2, cap=1)
    scene.person(30, on_list=2, birth_date=date(2020, 1, 1), mother_id=11)
    scene.queue(30, 1, LATE)
    scene.queue(12, 2, EARLY)
    plan = planned(scene)
    assert moves_of(plan) == {12: (1, 2, "queue"), 30: (2, 1, "child_of_member")}


def test_whoever_entered_by_right_can_still_get_a_list_wanted_more(planned):
    scene = full(1)
    scene.list(2, cap=5)
    scene.list(3, cap=1)
    scene.person(30, on_list=2, birth_date=date(2020, 1, 1), mother_id=11)
    scene.queue(30, 1, EARLY, rank=2)
    scene.queue(30, 3, EARLY, rank=1)
    assert moves_of(planned(scene)) == {30: (2, 3, "queue")}


def test_whoever_lost_their_place_in_a_reduction_or_closure_is_first_in_line_in_the_next_round(planned):
    """They stand among those without a list from that day: longest without one first, before everybody with a list."""
    scene = full(1)
    scene.list(2, cap=1)
    scene.queue(11, 2, date(2019, 1, 1))
    for person, since in ((51, date(2026, 8, 1)), (52, date(2026, 7, 1))):
        scene.person(person)
        scene.unplaced(person, since)
    plan = planned(scene)
    assert moves_of(plan) == {52: (None, 2, "without_list_assigned")}


def test_a_list_of_the_lists_says_how_each_was_found_and_is_left(planned):
    scene = full(1, 2)
    scene.list(3, cap=1)
    scene.queue(11, 3, EARLY)
    scene.queue(21, 3, LATE)
    lists = {row["list_id"]: row for row in planned(scene).lists.to_pylist()}
    assert [lists[3][name] for name in ("length_before", "length_after", "came_by_queue", "in_line")] == [0, 1, 1, 1]
    assert (lists[3]["status_before"], lists[3]["status_after"], lists[1]["left"]) == ("open", "closed", 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_told_has_words_without_anybody_elses_number(planned, tmp_path, language):
    scene = full(1, 2, 3)
    scene.person(90, municipality=AWAY)
    scene.unplaced(90, LATE)
    for person, to, rank in ((11, 2, 1), (11, 3, 2), (21, 1, 1), (12, 2, 1), (13, 2, 1), (31, 2, 1)):
        scene.queue(person, to, EARLY, rank=rank)
    plan = planned(scene)
    others = {row["person_id"] for row in scene.rows["persons"]}
    for person in others:
        for statement in explain(plan, person, snapshot=None, book=BOOK):
            assert statement.in_words(language)
            assert "person_id" not in statement.facts


def test_the_engine_alone_gives_the_same_moves_from_the_written_market(planned, tmp_path):
    from fastlege.matching.files import read_market
    from fastlege.matching.round import run_round

    scene = full(1, 2, 3)
    scene.list(4, cap=30, status="closed")
    scene.list(5, cap=9, status="locked")
    scene.person(90)
    scene.unplaced(90, LATE)
    for person, to, rank in ((11, 2, 1), (21, 3, 1), (31, 1, 1), (12, 4, 2), (12, 5, 1), (13, 2, 1)):
        scene.queue(person, to, EARLY, rank=rank)
    snapshot = scene.write(tmp_path / "snapshot")
    plan = plan_round(snapshot, on=ON, seed=4, book=BOOK)
    write_market(month_of(snapshot, on=ON, seed=4, book=BOOK), snapshot, tmp_path / "market")
    result = run_round(read_market(tmp_path / "market"))
    engine = zip(result.moves.person_id.tolist(), result.moves.to_list.tolist(), strict=True)
    assert dict(engine) == {person: to for person, (_, to, _) in moves_of(plan).items()}
    assert result.prices.price.tolist() == plan.lists["price"].to_pylist()
    assert json.loads((tmp_path / "market" / "round.json").read_text())["cutoff"] == "2026-08-31T21:59:59Z"
    homes = pl.read_csv(tmp_path / "market" / "members.csv", schema_overrides={"municipality": pl.String})
    assert homes["municipality"].null_count() == 0


def test_a_market_is_not_written_over_a_file(planned, tmp_path):
    snapshot = full(1).write(tmp_path / "snapshot")
    (tmp_path / "market").write_text("")
    with pytest.raises(DataError, match="is a file"):
        write_market(month_of(snapshot, on=ON, seed=1, book=BOOK), snapshot, tmp_path / "market")
