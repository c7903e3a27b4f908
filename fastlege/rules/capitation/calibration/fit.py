"""The fit itself: bounded least squares on weights by age and sex, by centrality and by socio-economic class.

Table 8.5 is used for the *parts* of each group's capitation (what share of it is for centrality, and what for
socio-economy), which do not depend on how many residents the group has. The nation's lists are not those of 2025, and
weights must not be bent to make up for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.calibration.nation import ReferenceNation
from fastlege.rules.capitation.calibration.published import Target
from fastlege.rules.parameters import ParameterRow, Rulebook

Reals = NDArray[np.float64]
_PARTS = ("sex_age_use", "centrality", "socioeconomy")
_LARGEST = 20.0
_SEX = {"male": "m", "female": "f"}


@dataclass(frozen=True)
class Held:
    """One number that the fit is held to: what it should be, what the weights give, and how nearly it was asked for."""

    name: str
    wanted: float
    found: float
    spread: float


@dataclass(frozen=True)
class Fitted:
    """The weights of each part, and how near each target came. Mean one over the reference nation, to three places."""

    sex_age_use: Reals
    centrality: Reals
    socioeconomy: Reals
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Problem:
    """What the weights are fitted to. `shares` are the parts of each group's capitation by table 8.5."""

    nation: ReferenceNation
    by_age: Reals
    by_sex: Reals
    parts: Reals
    shares: Reals
    targets: Mapping[str, Target]

    def spread(self, name: str) -> float:
        """How nearly the targets of a kind are asked for."""
        return float(self.targets[f"spread.{name}"].value)

    @property
    def use(self) -> Reals:
        """What the classes of use count for: last year's difference from the mean, as far as it lasts."""
        lasting = float(self.targets["use_persistence"].value)
        return 1 - lasting + lasting * self.nation.use_means


def make_problem(
    nation: ReferenceNation,
    sums: Mapping[tuple[str, str, str], int],
    targets: Mapping[str, Target],
    book: Rulebook,
    year: int,
) -> Problem:
    """Put together what is documented: weights by age and by sex from the rulebook, and the sums of the table."""
    ages, sexes = nation.scheme.dimensions[0].classes, nation.scheme.dimensions[1].classes
    amounts = np.array([[sums[form, status, part] for part in _PARTS] for form, status in nation.groups], dtype=float)
    return Problem(
        nation,
        np.array([_documented(book, f"age.{one.name}", year) for one in ages]),
        np.array([_documented(book, f"sex.{_SEX[one.name]}", year) for one in sexes]),
        amounts.sum(axis=0) / amounts.sum(),
        amounts / amounts.sum(axis=1, keepdims=True),
        targets,
    )


def fit(problem: Problem) -> Fitted:
    """The weights nearest to all targets, within their bounds; the same for the same input."""
    start = np.concatenate([_prior(problem).ravel(), np.full(_steps(problem), 0.5)])
    found = least_squares(
        lambda x: _residuals(problem, x), start, bounds=(1e-3, _LARGEST), method="trf", xtol=1e-12, ftol=1e-12
    )
    if not found.success:
        raise DataError(f"the fit did not come to an end ({found.message}).")
    weights = [_rounded(own) for own in _scaled(problem, found.x)]
    return Fitted(weights[0], weights[1], weights[2], tuple(_held(problem, weights)))


def _documented(book: Rulebook, name: str, year: int) -> float:
    rows: tuple[ParameterRow, ...] = book.history(f"capitation.use_by_{name}")
    return float(str(next(row.value for row in reversed(rows) if row.period.start.year <= year)))


def _prior(problem: Problem) -> Reals:
    """By age and sex, the product of the documented weights."""
    return problem.by_age[:, None] * problem.by_sex[None, :]


def _steps(problem: Problem) -> int:
    return len(problem.nation.residence[0]) + len(problem.nation.units["composite"][0]) - 2


