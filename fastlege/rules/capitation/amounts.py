"""The amounts of all lists at once: counts by cell times rates by cell, in whole numbers, rounded once to whole øre."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.money import divide_half_up_columns
from fastlege.rules.capitation.adjusted.columns import AdjustedAmounts, adjusted_amounts
from fastlege.rules.capitation.cells import CellScheme
from fastlege.rules.capitation.counting import CellCounts
from fastlege.rules.capitation.one_list import base_grant_of_month, months_earlier
from fastlege.rules.capitation.register_day import RegisterDay
from fastlege.rules.capitation.terms import CapitationTerms, EqualisationAmount, EqualisationTerms, MeanList, MonthTerms

_ORE = 100


@dataclass(frozen=True)
class CellRates:
    """Yearly rates of the cells in kroner times `scale`, all whole numbers.

    Each person beyond the knee, whoever it is, takes off `less_beyond_knee`; without a knee nobody does.
    """

    rates: NDArray[np.int64]
    scale: int
    knee: int | None = None
    less_beyond_knee: int = 0


@dataclass(frozen=True)
class MonthAmounts:
    """Øre by list, in the order of the register day's lists.

    `base_grant` is zero where there is none, and takes the place of `capitation` where it is not: the list's
    capitation is then what it would have been. `adjusted` holds the capitation by part where it has parts.
    """

    capitation: NDArray[np.int64]
    base_grant: NDArray[np.int64]
    equalisation: NDArray[np.int64]
    adjusted: AdjustedAmounts | None = None

    @property
    def has_base_grant(self) -> NDArray[np.bool_]:
        """Whether the base grant takes the place of capitation."""
        return self.base_grant > 0


def equal_rates(terms: CapitationTerms, scheme: CellScheme) -> CellRates:
    """The same rate for every cell: a flat rate, a knee, or the national mean."""
    scale = 10 ** max(0, *(-int(rate.as_tuple().exponent) for rate in (terms.below, terms.above)))
    below, above = (int(rate * scale) for rate in (terms.below, terms.above))
    return CellRates(np.full(scheme.size, below, dtype=np.int64), scale, terms.knee, below - above)


def capitation_amounts(counts: CellCounts, rates: CellRates, part_of_year: Fraction) -> NDArray[np.int64]:
    """Øre for each list: its counts by cell times the rates, its part of a year, halves away from zero."""
    year = counts.counts @ rates.rates
    if rates.knee is not None:
        year = year - np.maximum(counts.members - rates.knee, 0) * rates.less_beyond_knee
    return divide_half_up_columns(year * (_ORE * part_of_year.numerator), rates.scale * part_of_year.denominator)


def month_amounts(day: RegisterDay, counts: CellCounts, terms: MonthTerms) -> MonthAmounts:
    """All three kinds for all lists; zero where a grant is not given, did not exist or is not known."""
    own, adjusted = terms.capitation, None
    if own.weights:
        adjusted = adjusted_amounts(day, counts, own.weights, Fraction(own.below), terms.part_of_year)
        capitation = adjusted.amounts
    else:
        capitation = capitation_amounts(counts, equal_rates(own, counts.scheme), terms.part_of_year)
    return MonthAmounts(
        capitation,
        _base_grants(day, counts.members, capitation, terms),
        _equalisation_grants(day, counts.members, terms),
        adjusted,
    )


def missing_persons(
    day: RegisterDay, members: NDArray[np.int64], terms: EqualisationTerms
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By municipality, the persons that each list is paid for, as numerator and denominator; zero for none."""
    lists = day.lists_in_municipality
    residents = day.sum_by_municipality(members) if terms.mean_list is MeanList.LENGTHS else day.served
    lacking = np.maximum(terms.reference_list * lists - residents, 0)
    given = np.where((day.population < terms.population_below) & (lists > 0), lacking, 0)
    shares = np.maximum(lists, 1)
    return given, shares**2 if terms.amount_for is EqualisationAmount.MUNICIPALITY else shares


def _base_grants(
    day: RegisterDay, members: NDArray[np.int64], capitation: NDArray[np.int64], terms: MonthTerms
) -> NDArray[np.int64]:
    if terms.base_grant is None:
        return np.zeros_like(capitation)
    grant = base_grant_of_month(terms=terms.base_grant, capitation=terms.capitation, part_of_year=terms.part_of_year)
    since = np.datetime64(months_earlier(day.day, terms.base_grant.max_months))
    eligible = (
        (members <= terms.base_grant.longest_list)
        & (day.cap >= terms.base_grant.smallest_cap)
        & (day.agreement_date > since)
        & (day.agreement_date <= np.datetime64(day.day))
        & (grant > capitation)
    )
    return np.where(eligible, grant, 0)


def _equalisation_grants(day: RegisterDay, members: NDArray[np.int64], terms: MonthTerms) -> NDArray[np.int64]:
    if terms.equalisation is None:
        return np.zeros(len(members), dtype=np.int64)
    lacking, lists = missing_persons(day, members, terms.equalisation)
    each = Fraction(terms.equalisation.rate) * _ORE * terms.part_of_year
    by_municipality = divide_half_up_columns(lacking * each.numerator, lists * each.denominator)
    return by_municipality[day.municipality]
