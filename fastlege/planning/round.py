"""A round: from a snapshot and a day to a plan of moves."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.metadata import version

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.days import check_day
from fastlege.planning.market.assembly import MonthMarket, read_market
from fastlege.planning.places.engine import ask_engine
from fastlege.planning.places.fates import places_after
from fastlege.planning.places.lists_after import lists_after, opened_and_closed, with_lines
from fastlege.planning.places.moves import moves_of
from fastlege.planning.places.summary import exceptions, unusual
from fastlege.planning.plan import Header, Plan, sealed
from fastlege.planning.waits.filling import with_waits
from fastlege.rules.parameters import Rulebook

EFFECTIVE_DAY = "switch.effective_day"
UNPLACED_FIRST = "waiting.unplaced_before_waiting_list"
QUEUE_ORDER = "waiting.order"
EXCHANGE = "waiting.exchange"
_FIRST_COME, _RINGS = "first_come_first_served", "rings"


def plan_round(snapshot: Snapshot, *, on: date, seed: int, book: Rulebook) -> Plan:
    """Plan the round that takes effect on a day. The same snapshot, day, seed and rules give the same plan.

    Raises `DataError` when the day is not one on which lists change, or lies before the snapshot's day, and when the
    snapshot contradicts itself.
    """
    month = month_of(snapshot, on=on, seed=seed, book=book)
    answer = ask_engine(month)
    moves = moves_of(month, answer.moves, on=on, book=book)
    lists = lists_after(month, moves, answer.result.prices, on=on, book=book)
    places = places_after(month, answer.stages, moves, lists)
    places, lists = with_waits(snapshot, places, with_lines(lists, places), on=on, book=book)
    opened, closed = opened_and_closed(lists)
    header = Header(
        on=on,
        as_of=snapshot.as_of,
        seed=seed,
        input_digest=snapshot.digest(),
        rule_digest=book.digest(),
        software=version("fastlege"),
        counts=dict(sorted(Counter(moves["reason"]).items())),
        exceptions=exceptions(month, moves),
        unusual=unusual(month, moves, places, lists, book),
        lists_opened=opened,
        lists_closed=closed,
    )
    return sealed(header, *(table.to_arrow() for table in (moves, places, lists)))


def month_of(snapshot: Snapshot, *, on: date, seed: int, book: Rulebook) -> MonthMarket:
    """The market that a round on the day gives out, once day, seed and rules are known to be such that one can."""
    check_day(snapshot, on=on, book=book, rule=EFFECTIVE_DAY)
    if seed < 0:
        raise DataError(f"the seed is {seed}; it must not be below zero.", remedy="Give a whole number from 0.")
    _refuse_unknown_rules(on, book)
    return read_market(snapshot, on=on, seed=seed, book=book)


def _refuse_unknown_rules(on: date, book: Rulebook) -> None:
    """The engine carries out one order and one exchange; a rulebook that sets others must not be ignored."""
    for rule, known in ((QUEUE_ORDER, _FIRST_COME), (EXCHANGE, _RINGS)):
        if (value := book.text(rule, on=on)) != known:
            raise DataError(f"{rule} is {value!r}, which rounds do not know.", remedy=f"Use {known!r}.")
    if not book.truth(UNPLACED_FIRST, on=on):
        raise DataError(
            f"{UNPLACED_FIRST} is false on {on}, which rounds do not know.",
            remedy="Rounds can be planned for days on which people without a list come first.",
        )
