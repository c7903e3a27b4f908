"""The people of one unit: those on its lists, wherever they live, and its residents without a list.

Each unit draws from streams of its own, so its people are the same whatever else is built.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.simulation.months import day_number, month_of_day
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.ages import AgeTables
from fastlege.simulation.people.households import People, make_households
from fastlege.simulation.people.parents import link_adults
from fastlege.simulation.people.placing import choose_lists
from fastlege.simulation.people.residence import place_households
from fastlege.simulation.people.tenure import Tenure, draw_tenure
from fastlege.simulation.people.use import draw_use


@dataclass(frozen=True)
class Block:
    """People of a unit in order of id. `list_` is a place, or `UNPLACED` or `OPTED_OUT`; `tenure` is of `members`."""

    unit: int
    first_id: int
    people: People
    born: NDArray[np.int32]
    basic_unit: NDArray[np.int32]
    home_unit: NDArray[np.int64]
    """The unit that a person's municipality is, or -1 for municipalities that another one serves."""
    use: NDArray[np.int16]
    list_: NDArray[np.int32]
    members: NDArray[np.int64]
    tenure: Tenure


def make_block(nation: Nation, unit: int, tables: AgeTables) -> Block:
    """The people of a unit."""
    code = nation.codes[unit]
    people = make_households(stream(nation.seed, f"households:{code}"), int(nation.persons[unit]), tables)
    link_adults(stream(nation.seed, f"parents:{code}"), people)
    basic_unit = place_households(nation, unit, people)
    home_unit = nation.home_units[basic_unit]
    own = nation.own_units[basic_unit]
    at_home = own & (home_unit == unit)
    list_ = choose_lists(stream(nation.seed, f"placing:{code}"), nation, unit, people, at_home)
    born = (day_number(nation.recipe.as_of) - 1 - people.age).astype(np.int32)
    members = np.flatnonzero(list_ >= 0)
    tenure = draw_tenure(
        stream(nation.seed, f"tenure:{code}"), nation, list_[members], month_of_day(born[members]).astype(np.int16)
    )
    return Block(
        unit=unit,
        first_id=int(nation.first_person[unit]),
        people=people,
        born=born,
        basic_unit=basic_unit,
        home_unit=np.where(own, home_unit, -1),
        use=draw_use(stream(nation.seed, f"use:{code}"), people),
        list_=list_,
        members=members,
        tenure=tenure,
    )
