"""Money: what a year of contacts and of basic funding cost, by part of the service and kind of expense, in whole øre.

Expenses of claims lie in the municipality where the patient lives, basic funding in that of the list. `behind` tells
how many contacts an amount was paid for, so that nobody's bill is shown; for one kind of expense, how many lines.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import Table, _

from fastlege.figures.bases.contacts import NOWHERE, OUT_OF_HOURS
from fastlege.figures.bases.tables import Base, beside, snapshot_table
from fastlege.kernel.vocabulary import Relationship

NAV_FAMILY = "L"
"""First letter of the codes that NAV pays."""
FREE_CARD = "F"
"""The ground of exemption by free card in the national list (7461)."""

CLAIM_EXPENSES = (
    "fee_reimbursements",
    "exemption_card_copayment_reimbursements",
    "other_copayment_reimbursements",
    "nav_l_fee_reimbursements",
    "copayments",
    "self_payment",
)
SEVERAL = "several"
"""In place of a kind of expense: no money, but by how many a contact with several kinds was counted too often."""
_PLACE = ("municipality", "part")


def expense_facts(on: date) -> Table:
    """Øre by municipality, part of the service and kind of expense: claims, and the basic funding of the scheme."""
    sums = claim_sums()
    nought = ibis.literal(0, "int64")
    claims = [
        sums.select(*_PLACE, expense=ibis.literal(name), ore=sums[name], behind=sums[_lines(name)])
        for name in CLAIM_EXPENSES
    ]
    paid = sum(sums[_lines(name)] for name in CLAIM_EXPENSES)
    several = sums.select(*_PLACE, expense=ibis.literal(SEVERAL), ore=nought, behind=(sums.contacts - paid))
    grants = basic_funding_facts(on).mutate(part=ibis.literal("gp_scheme"), behind=nought)
    whole = ibis.union(*claims, several, grants.select(*_PLACE, "expense", "ore", "behind"))
    return whole.group_by([*_PLACE, "expense"]).aggregate(
        ore=_.ore.sum().cast("int64"), behind=_.behind.sum().cast("int64")
    )


def _lines(expense: str) -> str:
    return f"lines_{expense}"


def basic_funding_facts(on: date) -> Table:
    """Øre of a year's basic funding by municipality, kind, pay form, and whether the list has a GP."""
    funding = snapshot_table("basic_funding")
    kinds = funding.select(
        "municipality",
        "ore",
        "item",
        expense=ibis.ifelse(funding.item == "equalisation_grant", "equalisation_grant", "base_and_capitation_grants"),
        pay_form=ibis.ifelse(funding.salaried, "salaried", "self_employed"),
        gp_on_list=ibis.ifelse(funding.has_gp, "with_gp", "without_gp"),
    )
    by = ["municipality", "item", "expense", "pay_form", "gp_on_list"]
    return kinds.group_by(by).aggregate(ore=_.ore.sum().cast("int64"))


