"""Chapters 9, 10, 12 and 14-16 of the annual report: posts, grants, use, surveys."""

from __future__ import annotations

from itertools import pairwise

from tools.published.identities.expenditure import PEOPLE
from tools.published.identities.ledger import Ledger
from tools.published.printed import ANNUAL, NOTHING, Table, exactly, rounded, rows

FORMS = ["physical", "electronic", "home_visit"]
KINDS = ["consultations", "simple_patient_contact", "contact_with_other_bodies", "administrative_contact"]
GRANTS = {
    "alis_agreement_incl_supervision": "doctors_with_alis_agreement",
    "supervision_only": "doctors_supervision_only",
    "unique_doctors": "unique_doctors_with_grant",
}


def services(found: Ledger) -> None:
    """All identities of these chapters."""
    _posts(found)
    _training_grants(found)
    _use(found)
    _surveys(found)


def _posts(found: Ledger) -> None:
    fte = Table(ANNUAL, "9.2", "sector", "period", measure="fte")
    found.sums(fte, 0, "total", ["municipal", "specialist"])
    changed = {
        name: Table(ANNUAL, "9.2", "sector", "period", measure=name) for name in ("change_fte", "change_percent")
    }
    years = fte.values(1)
    for sector in fte.values(0):
        for first, last, name in [*((a, b, b) for a, b in pairwise(years)), (years[0], years[-1], "2015-2025")]:
            before, after = fte.at(sector, first), fte.at(sector, last)
            found.equal("9.2", f"change {sector} {name}", after - before, changed["change_fte"].at(sector, name))
            percent = (after / before - exactly(1)) * 100
            found.equal("9.2", f"percent {sector} {name}", percent, changed["change_percent"].at(sector, name))
    rate = Table(ANNUAL, "9.2", "sector", "period", measure="fte_per_1000")
    older = Table(ANNUAL, "9.1", "period")
    for year in years:
        people = [fte.at(sector, year) / rounded(rate.text(sector, year), 2) for sector in ("municipal", "specialist")]
        found.equal("9.2", f"one population {year}", *people)
        if year in PEOPLE:
            computed = fte.at("municipal", year) * 1000 / exactly(PEOPLE[year])
            found.equal("9.2", f"population of 8.12 {year}", computed, rounded(rate.text("municipal", year), 2))
        found.equal("9.1", f"rate of 9.2 {year}", rounded(rate.text("municipal", year), 2) * 10, older.at(year))


def _training_grants(found: Ledger) -> None:
    grants = Table(ANNUAL, "10.1", "measure", "period")
    for first, last in pairwise(["2022", "2023", "2024", "2025"]):
        computed = grants.count(GRANTS["unique_doctors"], last) - grants.count(GRANTS["unique_doctors"], first)
        found.equal("10.1", f"net growth {last}", computed, grants.count("net_growth_unique_doctors", last))
    posts = Table(ANNUAL, "10.2", "position_type", "period", measure="full_positions")
    shares = Table(ANNUAL, "10.2", "position_type", "period", measure="share")
    kinds = [kind for kind in posts.values(0) if kind != "total"]
    found.sums(posts, 0, "total", kinds, counts=True)
    for kind in kinds:
        computed = posts.count(kind, "2025") / posts.count("total", "2025") * 100
        found.equal("10.2", f"share {kind} 2025", computed, shares.at(kind, "2025"))
    for year in ("2024", "2025"):
        whole = sum((shares.at(kind, year) for kind in kinds), start=NOTHING)
        found.equal("10.2", f"shares add up {year}", whole, exactly(100))
    for number, area in (("10.3", "centrality_class"), ("10.4", "county")):
        cells = Table(ANNUAL, number, area, "measure", "period")
        areas = [code for code in cells.values(0) if code != "total"]
        found.sums(cells, 0, "total", areas, counts=True)
        for measure, whole_measure in GRANTS.items():
            for year in ("2024", "2025"):
                found.same((cells, ("total", measure, year)), (grants, (whole_measure, year)))
        for code in areas:
            for year in ("2024", "2025"):
                agreed, supervised, doctors = (cells.count(code, measure, year).low for measure in GRANTS)
                fits = max(agreed, supervised) <= doctors <= agreed + supervised
                told = f"{agreed}, {supervised} and {doctors}"
                found.note(number, f"doctors of both kinds {code} {year}", fits, told)


def _use(found: Ledger) -> None:
    whole, gp, out = (Table(ANNUAL, number, "form", "period") for number in ("12.1", "12.2", "12.3"))
    for table in (whole, gp, out):
        found.sums(table, 0, "total", FORMS, counts=True)
    for form, year in whole.texts:
        computed = gp.count(form, year) + out.count(form, year)
        found.equal("12.1", f"12.2 and 12.3 {form} {year}", computed, whole.count(form, year))
    for number, beside in (("12.4", gp), ("12.5", out)):
        contacts = Table(ANNUAL, number, "contact_type", "period")
        found.sums(contacts, 0, "total", KINDS, counts=True)
        for year in contacts.values(1):
            found.same((contacts, ("consultations", year)), (beside, ("total", year)))


def _surveys(found: Ledger) -> None:
    sizes = Table(ANNUAL, "15.2", "size_class", measure="services")
    shares = Table(ANNUAL, "15.2", "size_class", measure="share_of_services")
    whole = sum((sizes.count(*key) for key in sizes.texts), start=NOTHING)
    for key in shares.texts:
        found.equal("15.2", f"share {' '.join(key)}", sizes.count(*key) / whole * 100, shares.at(*key))
    answers = Table(ANNUAL, "16.1a", "answer", "period")
    for year in answers.values(1):
        given = sum((answers.at(answer, year) for answer in answers.values(0)), start=NOTHING)
        found.equal("16.1a", f"answers add up {year}", given, exactly(100))
    web = Table(ANNUAL, "16.2", "consultation_type")
    found.sums(web, 0, "total", [kind for kind in web.values(0) if kind != "total"], counts=True)
    for number in ("16.1b", "16.3"):
        for form in {row.get("form", "") for row in rows(ANNUAL, number)}:
            numbers = [int(row["value"]) for row in rows(ANNUAL, number) if row.get("form", "") == form]
            found.note(number, f"most used first {form}", numbers == sorted(numbers, reverse=True))
    shown = sum((exactly(row["value"]) for row in rows(ANNUAL, "16.3")), start=NOTHING)
    found.note("16.3", "no more than 16.2", shown.high <= web.count("total").low)
