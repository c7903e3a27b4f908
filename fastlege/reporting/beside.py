"""Figures beside what was published: each printed value, what is counted here, and why they differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import StringIO

from fastlege.figures.catalogue import Definition, Reference
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.engine import bases_of, compute_many, countable
from fastlege.figures.levels import COUNTRY, Level, Words
from fastlege.figures.prices import year_of_claims
from fastlege.figures.splits import compute_splits
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.coverage import refuse_part
from fastlege.reporting.door import threshold_for
from fastlege.reporting.given import given_tables

UNEXPLAINED = Words("Ikke forklart", "Ikkje forklart", "Not explained")
SAME = Words("", "", "")


@dataclass(frozen=True)
class Beside:
    """One printed value and what is counted; `counted` is None where nothing is, or it may not be shown."""

    figure: str
    group: str
    reference: Reference
    counted: Decimal | None
    same: bool
    reason: Words


def beside_published(snapshot: Snapshot) -> list[Beside]:
    """All printed values of the year of a snapshot's claims, or of its month, beside those counted from it.

    What was published is of the whole country: a snapshot of a part of it is refused.
    """
    refuse_part(snapshot)
    given, threshold = given_tables(snapshot), threshold_for(snapshot)
    periods = {snapshot.as_of.strftime("%Y-%m")}
    if given:
        periods.add(str(year_of_claims(snapshot)))
    figures = [
        each for each in countable(snapshot, given) if any(printed.period in periods for printed in each.references)
    ]
    rows = BaseRows(snapshot, bases_of(figures), given=given)
    table = compute_many(figures, rows, by=[Level.COUNTRY], threshold=threshold)
    counted = {(row["figure"], ""): row["value"] for row in table.to_pylist()}
    wanted = [
        (each, DIMENSIONS[name])
        for each in figures
        for name in sorted({_dimension(each, printed.group) for printed in each.references} - {""})
    ]
    if wanted:
        groups = compute_splits(wanted, rows, by=[Level.COUNTRY], threshold=threshold)
        counted |= {(row["figure"], row["group"]): row["value"] for row in groups.to_pylist()}
    return [
        _beside(each, printed, counted.get((each.id, printed.group)))
        for each in figures
        for printed in each.references
        if printed.period in periods and printed.area == COUNTRY
    ]


def _dimension(each: Definition, group: str) -> str:
    """The dimension of a figure that has a group; one without groups of its own has those that are found."""
    if not group:
        return ""
    stated = [name for name in each.splits if group in dict(DIMENSIONS[name].groups)]
    return (stated or [name for name in each.splits if not DIMENSIONS[name].groups])[0]


def _beside(each: Definition, printed: Reference, value: float | None) -> Beside:
    counted = None if value is None else Decimal(f"{value:.{each.decimals}f}")
    places = Decimal(1).scaleb(-len(printed.value.partition(".")[2]))
    same = counted is not None and counted.quantize(places) == Decimal(printed.value)
    return Beside(
        each.id,
        printed.group,
        printed,
        counted,
        same,
        SAME if same else reason_for(each, printed.group, printed.period),
    )


def reason_for(each: Definition, group: str, period: str) -> Words:
    """Why a figure differs from what was published: the first reason that fits it, group and period, or its theme."""
    for row in _reasons():
        if row["theme"] != each.theme:
            continue
        if row["figure"] in ("", each.id) and row["group"] in ("", group) and row["period"] in ("", period):
            return Words(row["reason_nb"], row["reason_nn"], row["reason_en"])
    return UNEXPLAINED


@cache
def _reasons() -> tuple[dict[str, str], ...]:
    return tuple(_read())


def _read() -> Iterator[dict[str, str]]:
    text = (files("fastlege.figures") / "data" / "differences.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(StringIO(text))
