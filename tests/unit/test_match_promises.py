"""Each promise of a round notices a result that breaks it, and a result that is none is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matching_markets import EXAMPLE, columns, moment

from fastlege.kernel.errors import DataError
from fastlege.matching import properties
from fastlege.matching.market import How, Moves, Prices, RoundResult
from fastlege.matching.round import result_of, run_round, run_stages
from fastlege.matching.variants.bound import bound
from fastlege.matching.verify import lay_beside, verify

MARKET = columns(EXAMPLE)


def _result(*rows, prices=None):
    right = run_round(MARKET)
    table = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [np.empty(0, np.int64)] * 5
    return RoundResult(
        Moves(*table), right.prices if prices is None else Prices(right.prices.list_id, np.array(prices))
    )


A, Q, X = int(How.ASSIGNED), int(How.QUEUE), int(How.EXCHANGE)
RIGHT = [(11, 1, 4, X, 1), (12, 1, 3, Q, 0), (21, 2, 1, X, 1), (22, 2, 1, Q, 0), (41, 4, 2, X, 1), (51, 0, 3, A, 0)]


def _broken(result):
    return {verdict.promise: verdict.broken_by for verdict in verify(MARKET, result) if not verdict.holds}


def _without(*people):
    return [row for row in RIGHT if row[0] not in people]


def test_the_right_result_breaks_no_promise():
    assert _broken(_result(*RIGHT)) == {}


def test_a_queue_move_left_out_is_noticed():
    assert 12 in _broken(_result(*_without(12)))["queue_as_described"]


def test_an_overfull_list_is_noticed():
    # 31 and 32 enter list 4, of which only 41 leaves.
    rows = sorted([*RIGHT, (31, 3, 4, X, 2), (32, 3, 4, X, 2)])
    broken = _broken(_result(*rows))
    assert broken["lists_within_limits"] == (4,)
    assert broken["exchange_keeps_lengths"] == (3, 4)


def test_a_move_nobody_asked_for_is_noticed():
    rows = [(21, 2, 4, X, 1) if row[0] == 21 else row for row in RIGHT]
    broken = _broken(_result(*rows))
    assert broken["moves_were_asked_for"] == (21,)
    assert broken["nobody_loses"] == (21,)


def test_a_divided_family_is_noticed():
    rows = [(31, 3, 4, X, 1) if row[0] == 11 else row for row in RIGHT]
    assert _broken(_result(*sorted(rows)))["families_stay_whole"] == (31,)


def test_an_exchange_left_out_is_noticed_by_prices_and_by_the_circle_left():
    broken = _broken(_result(*_without(11, 21, 41)))
    assert broken["nothing_left_to_trade"] == (1, 2, 4)
    assert set(broken) == {"nothing_left_to_trade", "prices_prove_the_exchange"}


def test_wrong_prices_prove_nothing():
    assert _broken(_result(*RIGHT, prices=[0, 0, 0, 1 << 40])) == {"prices_prove_the_exchange": (11,)}


def test_a_wrong_ring_is_noticed():
    rows = [(*row[:4], 2) if row[0] == 21 else row for row in RIGHT]
    assert _broken(_result(*rows)) == {"rings_are_as_described": (21,)}


def test_a_family_without_a_list_is_at_home_where_its_first_is():
    plain = replace(
        EXAMPLE,
        lists=((1, 301, 0, 1, 0), (5, 4601, 2, 1, 1)),
        members=((1, 0, 4601, moment("2026-08-01")), (2, 0, 301, moment("2026-08-01"))),
        requests=tuple((person, 1, 1, moment("2026-08-01"), 3) for person in (1, 2)),
    )
    market = columns(plain)
    stages = run_stages(market)
    result = result_of(stages)
    assert result.moves.to_list.tolist() == [5, 5]
    assert [verdict.promise for verdict in verify(market, result) if not verdict.holds] == []
    assert bound(stages, result).at_most == 2


def _queue_outcome(first, second):
    """Two on list 1 want the one place on list 2; the outcome says who got it."""
    plain = replace(
        EXAMPLE,
        lists=((1, 301, 9, 1, 1), (2, 301, 1, 1, 1)),
        members=((11, 1, 301, 0), (12, 1, 301, 0)),
        requests=((11, 2, 1, moment("2025-01-01"), 0), (12, 2, 1, moment("2025-02-01"), 0)),
    )
    market = columns(plain)
    outcome = lay_beside(market, run_round(market))
    at = np.where(np.array([first, second]), 1, -1)
    state = np.where(np.array([first, second]), 1, 99)
    how = np.where(np.array([first, second]), Q, 0)
    queued = replace(outcome.queued, at=at, state=state, how=how, step=np.where(how == Q, 1, -1))
    return replace(outcome, queued=queued)


def test_passing_somebody_in_the_queue_is_noticed():
    assert properties.queue_respected(_queue_outcome(True, False)).tolist() == []
    assert properties.queue_respected(_queue_outcome(False, True)).tolist() == [2]


def test_a_switcher_before_somebody_without_a_list_is_noticed():
    plain = replace(
        EXAMPLE,
        lists=((1, 301, 9, 1, 0), (2, 301, 1, 1, 1)),
        members=((11, 1, 301, 0), (12, 0, 301, moment("2026-08-01"))),
        requests=((11, 2, 1, moment("2025-01-01"), 0),),
    )
    market = columns(plain)
    outcome = lay_beside(market, run_round(market))
    assert properties.queue_respected(outcome).tolist() == []
    queued = replace(
        outcome.queued,
        at=np.array([1, -1]),
        how=np.array([Q, 0]),
        step=np.array([1, -1]),
        first_class=np.array([False, True]),
    )
    assert properties.queue_respected(replace(outcome, queued=queued)).tolist() == [2]


def test_a_free_place_that_somebody_prefers_is_noticed():
    plain = replace(
        EXAMPLE,
        lists=((1, 301, 9, 1, 1), (2, 301, 1, 1, 1)),
        members=((11, 1, 301, 0),),
        requests=((11, 2, 1, moment("2025-01-01"), 0),),
    )
    market = columns(plain)
    outcome = lay_beside(market, run_round(market))
    queued = replace(outcome.queued, at=np.array([-1]), state=np.array([99]))
    nobody_moved = replace(outcome, queued=queued, at=np.array([0]), how=np.array([0]))
    assert properties.nothing_left_to_trade(nobody_moved).tolist() == [2]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(99, 1, 4, X, 1)], "not one the round could move"),
        ([RIGHT[1], RIGHT[0]], "not in order"),
        ([RIGHT[0], RIGHT[0]], "not in order"),
        ([(11, 1, 77, X, 1)], "to_list is not in lists.csv"),
        ([(11, 2, 4, X, 1)], "from_list is not the list"),
        ([(11, 1, 1, X, 1)], "on that list already"),
    ],
)
def test_rows_that_do_not_belong_to_the_market_are_refused(rows, message):
    with pytest.raises(DataError, match=message) as caught:
        verify(MARKET, _result(*rows))
    assert caught.value.where.startswith("result.csv, row ")


def test_a_proof_without_a_price_for_every_list_is_refused():
    right = run_round(MARKET)
    short = Prices(right.prices.list_id[1:], right.prices.price[1:])
    with pytest.raises(DataError, match="one row for each list"):
        verify(MARKET, RoundResult(right.moves, short))
