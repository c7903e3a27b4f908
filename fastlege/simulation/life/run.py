"""Life under policies, month by month: the same events for all of them, and places by the register's own engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import Rulebook
from fastlege.simulation.life.asking import ask
from fastlege.simulation.life.market import month_market
from fastlege.simulation.life.month import Month, carry_out, month_of
from fastlege.simulation.life.nation.wishes import draw_wishes
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.policies.catalogue import PRACTICE, policy_named
from fastlege.simulation.life.policies.giving import give_out
from fastlege.simulation.life.promises import read_promises, with_promises
from fastlege.simulation.life.standing import read_standing

Report = Callable[[str, float], None]
MOST_MONTHS = 360
MOST_QUEUES = "waiting.max_simultaneous"
REOPENS_AT = "list.reopen_free_places"


@dataclass(frozen=True)
class Course:
    """How long to live, under which policies, and with which seed.

    Before that the nation lives `settle` months `settled_under` one policy: the queue of a recipe is drawn list by
    list, and a policy that exchanges places finds more rings in it than in a queue that has lived under one.
    """

    months: int
    policies: Sequence[str]
    seed: int = 1
    settle: int = 0
    settled_under: str = PRACTICE


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
    course = Course(months=months, policies=[policy], seed=seed)
    for month in live_together(snapshot, course, book=book, report=report):
        yield month[policy]


def live_together(
    snapshot: Snapshot, course: Course, *, book: Rulebook, report: Report = lambda step, share: None
) -> Iterator[Mapping[str, Month]]:
    """Live on under several policies at once: one world, and each policy's own lists and queue.

    The months in which the nation settles are not given.
    """
    chosen = [policy_named(name) for name in dict.fromkeys(course.policies)]
    check_course(course)
    report("reading", 0.0)
    world = World(snapshot, course.seed)
    before = policy_named(course.settled_under)
    standings = {before.name: read_standing(snapshot, world)}
    promised = read_promises(snapshot, world)
    for number in range(1 - course.settle, course.months + 1):
        if number == 1:
            start = standings[before.name]
            standings = {policy.name: start.copy() for policy in chosen}
        events = world.step()
        wishes = draw_wishes(world, events)
        lived: dict[str, Month] = {}
        for turn, policy in enumerate(chosen if number > 0 else [before]):
            done = (number - 1 + course.settle + turn / len(chosen)) / (course.months + course.settle)
            report(f"{world.day:%Y-%m} {policy.name}", done)
            standing = standings[policy.name]
            most = policy.most_wishes or book.whole(MOST_QUEUES, on=world.day)
            standing.live(world, events)
            standing.keep_best(most)
            new = ask(world, standing, wishes, day=events.day, most=most)
            if world.month == 1:
                new = with_promises(new, promised, standing, events)
            standing.queue = standing.queue.and_also(new)
            given = give_out(policy, month_market(world, standing, policy, events))
            moves = carry_out(world, standing, given.moves, events)
            standing.set_status(world, reopens_at=book.whole(REOPENS_AT, on=world.day))
            if number > 0:
                lived[policy.name] = month_of(world, standing, moves, given, number=number, policy=policy.name)
        if lived:
            yield lived
    report("done", 1.0)


def check_course(course: Course) -> None:
    """Refuse a course that cannot be lived."""
    if not 1 <= course.months <= MOST_MONTHS:
        raise DataError(
            f"{course.months} months cannot be lived.", where="--months", remedy=f"Give 1 to {MOST_MONTHS}."
        )
    if not 0 <= course.settle <= MOST_MONTHS:
        raise DataError(
            f"{course.settle} months to settle are not usable.", where="--settle", remedy=f"Give 0 to {MOST_MONTHS}."
        )
    if not 0 <= course.seed < 1 << 63:
        raise DataError(f"the seed {course.seed} is not usable.", where="--seed", remedy=f"Give 0 to {(1 << 63) - 1}.")
