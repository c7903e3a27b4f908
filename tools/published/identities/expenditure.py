"""Chapter 8 of the annual report: sums, changes, fixed prices, amounts per resident."""

from __future__ import annotations

from fractions import Fraction

from fastlege.figures.prices import SAME, price_levels
from tools.published.identities.ledger import Ledger
from tools.published.printed import ANNUAL, Table, exactly

PARTS = ["gp_scheme", "lis1", "out_of_hours", "grants"]
FUNDING = ["base_and_capitation_grants", "equalisation_grant"]
REIMBURSED = [
    *("fee_reimbursements", "exemption_card_copayment_reimbursements"),
    *("other_copayment_reimbursements", "nav_l_fee_reimbursements"),
]
PAID = ["copayments", "self_payment"]
# Each pair in current and in fixed prices.
PRICES = (("8.1", "8.2"), ("8.3", "8.4"), ("8.6", "8.7"), ("8.8", "8.9"), ("8.12", "8.13"))
# People in Norway on 1 January (Statistics Norway), by which tables 8.12 and 8.13 divide.
PEOPLE = {
    "2019": 5328212,
    "2020": 5367580,
    "2021": 5391369,
    "2022": 5425270,
    "2023": 5488984,
    "2024": 5550203,
    "2025": 5594340,
}
COMPONENTS = [
    *("base_grant", "capitation_sex_age_use", "capitation_centrality"),
    *("capitation_socioeconomic", "equalisation_grant"),
]


def levels(number: str) -> Table:
    """The amounts of a table of years, by item and year."""
    return Table(ANNUAL, number, "item", "period", measure="expenditure")


def expenditure(found: Ledger) -> None:
    """All identities of chapter 8."""
    for pair in PRICES:
        for number in pair:
            _one_table(found, number)
        _prices(found, *pair)
    for amounts, each in (("8.1", "8.12"), ("8.2", "8.13")):
        _per_resident(found, levels(amounts), levels(each))
    grants = Table(ANNUAL, "8.11", "scheme", "period")
    found.sums(grants, 0, "total", [scheme for scheme in grants.values(0) if scheme != "total"])
    _across(found, grants)
    _basic_funding(found)
    _by_pay_form(found)


def _one_table(found: Ledger, number: str) -> None:
    cells = levels(number)
    if "gp_scheme" in cells.values(0):
        found.sums(cells, 0, "total", PARTS)
    else:
        tops = ["sum_reimbursements", "sum_patient_payment"]
        if "sum_basic_funding" in cells.values(0):
            found.sums(cells, 0, "sum_basic_funding", FUNDING)
            tops.append("sum_basic_funding")
        found.sums(cells, 0, "sum_reimbursements", REIMBURSED)
        found.sums(cells, 0, "sum_patient_payment", PAID)
        found.sums(cells, 0, "total", tops)
    found.changes(cells, Table(ANNUAL, number, "item", "period", measure="change"), 1, percent=True)


def _prices(found: Ledger, current: str, fixed: str) -> None:
    now, then = levels(current), levels(fixed)
    for item, year in now.texts:
        if now.has(item, year) and then.has(item, year):
            level = exactly(Fraction(price_levels()[int(year)], SAME))
            found.equal(fixed, f"prices {item} {year}", now.at(item, year) / level, then.at(item, year))


def _per_resident(found: Ledger, amounts: Table, each: Table) -> None:
    for item, year in each.texts:
        computed = amounts.at(item, year) * 10**6 / exactly(PEOPLE[year])
        found.equal(each.number, f"per resident {item} {year}", computed, each.at(item, year))


def _across(found: Ledger, grants: Table) -> None:
    parts = [("8.1", "gp_scheme", "8.3"), ("8.1", "lis1", "8.6"), ("8.1", "out_of_hours", "8.8")]
    parts += [("8.2", "gp_scheme", "8.4"), ("8.2", "lis1", "8.7"), ("8.2", "out_of_hours", "8.9")]
    for whole, item, part in parts:
        for year in PEOPLE:
            found.same((levels(whole), (item, year)), (levels(part), ("total", year)))
    for year in PEOPLE:
        found.same((levels("8.1"), ("grants", year)), (grants, ("total", year)))


def _basic_funding(found: Ledger) -> None:
    cells = Table(ANNUAL, "8.5", "pay_form", "component", "list_status")
    found.sums(cells, 0, "all", ["salaried", "self_employed"])
    found.sums(cells, 1, "sum", COMPONENTS)
    found.sums(cells, 2, "sum", ["with_gp", "without_gp"])
    for component, item in (("sum", "sum_basic_funding"), ("equalisation_grant", "equalisation_grant")):
        computed = cells.at("all", component, "sum") / exactly(1000)
        found.equal("8.5", f"millions of 8.3 {item}", computed, levels("8.3").at(item, "2025"))


def _by_pay_form(found: Ledger) -> None:
    cells = Table(ANNUAL, "8.10", "item", "pay_form", measure="expenditure")
    found.sums(cells, 0, "total", ["reimbursements", "patient_payment"])
    found.sums(cells, 1, "total", ["salaried", "self_employed"])
    shares = Table(ANNUAL, "8.10", "item", "pay_form", measure="share")
    for item, pay_form in shares.texts:
        computed = cells.at(item, pay_form) / cells.at(item, "total") * 100
        found.equal("8.10", f"share {item} {pay_form}", computed, shares.at(item, pay_form))
    names = {"reimbursements": "sum_reimbursements", "patient_payment": "sum_patient_payment", "total": "total"}
    for item, beside in names.items():
        found.same((cells, (item, "total")), (levels("8.8"), (beside, "2025")))
