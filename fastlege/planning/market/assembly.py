"""From a snapshot to the market of the month: the four inputs of the engine, and what was settled before it.

How each input comes about is described in `docs/round.md`, so that another program can make the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import ListStatus
from fastlege.matching.intake import BEST_RANK
from fastlege.matching.market import Ints, Lists, Market, Members, Requests, Terms
from fastlege.planning.market.earlier import children_with_parents, granted_now, read_granted, rights_used
from fastlege.planning.market.homes import with_placing
from fastlege.planning.market.lists import lists_with_gp, status_at, takes_part, with_lengths
from fastlege.planning.market.people import read_people
from fastlege.planning.market.units import units_of
from fastlege.planning.market.wishes import deadline, read_queue, with_outcomes, with_rights
from fastlege.planning.reading import collect, refuse_rows, scan, standing_on
from fastlege.rules.parameters import Rulebook

NOT_COUNTED = 100
"""Added to the rank of a request that cannot count this month: the engine ignores such a rank, and the family that the
request names stays whole."""

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class MonthMarket:
    """The engine's market, and what the engine does not know.

    `municipalities` names the codes of the market, from 1. `lists` holds the lists of the market: `length` before
    anything, `length_settled` after what is settled, `status_before` as it was and `status` as the round begins with.
    `people` are those whom the round concerns, `queue` every queue place with `outcome` (null: it takes part), and
    `settled` the moves made before the engine, with `from_list`, null for those without one. `ignored` counts what
    could not take part.
    """

    market: Market
    municipalities: tuple[str, ...]
    lists: pl.DataFrame
    people: pl.DataFrame
    queue: pl.DataFrame
    settled: pl.DataFrame
    ignored: Mapping[str, int]


def read_market(snapshot: Snapshot, *, on: date, seed: int, book: Rulebook) -> MonthMarket:
    """Read what a round on the day needs of the snapshot, and settle what comes before it."""
    standing = _read_standing(snapshot, on=on)
    lists = with_lengths(standing.group_by("list_id").agg(length=pl.len()), snapshot, on=on)
    queue, granted = read_queue(snapshot), read_granted(snapshot, on=on)
    unplaced = collect(scan(snapshot, "unplaced").filter(pl.col("since") <= on), snapshot)
    ids = pl.concat([frame.select("person_id") for frame in (queue, granted, unplaced)]).unique()
    people = read_people(snapshot, ids, on=on, book=book, standing=standing)
    people = units_of(with_placing(people, lists, on=on, book=book), queue)
    queue = with_outcomes(queue, people, lists, on=on)
    asked = with_rights(queue.filter(pl.col("outcome").is_null()), people, snapshot, on=on, book=book)
    settled, counts = _settle(granted, people, asked, lists)
    counts["unplaced_not_resident"] = unplaced.join(people, on="person_id", how="anti").height
    counts.update({f"request_{reason}": n for reason, n in queue["outcome"].drop_nulls().value_counts().iter_rows()})
    lists = _at_the_start(lists, settled, on=on, book=book)
    names = tuple(sorted({*lists["municipality"], *people["placed_in"]}))
    code = pl.DataFrame({"municipality": names, "code": range(1, len(names) + 1)}, schema_overrides=_CODES)
    market = Market(
        Terms(effect=on, cutoff=int(deadline(on).timestamp()) - 1, seed=str(seed)),
        _lists(lists, lists_with_gp(snapshot, on=on), code),
        _members(standing, people, settled, code),
        _requests(queue, settled),
    )
    ignored = {reason: count for reason, count in sorted(counts.items()) if count}
    return MonthMarket(market, names, lists, people, queue, settled, ignored)


_CODES = {"municipality": pl.String, "code": pl.Int64}


def _read_standing(snapshot: Snapshot, *, on: date) -> pl.DataFrame:
    """Who stands on which list on the day, by person_id: everybody, once."""
    rows = collect(standing_on(snapshot, on).select("person_id", "list_id", "start", "end"), snapshot)
    if not rows["person_id"].is_sorted():
        rows = rows.sort("person_id")
    person_id = rows["person_id"].to_numpy()
    twice = np.flatnonzero(np.diff(person_id) == 0)
    refuse_rows(
        pl.DataFrame({"person_id": person_id[twice]}),
        f"people stand on more than one list on {on}",
        snapshot,
        "memberships",
    )
    return rows


def _settle(
    granted: pl.DataFrame, people: pl.DataFrame, asked: pl.DataFrame, lists: pl.DataFrame
) -> tuple[pl.DataFrame, Counter[str]]:
    """What comes before the places are given out: grants, then rights to enter, then children with their parents."""
    grants, overtaken, without_place = granted_now(granted, people, lists)
    busy = people.join(grants, on="person_id", how="semi").select("unit_id").unique()
    rights = rights_used(asked.join(busy, on="unit_id", how="anti"))
    done = pl.concat([grants, rights])
    children = children_with_parents(people.join(done, on="person_id", how="anti"), lists)
    settled = pl.concat([done, children]).sort("person_id")
    settled = settled.join(people.select("person_id", from_list="list_id"), on="person_id", how="left")
    return settled, Counter({"grant_overtaken": overtaken, "granted_without_place": without_place})


def _at_the_start(lists: pl.DataFrame, settled: pl.DataFrame, *, on: date, book: Rulebook) -> pl.DataFrame:
    """The lists of the market, with the length and the status that the engine begins with."""
    came = settled.group_by(list_id="to_list").agg(came=pl.len())
    gone = settled.drop_nulls("from_list").group_by(list_id="from_list").agg(gone=pl.len())
    return (
        lists.filter(pl.col("in_force") | (pl.col("length") > 0))
        .join(came, on="list_id", how="left")
        .join(gone, on="list_id", how="left")
        .with_columns(
            length_settled=pl.col("length").cast(pl.Int64) + pl.col("came").fill_null(0) - pl.col("gone").fill_null(0),
            status_before="status",
        )
        .with_columns(status=status_at("length_settled", on=on, book=book))
        .drop("came", "gone", "place")
        .sort("list_id")
    )


def _lists(lists: pl.DataFrame, with_gp: pl.DataFrame, code: pl.DataFrame) -> Lists:
    """A list that takes nobody, locked or ended, has the cap 0 and is closed; places kept by offers lower the cap."""
    rows = lists.join(code, on="municipality", how="left", maintain_order="left").with_columns(
        takes_part=takes_part(), has_gp=pl.col("list_id").is_in(with_gp["list_id"].implode())
    )
    taking = rows["takes_part"].to_numpy()
    return Lists(
        list_id=_whole(rows["list_id"]),
        municipality=_whole(rows["code"]),
        cap=np.where(taking, np.maximum(_whole(rows["cap"]) - _whole(rows["kept"]), 0), 0),
        has_gp=rows["has_gp"].to_numpy(),
        is_open=taking & (rows["status"] == ListStatus.OPEN.value).to_numpy(),
    )


def _members(standing: pl.DataFrame, people: pl.DataFrame, settled: pl.DataFrame, code: pl.DataFrame) -> Members:
    """Everybody who stands on a list, with what is settled carried out, and then those who have none."""
    person_id, list_id = standing["person_id"].to_numpy(), standing["list_id"].to_numpy().copy()
    moved = settled.drop_nulls("from_list")
    list_id[np.searchsorted(person_id, moved["person_id"].to_numpy())] = moved["to_list"].to_numpy()
    without = (
        people.filter(pl.col("list_id").is_null())
        .join(settled.select("person_id", "to_list"), on="person_id", how="left")
        .join(code.rename({"municipality": "placed_in"}), on="placed_in", how="left")
        .sort("person_id")
    )
    nothing = np.zeros(len(person_id), np.int64)
    return Members(
        person_id=np.concatenate([person_id, _whole(without["person_id"])]),
        list_id=np.concatenate([list_id, _whole(without["to_list"].fill_null(0))]),
        municipality=np.concatenate([nothing, _whole(without["code"])]),
        since=np.concatenate([nothing, _whole(without["since"].to_physical()) * _DAY_SECONDS]),
    )


def _requests(queue: pl.DataFrame, settled: pl.DataFrame) -> Requests:
    """Every queue place; those that cannot count, or are wanted less than what is settled, with a rank that says so."""
    met = queue.join(settled, left_on=["person_id", "list_id"], right_on=["person_id", "to_list"], how="inner")
    rows = queue.join(met.select("person_id", met="rank"), on="person_id", how="left", maintain_order="left")
    counts = pl.col("outcome").is_null() & (pl.col("met").is_null() | (pl.col("rank") < pl.col("met")))
    rank = pl.col("rank").cast(pl.Int64)
    away = pl.when(rank >= BEST_RANK).then(rank + NOT_COUNTED).otherwise(rank - NOT_COUNTED)
    rows = rows.with_columns(rank=pl.when(counts).then(rank).otherwise(away))
    return Requests(
        person_id=_whole(rows["person_id"]),
        list_id=_whole(rows["list_id"]),
        rank=_whole(rows["rank"]),
        requested_at=_whole(rows["requested_at"].dt.epoch("s")),
        family_id=_whole(rows["family_id"].fill_null(0)),
    )


def _whole(column: pl.Series) -> Ints:
    return column.cast(pl.Int64).to_numpy()
