"""Where people stand after a round: their place in line, and the points that an exchange would have asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from matching_markets import CUTOFF, DAY, EXAMPLE, columns, markets, rows

from benchmarks.plain_match import PlainMarket
from fastlege.kernel.draws import hash_text
from fastlege.matching.round import result_of, run_stages
from fastlege.matching.standing import Fate, Trade, standings


def _table(plain):
    stages = run_stages(columns(plain))
    found = standings(stages)
    lines = list(zip(*[column.tolist() for column in vars(found).values()], strict=True))
    names = list(vars(found))
    return [dict(zip(names, line, strict=True)) for line in lines], rows(result_of(stages))


def test_in_the_example_only_the_family_waits_on():
    table, _ = _table(EXAMPLE)
    assert [line["person_id"] for line in table if line["fate"] == Fate.MET] == [11, 12, 21, 22, 41]
    family = [line for line in table if line["fate"] == Fate.WAITING]
    assert [(line["person_id"], line["position"], line["ahead_persons"]) for line in family] == [(31, 1, 0), (32, 1, 0)]
    # Nobody wants to enter list 3, so nobody can leave it in an exchange; 727 points as in the description.
    assert {(line["trade"], line["points"], line["threshold"]) for line in family} == {(Trade.NO_RING, 727, 0)}


# Lists 1, 2, 3 are full and closed, as in the second example of docs/algorithms.md.
_FULL = tuple((place, 301, 2, 1, 0) for place in (1, 2, 3))
_RING = PlainMarket(
    lists=_FULL,
    members=((1, 1, 301, 0), (2, 2, 301, 0), (3, 2, 301, 0), (4, 3, 301, 0), (5, 1, 301, 0), (6, 3, 301, 0)),
    requests=tuple(
        (person, to, 1, CUTOFF - (points - 365 - 120) * DAY, 0)
        for person, to, points in ((1, 2, 1900), (2, 1, 1400), (3, 3, 1500), (4, 1, 1300))
    ),
    cutoff=CUTOFF,
    seed="s",
)


def test_who_stays_is_told_the_points_that_the_exchange_asked_for():
    table, moves = _table(_RING)
    assert [row[0] for row in moves] == [1, 3, 4]
    (left,) = [line for line in table if line["fate"] == Fate.WAITING]
    assert (left["person_id"], left["trade"], left["position"]) == (2, Trade.PRICED, 1)
    # The smallest prices make B just as well off staying: what is asked for is what B has.
    assert (left["points"], left["threshold"]) == (1400, 1400)


def test_who_moved_and_hoped_for_better_is_measured_against_the_move():
    # 1 and 2 trade places; 1 ranked list 3 higher, whose only member wants to come to list 1 very little.
    plain = PlainMarket(
        lists=_FULL,
        members=((1, 1, 301, 0), (2, 2, 301, 0), (3, 3, 301, 0), (4, 1, 301, 0), (5, 2, 301, 0), (6, 3, 301, 0)),
        requests=(
            (1, 3, 1, CUTOFF - 100 * DAY, 0),
            (1, 2, 2, CUTOFF - 100 * DAY, 0),
            (2, 1, 1, CUTOFF - 900 * DAY, 0),
            (3, 1, 1, CUTOFF, 0),
        ),
        cutoff=CUTOFF,
        seed="s",
    )
    table, moves = _table(plain)
    assert [row[:3] for row in moves] == [(1, 1, 2), (2, 2, 1)]
    better = next(line for line in table if line["person_id"] == 1 and line["rank"] == 1)
    assert (better["fate"], better["trade"], better["points"]) == (Fate.WAITING, Trade.PRICED, 585)
    assert better["threshold"] >= better["points"]


def test_a_family_left_out_of_the_exchange_is_told_so():
    # Two of a family on list 1 want list 2; only one of list 2 wants list 1.
    plain = replace(
        _RING,
        members=((1, 1, 301, 0), (2, 1, 301, 0), (3, 2, 301, 0), (4, 2, 301, 0)),
        requests=((1, 2, 1, CUTOFF, 9), (2, 2, 1, CUTOFF, 9), (3, 1, 1, CUTOFF, 0)),
    )
    table, moves = _table(plain)
    assert moves == []
    assert [line["trade"] for line in table if line["person_id"] < 3] == [Trade.DIVIDED, Trade.DIVIDED]


@settings(max_examples=150, deadline=None)
@given(markets())
def test_what_the_exchange_asked_for_is_no_less_than_any_single_person_had(plain):
    table, _ = _table(plain)
    families = {row[0] for row in plain.requests if row[4]}
    for line in table:
        if line["trade"] == Trade.PRICED and line["person_id"] not in families:
            assert line["points"] <= line["threshold"]


@settings(max_examples=150, deadline=None)
@given(markets(families=False))
def test_the_line_counts_those_who_came_before_and_still_wait(plain):
    table, moves = _table(plain)
    stands = {person: place for person, place, *_ in plain.members} | {row[0]: row[2] for row in moves}
    got = {row[0]: row[2] for row in moves if row[3] != "assigned"}
    rank_of = {(line["person_id"], line["list_id"]): line["rank"] for line in table}
    waiting = {}
    for line in table:
        person = line["person_id"]
        reached = rank_of[person, got[person]] if person in got else 99
        expected = Fate.WAITING if line["rank"] < reached else Fate.MET if line["rank"] == reached else Fate.SURPASSED
        assert line["fate"] == expected
        if expected == Fate.WAITING:
            key = (bool(stands[person]), line["requested_at"], hash_text(f"{plain.seed}:{person}"), person)
            waiting.setdefault(line["list_id"], []).append((key, line))
        else:
            assert (line["position"], line["ahead_persons"], line["trade"]) == (0, 0, Trade.NONE)
    for line_of_list in waiting.values():
        for before, (_, line) in enumerate(sorted(line_of_list, key=lambda entry: entry[0])):
            assert (line["position"], line["ahead_persons"]) == (before + 1, before)
            assert (line["trade"] == Trade.NO_PLACE) == (stands[line["person_id"]] == 0)


def test_a_market_without_anybody_has_no_standings():
    found = standings(run_stages(columns(replace(_RING, members=(), requests=()))))
    assert all(len(column) == 0 and column.dtype == np.int64 for column in vars(found).values())
