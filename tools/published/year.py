"""What a nation's year of claims has beside the published tables: expenditure, contacts, diagnoses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import duckdb

from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Level
from fastlege.figures.splits import compute_splits
from fastlege.reporting.beside import beside_published
from tools.published import names
from tools.published.cells import HIDDEN, Cell, cell_of
from tools.published.nation import Nation
from tools.published.printed import ANNUAL, STATUS, reading, rows


def year(nation: Nation) -> Iterator[Cell]:
    """What the year 2025 of claims carries."""
    yield from _expenditure(nation)
    yield from _basic_funding(nation)
    yield from _contacts(nation)
    yield from _diagnoses(nation)
    yield from _halves(nation)


def _expenditure(nation: Nation) -> Iterator[Cell]:
    """The tables that figures of expenditure refer to, and the sums of their groups."""
    by_table: dict[str, dict[str, Cell]] = defaultdict(dict)
    for each in beside_published(nation.snapshot):
        if (table := each.reference.table) in names.EXPENDITURE.values():
            shown = HIDDEN if each.counted is None else str(each.counted)
            label = " ".join(part for part in (each.figure, each.group) if part)
            by_table[table][each.group] = Cell(ANNUAL, table, label, each.reference.value, shown, each.same)
    for table, found in by_table.items():
        yield from found.values()
        for row in rows(ANNUAL, table):
            parts = names.SUMS_OF_EXPENSES.get(row["item"], ())
            if row["period"] == names.YEAR and row["measure"] == "expenditure" and parts:
                whole = sum((Fraction(found[part].counted) for part in parts), Fraction(0))
                yield cell_of(ANNUAL, table, (row["item"],), reading(row), whole)


_FUNDING = """
select coalesce(pay_form, 'all'), coalesce(item, 'sum'), coalesce(gp_on_list, 'sum'), sum(ore)::bigint
from basic_funding group by cube (pay_form, item, gp_on_list)
"""


def _basic_funding(nation: Nation) -> Iterator[Cell]:
    """Table 8.5, in thousand kroner."""
    counted = {line[:3]: line[3] for line in nation.asked(_FUNDING, "basic_funding")}
    for row in rows(ANNUAL, "8.5"):
        key = row["pay_form"], row["component"], row["list_status"]
        yield cell_of(ANNUAL, "8.5", key, reading(row), Fraction(counted.get(key, 0), 100_000))


def _contacts(nation: Nation) -> Iterator[Cell]:
    wanted = [(definition(figure), DIMENSIONS["contact_type"]) for figure, _ in names.OF_CONTACTS.values()]
    found = compute_splits(wanted, nation.snapshot, by=[Level.COUNTRY], threshold=nation.threshold).to_pylist()
    counted = {(row["figure"], row["group"]): row["numerator"] or 0 for row in found}
    for number, (figure, column) in names.OF_CONTACTS.items():
        everything = tuple(group for name, group in counted if name == figure)
        for row in rows(ANNUAL, number):
            if row["period"] == names.YEAR:
                groups = everything if row[column] == "total" else names.KINDS[row[column]]
                value = sum(counted.get((figure, group), 0) for group in groups)
                yield cell_of(ANNUAL, number, (row[column], names.YEAR), row["value"], Fraction(value))


_DIAGNOSES = """
select medium, diagnosis, count(*) from read_parquet(?)
where contact_type = 'e_consultation' and date >= ? group by medium, diagnosis
"""


def _diagnoses(nation: Nation) -> Iterator[Cell]:
    """Table 16.1: the figures count the whole year, so that its half is counted here."""
    with duckdb.connect() as connection:
        asked = [str(nation.snapshot.folder / "contacts.parquet"), date(int(names.YEAR), 7, 1)]
        found = {(medium, code): number for medium, code, number in connection.execute(_DIAGNOSES, asked).fetchall()}
    for row in rows(ANNUAL, "16.1b"):
        number = found.get((names.MEDIA[row["form"]], row["diagnosis_code"]), 0)
        words = (row["form"], row["diagnosis_code"], names.LAST_DIGITAL)
        yield _shown(cell_of(ANNUAL, "16.1b", words, row["value"], Fraction(number)), nation)


_HALVES = """
select municipality, service, contact_type, time_of_day, sum(contacts)::bigint from contacts
where half_year = 'H1' group by all
"""
# The contacts out of hours by the municipality of the doctor's list; all lists of a doctor lie in one.
_HALVES_OF_DOCTORS = """
with work as (
    select doctor_id, min(municipality) as municipality from doctor_periods join lists using (list_id) group by all)
select municipality, place, contact_type, case when evening then 'evening' else 'day' end, count(*)::bigint
from read_parquet(?) join work using (doctor_id) where place = ? and month(date) <= 6 group by all
"""
Half = tuple[str, str, str, str, int]


def _halves(nation: Nation) -> Iterator[Cell]:
    """The first half of the year of claims, beside the last half-year that the status report has."""
    by_home: list[Half] = nation.asked(_HALVES, "contacts")
    by_doctor = _out_of_hours_by_doctor(nation)
    areas = _areas(nation)
    residents = _residents(nation)
    for number, (service, time) in names.OF_HALVES.items():
        for row in rows(STATUS, number):
            if row["period"] != names.LAST_HALF:
                continue
            kind = row["contact_type"]
            at = names.HOME_VISITS_AT.get(kind, service)
            types = names.ROWS_OF_HALVES.get(kind) or (names.TYPES[kind],)
            inside = areas.get(row.get("area", ""))
            counted = by_doctor if number in names.WHERE_DOCTORS_WORK else by_home
            value = sum(
                contacts
                for place, where, what, when, contacts in counted
                if what in types and at in ("", where) and time in ("", when) and (inside is None or place in inside)
            )
            rate = row["measure"].startswith("per_100")
            words = (kind, row.get("area", ""), "per_100" if rate else "", names.LAST_HALF)
            per = Fraction(100 * value, residents) if rate else Fraction(value)
            yield _shown(cell_of(STATUS, number, words, row["value"], per), nation)


def _out_of_hours_by_doctor(nation: Nation) -> list[Half]:
    with duckdb.connect() as connection:
        for name in ("doctor_periods", "lists"):
            connection.register(name, nation.snapshot.table(name))
        asked = [str(nation.snapshot.folder / "contacts.parquet"), names.OUT_OF_HOURS]
        found: list[Half] = connection.execute(_HALVES_OF_DOCTORS, asked).fetchall()
        return found


def _residents(nation: Nation) -> int:
    nation.count(["residents"], Level.COUNTRY)
    return nation.numerator("residents")


def _areas(nation: Nation) -> dict[str, set[str]]:
    """The municipalities of size groups, and of counties as they were in 2023."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in nation.snapshot.table("municipalities").to_pylist():
        county = names.DIVIDED_COUNTIES.get(row["county"]) or row["county_name"].split(" - ")[0]
        found[county].add(row["municipality"])
        found[row["size_group"]].add(row["municipality"])
    return found


def _shown(cell: Cell, nation: Nation) -> Cell:
    """The cell as it may be shown: not where it is of too few."""
    if 0 < Fraction(cell.counted) < nation.threshold and "per_100" not in cell.cell:
        return Cell(cell.report, cell.table, cell.cell, cell.printed, HIDDEN, same=False)
    return cell
