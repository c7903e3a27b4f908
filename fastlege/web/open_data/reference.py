"""Reference data: areas with their validity, rule parameters, tariffs and tariff rules, as of a day or through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from fastlege.figures.levels import Areas, Level
from fastlege.kernel.periods import Period
from fastlege.rules.dated_rows import Validity
from fastlege.rules.geography import codes_on, cooperating_on, municipalities_on
from fastlege.rules.geography.borders import all_borders
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.tariffs import load_claim_rules, load_fees


@dataclass(frozen=True)
class Dated:
    """One row of reference data, and the days it holds."""

    period: Period
    row: Mapping[str, Any]


@cache
def parameters() -> tuple[Dated, ...]:
    """The rows of the rulebook."""
    book = load_rulebook()
    return tuple(
        Dated(
            row.period,
            {
                "parameter": row.parameter,
                "value": _plain(row.value),
                "unit": row.unit,
                **_days(Validity(row.valid_from, row.valid_to)),
                "source": row.source,
                "confidence": row.confidence,
                "note": row.note,
            },
        )
        for name in book.names
        for row in book.history(name)
    )


@cache
def tariffs() -> tuple[Dated, ...]:
    """All fees, by code and day."""
    rows = sorted(load_fees(), key=lambda fee: (fee.code, fee.validity.period.start))
    return tuple(
        Dated(
            fee.validity.period,
            {
                "code": fee.code,
                "name": fee.name,
                "contact_type": fee.contact_type,
                "amount": fee.amount,
                "patient_share": fee.patient_share,
                **_days(fee.validity),
                "source": fee.source,
                "confidence": fee.confidence,
            },
        )
        for fee in rows
    )


@cache
def tariff_rules() -> tuple[Dated, ...]:
    """All rules on claims, by code and day."""
    rows = sorted(load_claim_rules(), key=lambda each: (each.code, each.rule, each.validity.period.start, each.line))
    return tuple(
        Dated(
            each.validity.period,
            {
                "code": each.code,
                "rule": each.rule,
                "argument": each.argument,
                **_days(each.validity),
                "source": each.source,
                "confidence": each.confidence,
                "note": each.note,
            },
        )
        for each in rows
    )


@cache
def areas() -> tuple[Dated, ...]:
    """The areas of every level and every period of borders; one that was the same before and after is one row."""
    found: list[Dated] = []
    last: dict[tuple[Level, str], int] = {}
    for borders in all_borders():
        for each in _on_borders(borders.period):
            name = (each.row["level"], each.row["code"])
            at = last.get(name)
            if at is not None and _goes_on(found[at], each):
                found[at] = Dated(Period(found[at].period.start, each.period.end), each.row)
            else:
                last[name] = len(found)
                found.append(each)
    order = {level: place for place, level in enumerate(Level)}
    found.sort(key=lambda each: (order[each.row["level"]], each.row["code"], each.period.start))
    return tuple(Dated(each.period, {**each.row, **_area_days(each)}) for each in found)


def _on_borders(period: Period) -> Iterable[Dated]:
    day = period.start
    table = municipalities_on(day)
    county = dict(zip(table["municipality"].to_pylist(), table["county"].to_pylist(), strict=True))
    served = cooperating_on(day)
    known = Areas(table)
    for level in Level:
        for code in known.codes(level):
            own = level is Level.MUNICIPALITY
            row = {
                "level": level,
                "code": code,
                "name": known.name(level, code),
                "county": county[code] if own else None,
                "served_by": served.get(code) if own else None,
            }
            yield Dated(period, row)


def _goes_on(earlier: Dated, later: Dated) -> bool:
    return earlier.period.end == later.period.start and earlier.row == later.row


def _area_days(each: Dated) -> dict[str, Any]:
    end, code = each.period.end, each.row["code"]
    after: tuple[str, ...] = ()
    if end is not None and each.row["level"] is Level.MUNICIPALITY:
        after = codes_on(code, was_on=end - timedelta(days=1), on=end)
    return {"valid_from": each.period.start, "valid_to": each.period.last_day, "followed_by": after}


def _days(validity: Validity) -> dict[str, date | None]:
    return {"valid_from": validity.first, "valid_to": validity.last}


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def area_codes() -> frozenset[str]:
    """The codes of all areas that there have been since the first borders that are known."""
    return frozenset(each.row["code"] for each in areas())
