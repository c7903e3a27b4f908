"""Who chooses for whom, and whose address is protected: custody, guardians, care orders. All shares are assumed.

Parents who live with their child share custody; some mothers have it alone, though the father lives there too. A parent
who lives alone with the child has custody alone, or shares it with somebody whom the register does not hold.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.snapshot_tables import OPTIONAL_TABLES
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade
from fastlege.simulation.columns import NO_DAY, days, days_or_none, words
from fastlege.simulation.months import day_number
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.ages import ADULT, YEAR
from fastlege.simulation.people.block import Block
from fastlege.simulation.people.households import NOBODY

_MOTHER_ALONE_OF_TWO = 0.03
_ALONE_OF_ONE = 0.3
_WARDS = 0.004
"""Share of adults with a known mother who have her as guardian."""
_IN_CARE = 0.006
_PROTECTED_HOUSEHOLDS = 0.0008
_STRICTLY = 0.6
_KINDS = tuple(kind.value for kind in CustodyKind)
_JOINT, _SOLE, _GUARDIAN = range(3)
_GRADES = tuple(grade.value for grade in ProtectionGrade)

Places = NDArray[np.int64]


def relation_rows(nation: Nation, block: Block) -> dict[str, pa.Table]:
    """Rows of `custody`, `care_orders` and `protected_addresses` for the people of a unit."""
    rng = stream(nation.seed, f"relations:{nation.codes[block.unit]}")
    minors = np.flatnonzero(block.people.age < ADULT * YEAR)
    return {
        "custody": _custody_rows(rng, nation, block, minors),
        "care_orders": _care_rows(rng, nation, block, minors),
        "protected_addresses": _protected_rows(rng, nation, block),
    }


def _custody_rows(rng: np.random.Generator, nation: Nation, block: Block, minors: Places) -> pa.Table:
    mother, father = block.people.mother[minors], block.people.father[minors]
    both = (mother != NOBODY) & (father != NOBODY)
    drawn = rng.random(len(minors))
    alone = np.where(both, drawn < _MOTHER_ALONE_OF_TWO, drawn < _ALONE_OF_ONE)
    kind = np.where(alone, _SOLE, _JOINT)
    with_mother, with_father = mother != NOBODY, (father != NOBODY) & ~(both & alone)
    wards, guardians = _wards(rng, block)
    began = np.minimum(block.born[wards] + round(ADULT * YEAR) + 400, day_number(nation.recipe.as_of) - 30)
    child = np.concatenate([minors[with_mother], minors[with_father], wards])
    adult = np.concatenate([mother[with_mother], father[with_father], guardians]).astype(np.int64)
    kinds = np.concatenate([kind[with_mother], kind[with_father], np.full(len(wards), _GUARDIAN)])
    start = np.concatenate([block.born[minors[with_mother]], block.born[minors[with_father]], began]).astype(np.int32)
    order = np.lexsort((adult, child))
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + child[order]),
            pa.array(block.first_id + adult[order]),
            words(kinds[order].astype(np.int8), _KINDS),
            days(start[order]),
            days_or_none(np.full(len(order), NO_DAY, np.int32)),
        ],
        schema=OPTIONAL_TABLES["custody"].schema,
    )


def _wards(rng: np.random.Generator, block: Block) -> tuple[Places, Places]:
    """Adults with a guardian, and the guardian: the mother, where the register knows her."""
    adults = np.flatnonzero((block.people.age >= (ADULT + 2) * YEAR) & (block.people.mother != NOBODY))
    wards = adults[rng.random(len(adults)) < _WARDS]
    return wards, block.people.mother[wards].astype(np.int64)


def _care_rows(rng: np.random.Generator, nation: Nation, block: Block, minors: Places) -> pa.Table:
    children = minors[rng.random(len(minors)) < _IN_CARE]
    lived = day_number(nation.recipe.as_of) - 1 - block.born[children]
    start = block.born[children] + (lived * rng.random(len(children))).astype(np.int32)
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + children),
            days(start.astype(np.int32)),
            days_or_none(np.full(len(children), NO_DAY, np.int32)),
        ],
        schema=OPTIONAL_TABLES["care_orders"].schema,
    )


def _protected_rows(rng: np.random.Generator, nation: Nation, block: Block) -> pa.Table:
    """Whole households, each with one grade, since some day of the last five years."""
    households, of_person = np.unique(block.people.household, return_inverse=True)
    drawn, back = rng.random(len(households)), rng.integers(30, 5 * 365, len(households))
    persons = np.flatnonzero(drawn[of_person] < _PROTECTED_HOUSEHOLDS)
    strictly = drawn[of_person][persons] < _PROTECTED_HOUSEHOLDS * _STRICTLY
    since = np.maximum(day_number(nation.recipe.as_of) - back[of_person][persons], block.born[persons])
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + persons),
            words(strictly.astype(np.int8), _GRADES),
            days(since.astype(np.int32)),
        ],
        schema=OPTIONAL_TABLES["protected_addresses"].schema,
    )
