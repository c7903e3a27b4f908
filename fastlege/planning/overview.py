"""What a case worker reads before signing: counts, exceptions with what to do about them, and what is unusual.

Everything is of the plan itself; the snapshot adds how large the municipalities are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.places.summary import grown_above_cap, many_new, municipalities_without_room
from fastlege.planning.plan import PlaceOutcome, Plan
from fastlege.planning.reading import refuse_other_snapshot
from fastlege.planning.telling.words import LANGUAGES

_NO_SIZE = "unknown"


@dataclass(frozen=True)
class Note:
    """Something that a case worker should know: how often, and which lists or municipalities, the worst first."""

    kind: str
    count: int
    lists: tuple[int, ...] = ()
    municipalities: tuple[str, ...] = ()

    def in_words(self, language: str) -> str:
        """What it is."""
        return _texts(language)[self.kind]["what"].format(count=self.count)

    def to_do(self, language: str) -> str:
        """What to do about it."""
        return _texts(language)[self.kind]["do"]


@dataclass(frozen=True)
class SizeRow:
    """The round in municipalities of one size: who moved to their lists, how many by exchange, and who waits there."""

    size_group: str
    moved: int
    exchanged: int
    in_line: int


@dataclass(frozen=True)
class Overview:
    """A plan at a glance. `rings` counts the rings by the number of people in them."""

    moves: int
    by_reason: Mapping[str, int]
    by_way: Mapping[str, int]
    rings: Mapping[int, int]
    places: Mapping[str, int]
    in_line: int
    opened: tuple[int, ...]
    closed: tuple[int, ...]
    exceptions: tuple[Note, ...]
    unusual: tuple[Note, ...]
    by_size: tuple[SizeRow, ...] = field(default=())


def overview(plan: Plan, snapshot: Snapshot | None = None) -> Overview:
    """What a plan comes to. With the snapshot also by size of municipality."""
    moves, places, lists = (pl.DataFrame(table) for table in (plan.moves, plan.places, plan.lists))
    header = plan.header
    sizes = moves.drop_nulls("cycle_id").group_by("cycle_id").len()["len"].value_counts()
    waiting = places.filter(pl.col("outcome") != PlaceOutcome.MET.value)
    return Overview(
        moves=moves.height,
        by_reason=dict(header.counts),
        by_way=_counts(moves["explanation_key"]),
        rings=dict(sorted(sizes.iter_rows())),
        places=_counts(places["outcome"]),
        in_line=waiting.filter(pl.col("position").is_not_null())["person_id"].n_unique(),
        opened=header.lists_opened,
        closed=header.lists_closed,
        exceptions=tuple(Note(kind, count) for kind, count in header.exceptions.items()),
        unusual=tuple(_unusual(kind, count, lists) for kind, count in header.unusual.items()),
        by_size=() if snapshot is None else _by_size(plan, moves, lists, snapshot),
    )


def _counts(column: pl.Series) -> dict[str, int]:
    return dict(sorted(column.value_counts().iter_rows()))


def _unusual(kind: str, count: int, lists: pl.DataFrame) -> Note:
    """A note with the lists or municipalities that it is about, where the plan's lists say which."""
    above = (pl.col("length_after") - pl.col("cap")).alias("worst")
    came = (pl.col("came_assigned") + pl.col("came_by_queue") + pl.col("came_by_right")).alias("worst")
    which = {
        "lists_grown_above_cap": (grown_above_cap(), above),
        "lists_above_cap": (pl.col("length_after") > pl.col("cap"), above),
        "lists_with_many_new": (many_new(), came),
    }
    if kind in which:
        holds, worst = which[kind]
        rows = lists.filter(holds).sort(worst, "list_id", descending=[True, False])
        return Note(kind, count, lists=tuple(rows["list_id"]))
    if kind == "municipalities_without_room":
        return Note(kind, count, municipalities=tuple(municipalities_without_room(lists)))
    return Note(kind, count)


def _by_size(plan: Plan, moves: pl.DataFrame, lists: pl.DataFrame, snapshot: Snapshot) -> tuple[SizeRow, ...]:
    refuse_other_snapshot(snapshot, plan)
    sizes = pl.DataFrame(snapshot.table("municipalities", ["municipality", "size_group"]))
    of_list = lists.join(sizes, on="municipality", how="left").with_columns(pl.col("size_group").fill_null(_NO_SIZE))
    came = (
        moves.join(of_list, left_on="to_list", right_on="list_id", how="left")
        .group_by("size_group")
        .agg(moved=pl.len(), exchanged=pl.col("cycle_id").is_not_null().sum())
    )
    rows = of_list.group_by("size_group").agg(pl.col("in_line").sum()).join(came, on="size_group", how="left")
    rows = rows.fill_null(0).sort("size_group")
    return tuple(SizeRow(*row) for row in rows.select("size_group", "moved", "exchanged", "in_line").iter_rows())


def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    if language not in LANGUAGES:
        raise DataError(f"there is no language {language!r}.", remedy=f"Use one of {', '.join(LANGUAGES)}.")
    return {kind: words[language] for kind, words in _catalogue().items()}


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("fastlege.planning").joinpath("notes.toml").read_text(encoding="utf-8"))
