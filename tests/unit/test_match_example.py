"""The worked example of docs/algorithms.md, to the last number."""

from __future__ import annotations

import numpy as np
import pytest
from matching_markets import CUTOFF, EXAMPLE, columns, rows

from benchmarks.plain_match import DAY, PlainMarket, plain_round
from fastlege.kernel.draws import hash_text
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.step import exchange
from fastlege.matching.lots import option_lots, unit_lots
from fastlege.matching.round import result_of, run_round, run_stages
from fastlege.matching.variants.bound import bound
from fastlege.matching.verify import verify

EXPECTED = [
    (11, 1, 4, "exchange", 1),
    (12, 1, 3, "queue", 0),
    (21, 2, 1, "exchange", 1),
    (22, 2, 1, "queue", 0),
    (41, 4, 2, "exchange", 1),
    (51, 0, 3, "assigned", 0),
]


def test_the_example_comes_out_as_described():
    assert rows(run_round(columns(EXAMPLE))) == EXPECTED


def test_the_plain_round_agrees_on_the_example():
    assert plain_round(EXAMPLE)[0] == EXPECTED


def test_the_lot_of_unit_21_is_the_published_check_value():
    assert unit_lots("example", np.array([21])).tolist() == [0x1AB1DBC1DD44ECA8]


def test_the_value_of_moving_11_to_4_is_the_published_check_value():
    part = run_stages(columns(EXAMPLE)).exchanged.traders
    value = {
        int(person): int(value) for person, value in zip(part.person[part.trader_of_option], part.value, strict=True)
    }
    # Person 11 is the first of the people, by id.
    assert value[0] == 1136646036
    assert value[0] >> 20 == 1083


def test_the_family_is_left_out_of_the_exchange_whole():
    stages = run_stages(columns(EXAMPLE))
    assert stages.units.unit_id[stages.units.size == 2].tolist() == [31]
    assert {31, 32}.isdisjoint(row[0] for row in rows(result_of(stages)))


def test_every_promise_holds_in_the_example():
    market = columns(EXAMPLE)
    assert [verdict.promise for verdict in verify(market, run_round(market)) if not verdict.holds] == []


def test_the_ring_of_greater_value_wins_and_the_prices_show_it():
    # A (0) is on list 1, B (1) and C (2) on list 2, D (3) on list 3; positions of lists count from 0.
    ids = np.arange(4)
    values = np.array([900, 0, 500, 300])
    for value_of_b, expected in ((400, [1, 1, 2, 0]), (850, [1, 0, 1, 2])):
        values[1] = value_of_b
        part = Traders(
            person=ids,
            unit=ids,
            own=np.array([0, 1, 1, 2]),
            first_option=np.arange(5),
            to=np.array([1, 0, 2, 0]),
            value=values.copy(),
            linked=np.ones(4, np.bool_),
        )
        found = exchange(part, np.ones(4, np.int64), 3)
        assert found.at.tolist() == expected
        if value_of_b == 400:
            assert found.price.tolist() == [400, 0, 100]


def test_the_bound_of_the_example_counts_the_family_as_two_persons():
    stages = run_stages(columns(EXAMPLE))
    found = bound(stages, result_of(stages))
    # Eight wait: 11, 12, 21, 22, 31, 32, 41 and 51. List 4 can take only as many as leave it: one.
    assert (found.waiting, found.at_most, found.served) == (8, 6, 6)
    assert found.share == 1.0


@pytest.mark.parametrize("length", [0, 1, 20, 44, 45, 46, 54, 55, 56, 63, 64, 119, 120, 180])
def test_lots_are_sha_256_for_seeds_of_every_length(length):
    seed = "s" * length
    assert int(unit_lots(seed, np.array([1234567890123]))[0]) == hash_text(f"{seed}:1234567890123")


def test_option_lots_are_the_highest_twenty_bits():
    assert option_lots("a", np.array([7, 8]), np.array([10, 9])).tolist() == [
        hash_text("a:7:10") >> 44,
        hash_text("a:8:9") >> 44,
    ]


def test_lots_do_not_depend_on_how_many_are_drawn_at_once():
    ids = np.arange(1, 70_001)
    assert unit_lots("x", ids)[::7000].tolist() == [hash_text(f"x:{i}") for i in ids[::7000].tolist()]


def _full(members, requests):
    """Lists 1, 2 and 3 are full and closed, so that only an exchange helps."""
    lists = tuple((place, 301, sum(1 for row in members if row[1] == place), 1, 0) for place in (1, 2, 3))
    people = tuple((person, place, 301, 0) for person, place in members)
    asked = tuple((person, to, rank, CUTOFF - days * DAY, 0) for person, to, rank, days in requests)
    return {row[0]: row[2] for row in rows(run_round(columns(PlainMarket(lists, people, asked, CUTOFF, "s"))))}


def test_it_can_pay_to_rank_a_list_higher_than_one_does():
    # A (11) prefers list 3 to list 2 and has waited 100 days, C (12) wants list 2 and has waited 80; B (21) wants 1.
    members = ((11, 1), (12, 1), (21, 2), (31, 3))
    others = ((12, 2, 1, 80), (21, 1, 1, 10))
    assert _full(members, ((11, 3, 1, 100), (11, 2, 2, 100), *others)) == {12: 2, 21: 1}
    assert _full(members, ((11, 2, 1, 100), (11, 3, 2, 100), *others)) == {11: 2, 21: 1}


def test_in_a_repeated_round_it_can_pay_to_leave_a_wish_out():
    # A (11) prefers list 3 to list 2. In the first month only B (21) offers something, in the second C (31) does.
    members = ((11, 1), (21, 2), (31, 3))
    assert _full(members, ((11, 3, 1, 100), (11, 2, 2, 100), (21, 1, 1, 10))) == {11: 2, 21: 1}
    later = ((11, 2), (21, 1), (31, 3))
    assert _full(later, ((11, 3, 1, 130), (31, 1, 1, 1))) == {}
    # Had A named list 3 alone, A would have waited a month and then exchanged with C.
    assert _full(members, ((11, 3, 1, 100), (21, 1, 1, 10))) == {}
    assert _full(members, ((11, 3, 1, 130), (21, 1, 1, 40), (31, 1, 1, 1))) == {11: 3, 31: 1}