def _scaled(problem: Problem, x: Reals) -> list[Reals]:
    """The weights of each part with mean one; those of centrality and socio-economy rise from nothing, step by step."""
    nation = problem.nation
    base = len(problem.by_age) * len(problem.by_sex)
    by_age_and_sex = x[:base].reshape(len(problem.by_age), len(problem.by_sex))
    places = len(nation.residence[0]) - 1
    weights = [
        (by_age_and_sex[:, :, None] * problem.use).ravel(),
        np.concatenate([[0.0], np.cumsum(x[base : base + places])]),
        np.concatenate([[0.0], np.cumsum(x[base + places :])]),
    ]
    people = [nation.cells.sum(axis=0), nation.residence.sum(axis=0), nation.units["composite"].sum(axis=0)]
    return [own * own_people.sum() / (own @ own_people) for own, own_people in zip(weights, people, strict=True)]


def _rounded(weights: Reals) -> Reals:
    return np.round(weights, 3)


def _residuals(problem: Problem, x: Reals) -> Reals:
    held = [(one.found - one.wanted) / one.spread for one in _held(problem, _scaled(problem, x))]
    base = _prior(problem)
    own = x[: base.size].reshape(base.shape)
    # The scale of the weights by age and sex is free; this holds it, and the shape where nothing else does.
    return np.concatenate([held, (np.log(own / base) / problem.spread("prior")).ravel()])


def _held(problem: Problem, weights: list[Reals]) -> list[Held]:
    """Every target beside what the weights give."""
    return [*_by_age_and_sex(problem, weights[0]), *_by_group(problem, weights)]


def _by_age_and_sex(problem: Problem, weights: Reals) -> list[Held]:
    """The mean weight by age and by sex beside the documented use, both with mean one over the nation."""
    ages, sexes, uses = (dimension.classes for dimension in problem.nation.scheme.dimensions[:3])
    shape = (len(ages), len(sexes), len(uses))
    people = problem.nation.cells.sum(axis=0).reshape(shape)
    weighed = weights.reshape(shape) * people
    wanted_age = problem.by_age / (problem.by_age @ people.sum(axis=(1, 2)) / people.sum())
    wanted_sex = problem.by_sex / (problem.by_sex @ people.sum(axis=(0, 2)) / people.sum())
    found_age = weighed.sum(axis=(1, 2)) / people.sum(axis=(1, 2))
    found_sex = weighed.sum(axis=(0, 2)) / people.sum(axis=(0, 2))
    held = [
        Held(f"age {one.name}", float(wanted_age[i]), float(found_age[i]), problem.spread("age"))
        for i, one in enumerate(ages)
    ]
    held += [
        Held(f"sex {one.name}", float(wanted_sex[i]), float(found_sex[i]), problem.spread("sex"))
        for i, one in enumerate(sexes)
    ]
    of_cell = weighed.sum(axis=2) / people.sum(axis=2)
    for i, one in enumerate(ages):
        target = problem.targets.get(f"sex_ratio.{one.name}")
        if target and target.spread:
            ratio = float(of_cell[i, 1] / of_cell[i, 0])
            held.append(Held(f"women to men, {one.name}", float(target.value), ratio, float(target.spread)))
    return held


def _by_group(problem: Problem, weights: list[Reals]) -> list[Held]:
    """The shares of each group's capitation that are for centrality and for socio-economy."""
    nation = problem.nation
    damping = float(problem.targets["damping_factor"].value)
    people = nation.cells.sum(axis=1)
    means = np.stack(
        [
            1 - damping + damping * (nation.cells @ weights[0]) / people,
            nation.residence @ weights[1] / people,
            nation.units["composite"] @ weights[2] / people,
        ],
        axis=1,
    )
    amounts = means * problem.parts
    shares = amounts / amounts.sum(axis=1, keepdims=True)
    held = []
    for row, (form, status) in enumerate(nation.groups):
        for part, name in list(enumerate(_PARTS))[1:]:
            wanted = float(problem.shares[row, part])
            spread = problem.spread(status) * wanted
            held.append(Held(f"{name}, {form} {status}", wanted, float(shares[row, part]), spread))
    return held
