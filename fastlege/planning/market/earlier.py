"""What is settled before places are given out: switches granted earlier, children of members, rights to enter.

Each of the three gives moves (person_id, to_list, how); together they are the first moves of the plan.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.grounds import How
from fastlege.planning.market.lists import takes_part
from fastlege.planning.reading import collect, scan

SETTLED: dict[str, pl.DataType] = {"person_id": pl.Int64(), "to_list": pl.Int64(), "how": pl.String()}
"""Columns of what is settled."""


def read_granted(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """Chosen switches that take effect on the day of the round: earlier ones stand in the memberships already."""
    due = (pl.col("on") == on) & pl.col("chosen") & pl.col("to_list").is_not_null()
    switches = scan(snapshot, "switches").filter(due)
    one = switches.sort("person_id", "to_list").group_by("person_id", maintain_order=True).last()
    return collect(one.select("person_id", "from_list", "to_list", "queued_since", "on"), snapshot)


def granted_now(granted: pl.DataFrame, people: pl.DataFrame, lists: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """The granted switches that are carried out; how many something later has overtaken; and how many have no place.

    A grant is a promise: it takes its place before anything is given out. One that waits for another to leave is
    tried again when somebody has moved.
    """
    standing = people.select("person_id", "list_id", "may_move", known=pl.lit(True))
    rows = granted.join(standing, on="person_id", how="left").join(
        lists.select(to_list="list_id", to_known=pl.col("in_force")), on="to_list", how="left"
    )
    rows = rows.filter(~pl.col("list_id").eq_missing(pl.col("to_list")))
    fits = pl.all_horizontal(pl.col("known", "may_move", "to_known").fill_null(False)) & pl.col("from_list").eq_missing(
        pl.col("list_id")
    )
    kept = rows.filter(fits).sort(pl.col("queued_since").fill_null(pl.col("on")), "person_id")
    waiting = list(kept.select("person_id", "list_id", "to_list").iter_rows())
    done = _carry_out(waiting, lists)
    settled = pl.DataFrame([(person, to, How.GRANTED.value) for person, _, to in done], schema=SETTLED, orient="row")
    return settled, rows.height - kept.height, len(waiting) - len(done)


def _carry_out(waiting: list[tuple[int, int, int]], lists: pl.DataFrame) -> list[tuple[int, int, int]]:
    room = dict(
        lists.filter(takes_part())
        .select("list_id", pl.col("cap").cast(pl.Int64) - pl.col("length").cast(pl.Int64) - pl.col("kept"))
        .iter_rows()
    )
    done: list[tuple[int, int, int]] = []
    while waiting:
        left_over = []
        for person, origin, to in waiting:
            if room.get(to, 0) <= 0:
                left_over.append((person, origin, to))
                continue
            room[to] -= 1
            if origin in room:
                room[origin] += 1
            done.append((person, origin, to))
        if len(left_over) == len(waiting):
            break
        waiting = left_over
    return done


def children_with_parents(people: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Children without a list, and the list of a parent: there they belong until somebody chooses otherwise.

    It holds above the cap, as for newborn children; what they have asked for themselves stays in the queue.
    """
    taking = lists.filter(takes_part()).select(to_list="list_id")
    return (
        people.filter(pl.col("list_id").is_null())
        .select("person_id", to_list=pl.col("parent_lists").list.first())
        .join(taking, on="to_list")
        .select("person_id", "to_list", how=pl.lit(How.WITH_PARENT.value))
        .cast(pl.Schema(SETTLED))
    )


def rights_used(asked: pl.DataFrame) -> pl.DataFrame:
    """Who enters a list by right, each unit the best-ranked list that all of it have a right to.

    `asked` are the requests that can take part, with `right`. The right is there for lists that are full, so it holds
    above the cap too.
    """
    best = (
        asked.filter(pl.col("right").is_not_null())
        .filter(pl.len().over("unit_id", "list_id", "rank") == pl.col("unit_size"))
        .filter(pl.col("rank") == pl.col("rank").min().over("unit_id"))
    )
    return best.select("person_id", to_list="list_id", how="right").cast(pl.Schema(SETTLED))
