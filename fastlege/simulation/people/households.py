"""Households: families with children, couples and people who live alone, to an exact number of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import Sex
from fastlege.simulation.margins.rounding import share_out
from fastlege.simulation.people.ages import ADULT, OLDEST, YEAR, AgeTables, spread_ages

Places = NDArray[np.int32]

_FEMALE, _MALE = Sex.FEMALE.value, Sex.MALE.value
_FAMILY_SIZES = np.array([0.42, 0.40, 0.14, 0.04])
"""Share of families with one, two, three and four children at home; assumed."""
_PARENTS = np.array([0.78, 0.18, 0.04])
"""Share of families with two parents, a mother alone, a father alone; assumed."""
_BOYS = 0.513
_APART_DAYS = 450
"""By how many days at most one of a couple is younger, and the other older, than the age drawn for both; assumed."""
NOBODY = -1


@dataclass(frozen=True)
class People:
    """Columns of persons in order of household; mother, father and partner are places in the same columns, or -1."""

    age: NDArray[np.int32]
    """Age in days."""
    sex: NDArray[np.int8]
    household: Places
    """Place of the household's first person."""
    mother: Places
    father: Places
    partner: Places

    def __len__(self) -> int:
        return len(self.age)


@dataclass(frozen=True)
class _Families:
    children: NDArray[np.int64]
    has_mother: NDArray[np.bool_]
    has_father: NDArray[np.bool_]
    mother_age: NDArray[np.int32]
    father_age: NDArray[np.int32]
    child_age: NDArray[np.int32]


def make_households(rng: np.random.Generator, count: int, tables: AgeTables) -> People:
    """`count` people in households, in random order of household."""
    families = _families(rng, count, tables)
    parents = int(families.has_mother.sum() + families.has_father.sum())
    adults = count - parents - len(families.child_age)
    ages = _other_adults(rng, count, adults, families, tables)
    paired = _pairs(rng, ages, tables)
    return _assemble(rng, families, ages, paired, tables)


def _families(rng: np.random.Generator, count: int, tables: AgeTables) -> _Families:
    wanted = count * tables.share[:ADULT].sum()
    mean = (_FAMILY_SIZES * np.arange(1, 5)).sum()
    number = int(wanted / mean)
    children = rng.permutation(np.repeat(np.arange(1, 5), share_out(number, _FAMILY_SIZES)))
    kind = rng.permutation(np.repeat(np.arange(3), share_out(number, _PARENTS)))
    anchor = spread_ages(rng, tables.share[:ADULT], 0, number)
    rng.shuffle(anchor)
    first = np.repeat(np.cumsum(children) - children, children)
    later = np.arange(len(first)) - first
    gap = ((1.4 + 2.6 * rng.random(len(first))) * YEAR * later).astype(np.int32)
    grown = int(ADULT * YEAR)
    # From the first child half the families go down in age and half up, mirrored at birth and at coming of age: so the
    # children's ages keep their distribution.
    down = np.repeat(rng.random(number) < 0.5, children)
    step = np.repeat(anchor, children)
    age = np.where(down, np.abs(step - gap), grown - 1 - np.abs(grown - 1 - step - gap))
    oldest = np.maximum.reduceat(age, np.cumsum(children) - children) if number else np.zeros(0, np.int32)
    youngest = np.minimum.reduceat(age, np.cumsum(children) - children) if number else np.zeros(0, np.int32)
    at_birth = (30.8 + 4.6 * rng.standard_normal(number)) * YEAR
    mother = np.clip(
        (oldest + youngest) / 2 + at_birth, oldest + 17 * YEAR, np.maximum(youngest, oldest - 3000) + 47 * YEAR
    )
    older = np.clip(2.4 + 4.0 * rng.standard_normal(number), -6, 15) * YEAR
    father = np.maximum(mother + older, oldest + 18 * YEAR)
    return _Families(
        children, kind != 2, kind != 1, mother.astype(np.int32), father.astype(np.int32), age.astype(np.int32)
    )  # fmt: skip


