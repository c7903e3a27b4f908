"""A year of payments on one snapshot, added up as table 8.5 of the annual report groups them.

The snapshot is counted once and paid for with the rules of each month: what the year costs for these lists, if they
stand as they do on the snapshot's day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.rules.capitation.amounts import MonthAmounts, month_amounts
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.lines import counts_of
from fastlege.rules.capitation.register_day import RegisterDay, register_day
from fastlege.rules.capitation.terms import MonthTerms, month_terms
from fastlege.rules.parameters import Rulebook

BASE_GRANT, EQUALISATION, EVEN = "base_grant", "equalisation_grant", "capitation"
"""The components beside the parts of the adjusted model; `EVEN` is capitation of the models without parts."""

COMPONENTS = (BASE_GRANT, *PARTS, EVEN, EQUALISATION)
PAY_FORMS = ("salaried", "self_employed")
STATUSES = ("with_gp", "without_gp")
Groups = Mapping[tuple[str, str], NDArray[np.bool_]]


@dataclass(frozen=True)
class YearCost:
    """Øre of a year by pay form, whether the list has a GP, and component."""

    year: int
    ore: Mapping[tuple[str, str, str], int]

    def total(self, *, pay_form: str | None = None, status: str | None = None, component: str | None = None) -> int:
        """The sum over what is left open."""
        return sum(
            amount
            for (form, own, part), amount in self.ore.items()
            if pay_form in (None, form) and status in (None, own) and component in (None, part)
        )


def year_cost(snapshot: Snapshot, year: int, book: Rulebook) -> YearCost:
    """What the lists of a snapshot cost in a year, month by month."""
    day = register_day(snapshot)
    paid = paid_by_list(snapshot, day, year, book)
    return YearCost(
        year,
        {
            (form, status, part): int(paid[part][own].sum())
            for (form, status), own in list_groups(day).items()
            for part in COMPONENTS
        },
    )


def paid_by_list(snapshot: Snapshot, day: RegisterDay, year: int, book: Rulebook) -> dict[str, NDArray[np.int64]]:
    """Øre of a year by component, for each list of the snapshot's register day."""
    paid = {part: np.zeros(len(day.list_ids), dtype=np.int64) for part in COMPONENTS}
    counts, counted_for = None, None
    for terms in [month_terms(book, date(year, number, 1)) for number in range(1, 13)]:
        if counts is None or counted_for != _asked(terms):
            counts, counted_for = counts_of(snapshot, day, terms, load_cells()), _asked(terms)
        for part, amounts in paid_components(month_amounts(day, counts, terms)).items():
            paid[part] += amounts
    return paid


def list_groups(day: RegisterDay) -> Groups:
    """The lists of each pay form, with and without a GP."""
    return {
        (form, status): (day.salaried == (form == "salaried")) & (day.has_gp == (status == "with_gp"))
        for form in PAY_FORMS
        for status in STATUSES
    }


def paid_components(amounts: MonthAmounts) -> dict[str, NDArray[np.int64]]:
    """What is paid for each list by component: a base grant takes the place of all parts of capitation."""
    own = ~amounts.has_base_grant
    parts = amounts.adjusted.parts if amounts.adjusted else {EVEN: amounts.capitation}
    found = {part: np.where(own, amount, 0) for part, amount in parts.items()}
    return {**found, BASE_GRANT: amounts.base_grant, EQUALISATION: amounts.equalisation}


def _asked(terms: MonthTerms) -> tuple[object, ...] | None:
    """What the counting depends on: months that ask for the same share their counts."""
    weights = terms.capitation.weights
    return (
        None if weights is None else (weights.socioeconomy_measure, weights.counts_newcomers, weights.newcomer_months)
    )
