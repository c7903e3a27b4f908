"""A round: from a snapshot and a day to a plan of moves."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.metadata import version

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus
from fastlege.planning.days import check_day
from fastlege.planning.grounds import GROUNDS
from fastlege.planning.market.arrays import NOWHERE, Market
from fastlege.planning.market.assembly import read_market
from fastlege.planning.places.giving import give_out
from fastlege.planning.places.ledger import Outcome
from fastlege.planning.places.nearness import NearLists
from fastlege.planning.plan import Header, Plan, sealed
from fastlege.planning.reading import collect, scan
from fastlege.rules.parameters import Rulebook

EFFECTIVE_DAY = "switch.effective_day"
MOST_QUEUES = "waiting.max_simultaneous"


def plan_round(snapshot: Snapshot, *, on: date, seed: int, book: Rulebook) -> Plan:
    """Plan the round that takes effect on a day. The same snapshot, day, seed and rules give the same plan.

    Raises `DataError` when the day is not one on which lists change, or lies before the snapshot's day, and when the
    snapshot contradicts itself.
    """
    check_day(snapshot, on=on, book=book, rule=EFFECTIVE_DAY)
    _check_seed(seed)
    market = read_market(snapshot, on=on, book=book)
    outcome = give_out(market, seed=seed, book=book)
    moves = _moves(snapshot, market, outcome, book)
    opened, closed = _status_changes(market, outcome)
    header = Header(
        on=on,
        as_of=snapshot.as_of,
        seed=seed,
        input_digest=snapshot.digest(),
        rule_digest=book.digest(),
        software=version("fastlege"),
        counts=dict(sorted(Counter(moves["reason"]).items())),
        exceptions=_exceptions(market, outcome),
        unusual=_unusual(market, outcome, book),
        lists_opened=opened,
        lists_closed=closed,
    )
    return sealed(header, moves.to_arrow())


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise DataError(f"the seed is {seed}; it must not be below zero.", remedy="Give a whole number from 0.")


def _moves(snapshot: Snapshot, market: Market, outcome: Outcome, book: Rulebook) -> pl.DataFrame:
    """One row for each person whose list changed; the queue place that was met is looked up for its day and rank."""
    persons, list_id = market.persons, market.lists.list_id
    moved = np.flatnonzero(outcome.stands_on != persons.stands_on)
    was = persons.stands_on[moved]
    moves = pl.DataFrame(
        {
            "person_id": persons.person_id[moved],
            "from_list": pl.Series(list_id[was] if len(list_id) else was).set(pl.Series(was == NOWHERE), None),
            "to_list": list_id[outcome.stands_on[moved]],
            "explanation_key": [str(outcome.how[person]) for person in moved.tolist()],
        },
        schema_overrides={"explanation_key": pl.String},
    )
    grounds = pl.DataFrame(
        [(how.value, ground.reason.value, ground.chosen, ground.rule) for how, ground in GROUNDS.items()],
        schema=["explanation_key", "reason", "chosen", "rule"],
        orient="row",
    )
    used = grounds["rule"].unique(maintain_order=True).to_list()
    sources = pl.DataFrame({"rule": used, "rule_source": [book.row(rule, on=market.on).source for rule in used]})
    queue = collect(scan(snapshot, "queue").select("person_id", "rank", "requested_at", to_list="list_id"), snapshot)
    since = pl.col("requested_at").dt.convert_time_zone("Europe/Oslo").dt.date()
    return (
        moves.join(grounds, on="explanation_key", how="left")
        .join(sources, on="rule", how="left")
        .join(queue, on=["person_id", "to_list"], how="left")
        .with_columns(
            on=pl.lit(market.on),
            cycle_id=pl.lit(None, pl.Int64),
            exchanged_from=pl.lit(None, pl.Int64),
            queued_since=since,
        )
        .sort("person_id")
    )


def _status_changes(market: Market, outcome: Outcome) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids of lists that open and that close: those with no place left, and those with enough again."""
    opened: list[int] = []
    closed: list[int] = []
    lists = market.lists
    for place in np.flatnonzero(lists.takes_part).tolist():
        before, after = lists.status[place] == ListStatus.OPEN.value, bool(outcome.is_open[place])
        if before != after:
            (opened if after else closed).append(int(lists.list_id[place]))
    return tuple(opened), tuple(closed)


def _exceptions(market: Market, outcome: Outcome) -> dict[str, int]:
    """What could not be done, by kind: what was ignored on the way in, and what found no place."""
    units, persons = market.units, market.persons
    asked = np.isin(np.arange(len(units)), market.requests.unit)
    counts = {
        **market.ignored,
        "still_without_list": int(np.count_nonzero(outcome.stands_on == NOWHERE)),
        "granted_without_place": outcome.unserved_grants,
        "queueing_with_change_decided": int(np.count_nonzero((asked & ~units.may_move)[persons.unit])),
    }
    return {kind: count for kind, count in sorted(counts.items()) if count}


def _unusual(market: Market, outcome: Outcome, book: Rulebook) -> dict[str, int]:
    """What a case worker should look at before signing."""
    lists, requests, on = market.lists, market.requests, market.on
    grew = outcome.length - lists.length
    near = NearLists(market, book)
    left = sorted(
        {market.units.municipality[unit] for unit in market.persons.unit[outcome.stands_on == NOWHERE].tolist()}
    )
    counts = {
        "lists_grown_above_cap": int(np.count_nonzero((grew > 0) & (outcome.length > lists.cap))),
        "largest_intake_of_a_list": int(grew.max(initial=0)),
        "largest_loss_of_a_list": int((-grew).max(initial=0)),
        "people_in_more_queues_than_allowed": _in_too_many_queues(requests.unit, book, on),
        "municipalities_where_people_remain_without_list": len(left),
        "municipalities_with_people_but_no_list": sum(not near.has_lists(name) for name in left),
    }
    return {kind: count for kind, count in sorted(counts.items()) if count}


def _in_too_many_queues(units: np.ndarray, book: Rulebook, on: date) -> int:
    return int(np.count_nonzero(np.bincount(units) > book.whole(MOST_QUEUES, on=on))) if len(units) else 0
