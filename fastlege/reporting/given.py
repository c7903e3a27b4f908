"""The tables that figures of expenditure are given: what the tariff asks of patients, and a year of basic funding.

The figures know neither the tariff nor the capitation; see `fastlege.figures.given`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from fastlege.figures.given import GIVEN_TABLES
from fastlege.figures.prices import year_of_claims
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Relationship
from fastlege.rules.capitation.lines import LINE_SCHEMA, run_month
from fastlege.rules.capitation.terms import Kind
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.tariffs.fees import Fee, load_fees

PATIENT_PAID = "patient_paid"
_ALWAYS = (date(1900, 1, 1), date(2200, 1, 1))
_MONTHS = range(1, 13)


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
    amounts: dict[tuple[str, str, bool, bool], int] = defaultdict(int)
    kinds = _kinds_of_lists(snapshot)
    for month in _MONTHS:
        lines = run_month(snapshot, date(year, month, 1), book).lines
        for component, column in _components(lines):
            rows = zip(lines["list_id"].to_pylist(), lines["municipality"].to_pylist(), column.to_pylist(), strict=True)
            for list_id, municipality, ore in rows:
                if ore:
                    amounts[municipality, component, *kinds[list_id]] += ore
    rows_of = [
        {"municipality": place, "item": component, "salaried": salaried, "has_gp": has_gp, "ore": ore}
        for (place, component, salaried, has_gp), ore in sorted(amounts.items())
    ]
    return pa.Table.from_pylist(rows_of, GIVEN_TABLES["basic_funding"])


def _components(lines: pa.Table) -> list[tuple[str, pa.ChunkedArray]]:
    """The amounts of each component in the lines of a month, nought where a line is of another."""
    kind = lines["kind"]
    whole = {
        component: pc.if_else(pc.equal(kind, of_kind), lines["amount_ore"], 0)
        for component, of_kind in (("base_grant", Kind.BASE_GRANT), ("equalisation_grant", Kind.EQUALISATION_GRANT))
    }
    capitation = pc.if_else(pc.equal(kind, Kind.CAPITATION), lines["amount_ore"], 0)
    parts = {f"capitation_{name}": pc.fill_null(lines[column], 0) for name, column in _PARTS.items()}
    rest = capitation
    for part in parts.values():
        rest = pc.subtract(rest, part)
    return [*whole.items(), *parts.items(), ("capitation", rest)]


_PARTS: Mapping[str, str] = {
    {"socioeconomy": "socioeconomic"}.get(name, name): f"{name}_ore"
    for name in ("sex_age_use", "centrality", "socioeconomy", "newcomers")
    if f"{name}_ore" in LINE_SCHEMA.names
}


def _kinds_of_lists(snapshot: Snapshot) -> dict[int, tuple[bool, bool]]:
    """Whether each list is salaried, and whether it has a GP on the snapshot's day."""
    periods = snapshot.table("doctor_periods", ["list_id", "relationship", "start", "end"])
    regular = pc.equal(periods["relationship"], Relationship.REGULAR.value)
    runs = pc.and_(
        pc.less_equal(periods["start"], snapshot.as_of), pc.fill_null(pc.greater(periods["end"], snapshot.as_of), True)
    )
    with_gp = set(periods.filter(pc.and_(regular, runs))["list_id"].to_pylist())
    lists = snapshot.table("lists", ["list_id", "salaried"]).to_pylist()
    return {row["list_id"]: (row["salaried"], row["list_id"] in with_gp) for row in lists}
