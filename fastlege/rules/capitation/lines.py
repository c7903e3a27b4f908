"""The payment lines of one month: every list, every kind, the payee, and the trace of each amount."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.columns import AdjustedAmounts, count_for
from fastlege.rules.capitation.adjusted.weights import PARTS, Weights
from fastlege.rules.capitation.amounts import MonthAmounts, missing_persons, month_amounts
from fastlege.rules.capitation.cells import CellScheme, load_cells
from fastlege.rules.capitation.counting import CellCounts
from fastlege.rules.capitation.holders import WHOLE, Part, holdings_of, parts_by_list
from fastlege.rules.capitation.one_list import months_earlier, split_like
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
        pa.field("doctor_id", pa.int64()),
        pa.field("share", pa.string(), nullable=False),
        *(pa.field(f"{part}_ore", pa.int64()) for part in PARTS),
    ]
)
"""Columns of the payment lines, sorted by list and kind, and then by doctor with the municipality last.

`persons` are the members of the list; `paid_persons` what the rate is multiplied by, exact ("1012", "500" or
"1180/3"), but for weights rounded to six decimals: the exact number follows from the trace. `rate` is in kroner a
person and year ("675/544" around a knee, the national mean with weights); `rule` names the rule parameters and
`source` their provisions; `trace` is JSON. `cells` and `cell_persons` are the list's members by cell, zeros left out;
they stand on the lines of capitation, or of the base grant in its place. `doctor_id` is the GP who is paid, none where
the municipality is; `share` is the line's part of the list's amount ("1", "17/31"), and the shares of a list and kind
add up to one. The columns by part split the amount of capitation with weights, to the øre.
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
    """What the lines of each kind are made from; `parts` are those of each list's payees."""

    day: RegisterDay
    counts: CellCounts
    members: NDArray[np.int64]
    amounts: MonthAmounts
    terms: MonthTerms
    parts: Sequence[tuple[Part, ...]]

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
    counts = counts_of(snapshot, day, terms, scheme)
    parts = parts_by_list(day, holdings_of(snapshot, day.day), month, terms.part_months)
    facts = _Month(day, counts, counts.members, month_amounts(day, counts, terms), terms, parts)
    tables = [_capitation_lines(facts)]
    if terms.base_grant:
        tables.append(_base_grant_lines(facts, terms.base_grant))
    if terms.equalisation:
        tables.append(_equalisation_lines(facts, terms.equalisation))
    order = [("list_id", "ascending"), ("kind", "ascending"), ("doctor_id", "ascending")]
    lines = pa.concat_tables(tables).sort_by(order).combine_chunks()
    return MonthRun(month, day.day, terms, scheme, lines)


def counts_of(snapshot: Snapshot, day: RegisterDay, terms: MonthTerms, scheme: CellScheme) -> CellCounts:
    """Count what the month's terms need of the members."""
    weights = terms.capitation.weights
    since = months_earlier(day.day, weights.newcomer_months) if weights else day.day
    return count_for(snapshot, day, scheme, weights, since)


def _capitation_lines(facts: _Month) -> pa.Table:
    places = np.flatnonzero(~facts.amounts.has_base_grant)
    weights, adjusted = facts.terms.capitation.weights, facts.amounts.adjusted
    if weights and adjusted:
        return _adjusted_lines(facts, places, weights, adjusted)
    persons = facts.members[places].tolist()
    traces = [{**facts.shared_trace, "persons": str(number)} for number in persons]
    paid = [str(number) for number in persons]
    return _lines(facts, Kind.CAPITATION, places, facts.amounts.capitation, paid, traces)


def _adjusted_lines(facts: _Month, places: NDArray[np.int64], weights: Weights, adjusted: AdjustedAmounts) -> pa.Table:
    counts_for = {"person": str(weights.per_person), **{part: str(weights.per_point[part]) for part in PARTS}}
    persons = facts.members[places].tolist()
    points = [dict(zip(PARTS, row, strict=True)) for row in _by_list(adjusted.points, places)]
    paid = [
        _in_decimals(sum(weights.parts(number, own).values(), Fraction(0)))
        for number, own in zip(persons, points, strict=True)
    ]
    classes = np.zeros((0, 0)) if facts.counts.by_class is None else facts.counts.by_class
    traces = []
    for place, number, own in zip(places.tolist(), persons, points, strict=True):
        traces.append(
            {
                **facts.shared_trace,
                "persons": str(number),
                "points": own,
                "counts_for": counts_for,
                "by_socioeconomic_class": classes[place].tolist(),
            }
        )
    return _lines(facts, Kind.CAPITATION, places, facts.amounts.capitation, paid, traces)


