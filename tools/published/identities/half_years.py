"""A half-year in the status report is no more than its year in the annual report."""

from __future__ import annotations

from collections.abc import Sequence

from tools.published.identities.ledger import Ledger
from tools.published.printed import ANNUAL, NOTHING, STATUS, Range, Table, rows

YEARS = ("2019", "2020", "2021", "2022", "2023")
FORMS = (("physical_consultation", "physical"), ("e_consultation", "electronic"), ("home_visit", "home_visit"))
GROUPS = {
    "simple_contact_with_patient": "simple_patient_contact",
    "contact_with_other_bodies": "contact_with_other_bodies",
    "other_administrative_contacts": "administrative_contact",
}
# Tables of chapter 3 with their rows, and where chapter 12 of the annual report has the year.
CHAPTERS = (
    ("3.1", "consultations", "physical_consultation", ("12.1", "physical")),
    ("3.1", "consultations", "e_consultation", ("12.1", "electronic")),
    ("3.1", "consultations", "all_consultations_incl_home_visits", ("12.1", "total")),
    ("3.2", "consultations", "all_gp_consultations_incl_home_visits", ("12.2", "total")),
    ("3.3", "consultations", "all_emergency_consultations_incl_home_visits", ("12.3", "total")),
    ("3.4", "home_visits", "home_visits_total", ("12.1", "home_visit")),
    ("3.4", "home_visits", "home_visits_gp", ("12.2", "home_visit")),
    ("3.4", "home_visits", "home_visits_emergency", ("12.3", "home_visit")),
)
APPENDIX = (("V3.2", "12.2", "12.4"), ("V3.3", "12.3", "12.5"))


def half_years(found: Ledger) -> None:
    """First half-years beside whole years, by table and type."""
    for number, measure, row, (other, form) in CHAPTERS:
        halves = Table(STATUS, number, "contact_type", "period", measure=measure)
        _no_more(found, (halves, [row], row), (Table(ANNUAL, other, "form", "period"), form))
    for number, consultations, contacts in APPENDIX:
        halves = Table(STATUS, number, "contact_type", "period", measure="contacts")
        for kind, form in FORMS:
            _no_more(found, (halves, [kind], kind), (Table(ANNUAL, consultations, "form", "period"), form))
        for group, whole in GROUPS.items():
            kinds = {row["contact_type"]: None for row in rows(STATUS, number) if row["contact_group"] == group}
            _no_more(found, (halves, list(kinds), group), (Table(ANNUAL, contacts, "contact_type", "period"), whole))


def _no_more(found: Ledger, half: tuple[Table, Sequence[str], str], whole: tuple[Table, str]) -> None:
    halves, kinds, name = half
    years, row = whole
    for year in YEARS:
        parts: list[Range] = [halves.count(kind, f"{year}H1") for kind in kinds]
        first, all_of_it = sum(parts, start=NOTHING), years.count(row, year)
        told = f"{first} in half of {all_of_it}"
        found.note(halves.number, f"no more than {years.number} {name} {year}", first.high <= all_of_it.low, told)
