"""Giving out places, the whole of it: the seam where another engine takes over.

`give_out` takes the market's arrays and returns an `Outcome`; nothing else in `planning` depends on how the places were
given out. First the switches granted earlier take the places they were promised; then people without a list, longest
first; then rights to enter a closed list; then the queues.
"""

from __future__ import annotations

import numpy as np

from fastlege.kernel.draws import hash_text
from fastlege.kernel.errors import DataError
from fastlege.planning.market.arrays import NOWHERE, Market
from fastlege.planning.places.ledger import Ledger, Outcome
from fastlege.planning.places.nearness import NearLists
from fastlege.planning.places.queues import Queues
from fastlege.planning.places.steps import carry_out_grants, place_those_without_list, use_rights
from fastlege.rules.parameters import Rulebook

REOPENS_AT = "list.reopen_free_places"
UNPLACED_FIRST = "waiting.unplaced_before_waiting_list"
QUEUE_ORDER = "waiting.order"
_FIRST_COME = "first_come_first_served"


def give_out(market: Market, *, seed: int, book: Rulebook) -> Outcome:
    """Give out the places of one round. Equal times are decided by the lot h("seed:unit")."""
    _refuse_unknown_rules(market, book)
    ledger = Ledger(market, book.whole(REOPENS_AT, on=market.on), _lots(market, seed))
    near = NearLists(market, book)
    unserved = carry_out_grants(ledger)
    place_those_without_list(ledger, near)
    use_rights(ledger)
    Queues(ledger, near).serve()
    return ledger.outcome(unserved)


def _lots(market: Market, seed: int) -> list[int]:
    """The lot of each unit that it may matter for, 0 for the others: those alone in having asked when they did."""
    _, which, times = np.unique(market.requests.moment, return_inverse=True, return_counts=True)
    needed = market.units.since != NOWHERE
    needed[market.requests.unit[times[which] > 1]] = True
    ids = market.units.unit_id.tolist()
    return [hash_text(f"{seed}:{unit}") if draws else 0 for unit, draws in zip(ids, needed.tolist(), strict=True)]


def _refuse_unknown_rules(market: Market, book: Rulebook) -> None:
    """This way of giving out places carries out one order; a rulebook that sets another must not be ignored."""
    order = book.text(QUEUE_ORDER, on=market.on)
    if order != _FIRST_COME:
        raise DataError(f"{QUEUE_ORDER} is {order!r}, which rounds do not know.", remedy=f"Use {_FIRST_COME!r}.")
    if not book.truth(UNPLACED_FIRST, on=market.on):
        raise DataError(
            f"{UNPLACED_FIRST} is false on {market.on}, which rounds do not know.",
            remedy="Rounds can be planned for days on which people without a list come first.",
        )