def _other_adults(
    rng: np.random.Generator, count: int, adults: int, families: _Families, tables: AgeTables
) -> NDArray[np.int32]:
    """Ages of adults without children at home, rising: what the parents leave of the age distribution."""
    parents = np.concatenate([families.mother_age[families.has_mother], families.father_age[families.has_father]])
    taken = np.bincount((parents / YEAR).astype(np.int64), minlength=OLDEST)[:OLDEST]
    left = np.maximum(count * tables.share - taken, 0.02 * count * tables.share)[ADULT:]
    return spread_ages(rng, left, ADULT, adults)


def _pairs(rng: np.random.Generator, ages: NDArray[np.int32], tables: AgeTables) -> NDArray[np.bool_]:
    """For each pair of neighbours in age, whether they are a couple."""
    first = ages[0 : len(ages) - 1 : 2]
    return rng.random(len(first)) < tables.in_couple[np.minimum((first / YEAR).astype(np.int64), OLDEST - 1)]


def _assemble(
    rng: np.random.Generator,
    families: _Families,
    ages: NDArray[np.int32],
    paired: NDArray[np.bool_],
    tables: AgeTables,
) -> People:
    """Families, couples and those who live alone as people, household by household in an order by chance."""
    number, couples = len(families.children), int(paired.sum())
    in_pair = np.zeros(len(ages), bool)
    in_pair[: 2 * len(paired)] = np.repeat(paired, 2)
    alone = ages[~in_pair]
    apart = (np.array([-_APART_DAYS, _APART_DAYS]) * rng.random((couples, 2))).astype(np.int32)
    pair_ages = ages[in_pair].reshape(-1, 2) + apart
    pair_ages = np.maximum(pair_ages, int(ADULT * YEAR))
    sizes = np.concatenate([
        families.children + families.has_mother + families.has_father,
        np.full(couples, 2),
        np.ones(len(alone), np.int64),
    ])  # fmt: skip
    # Where each household begins.
    position = np.empty(len(sizes), np.int64)
    order = rng.permutation(len(sizes))
    position[order] = np.cumsum(sizes[order]) - sizes[order]
    total = int(sizes.sum())
    people = People(
        age=np.empty(total, np.int32),
        sex=np.full(total, _MALE, np.int8),
        household=np.repeat(position[order], sizes[order]).astype(np.int32),
        mother=np.full(total, NOBODY, np.int32),
        father=np.full(total, NOBODY, np.int32),
        partner=np.full(total, NOBODY, np.int32),
    )
    _place_families(rng, people, families, position[:number])
    _place_couples(people, pair_ages, position[number : number + couples])
    places = position[number + couples :]
    people.age[places] = alone
    women = rng.random(len(alone)) < tables.women_alone[np.minimum((alone / YEAR).astype(np.int64), OLDEST - 1)]
    people.sex[places[women]] = _FEMALE
    return people


def _place_families(rng: np.random.Generator, people: People, families: _Families, position: NDArray[np.int64]) -> None:
    mother, father = position, position + families.has_mother
    has_mother, has_father, both = families.has_mother, families.has_father, families.has_mother & families.has_father
    people.age[mother[has_mother]] = families.mother_age[has_mother]
    people.sex[mother[has_mother]] = _FEMALE
    people.age[father[has_father]] = families.father_age[has_father]
    people.partner[mother[both]], people.partner[father[both]] = father[both], mother[both]
    start = position + has_mother + has_father
    first = np.repeat(np.cumsum(families.children) - families.children, families.children)
    child = np.repeat(start, families.children) + np.arange(len(first)) - first
    people.age[child] = families.child_age
    people.sex[child] = np.where(rng.random(len(child)) < _BOYS, _MALE, _FEMALE)
    people.mother[child] = np.repeat(np.where(has_mother, mother, NOBODY), families.children)
    people.father[child] = np.repeat(np.where(has_father, father, NOBODY), families.children)


def _place_couples(people: People, ages: NDArray[np.int32], position: NDArray[np.int64]) -> None:
    people.age[position], people.age[position + 1] = ages[:, 0], ages[:, 1]
    people.sex[position] = _FEMALE
    people.partner[position], people.partner[position + 1] = position + 1, position
