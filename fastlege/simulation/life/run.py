"""Life under policies, month by month: the same events for all of them, and places by the register's own engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import Rulebook
from fastlege.simulation.life.asking import ask
from fastlege.simulation.life.market import month_market
from fastlege.simulation.life.month import Month, carry_out, month_of
from fastlege.simulation.life.nation.keyed import MOST_MONTHS
from fastlege.simulation.life.nation.wishes import draw_wishes
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.policies.catalogue import policy_named
from fastlege.simulation.life.policies.giving import give_out
from fastlege.simulation.life.promises import read_promises, with_promises
from fastlege.simulation.life.standing import read_standing

Report = Callable[[str, float], None]
MOST_QUEUES = "waiting.max_simultaneous"
REOPENS_AT = "list.reopen_free_places"


def live(
    snapshot: Snapshot,
    *,
    months: int,
    policy: str,
    seed: int,
    book: Rulebook,
    report: Report = lambda step, share: None,
) -> Iterator[Month]:
    """Live on from a snapshot under a policy. The same snapshot, policy and seed give the same months.

    `report` is told what is being done and how much is done, 0 to 1. The month's `world` and `standing` are those of
    the running simulation: they hold until the next month is asked for.
    """
    for month in live_together(snapshot, months=months, policies=[policy], seed=seed, book=book, report=report):
        yield month[policy]


def live_together(
    snapshot: Snapshot,
    *,
    months: int,
    policies: Sequence[str],
    seed: int,
    book: Rulebook,
    report: Report = lambda step, share: None,
) -> Iterator[Mapping[str, Month]]:
    """Live on under several policies at once: one world, and each policy's own lists and queue."""
    chosen = [policy_named(name) for name in dict.fromkeys(policies)]
    _check(months, seed)
    report("reading", 0.0)
    world = World(snapshot, seed)
    start = read_standing(snapshot, world)
    standings = {policy.name: start.copy() for policy in chosen}
    promised = read_promises(snapshot, world)
    for number in range(1, months + 1):
        events = world.step()
        wishes = draw_wishes(world, events)
        lived: dict[str, Month] = {}
        for turn, policy in enumerate(chosen):
            report(f"{world.day:%Y-%m} {policy.name}", (number - 1 + turn / len(chosen)) / months)
            standing = standings[policy.name]
            most = policy.most_wishes or book.whole(MOST_QUEUES, on=world.day)
            standing.live(world, events)
            standing.keep_best(most)
            new = ask(world, standing, wishes, day=events.day, most=most)
            if number == 1:
                new = with_promises(new, promised, standing, events)
            standing.queue = standing.queue.and_also(new)
            given = give_out(policy, month_market(world, standing, policy, events))
            moves = carry_out(world, standing, given, events)
            standing.set_status(world, reopens_at=book.whole(REOPENS_AT, on=world.day))
            lived[policy.name] = month_of(world, standing, moves, given, policy=policy.name)
        yield lived
    report("done", 1.0)


def _check(months: int, seed: int) -> None:
    if not 1 <= months < MOST_MONTHS:
        raise DataError(f"{months} months cannot be lived.", where="--months", remedy=f"Give 1 to {MOST_MONTHS - 1}.")
    if not 0 <= seed < 1 << 63:
        raise DataError(f"the seed {seed} is not usable.", where="--seed", remedy=f"Give 0 to {(1 << 63) - 1}.")
