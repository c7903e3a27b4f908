"""The policies that can be lived under, by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastlege.kernel.errors import DataError


class Exchange(Enum):
    """What is done for people who can only move by exchanging places."""

    NONE = "none"
    PAIRS = "pairs"
    RINGS = "rings"
    RINGS_BEFORE_QUEUE = "rings before queue"


@dataclass(frozen=True)
class Policy:
    """How places are given out. `most_wishes` is what the rules of the day allow unless it is given.

    With `intake_all` closed lists take people up to their cap. Without `unplaced_first` people without a list stand
    in line from the day they lost theirs, like everybody else.
    """

    name: str
    exchange: Exchange
    intake_all: bool = False
    unplaced_first: bool = True
    most_wishes: int | None = None


PRACTICE = "practice"
ROUND = "round"
POLICIES: dict[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(PRACTICE, Exchange.PAIRS),
        Policy("queue", Exchange.NONE),
        Policy(ROUND, Exchange.RINGS),
        Policy("round-intake-all", Exchange.RINGS, intake_all=True),
        Policy("round-one-wish", Exchange.RINGS, most_wishes=1),
        Policy("round-unplaced-in-line", Exchange.RINGS, unplaced_first=False),
        Policy("trading-first", Exchange.RINGS_BEFORE_QUEUE),
    )
}
"""Today's practice: the queue, then swaps between two people. Our round: `matching.md`. The others vary one thing each.

`trading-first` carries out top trading cycles among all who wait before the queue is served, without regard to what
that does to those first in line: the naive repetition that research warns of.
"""


def policy_named(name: str) -> Policy:
    """A policy by name; an unknown name is refused with those there are."""
    if name not in POLICIES:
        raise DataError(
            f"there is no scenario {name!r}.", where="scenario", remedy=f"Choose one of: {', '.join(POLICIES)}."
        )
    return POLICIES[name]
