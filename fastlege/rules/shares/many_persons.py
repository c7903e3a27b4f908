"""How many persons stand towards the ceiling of a year, in columns: `one_person` for a whole nation at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Standings(NamedTuple):
    """A row a person, by id: whole øre paid and paid too much, and the row of the bill that reached the ceiling.

    `reached_by` is a row of the input, -1 for one who has not reached it.
    """

    person: Integers
    paid: Integers
    over: Integers
    reached_by: Integers


def standings(person: Integers, moment: Integers, bill: Integers, counted: Integers, *, ceiling: int) -> Standings:
    """The standings of all persons after the shares of one year, a row a bill, in any order.

    `moment` is the time of service as a number that grows, `bill` decides between bills of the same moment.
    """
    order = np.lexsort((bill, moment, person))
    who, amount = person[order], counted[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(who, prepend=who[:1] - 1))
    sizes = np.diff(np.append(starts, len(who)))
    running = np.cumsum(amount)
    paid_until = running - np.repeat(running[starts] - amount[starts], sizes)
    # The first row of each person that brings the sum to the ceiling; a bill without a share brings it nowhere.
    reaches = (paid_until >= ceiling) & (paid_until - amount < ceiling) & (amount > 0)
    paid = paid_until[starts + sizes - 1]
    reached_by = np.full(len(starts), -1, np.int64)
    reached_by[np.searchsorted(starts, np.flatnonzero(reaches), side="right") - 1] = order[reaches]
    return Standings(who[starts], paid, np.maximum(0, paid - ceiling), reached_by)
