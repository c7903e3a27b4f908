"""The rules for one list, in plain arithmetic: what a reader can check by hand.

The columnar form is `amounts`; a generated test ties the two together. Amounts are whole øre, rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fastlege.kernel.money import to_ore
from fastlege.rules.capitation.terms import BaseGrantTerms, CapitationTerms, EqualisationTerms, MeanList

_MONTHS_A_YEAR = 12


def capitation_per_year(persons: int, *, terms: CapitationTerms) -> Decimal:
    """Kroner a year for one list: a rate for each resident up to the knee, and a lower one beyond it."""
    if terms.knee is None:
        return persons * terms.below
    return min(persons, terms.knee) * terms.below + max(persons - terms.knee, 0) * terms.above


def capitation_of_month(persons: int, *, terms: CapitationTerms, part_of_year: Fraction) -> int:
    """Øre for one list and month."""
    return to_ore(Fraction(capitation_per_year(persons, terms=terms)) * part_of_year)


def has_base_grant(persons: int, *, cap: int, agreement_date: date, on: date, terms: BaseGrantTerms) -> bool:
    """A new list that is still short, though its cap is not, has the base grant for a set number of months.

    `on` is the register day, the first of a month: it must lie within the months that start at the agreement.
    """
    return (
        persons < terms.list_below
        and cap >= terms.cap_at_least
        and months_earlier(on, terms.max_months) < agreement_date <= on
    )


def base_grant_of_month(*, terms: BaseGrantTerms, capitation: CapitationTerms, part_of_year: Fraction) -> int:
    """Øre for one list and month: capitation for a fixed number of persons, in place of that for the list's own."""
    return capitation_of_month(terms.persons_paid, terms=capitation, part_of_year=part_of_year)


def equalisation_of_month(
    *, members: int, lists: int, population: int, terms: EqualisationTerms, part_of_year: Fraction
) -> int:
    """Øre for each list of a municipality: what its mean list lacks of the reference list, at the mean rate.

    `members` are on the municipality's `lists`; zero where the municipality is too large or its mean list too long.
    """
    if population >= terms.population_below:
        return 0
    mean_list = Fraction(members if terms.mean_list is MeanList.LENGTHS else population, lists)
    return to_ore(max(terms.reference_list - mean_list, Fraction(0)) * Fraction(terms.rate) * part_of_year)


def amount_of_trace(trace: Mapping[str, object]) -> int:
    """Øre of a payment line, worked out again from nothing but its trace."""
    persons, below = Fraction(str(trace["persons"])), Fraction(str(trace["below"]))
    part_of_year = Fraction(str(trace["part_of_year"]))
    if "knee" not in trace:
        return to_ore(persons * below * part_of_year)
    knee, above = Fraction(str(trace["knee"])), Fraction(str(trace["above"]))
    year = min(persons, knee) * below + max(persons - knee, Fraction(0)) * above
    return to_ore(year * part_of_year)


def months_earlier(day: date, months: int) -> date:
    """The first of the month a number of months before the month that the day lies in."""
    number = day.year * _MONTHS_A_YEAR + day.month - 1 - months
    return date(number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, 1)
