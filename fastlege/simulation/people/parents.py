"""Parents of adults, found among the older women of the same municipality's lists and their partners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.vocabulary import Sex
from fastlege.simulation.people.ages import ADULT, OLDEST, YEAR
from fastlege.simulation.people.households import NOBODY, People

_FEWEST_YEARS, _YEARS = 18, 22
_LEAST_FATHER = 17
_NEAR_AT_BIRTH, _LOST_A_YEAR = 0.8, 0.01
"""Share who have their mother on a list of the same municipality, and how it falls by year of age; assumed."""


def link_adults(rng: np.random.Generator, people: People) -> None:
    """Give adults a mother, and her partner as father, where the draw finds one; fills `mother` and `father`.

    The younger the adult, the more likely the mother lives in the same municipality; assumed.
    """
    year = np.minimum((people.age / YEAR).astype(np.uint8), OLDEST - 1)
    adults = np.flatnonzero(year >= ADULT)
    women = adults[people.sex[adults] == Sex.FEMALE.value]
    women = women[np.argsort(year[women], kind="stable")]
    counts = np.bincount(year[women], minlength=OLDEST + _FEWEST_YEARS + _YEARS)
    starts = np.cumsum(counts) - counts
    chance = _NEAR_AT_BIRTH - _LOST_A_YEAR * year[adults]
    drawn = rng.random(len(adults))
    linked = drawn < chance
    adults, u = adults[linked], drawn[linked] / chance[linked]
    years_older = _FEWEST_YEARS + (_YEARS * (rng.random(len(adults)) + rng.random(len(adults))) / 2).astype(np.int64)
    wanted = year[adults] + years_older
    found = counts[wanted] > 0
    adults, wanted, u = adults[found], wanted[found], u[found]
    mother = women[starts[wanted] + np.minimum((u * counts[wanted]).astype(np.int64), counts[wanted] - 1)]
    _write(people, adults, mother)


def _write(people: People, adults: NDArray[np.int64], mother: NDArray[np.int64]) -> None:
    people.mother[adults] = mother
    # A couple does not share a mother.
    partner = people.partner[adults]
    same = (partner != NOBODY) & (people.mother[adults] == people.mother[partner]) & (partner > adults)
    people.mother[adults[same]] = NOBODY
    adults, mother = adults[~same], mother[~same]
    father = people.partner[mother]
    fits = (father != NOBODY) & (people.sex[father] == Sex.MALE.value)
    fits &= people.age[father] >= people.age[adults] + _LEAST_FATHER * YEAR
    people.father[adults[fits]] = father[fits]
