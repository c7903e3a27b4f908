"""The payment lines of one month: every list, every kind, the payee, and the trace of each amount."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.amounts import MonthAmounts, equal_rates, missing_persons, month_amounts
from fastlege.rules.capitation.cells import CellScheme, load_cells
from fastlege.rules.capitation.counting import CellCounts, count_members
from fastlege.rules.capitation.register_day import RegisterDay, register_day
from fastlege.rules.capitation.terms import BaseGrantTerms, EqualisationTerms, Kind, MonthTerms, month_terms
from fastlege.rules.parameters import Rulebook

GP, MUNICIPALITY = "gp", "municipality"
"""The payees: a self-employed GP who holds the list, or the municipality, which keeps what it does not pay out."""

LINE_SCHEMA = pa.schema(
    [
        pa.field("list_id", pa.int64(), nullable=False),
        pa.field("municipality", pa.string(), nullable=False),
        pa.field("month", pa.date32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("persons", pa.int32(), nullable=False),
        pa.field("paid_persons", pa.string(), nullable=False),
        pa.field("rate", pa.string(), nullable=False),
        pa.field("amount_ore", pa.int64(), nullable=False),
        pa.field("payee", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("trace", pa.string(), nullable=False),
        pa.field("cells", pa.list_(pa.int32())),
        pa.field("cell_persons", pa.list_(pa.int32())),
    ]
)
"""Columns of the payment lines, sorted by list and kind.

`persons` are the members of the list; `paid_persons` what the rate is multiplied by, exact ("1012", "500" or
"1180/3"); `rate` is in kroner a person and year ("675/544" around a knee); `rule` names the rule parameters and
`source` their provisions; `trace` is JSON. `cells` and `cell_persons` are the list's members by cell, zeros left out;
they stand on the line of capitation, or of the base grant in its place.
"""


@dataclass(frozen=True)
class MonthRun:
    """One month's payment lines and what they were made of."""

    month: date
    register_day: date
    terms: MonthTerms
    scheme: CellScheme
    lines: pa.Table


@dataclass(frozen=True)
class _Month:
    """What the lines of each kind are made from."""

    day: RegisterDay
    counts: CellCounts
    members: NDArray[np.int64]
    amounts: MonthAmounts
    terms: MonthTerms

    @property
    def shared_trace(self) -> dict[str, object]:
        """What the traces of all lines but those of the equalisation grant say."""
        capitation = self.terms.capitation
        trace: dict[str, object] = {**self.month_trace, "below": str(capitation.below)}
        if capitation.knee is not None:
            trace |= {"above": str(capitation.above), "knee": capitation.knee}
        return trace

    @property
    def month_trace(self) -> dict[str, object]:
        """What all traces say: how a yearly amount becomes the month's."""
        return {"formula": self.terms.formula, "part_of_year": self.terms.part_of_year_text}


def run_month(snapshot: Snapshot, month: date, book: Rulebook) -> MonthRun:
    """The payment lines for the month starting on `month`, for the lists as they stand on the snapshot's day."""
    terms, scheme = month_terms(book, month), load_cells()
    day = register_day(snapshot)
    counts = count_members(snapshot, day.list_ids, scheme, on=day.day)
    amounts = month_amounts(day, counts, equal_rates(terms.capitation, scheme), terms)
    facts = _Month(day, counts, counts.members, amounts, terms)
    parts = [_capitation_lines(facts)]
    if terms.base_grant:
        parts.append(_base_grant_lines(facts, terms.base_grant))
    if terms.equalisation:
        parts.append(_equalisation_lines(facts, terms.equalisation))
    lines = pa.concat_tables(parts).sort_by([("list_id", "ascending"), ("kind", "ascending")]).combine_chunks()
    return MonthRun(month, day.day, terms, scheme, lines)


def _capitation_lines(facts: _Month) -> pa.Table:
    places = np.flatnonzero(~facts.amounts.has_base_grant)
    persons = facts.members[places].tolist()
    traces = [{**facts.shared_trace, "persons": str(number)} for number in persons]
    paid = [str(number) for number in persons]
    return _lines(facts, Kind.CAPITATION, places, facts.amounts.capitation, paid, traces)


