"""Check a result, whoever made it, against its input: the promises and the proof by prices, without solving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fastlege.kernel.errors import DataError
from fastlege.matching import properties
from fastlege.matching.exchange.options import traders
from fastlege.matching.intake import Intake, take_in
from fastlege.matching.market import NO_LIST, Flags, Ints, Market, RoundResult
from fastlege.matching.properties import Outcome
from fastlege.matching.queue.places import give_out_places
from fastlege.matching.round import places_after_queue
from fastlege.matching.units import form_units

PROMISES: tuple[Callable[[Outcome], Ints], ...] = (
    properties.queue_as_described,
    properties.lists_within_limits,
    properties.exchange_keeps_lengths,
    properties.moves_were_asked_for,
    properties.families_stay_whole,
    properties.nobody_loses,
    properties.queue_respected,
    properties.nothing_left_to_trade,
    properties.prices_prove_the_exchange,
    properties.rings_are_as_described,
)


@dataclass(frozen=True)
class Verdict:
    """Whether one promise holds, what it says, and the ids (of people, units or lists) that break it."""

    promise: str
    statement: str
    broken_by: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return not self.broken_by


def verify(market: Market, result: RoundResult) -> list[Verdict]:
    """A verdict on every promise. Rows that do not belong to the market are refused."""
    outcome = lay_beside(market, result)
    return [
        Verdict(check.__name__, (check.__doc__ or "").splitlines()[0], tuple(check(outcome).tolist()))
        for check in PROMISES
    ]


def lay_beside(market: Market, result: RoundResult) -> Outcome:
    """Carry out the queue again and lay the result beside it."""
    intake = take_in(market)
    units = form_units(intake, market.terms.seed)
    queued = give_out_places(intake, units)
    before, how_before = places_after_queue(intake, units, queued)
    row, to = _checked_moves(intake, result)
    _check_prices(intake, result)
    at = intake.people.on.copy()
    how, cycle = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    at[row], how[row], cycle[row] = to, result.moves.how, result.moves.cycle
    return Outcome(
        intake=intake,
        units=units,
        queued=queued,
        traders=traders(intake, units, queued, market.terms, all_lots=True),
        before=before,
        how_before=how_before,
        at=at,
        how=how,
        cycle=cycle,
        price=result.prices.price,
    )


def _checked_moves(intake: Intake, result: RoundResult) -> tuple[Ints, Ints]:
    """The position of the person and of the list entered, for each row."""
    moves, people, lists = result.moves, intake.people, intake.lists
    row, known = _found(moves.person_id, people.person_id)
    _refuse("the person is not one the round could move.", ~known)
    _refuse("the rows are not in order of person_id, one a person.", np.diff(moves.person_id, prepend=0) <= 0)
    to, listed = _found(moves.to_list, lists.list_id)
    _refuse("to_list is not in lists.csv.", ~listed)
    on = people.on[row] if len(row) else row
    start = np.append(lists.list_id, 0)[on]
    _refuse("from_list is not the list the person is on.", start != moves.from_list)
    _refuse("the person is on that list already.", start == moves.to_list)
    return row, to


def _found(ids: Ints, table: Ints) -> tuple[Ints, Flags]:
    if len(table) == 0:
        return np.full(len(ids), NO_LIST), np.zeros(len(ids), np.bool_)
    at = np.minimum(np.searchsorted(table, ids), len(table) - 1)
    return at, table[at] == ids


def _refuse(rule: str, bad: Flags) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise DataError(rule, where=f"result.csv, row {row + 2}", remedy="This is not a result of this input.")


def _check_prices(intake: Intake, result: RoundResult) -> None:
    if not np.array_equal(result.prices.list_id, intake.lists.list_id):
        raise DataError(
            "there must be one row for each list of lists.csv, by increasing list_id.",
            where="prices.csv",
            remedy="This is not a proof for this input.",
        )
