"""How a place was got, and on what ground: its reason in the register, and the rule that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fastlege.kernel.vocabulary import Reason


class How(StrEnum):
    """How a person got their place; the key of the explanation they are given."""

    GRANTED = "switch_granted"
    WITH_PARENT = "without_list_with_parent"
    CHILD = "child_of_member"
    RETURNER = "returned"
    WISH_BEFORE_QUEUE = "without_list_got_wish"
    ASSIGNED = "without_list_assigned"
    WHEN_FREED = "without_list_when_freed"
    QUEUE = "queue"
    SWAP = "swap"
    CYCLE = "cycle"


EARLIER = (How.GRANTED, How.WITH_PARENT, How.CHILD, How.RETURNER)
"""The ways that come before the places are given out."""


@dataclass(frozen=True)
class Ground:
    """A reason of the vocabulary, a parameter of the rulebook, and whether the person asked for the list."""

    reason: Reason
    rule: str
    chosen: bool = True


GROUNDS = {
    How.GRANTED: Ground(Reason.CHOSEN_DIRECT, "switch.needs_vacancy"),
    How.WITH_PARENT: Ground(Reason.CHILD_OF_MEMBER, "child.default_list", chosen=False),
    How.CHILD: Ground(Reason.CHILD_OF_MEMBER, "child.closed_list_admission_under_age"),
    How.RETURNER: Ground(Reason.RETURNED_WITHIN_3_YEARS, "move_back.closed_list_max_absence"),
    How.WISH_BEFORE_QUEUE: Ground(Reason.CHOSEN_QUEUE, "waiting.unplaced_before_waiting_list"),
    How.ASSIGNED: Ground(Reason.ALLOCATED, "allocation.area", chosen=False),
    How.WHEN_FREED: Ground(Reason.ALLOCATED, "allocation.area", chosen=False),
    How.QUEUE: Ground(Reason.CHOSEN_QUEUE, "waiting.order"),
    How.SWAP: Ground(Reason.SWAP, "waiting.exchange"),
    How.CYCLE: Ground(Reason.CYCLE, "waiting.exchange"),
}
