"""A plan: the moves of one round, each with its reason and rule, and a header that ties it to what it was made from."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import polars as pl
import pyarrow as pa

MOVES = pa.schema(
    [
        pa.field("person_id", pa.int64(), nullable=False),
        pa.field("from_list", pa.int64()),
        pa.field("to_list", pa.int64(), nullable=False),
        pa.field("on", pa.date32(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("chosen", pa.bool_(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("rule_source", pa.string(), nullable=False),
        pa.field("cycle", pa.int64()),
        pa.field("explanation_key", pa.string(), nullable=False),
        pa.field("queued_since", pa.date32()),
        pa.field("rank", pa.int8()),
    ]
)
"""Columns of a plan, one row a person who moves, sorted by person_id. `chosen` says that the person asked for it;
`queued_since` and `rank` are those of the queue place that was met; `cycle` numbers exchanges, which this version does
not make."""


@dataclass(frozen=True)
class Header:
    """What a plan was made from, by what, and what it comes to. `digest` covers all of it and every move."""

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
    """A round's moves and its header."""

    header: Header
    moves: pa.Table

    def computed_digest(self) -> str:
        """SHA-256 over the header (without its digest) and the moves as CSV."""
        total = sha256(replace(self.header, digest="").to_json().encode() + b"\n")
        text = io.BytesIO()
        moves = pl.DataFrame(self.moves)
        moves.write_csv(text)
        total.update(text.getbuffer())
        return total.hexdigest()


def sealed(header: Header, moves: pa.Table) -> Plan:
    """A plan whose header carries the digest of it all."""
    moves = moves.select(MOVES.names).cast(MOVES).sort_by("person_id").combine_chunks()
    plan = Plan(header, moves)
    return replace(plan, header=replace(header, digest=plan.computed_digest()))