def _base_grant_lines(facts: _Month, terms: BaseGrantTerms) -> pa.Table:
    places = np.flatnonzero(facts.amounts.has_base_grant)
    paid = str(terms.persons_paid)
    traces = [
        {
            **facts.shared_trace,
            "persons": paid,
            "members": int(facts.members[place]),
            "cap": int(facts.day.cap[place]),
            "agreement_date": str(facts.day.agreement_date[place]),
            "in_place_of_capitation_ore": int(facts.amounts.capitation[place]),
        }
        for place in places
    ]
    return _lines(facts, Kind.BASE_GRANT, places, facts.amounts.base_grant, [paid] * len(places), traces)


def _equalisation_lines(facts: _Month, terms: EqualisationTerms) -> pa.Table:
    places = np.flatnonzero(facts.amounts.equalisation)
    lacking, lists = missing_persons(facts.day, facts.members, terms)
    residents = facts.day.sum_by_municipality(facts.members)
    towns = facts.day.municipality[places].tolist()
    traces = [
        {
            **facts.month_trace,
            "persons": f"{lacking[town]}/{lists[town]}",
            "below": str(terms.rate),
            "reference_list": terms.reference_list,
            "mean_list": terms.mean_list.value,
            "municipality_lists": int(lists[town]),
            "municipality_members": int(residents[town]),
            "municipality_population": int(facts.day.population[town]),
        }
        for town in towns
    ]
    paid = [f"{lacking[town]}/{lists[town]}" for town in towns]
    return _lines(facts, Kind.EQUALISATION_GRANT, places, facts.amounts.equalisation, paid, traces)


def _lines(
    facts: _Month,
    kind: Kind,
    places: NDArray[np.int64],
    amounts: NDArray[np.int64],
    paid_persons: Sequence[str],
    traces: Sequence[Mapping[str, object]],
) -> pa.Table:
    day, number, rows = facts.day, len(places), facts.terms.rows[kind]
    equalisation = facts.terms.equalisation if kind is Kind.EQUALISATION_GRANT else None
    rate = str(equalisation.rate) if equalisation else facts.terms.capitation.rate_text
    cells, cell_persons = _by_cell(facts.counts, places, given=equalisation is None)
    columns = {
        "list_id": day.list_ids[places],
        "municipality": [day.municipalities[town] for town in day.municipality[places]],
        "month": pa.repeat(pa.scalar(facts.terms.month, pa.date32()), number),
        "kind": [kind.value] * number,
        "persons": facts.members[places],
        "paid_persons": paid_persons,
        "rate": [rate] * number,
        "amount_ore": amounts[places],
        "payee": np.where(day.paid_to_gp[places], GP, MUNICIPALITY).tolist(),
        "rule": ["; ".join(dict.fromkeys(row.parameter for row in rows))] * number,
        "source": ["; ".join(dict.fromkeys(row.source for row in rows))] * number,
        "trace": [json.dumps(trace, sort_keys=True) for trace in traces],
        "cells": cells,
        "cell_persons": cell_persons,
    }
    return pa.table([pa.array(columns[field.name], type=field.type) for field in LINE_SCHEMA], schema=LINE_SCHEMA)


def _by_cell(counts: CellCounts, places: NDArray[np.int64], *, given: bool) -> tuple[pa.Array, pa.Array]:
    if not given:
        nothing = pa.nulls(len(places), pa.list_(pa.int32()))
        return nothing, nothing
    own = counts.counts[places]
    rows, cells = np.nonzero(own)
    ends = np.searchsorted(rows, np.arange(len(places) + 1)).astype(np.int32)
    return (
        pa.ListArray.from_arrays(ends, pa.array(cells.astype(np.int32))),
        pa.ListArray.from_arrays(ends, pa.array(own[rows, cells].astype(np.int32))),
    )
