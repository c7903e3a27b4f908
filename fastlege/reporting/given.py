"""The tables that figures of expenditure are given: what the tariff asks of patients, and a year of basic funding.

The figures know neither the tariff nor the capitation; see `fastlege.figures.given`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise, product

import numpy as np
import pyarrow as pa

from fastlege.figures.given import GIVEN_TABLES
from fastlege.figures.prices import year_of_claims
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.rules.capitation.register_day import register_day
from fastlege.rules.capitation.year import paid_by_list
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.tariffs.fees import Fee, load_fees

PATIENT_PAID = "patient_paid"
_ALWAYS = (date(1900, 1, 1), date(2200, 1, 1))


def given_tables(snapshot: Snapshot, book: Rulebook | None = None) -> dict[str, pa.Table]:
    """The tables for a snapshot with claims; none for one without."""
    if not (snapshot.has("claim_lines") and snapshot.has("contacts")):
        return {}
    book = book or load_rulebook()
    year = year_of_claims(snapshot)
    return {"tariff_shares": tariff_shares(), "basic_funding": basic_funding(snapshot, year, book)}


def tariff_shares() -> pa.Table:
    """The fee and the patient's share of each code, by period.

    Between known periods, and before the first, the nearest known one holds: the share that a bill was reduced by can
    then still be told, as the same part of whatever fee the bill has.
    """
    by_code: dict[str, list[Fee]] = defaultdict(list)
    for fee in load_fees():
        if fee.amount:
            by_code[fee.code].append(fee)
    rows = [
        {
            "tariff": code,
            "start": start,
            "end": end,
            "share": (fee.patient_share or 0) * 100,
            "fee": (fee.amount or 0) * 100,
            "patient_pays_all": fee.contact_type == PATIENT_PAID,
        }
        for code, fees in by_code.items()
        for fee, start, end in _without_gaps(fees)
    ]
    return pa.Table.from_pylist(rows, GIVEN_TABLES["tariff_shares"])


def _without_gaps(fees: Sequence[Fee]) -> list[tuple[Fee, date, date]]:
    """Each fee with a period, so that every day has one: a fee holds until the next begins."""
    ordered = sorted(fees, key=lambda fee: fee.validity.period.start)
    starts = [_ALWAYS[0], *(fee.validity.period.start for fee in ordered[1:]), _ALWAYS[1]]
    return [(fee, start, end) for fee, (start, end) in zip(ordered, pairwise(starts), strict=True)]


def basic_funding(snapshot: Snapshot, year: int, book: Rulebook) -> pa.Table:
    """A year's capitation and grants of the lists as they stand, by municipality and component, in øre."""
    day = register_day(snapshot)
    rows = []
    for component, paid in paid_by_list(snapshot, day, year, book).items():
        item = _ITEMS.get(component, component)
        for salaried, has_gp in product((False, True), repeat=2):
            own = (day.salaried == salaried) & (day.has_gp == has_gp)
            by_municipality = day.sum_by_municipality(np.where(own, paid, 0)).tolist()
            rows += [
                {"municipality": place, "item": item, "salaried": salaried, "has_gp": has_gp, "ore": ore}
                for place, ore in zip(day.municipalities, by_municipality, strict=True)
                if ore
            ]
    rows.sort(key=lambda row: (row["municipality"], row["item"], row["salaried"], row["has_gp"]))
    return pa.Table.from_pylist(rows, GIVEN_TABLES["basic_funding"])


_ITEMS: Mapping[str, str] = {part: f"capitation_{part}" for part in PARTS} | {
    "socioeconomy": "capitation_socioeconomic"
}
"""The names that figures have for the parts of capitation; other components are called the same."""
