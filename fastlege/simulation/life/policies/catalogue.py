"""The policies that can be lived under, by name."""

from __future__ import annotations

from dataclasses import dataclass

from fastlege.kernel.errors import DataError


@dataclass(frozen=True)
class Policy:
    """How places are given out. `variant` is a value of `matching.variants.choice.Variant`.

    `most_wishes` is what the rules of the day allow unless it is given.
    With `intake_all` closed lists take people up to their cap. Without `unplaced_first` people without a list stand
    in line from the day they lost theirs, like everybody else.
    """

    name: str
    variant: str
    intake_all: bool = False
    unplaced_first: bool = True
    most_wishes: int | None = None


PRACTICE = "practice"
ROUND = "round"
POLICIES: dict[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(PRACTICE, "swaps"),
        Policy("queue", "queue"),
        Policy(ROUND, "round"),
        Policy("round-intake-all", "round", intake_all=True),
        Policy("round-one-wish", "round", most_wishes=1),
        Policy("round-unplaced-in-line", "round", unplaced_first=False),
        Policy("trading-cycles", "cycles"),
        Policy("unguarded", "unguarded"),
    )
}
"""Today's practice: the queue, then swaps between two people. Our round is that of docs/algorithms.md, and the others
vary one thing each.

`trading-cycles` carries out top trading cycles after the queue. `unguarded` exchanges before the queue is served,
month after month, without regard to what that does to those first in line: the naive repetition research warns of.
"""


def policy_named(name: str) -> Policy:
    """A policy by name; an unknown name is refused with those there are."""
    if name not in POLICIES:
        raise DataError(
            f"there is no scenario {name!r}.", where="scenario", remedy=f"Choose one of: {', '.join(POLICIES)}."
        )
    return POLICIES[name]
