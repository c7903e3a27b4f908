"""The weights of the adjusted model, read from rows of the rulebook, and scaled so that their mean is one.

A resident counts for one person at the national mean. What they count for is a sum: a part by sex, age and use of GPs,
one by centrality, one by socio-economic class, and an extra for newcomers. How large each part is nationally, is data
too. All is whole numbers and fractions of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.adjusted.socioeconomy import CLASSES, MEASURES
from fastlege.rules.capitation.cells import CellScheme
from fastlege.rules.parameters import ParameterRow, Rulebook

PARTS = ("sex_age_use", "centrality", "socioeconomy", "newcomers")
"""The parts of a resident's weight, in the order in which an amount is split."""

SET = "capitation.weight_set"
DAMPING = "capitation.damping_factor"
CENTRALITY_MEASURE = "capitation.centrality_measure"
SOCIOECONOMY_MEASURE = "capitation.socioeconomy_measure"
NEWCOMER_EXTRA = "capitation.newcomer_extra"
NEWCOMER_MONTHS = "capitation.newcomer_months"
COMPONENTS = tuple(f"capitation.component.{part}" for part in PARTS[:3])
RESIDENCE, PRACTICE = "residence", "practice"


@dataclass(frozen=True)
class Margin:
    """The weights of the classes of one part, and the people of the reference nation in each."""

    weights: tuple[Fraction, ...]
    people: tuple[int, ...]

    @property
    def mean(self) -> Fraction:
        """The mean weight in the reference nation."""
        return sum((w * n for w, n in zip(self.weights, self.people, strict=True)), Fraction(0)) / sum(self.people)


@dataclass(frozen=True)
class Weights:
    """The adjusted model of one month.

    `points` are the classes' weights in whole numbers, by part; `per_point` is what a point of each part counts for in
    persons at the national mean, and `per_person` what every resident counts for whatever the class: the damping.
    Newcomers have one point each.
    """

    name: str
    points: dict[str, tuple[int, ...]]
    per_person: Fraction
    per_point: dict[str, Fraction]
    centrality_measure: str
    socioeconomy_measure: str
    newcomer_months: int
    rows: tuple[ParameterRow, ...]

    @property
    def counts_newcomers(self) -> bool:
        """Whether newcomers are told apart at all."""
        return self.per_point["newcomers"] > 0

    def parts(self, persons: int, points: dict[str, int]) -> dict[str, Fraction]:
        """What persons with these points count for, by part, in persons at the national mean."""
        found = {part: number * self.per_point[part] for part, number in points.items()}
        found["sex_age_use"] += persons * self.per_person
        return found


def weight_names(scheme: CellScheme) -> tuple[str, ...]:
    """The classes by age, sex and use as parameters name them ("female.30-49.3-5"), in order of the scheme's cells."""
    ages, sexes, uses = (dimension.classes for dimension in scheme.dimensions[:3])
    return tuple(f"{sex.name}.{age.name}.{use.name}" for age in ages for sex in sexes for use in uses)


def read_weights(book: Rulebook, month: date, scheme: CellScheme) -> Weights:
    """The weights that hold in a month, checked: every class has one, and the reference nation is one nation."""
    if [dimension.name for dimension in scheme.dimensions] != ["age", "sex", "use", "centrality"]:
        raise DataError("the adjusted model reads cells of age, sex, use and centrality, in that order.")
    reader = _Reader(book, month)
    name = reader.text(SET)
    where, how = reader.word(CENTRALITY_MEASURE, (RESIDENCE, PRACTICE)), reader.word(SOCIOECONOMY_MEASURE, MEASURES)
    centrality = [one.name for one in scheme.dimensions[3].classes]
    classes = [str(number) for number in range(1, CLASSES + 1)]
    margins = {
        "sex_age_use": reader.margin("", "", weight_names(scheme)),
        "centrality": reader.margin("centrality.", f"{where}.", centrality),
        "socioeconomy": reader.margin("socioeconomy.", f"{how}.", classes),
    }
    nation = {part: sum(margin.people) for part, margin in margins.items()}
    if len(set(nation.values())) != 1:
        raise DataError(f"the reference nation is not one: it has {nation} people.", where=f"{SET} on {month}")
    newcomers = Fraction(reader.whole("capitation.reference.newcomers"), nation["centrality"])
    components = [reader.fraction(name) for name in COMPONENTS]
    extra, damping = reader.fraction(NEWCOMER_EXTRA), reader.fraction(DAMPING)
    # With the extra the mean would be above one; all are scaled down by what it takes.
    scaled = 1 / (1 + extra * newcomers)
    shares = {part: scaled * own / sum(components) for part, own in zip(margins, components, strict=True)}
    # Weights are counted in whole points; a point is worth the share of its part over the mean of the nation.
    whole = {part: _scale(margin.weights) for part, margin in margins.items()}
    points = {part: tuple(int(w * whole[part]) for w in margin.weights) for part, margin in margins.items()}
    per_point = {part: shares[part] / (margin.mean * whole[part]) for part, margin in margins.items()}
    # What the damping takes from sex, age and use, everybody counts for alike.
    per_point["sex_age_use"] *= damping
    return Weights(
        name=name,
        points={**points, "newcomers": (1,)},
        per_person=shares["sex_age_use"] * (1 - damping),
        per_point={**per_point, "newcomers": scaled * extra},
        centrality_measure=where,
        socioeconomy_measure=how,
        newcomer_months=reader.whole(NEWCOMER_MONTHS),
        rows=tuple(reader.rows),
    )


class _Reader:
    """Reads values of one month, and keeps the rows they came from."""

    def __init__(self, book: Rulebook, month: date) -> None:
        self._book, self._month = book, month
        self.rows: list[ParameterRow] = []

    def fraction(self, name: str) -> Fraction:
        self.rows.append(self._book.row(name, on=self._month))
        found = Fraction(self._book.decimal(name, on=self._month))
        if found < 0:
            raise DataError(f"{name} is {found}; it cannot be below zero.", where=f"on {self._month}")
        return found

    def whole(self, name: str) -> int:
        found = self.fraction(name)
        if found.denominator != 1:
            raise DataError(f"{name} is {found}; it must be a whole number.", where=f"on {self._month}")
        return found.numerator

    def text(self, name: str) -> str:
        self.rows.append(self._book.row(name, on=self._month))
        return self._book.text(name, on=self._month)

    def word(self, name: str, known: Sequence[str]) -> str:
        found = self.text(name)
        if found not in known:
            raise DataError(
                f"{name} is {found!r}, which cannot be computed.",
                where=f"on {self._month}",
                remedy=f"Known are: {', '.join(known)}.",
            )
        return found

    def margin(self, part: str, reference: str, names: Sequence[str]) -> Margin:
        margin = Margin(
            tuple(self.fraction(f"capitation.weight.{part}{name}") for name in names),
            tuple(self.whole(f"capitation.reference.{reference}{name}") for name in names),
        )
        if not sum(margin.people) or not margin.mean:
            raise DataError(f"the weights {part or 'of sex, age and use'} have no mean.", where=f"on {self._month}")
        return margin


def _scale(weights: Sequence[Fraction]) -> int:
    """The smallest power of ten that makes whole numbers of all the weights."""
    scale = 1
    while any((weight * scale).denominator != 1 for weight in weights):
        scale *= 10
    return scale
