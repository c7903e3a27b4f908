"""From rows of a plan, or of the register that stores them, to statements: about a move, and about a queue place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from fastlege.planning.grounds import How
from fastlege.planning.market.lists import REOPENS_AT
from fastlege.planning.plan import Exchange, PlaceOutcome
from fastlege.planning.telling.words import Explanation
from fastlege.planning.waits.words import Wait
from fastlege.rules.parameters import Rulebook

Row = Mapping[str, Any]

_IN_LINE = (PlaceOutcome.LIST_FULL, PlaceOutcome.LIST_CLOSED)
_EXCHANGED = (How.SWAP, How.CYCLE)
_KEYS = {PlaceOutcome.NOT_RESIDENT: "wish_of_nobody_resident"}
_RULES = {
    PlaceOutcome.LIST_FULL: "waiting.order",
    PlaceOutcome.LIST_CLOSED: REOPENS_AT,
    PlaceOutcome.PLACES_KEPT: "waiting.offer_answer_within",
    PlaceOutcome.AFTER_DEADLINE: "switch.cutoff_day",
    PlaceOutcome.NOT_RESIDENT: "right.resident_in_population_register",
}


def ring_of(steps: Iterable[tuple[int, int]], start: int) -> tuple[int, ...]:
    """The lists of a ring in turn, from `start` back to it. `steps` are (list given up, list entered), one a person."""
    onward = dict(steps)
    ring = [start]
    while len(ring) == 1 or ring[-1] != start:
        ring.append(onward[ring[-1]])
    return tuple(ring)


def explain_move(move: Row, ring: tuple[int, ...], *, book: Rulebook) -> list[Explanation]:
    """What a move was: a row of a plan's moves, and for an exchange the lists of its ring."""
    facts = {name: move[name] for name in ("from_list", "to_list", "on", "queued_since", "rank")}
    facts |= cited(move["rule"], on=move["on"], book=book)
    if move["explanation_key"] not in _EXCHANGED:
        return [Explanation(move["explanation_key"], facts)]
    gave = move["exchanged_from"]
    facts |= {"gave": gave, "ring": ring, "people": len(ring) - 1}
    statements = [Explanation(move["explanation_key"], facts)]
    if gave != move["from_list"]:
        statements.append(Explanation("moved_on_the_way", {"gave": gave}))
    statements.append(
        Explanation("had_asked_since", {name: facts[name] for name in ("to_list", "queued_since", "rank")})
    )
    return statements


def explain_place(
    place: Row, listed: Row | None, own_list: int | None, *, on: date, seed: int, book: Rulebook
) -> list[Explanation]:
    """Why a queue place was not met: a row of a plan's places, the row of its list, and the list the person gives.

    Empty for a place that was met. `own_list` is the list that the person could give up in the exchange.
    """
    outcome = PlaceOutcome(place["outcome"])
    if outcome == PlaceOutcome.MET:
        return []
    facts: dict[str, Any] = {"list": place["list_id"], "rank": place["rank"]}
    if listed is not None:
        free = max(0, listed["cap"] - listed["length_after"])
        facts |= {"length": listed["length_after"], "cap": listed["cap"], "free": free}
    facts["reopens_at"] = book.whole(REOPENS_AT, on=on)
    if outcome in _RULES:
        facts |= cited(_RULES[outcome], on=on, book=book)
    told = [Explanation(_KEYS.get(outcome, outcome.value), facts)]
    if place["position"] is not None:
        told.append(_line(place))
    if place["position"] is not None and listed is not None and outcome != PlaceOutcome.LIST_LOCKED:
        told += _of_list(place, listed, outcome, facts["reopens_at"])
        told += _of_exchange(place, own_list, on=on, seed=seed, book=book)
    return told


def cited(rule: str, *, on: date, book: Rulebook) -> dict[str, str]:
    """The facts by which a statement cites a rule that holds on the day."""
    return {"rule": rule, "rule_source": book.row(rule, on=on).source}


def _line(place: Row) -> Explanation:
    facts = {"list": place["list_id"], "position": place["position"], "ahead": place["ahead_persons"]}
    key = {0: "first_in_line", 1: "in_line_one"}.get(place["ahead_persons"], "in_line")
    return Explanation(key, facts)


def _of_list(place: Row, listed: Row, outcome: PlaceOutcome, reopens_at: int) -> list[Explanation]:
    """What the list did, what has to happen before the place is given, and how long that may take."""
    did = {"list": place["list_id"], "left": listed["left"], "exchanged": listed["came_by_exchange"]}
    did["came"] = listed["came_by_queue"] + listed["came_assigned"] + listed["came_by_right"]
    told = [Explanation("list_did", did)]
    if outcome in _IN_LINE:
        over = max(0, listed["length_after"] - listed["cap"])
        needed = place["ahead_persons"] + 1 + over
        key = "what_it_takes_one" if needed == 1 else "what_it_takes"
        told.append(Explanation(key, {"needed": needed, "reopens_at": reopens_at}))
    if place["wait_basis"] is not None:
        wait = Wait(place["wait_low"], place["wait_median"], place["wait_high"], place["wait_basis"])
        told.append(Explanation("estimated_wait", {"wait": wait}))
    return told


def _of_exchange(place: Row, own_list: int | None, *, on: date, seed: int, book: Rulebook) -> list[Explanation]:
    """What the exchange asked for, and who got the list by it."""
    facts: dict[str, Any] = {"list": place["list_id"], "own_list": own_list, "seed": seed}
    facts |= {"own": place["own_points_days"], "threshold": place["threshold_days"]}
    facts |= cited("waiting.exchange", on=on, book=book)
    told = []
    if place["exchange"] == Exchange.PRICED:
        # The price is the least that proves the exchange, so the first who failed has just as much as it says.
        at_the_edge = place["own_points_days"] >= place["threshold_days"]
        told.append(Explanation("exchange_at_the_edge" if at_the_edge else "exchange_asked_more", facts))
    elif place["exchange"] == Exchange.NO_RING:
        told.append(Explanation("exchange_no_ring", facts))
    elif place["exchange"] == Exchange.DIVIDED:
        told.append(Explanation("exchange_would_divide", facts))
    elif place["exchange"] == Exchange.NO_PLACE:
        told.append(Explanation("exchange_nothing_to_give", facts))
    if passed := place["passed_by_exchange"]:
        key = "passed_by_exchange_one" if passed == 1 else "passed_by_exchange"
        told.append(Explanation(key, {"list": place["list_id"], "passed": passed}))
    return told
