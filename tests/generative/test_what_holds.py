"""What still holds of a plan, on registers that have drifted at random: nothing is oversold, and little is dropped."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlege.casework.rounds.dropped import Dropped
from fastlege.casework.rounds.holding import what_holds
from fastlege.kernel.errors import DataError

IMPOSSIBLE = [None, None, None, Dropped.GONE.value, Dropped.ELSEWHERE.value, Dropped.WITHDRAWN.value]
SCHEMA = {
    "person_id": pl.Int64,
    "from_list": pl.Int64,
    "to_list": pl.Int64,
    "family_id": pl.Int64,
    "needs_room": pl.Boolean,
    "order": pl.Int64,
    "dropped": pl.String,
}


@st.composite
def drifts(draw):
    """Moves between a few lists, some of them impossible by now, and how long the lists are meanwhile."""
    lists = range(1, draw(st.integers(2, 5)) + 1)
    moves = []
    for person in range(1, draw(st.integers(0, 14)) + 1):
        origin = draw(st.sampled_from([None, *lists]))
        to = draw(st.sampled_from([each for each in lists if each != origin]))
        family = draw(st.sampled_from([None, None, None, 7, 8]))
        moves.append(
            (
                person,
                origin,
                to,
                family,
                draw(st.booleans()),
                draw(st.integers(0, 9)),
                draw(st.sampled_from(IMPOSSIBLE)),
            )
        )
    leaving = [sum(move[1] == each for move in moves) for each in lists]
    lengths = [least + draw(st.integers(0, 3)) for least in leaving]
    caps = [draw(st.integers(0, 12)) for _ in lists]
    rows = pl.DataFrame({"list_id": list(lists), "cap": caps, "length": lengths})
    return pl.DataFrame(moves, schema=SCHEMA, orient="row"), rows


def lengths_after(moves, lists):
    made = moves.filter(pl.col("dropped").is_null())
    came = dict(made["to_list"].value_counts().iter_rows())
    left = dict(made["from_list"].drop_nulls().value_counts().iter_rows())
    return {
        row["list_id"]: row["length"] + came.get(row["list_id"], 0) - left.get(row["list_id"], 0)
        for row in lists.iter_rows(named=True)
    }


@given(drifts())
def test_no_list_that_somebody_comes_to_by_queue_is_above_its_cap(drift):
    moves, lists = drift
    judged = what_holds(moves, lists)
    after, caps = lengths_after(judged, lists), dict(lists.select("list_id", "cap").iter_rows())
    for to in judged.filter(pl.col("dropped").is_null() & pl.col("needs_room"))["to_list"].to_list():
        assert after[to] <= caps[to]


@given(drifts())
def test_those_who_take_part_in_an_exchange_are_dropped_only_for_what_is_their_own_or_their_family_s(drift):
    moves, lists = drift
    judged = what_holds(moves, lists).join(moves.select("person_id", was="dropped"), on="person_id")
    for row in judged.filter(~pl.col("needs_room")).iter_rows(named=True):
        assert row["dropped"] == row["was"] or (row["dropped"] == Dropped.FAMILY.value and row["family_id"])


@given(drifts())
def test_families_that_can_move_whole_are_not_divided(drift):
    moves, lists = drift
    judged = what_holds(moves, lists)
    left_by_themselves = (Dropped.GONE.value, Dropped.ELSEWHERE.value)
    bound = judged.filter(
        pl.col("family_id").is_not_null() & ~pl.col("dropped").is_in(left_by_themselves).fill_null(False)
    )
    divided = bound.group_by("family_id", "to_list").agg(made=pl.col("dropped").is_null().n_unique())
    assert divided.filter(pl.col("made") > 1).height == 0


@given(drifts())
def test_what_was_impossible_stays_so_and_the_rows_order_does_not_matter(drift):
    moves, lists = drift
    judged = what_holds(moves, lists).sort("person_id")
    assert judged.filter(moves.sort("person_id")["dropped"].is_not_null())["dropped"].is_not_null().all()
    again = what_holds(moves.reverse(), lists.reverse()).sort("person_id")
    if moves["order"].n_unique() == moves.height:
        assert again.equals(judged)


@given(drifts())
def test_nobody_is_dropped_for_room_where_there_is_room_for_all(drift):
    moves, lists = drift
    roomy = lists.with_columns(cap=pl.lit(1000))
    assert Dropped.NO_ROOM.value not in what_holds(moves, roomy)["dropped"].to_list()


def moves_of(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def lists_of(*rows):
    return pl.DataFrame(rows, schema=["list_id", "cap", "length"], orient="row")


def test_who_came_last_in_the_queue_stays_when_a_place_has_been_taken():
    moves = moves_of((1, None, 5, None, True, 1, None), (2, None, 5, None, True, 2, None))
    judged = what_holds(moves, lists_of((5, 10, 9)))
    assert judged["dropped"].to_list() == [None, "no_room"]


def test_one_who_stays_keeps_the_place_that_was_to_be_passed_on():
    """2 was to follow 1, who has withdrawn; 3 was to follow 2."""
    moves = moves_of(
        (1, 5, 6, None, True, 1, "withdrawn"), (2, 7, 5, None, True, 2, None), (3, 8, 7, None, True, 3, None)
    )
    judged = what_holds(moves, lists_of((5, 1, 1), (6, 1, 0), (7, 1, 1), (8, 1, 1)))
    assert judged["dropped"].to_list() == ["withdrawn", "no_room", "no_room"]


def test_a_ring_is_not_unwound():
    moves = moves_of(
        (1, 5, 6, None, False, 1, "withdrawn"), (2, 6, 7, None, False, 2, None), (3, 7, 5, None, False, 3, None)
    )
    judged = what_holds(moves, lists_of((5, 1, 1), (6, 1, 1), (7, 1, 1)))
    assert judged["dropped"].to_list() == ["withdrawn", None, None]


def test_a_plan_of_another_register_is_refused():
    with pytest.raises(DataError, match="list 6, which is not in the register"):
        what_holds(moves_of((1, 5, 6, None, True, 1, None)), lists_of((5, 1, 1)))
