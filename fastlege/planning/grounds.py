"""On what ground each kind of place is given: its reason in the register, and the rule that it cites."""

from __future__ import annotations

from dataclasses import dataclass

from fastlege.kernel.vocabulary import Reason
from fastlege.planning.places.ledger import How


@dataclass(frozen=True)
class Ground:
    """A reason of the vocabulary, a parameter of the rulebook, and whether the person asked for the list."""

    reason: Reason
    rule: str
    chosen: bool = True


GROUNDS = {
    How.GRANTED: Ground(Reason.CHOSEN_DIRECT, "switch.needs_vacancy"),
    How.WISH_BEFORE_QUEUE: Ground(Reason.CHOSEN_QUEUE, "waiting.unplaced_before_waiting_list"),
    How.WITH_PARENT: Ground(Reason.CHILD_OF_MEMBER, "child.default_list", chosen=False),
    How.NEAREST: Ground(Reason.ALLOCATED, "allocation.area", chosen=False),
    How.WHEN_FREED: Ground(Reason.ALLOCATED, "allocation.area", chosen=False),
    How.CHILD: Ground(Reason.CHILD_OF_MEMBER, "child.closed_list_admission_under_age"),
    How.RETURNER: Ground(Reason.RETURNED_WITHIN_3_YEARS, "move_back.closed_list_max_absence"),
    How.QUEUE: Ground(Reason.CHOSEN_QUEUE, "waiting.order"),
}
