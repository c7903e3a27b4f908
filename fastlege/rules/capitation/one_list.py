"""The rules for one list, in plain arithmetic: what a reader can check by hand.

The columnar form is `amounts`; a generated test ties the two together. Amounts are whole øre, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import divide_half_up, to_ore
from fastlege.rules.capitation.adjusted.weights import PARTS, Weights
from fastlege.rules.capitation.cells import CellScheme
from fastlege.rules.capitation.terms import (
    BaseGrantTerms,
    CapitationTerms,
    EqualisationAmount,
    EqualisationTerms,
    MeanList,
)

_MONTHS_A_YEAR = 12


def capitation_per_year(persons: int, *, terms: CapitationTerms) -> Decimal:
    """Kroner a year for one list: a rate for each resident up to the knee, and a lower one beyond it."""
    if terms.knee is None:
        return persons * terms.below
    return min(persons, terms.knee) * terms.below + max(persons - terms.knee, 0) * terms.above


def capitation_of_month(persons: int, *, terms: CapitationTerms, part_of_year: Fraction) -> int:
    """Øre for one list and month, where all residents count alike."""
    return to_ore(Fraction(capitation_per_year(persons, terms=terms)) * part_of_year)


def has_base_grant(persons: int, *, cap: int, agreement_date: date, on: date, terms: BaseGrantTerms) -> bool:
    """A new list that is still short, though its cap is not, has the base grant for a set number of months.

    `on` is the register day, the first of a month: it must lie within the months that start at the agreement.
    """
    return (
        persons <= terms.longest_list
        and cap >= terms.smallest_cap
        and months_earlier(on, terms.max_months) < agreement_date <= on
    )


def base_grant_of_month(*, terms: BaseGrantTerms, capitation: CapitationTerms, part_of_year: Fraction) -> int:
    """Øre for one list and month: capitation for a fixed number of persons, in place of that for the list's own."""
    # Persons at the national mean, whatever their weights.
    return capitation_of_month(terms.persons_paid, terms=capitation, part_of_year=part_of_year)


def equalisation_of_month(
    *, members: int, lists: int, population: int, served: int, terms: EqualisationTerms, part_of_year: Fraction
) -> int:
    """Øre for each list of a municipality: what its mean list lacks of the reference list, at the mean rate.

    `members` are on the municipality's `lists`, and `served` is its population with that of the municipalities it runs
    the scheme for; zero where the municipality is too large or its mean list too long.
    """
    if population >= terms.population_below:
        return 0
    mean_list = Fraction(members if terms.mean_list is MeanList.LENGTHS else served, lists)
    lacking = max(terms.reference_list - mean_list, Fraction(0))
    if terms.amount_for is EqualisationAmount.MUNICIPALITY:
        lacking /= lists
    return to_ore(lacking * Fraction(terms.rate) * part_of_year)


@dataclass(frozen=True)
class Resident:
    """What capitation is told of one resident: whole numbers for the cell, class of basic unit, and whether new."""

    age: int
    sex: int
    use: int
    centrality: int
    unit_class: int
    is_newcomer: bool = False


def weight_of_resident(resident: Resident, *, weights: Weights, scheme: CellScheme) -> dict[str, Fraction]:
    """What one resident counts for by part, in persons at the national mean.

    `centrality` is the class that the weights ask for: of the municipality of residence, or of the practice.
    """
    cell = scheme.cell(age=resident.age, sex=resident.sex, use=resident.use, centrality=resident.centrality)
    if cell is None:
        raise DataError("the resident has a value outside every class.")
    by_age, of_centrality = divmod(cell, scheme.stride("use"))
    points = {
        "sex_age_use": weights.points["sex_age_use"][by_age],
        "centrality": weights.points["centrality"][of_centrality],
        "socioeconomy": weights.points["socioeconomy"][resident.unit_class - 1],
        "newcomers": int(resident.is_newcomer),
    }
    return weights.parts(1, points)


def adjusted_capitation_of_month(
    residents: Iterable[Resident], *, terms: CapitationTerms, scheme: CellScheme, part_of_year: Fraction
) -> dict[str, int]:
    """Øre for one list and month by part: what each resident counts for, added up and rounded once.

    The parts are what each adds to the rounded sum of those before it, so that they are the amount together.
    """
    if terms.weights is None:
        raise DataError("there are no weights in these terms.")
    total = dict.fromkeys(PARTS, Fraction(0))
    for resident in residents:
        for part, weight in weight_of_resident(resident, weights=terms.weights, scheme=scheme).items():
            total[part] += weight
    rate = Fraction(terms.below) * part_of_year
    sums = [to_ore(own * rate) for own in accumulate(total[part] for part in PARTS)]
    return {part: after - before for part, before, after in zip(PARTS, [0, *sums], sums, strict=False)}


def amount_of_trace(trace: Mapping[str, Any]) -> int:
    """Øre of a payment line, worked out again from nothing but its trace."""
    whole = _whole_of_trace(trace)
    if "share" not in trace:
        return whole
    return part_of(whole, before=Fraction(trace["share_before"]), share=Fraction(trace["share"]))


def part_of(amount: int, *, before: Fraction, share: Fraction) -> int:
    """What a part of an amount is in whole øre: the rounded sum with it less the rounded sum before it."""
    upto = before + share
    return divide_half_up(amount * upto.numerator, upto.denominator) - divide_half_up(
        amount * before.numerator, before.denominator
    )


def split_like(amount: int, parts: Sequence[int]) -> list[int]:
    """An amount split as these parts are, in whole øre that add up to it; a part of nothing stays nothing."""
    whole = sum(parts)
    if whole in (amount, 0):
        return list(parts)
    sums = [divide_half_up(amount * own, whole) for own in accumulate(parts)]
    return [after - before for before, after in zip([0, *sums], sums, strict=False)]


def _whole_of_trace(trace: Mapping[str, Any]) -> int:
    """Øre of the list for the month and kind, whoever shares it."""
    persons, below = Fraction(str(trace["persons"])), Fraction(str(trace["below"]))
    part_of_year = Fraction(str(trace["part_of_year"]))
    if "points" in trace:
        counts_for = {name: Fraction(each) for name, each in trace["counts_for"].items()}
        weighted = sum((points * counts_for[part] for part, points in trace["points"].items()), Fraction(0))
        return to_ore((persons * counts_for["person"] + weighted) * below * part_of_year)
    if "knee" not in trace:
        return to_ore(persons * below * part_of_year)
    knee, above = Fraction(str(trace["knee"])), Fraction(str(trace["above"]))
    year = min(persons, knee) * below + max(persons - knee, Fraction(0)) * above
    return to_ore(year * part_of_year)


def months_earlier(day: date, months: int) -> date:
    """The first of the month a number of months before the month that the day lies in."""
    number = day.year * _MONTHS_A_YEAR + day.month - 1 - months
    return date(number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, 1)