def claim_sums() -> Table:
    """Øre of a year's claims by municipality and part of the service, a column a kind of expense and one of its lines.

    A line holds a share that was paid for the patient where the bill names a ground for it: a free card, or else age,
    pregnancy and others. The share that the rules ask is the line's part of the fee that the code's
    share is; for a line of NAV's or one that the patient pays whole it is nought.
    """
    lines, contacts = snapshot_table("claim_lines"), snapshot_table("contacts")
    rows = lines.select("claim_id", "line", "tariff", "amount", "reimbursed", "patient_share").join(
        _contacts(contacts), "claim_id"
    )
    shares = snapshot_table("tariff_shares")
    in_force = (rows.date >= shares.start) & (rows.date < shares.end)
    found = rows.left_join(shares, [rows.tariff == shares.tariff, in_force]).select(
        "municipality",
        "part",
        "line",
        "reimbursed",
        "patient_share",
        free=_.free,
        card=_.card,
        nav=rows.tariff.startswith(NAV_FAMILY),
        pays_all=_.patient_pays_all.fill_null(ibis.literal(False)),
        due=(_.amount.cast("int64") * _.share // _.fee).cast("int64").fill_null(0),
    )
    lacking = ibis.greatest(found.due - found.patient_share, ibis.literal(0)).cast("int64")
    nothing = found.nav | found.pays_all | ~found.free
    paid_for = ibis.ifelse(nothing, 0, ibis.least(lacking, found.reimbursed.cast("int64")))
    parted = found.mutate(paid_for=paid_for.cast("int64"))
    nought = ibis.literal(0, "int64")
    reimbursed, share = parted.reimbursed.cast("int64"), parted.patient_share.cast("int64")
    amounts = {
        "fee_reimbursements": ibis.ifelse(parted.nav, nought, reimbursed - parted.paid_for),
        "exemption_card_copayment_reimbursements": ibis.ifelse(parted.card, parted.paid_for, nought),
        "other_copayment_reimbursements": ibis.ifelse(parted.card, nought, parted.paid_for),
        "nav_l_fee_reimbursements": ibis.ifelse(parted.nav, reimbursed, nought),
        "copayments": ibis.ifelse(parted.pays_all, nought, share),
        "self_payment": ibis.ifelse(parted.pays_all, share, nought),
    }
    sums = {name: amount.sum().fill_null(0).cast("int64") for name, amount in amounts.items()}
    counts = {_lines(name): (amount != 0).sum().fill_null(0).cast("int64") for name, amount in amounts.items()}
    contacts_of = (parted.line == 1).sum().fill_null(0).cast("int64")
    return parted.group_by(list(_PLACE)).aggregate(**sums, **counts, contacts=contacts_of)


def _contacts(contacts: Table) -> Table:
    """Each contact with its part of the service, the patient's municipality, and whether the patient pays nothing."""
    persons = snapshot_table("persons").select("person_id", "municipality")
    periods = snapshot_table("doctor_periods")
    lis1 = periods.filter(periods.relationship == Relationship.LIS1.value).select("doctor_id", "start", "end")
    training = contacts.join(lis1, "doctor_id").filter(
        lambda row: (row.start <= row.date) & (row.end > row.date).fill_null(ibis.literal(True))
    )
    of_lis1 = training.select("claim_id").distinct().mutate(lis1=ibis.literal(True))
    details = snapshot_table("claim_details")
    exempt = details.filter(details.exemption != "").select("claim_id", card=details.exemption == FREE_CARD)
    joined = beside(contacts.select("claim_id", "person_id", "date", "place"), persons, "person_id")
    with_all = beside(beside(joined, of_lis1, "claim_id"), exempt, "claim_id")
    return with_all.select(
        "claim_id",
        "date",
        municipality=_.municipality.fill_null(NOWHERE),
        part=ibis.cases(
            (with_all.place == OUT_OF_HOURS, "out_of_hours"),
            (with_all.lis1.fill_null(ibis.literal(False)), "lis1"),
            else_="gp_scheme",
        ),
        free=_.card.notnull(),
        card=_.card.fill_null(ibis.literal(False)),
    )


_FUNDING = {"basic_funding": ("municipality", "item", "salaried", "has_gp", "ore")}
MONEY_BASES: dict[str, Base] = {
    "expenses": Base(
        expense_facts,
        {
            "claim_lines": ("claim_id", "line", "tariff", "amount", "reimbursed", "patient_share"),
            "claim_details": ("claim_id", "exemption"),
            "contacts": ("claim_id", "person_id", "doctor_id", "date", "place"),
            "persons": ("person_id", "municipality"),
            "doctor_periods": ("doctor_id", "relationship", "start", "end"),
            "tariff_shares": ("tariff", "start", "end", "share", "fee", "patient_pays_all"),
            **_FUNDING,
        },
        ("part", "expense"),
        cube=True,
    ),
    "basic_funding": Base(basic_funding_facts, _FUNDING, ("item", "expense", "pay_form", "gp_on_list"), cube=True),
}
"""Base tables of money."""