def _in_decimals(persons: Fraction) -> str:
    return str(persons) if persons.denominator == 1 else format(float(persons), ".6f")


def _by_list(columns: Mapping[str, NDArray[np.int64]], places: NDArray[np.int64]) -> list[list[int]]:
    """The values of each list in the order of the parts."""
    return np.stack([columns[part][places] for part in PARTS], axis=1).tolist()


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
            "served_population": int(facts.day.served[town]),
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
    """Lines of one kind, by list and payee. All arguments but the first two have a row for each list that gets it.

    `places` are places among the lists of the day, `amounts` whole øre of the list, before it is shared.
    """
    day, rows = facts.day, facts.terms.rows[kind]
    equalisation = facts.terms.equalisation if kind is Kind.EQUALISATION_GRANT else None
    rate = str(equalisation.rate) if equalisation else facts.terms.capitation.rate_text
    cells, cell_persons = _by_cell(facts.counts, places, given=equalisation is None)
    columns = {
        "list_id": day.list_ids[places],
        "municipality": [day.municipalities[town] for town in day.municipality[places]],
        "month": pa.repeat(pa.scalar(facts.terms.month, pa.date32()), len(places)),
        "kind": [kind.value] * len(places),
        "persons": facts.members[places],
        "paid_persons": paid_persons,
        "rate": [rate] * len(places),
        "rule": ["; ".join(dict.fromkeys(row.parameter for row in rows))] * len(places),
        "source": ["; ".join(dict.fromkeys(row.source for row in rows))] * len(places),
        "cells": cells,
        "cell_persons": cell_persons,
    }
    # A line for each payee of each list: nearly always one.
    owners = [(row, part) for row, place in enumerate(places.tolist()) for part in facts.parts[place]]
    rows_of = pa.array([row for row, _ in owners], type=pa.int64())
    of_lists = pa.table({name: pa.array(values, type=LINE_SCHEMA.field(name).type) for name, values in columns.items()})
    shared = _shared(owners, amounts[places].tolist(), traces, _parts_of(facts, kind, places))
    columns = {name: of_lists[name].take(rows_of) for name in of_lists.column_names} | shared
    return pa.table([columns[field.name] for field in LINE_SCHEMA], schema=LINE_SCHEMA)


def _parts_of(facts: _Month, kind: Kind, places: NDArray[np.int64]) -> list[list[int]] | None:
    adjusted = facts.amounts.adjusted
    return _by_list(adjusted.parts, places) if adjusted and kind is Kind.CAPITATION else None


def _shared(
    owners: Sequence[tuple[int, Part]],
    amounts: Sequence[int],
    traces: Sequence[Mapping[str, object]],
    parts: Sequence[Sequence[int]] | None,
) -> dict[str, pa.Array]:
    """The columns that differ between the payees of one list."""
    own = [part.of(amounts[row]) for row, part in owners]
    split = [
        [None] * len(PARTS) if parts is None else split_like(amount, parts[row])
        for amount, (row, _) in zip(own, owners, strict=True)
    ]
    values = {
        "amount_ore": own,
        "payee": [MUNICIPALITY if part.doctor_id is None else GP for _, part in owners],
        "trace": [json.dumps({**traces[row], **_share_trace(part)}, sort_keys=True) for row, part in owners],
        "doctor_id": [part.doctor_id for _, part in owners],
        "share": [str(part.share) for _, part in owners],
        **{f"{name}_ore": [row[place] for row in split] for place, name in enumerate(PARTS)},
    }
    return {name: pa.array(column, type=LINE_SCHEMA.field(name).type) for name, column in values.items()}


def _share_trace(part: Part) -> dict[str, str]:
    return {} if part.share == WHOLE else {"share": str(part.share), "share_before": str(part.before)}


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
