"""A plan: the moves of one round with reasons and rules, what became of every queue place, and how it leaves the lists.

The header ties the three tables to what they were made from.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

import polars as pl
import pyarrow as pa


def _schema(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=bool(rest)) for name, kind, *rest in columns])


_ID, _DAY, _TEXT, _SMALL, _COUNT = pa.int64(), pa.date32(), pa.string(), pa.int8(), pa.int32()
_OPTIONAL = True

MOVES = _schema(
    ("person_id", _ID),
    ("from_list", _ID, _OPTIONAL),
    ("to_list", _ID),
    ("on", _DAY),
    ("reason", _TEXT),
    ("chosen", pa.bool_()),
    ("rule", _TEXT),
    ("rule_source", _TEXT),
    ("cycle_id", _ID, _OPTIONAL),
    ("exchanged_from", _ID, _OPTIONAL),
    ("explanation_key", _TEXT),
    ("queued_since", _DAY, _OPTIONAL),
    ("rank", _SMALL, _OPTIONAL),
)
"""One row a person who moves, by person_id. `chosen` says that the person asked for it; `queued_since` and `rank` are
those of the queue place that was met. Those with the same `cycle_id` pass their places on in a ring; `exchanged_from`
is the list whose place they gave for it, which is another than `from_list` when they had moved in the queue first."""

PLACES = _schema(
    ("person_id", _ID),
    ("list_id", _ID),
    ("rank", _SMALL),
    ("requested_at", pa.timestamp("ms", tz="UTC")),
    ("outcome", _TEXT),
    ("position", _COUNT, _OPTIONAL),
    ("ahead_persons", _COUNT, _OPTIONAL),
    ("exchange", _TEXT, _OPTIONAL),
    ("own_points_days", _COUNT, _OPTIONAL),
    ("threshold_days", _COUNT, _OPTIONAL),
    ("passed_by_exchange", _COUNT, _OPTIONAL),
    ("wait_low", _COUNT, _OPTIONAL),
    ("wait_median", _COUNT, _OPTIONAL),
    ("wait_high", _COUNT, _OPTIONAL),
    ("wait_basis", _TEXT, _OPTIONAL),
)
"""One row a queue place that was met or that is left after the round, by person_id and rank.

`outcome` is a `PlaceOutcome`. For places that stand in line: `position`, from 1, and `ahead_persons` before them, in
the order of the queue after the round (a family is one position, its time the latest of its members). `exchange` is an
`Exchange`, what the exchange had to say; `own_points_days` and `threshold_days` what the place was worth there and what
was asked for, where that is defined. `passed_by_exchange` is how many who stood behind got the list by exchange.
The waits are in days, from the day of the round; `wait_basis` says what they rest on or why there are none."""

LISTS = _schema(
    ("list_id", _ID),
    ("municipality", _TEXT),
    ("cap", _COUNT),
    ("status_before", _TEXT),
    ("status_after", _TEXT),
    ("length_before", _COUNT),
    ("length_after", _COUNT),
    ("came_assigned", _COUNT),
    ("came_by_queue", _COUNT),
    ("came_by_exchange", _COUNT),
    ("came_by_right", _COUNT),
    ("left", _COUNT),
    ("in_line", _COUNT),
    ("price", _ID),
    ("wait_low", _COUNT, _OPTIONAL),
    ("wait_median", _COUNT, _OPTIONAL),
    ("wait_high", _COUNT, _OPTIONAL),
    ("wait_basis", _TEXT, _OPTIONAL),
)
"""One row a list in force on the day, by list_id: how the round found and leaves it, who came how, the persons in line
after it, its price (the proof of the exchange) and the wait of one who would queue on the day."""


class PlaceOutcome(StrEnum):
    """What became of a queue place in a round."""

    MET = "met"
    LIST_FULL = "list_full"
    LIST_CLOSED = "list_closed"
    PLACES_KEPT = "places_kept"
    FAMILY_DID_NOT_FIT = "family_did_not_fit"
    FAMILY_DISAGREES = "family_disagrees"
    ASKS_FIRST = "asks_first"
    CHANGE_DECIDED = "change_decided"
    LIST_LOCKED = "list_locked"
    LIST_UNKNOWN = "list_unknown"
    LIST_ENDED = "list_ended"
    OWN_LIST = "own_list"
    AFTER_DEADLINE = "after_deadline"
    WRONG_RANK = "wrong_rank"
    NOT_RESIDENT = "not_resident"


class Exchange(StrEnum):
    """What the exchange had to say to a queue place that still stands."""

    PRICED = "priced"
    NO_RING = "no_ring"
    DIVIDED = "divided"
    NO_PLACE = "no_place"


@dataclass(frozen=True)
class Header:
    """What a plan was made from, by what, and what it comes to. `digest` covers all of it and all three tables."""

    on: date
    as_of: date
    seed: int
    input_digest: str
    rule_digest: str
    software: str
    counts: Mapping[str, int]
    exceptions: Mapping[str, int]
    unusual: Mapping[str, int]
    lists_opened: tuple[int, ...]
    lists_closed: tuple[int, ...]
    places_digest: str = ""
    lists_digest: str = ""
    digest: str = ""

    def to_json(self) -> str:
        """The header as JSON, keys in order."""
        return json.dumps(asdict(self), sort_keys=True, default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> Header:
        """The header that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        days = {name: date.fromisoformat(values[name]) for name in ("on", "as_of")}
        lists = {name: tuple(values[name]) for name in ("lists_opened", "lists_closed")}
        return cls(**{**values, **days, **lists})


@dataclass(frozen=True)
class Plan:
    """A round's moves, queue places and lists, and its header."""

    header: Header
    moves: pa.Table
    places: pa.Table = field(default_factory=PLACES.empty_table)
    lists: pa.Table = field(default_factory=LISTS.empty_table)

    def computed_digest(self) -> str:
        """SHA-256 over the header (without its digest, with those of places and lists) and the moves as CSV."""
        header = replace(self.header, places_digest=digest_of(self.places), lists_digest=digest_of(self.lists))
        return _sealing(header, self.moves)


def digest_of(table: pa.Table) -> str:
    """SHA-256 over a table as CSV."""
    return sha256(_csv(table)).hexdigest()


def _csv(table: pa.Table) -> memoryview:
    text = io.BytesIO()
    pl.DataFrame(table).write_csv(text)
    return text.getbuffer()


def sealed(header: Header, moves: pa.Table, places: pa.Table | None = None, lists: pa.Table | None = None) -> Plan:
    """A plan whose header carries the digests of it all."""
    plan = Plan(
        header,
        _in_order(moves, MOVES, "person_id"),
        _in_order(PLACES.empty_table() if places is None else places, PLACES, "person_id", "rank"),
        _in_order(LISTS.empty_table() if lists is None else lists, LISTS, "list_id"),
    )
    header = replace(header, places_digest=digest_of(plan.places), lists_digest=digest_of(plan.lists))
    return replace(plan, header=replace(header, digest=_sealing(header, plan.moves)))


def _sealing(header: Header, moves: pa.Table) -> str:
    total = sha256(replace(header, digest="").to_json().encode() + b"\n")
    total.update(_csv(moves))
    return total.hexdigest()


def _in_order(table: pa.Table, schema: pa.Schema, *key: str) -> pa.Table:
    return table.select(schema.names).cast(schema).sort_by([(name, "ascending") for name in key]).combine_chunks()
