"""What a run of several policies led to: the tables that pages, files and comparisons are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import Rulebook
from fastlege.simulation.life.month import Month
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.policies.catalogue import PRACTICE
from fastlege.simulation.life.run import Course, live_together
from fastlege.simulation.life.telling.comparison import classes, compare, summary
from fastlege.simulation.life.telling.measures import measure
from fastlege.simulation.life.telling.spells import Spells

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Origin:
    """What a run was made from."""

    title: str
    as_of: date
    people: int
    input_digest: str
    rule_digest: str
    seed: int
    months: int
    settle: int


@dataclass(frozen=True)
class Lived:
    """A run: `measures` has a row a month and policy; `spells` by policy, each with the size group of the home."""

    origin: Origin
    measures: pl.DataFrame
    spells: dict[str, pl.DataFrame]
    last: dict[str, Month]

    @property
    def policies(self) -> list[str]:
        """The policies lived under, in the order they are told in."""
        return list(self.spells)

    def of(self, policy: str) -> pl.DataFrame:
        """The months of one policy."""
        return self.measures.filter(pl.col("policy") == policy).sort("day")


@dataclass(frozen=True)
class Compared:
    """Policies beside a base: sums, by size of municipality, and by class of difference; one row each and policy."""

    whole: pl.DataFrame
    by_size: pl.DataFrame
    by_class: pl.DataFrame


def live_through(
    snapshot: Snapshot, course: Course, *, book: Rulebook, report: Report = lambda step, share: None
) -> Lived:
    """Live under the policies of a course and keep what came of it."""
    rows: list[dict[str, object]] = []
    spells = {policy: Spells() for policy in course.policies}
    last: dict[str, Month] = {}
    for months in live_together(snapshot, course, book=book, report=report):
        for policy, month in months.items():
            rows.append(measure(month))
            spells[policy].add(month)
        last = dict(months)
    world = next(iter(last.values())).world
    homes = size_groups(world)
    origin = Origin(
        title=snapshot.meta.get("title", snapshot.folder.name),
        as_of=snapshot.as_of,
        people=snapshot.rows("persons"),
        input_digest=snapshot.digest(),
        rule_digest=book.digest(),
        seed=course.seed,
        months=course.months,
        settle=course.settle,
    )
    tables = {policy: one.table().join(homes, on="person_id", how="left") for policy, one in spells.items()}
    return Lived(origin, pl.DataFrame(rows, infer_schema_length=None), tables, last)


def size_groups(world: World) -> pl.DataFrame:
    """The size group of the municipality where each person lives, or lived last."""
    groups = pl.Series(world.homes.size_group)
    return pl.DataFrame(
        {
            "person_id": world.people.person_id,
            "size_group": groups.gather(pl.Series(world.people.municipality.astype(np.int64))),
        }
    )


def compare_all(spells: dict[str, pl.DataFrame], base: str = PRACTICE) -> Compared:
    """Every other policy beside the base."""
    whole, sizes, steps = [], [], []
    for policy, table in spells.items():
        if policy == base:
            continue
        compared = compare(spells[base], table)
        name = pl.lit(policy).alias("policy")
        whole.append(summary(compared).select(name, pl.all()))
        sizes.append(summary(compared, "size_group").select(name, pl.all()))
        steps.append(classes(compared).select(name, pl.all()))
    return Compared(pl.concat(whole), pl.concat(sizes), pl.concat(steps))
