"""Every promise of a round, checked on a plan and the snapshot it was made from, without giving out a place again.

The engine's promises are those of `matching.properties`, with the proof by prices that the plan carries.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.matching.market import How as Way
from fastlege.matching.market import Ints, Moves, Prices, RoundResult
from fastlege.matching.verify import verify
from fastlege.planning.grounds import EARLIER, GROUNDS, How
from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.places.lists_after import lists_after, opened_and_closed, with_lines
from fastlege.planning.plan import Plan
from fastlege.planning.reading import refuse_other_snapshot
from fastlege.planning.round import month_of
from fastlege.planning.telling.words import LANGUAGES
from fastlege.rules.parameters import Rulebook

_WAYS = {
    How.ASSIGNED: Way.ASSIGNED,
    How.WHEN_FREED: Way.ASSIGNED,
    How.WISH_BEFORE_QUEUE: Way.QUEUE,
    How.QUEUE: Way.QUEUE,
    How.SWAP: Way.EXCHANGE,
    How.CYCLE: Way.EXCHANGE,
}
_LIST_FACTS = (
    *("list_id", "cap", "status_before", "status_after", "length_before", "length_after"),
    *("came_assigned", "came_by_queue", "came_by_exchange", "came_by_right", "left"),
)


@dataclass(frozen=True)
class Finding:
    """Whether one promise holds, and the ids (of people, families or lists) that break it."""

    promise: str
    broken_by: tuple[int, ...] = ()
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return not self.broken_by and not self.detail

    def in_words(self, language: str) -> str:
        """The promise as a sentence."""
        if language not in LANGUAGES:
            raise DataError(f"there is no language {language!r}.", remedy=f"Use one of {', '.join(LANGUAGES)}.")
        return _texts()[self.promise][language]


def audit(plan: Plan, snapshot: Snapshot, book: Rulebook) -> list[Finding]:
    """A finding on every promise. Raises `DataError` when snapshot or rules are not those of the plan."""
    refuse_other_snapshot(snapshot, plan)
    if plan.header.rule_digest != book.digest():
        raise DataError("the plan was made with other rules than these.", remedy="Use the rules it was made with.")
    month = month_of(snapshot, on=plan.header.on, seed=plan.header.seed, book=book)
    moves = pl.DataFrame(plan.moves)
    checks: tuple[Callable[[], Ints], ...] = (
        lambda: _settled_first(month, moves),
        lambda: _above_cap(month, plan),
        lambda: _grounds(moves, book),
        lambda: _lists_add_up(plan, month, moves, book),
    )
    names = ("settled_first", "above_cap_by_right_only", "grounds_hold_on_the_day", "lists_add_up")
    own = [Finding(name, tuple(check().tolist())) for name, check in zip(names, checks, strict=True)]
    return _of_engine(plan, month, moves) + own


def _of_engine(plan: Plan, month: MonthMarket, moves: pl.DataFrame) -> list[Finding]:
    """The engine's promises; none can be looked at when the moves are not of this market at all."""
    strangers = _strangers(month, moves)
    belongs = Finding("moves_belong_to_the_month", tuple(strangers.tolist()))
    if not belongs.holds:
        return [belongs]
    try:
        verdicts = verify(month.market, _result_of(plan, month, moves))
    except DataError as error:
        return [Finding("moves_belong_to_the_month", detail=str(error))]
    return [belongs, *(Finding(verdict.promise, verdict.broken_by) for verdict in verdicts)]


def _strangers(month: MonthMarket, moves: pl.DataFrame) -> Ints:
    """People in the plan whom the round does not concern, or who do not stand where the plan says."""
    people = month.people.select("person_id", stands_on="list_id", known=pl.lit(True))
    rows = moves.join(people, on="person_id", how="left")
    wrong = pl.col("known").is_null() | ~pl.col("from_list").eq_missing(pl.col("stands_on"))
    return rows.filter(wrong | ~pl.col("to_list").is_in(month.lists["list_id"].implode()))["person_id"].to_numpy()


def _result_of(plan: Plan, month: MonthMarket, moves: pl.DataFrame) -> RoundResult:
    """The plan as the engine's result: where people come from is where what was settled has put them."""
    settled = month.settled.select("person_id", settled="to_list")
    rows = moves.join(settled, on="person_id", how="left").with_columns(start=pl.coalesce("settled", "from_list"))
    rows = rows.filter(~pl.col("start").eq_missing(pl.col("to_list"))).sort("person_id")
    code = {how.value: int(way) for how, way in _WAYS.items()}
    how = pl.col("explanation_key").replace_strict(code, default=int(Way.NOT_MOVED), return_dtype=pl.Int64)
    rows = rows.with_columns(pl.col("start", "cycle_id").fill_null(0), how=how)
    lists = pl.DataFrame(plan.lists)
    return RoundResult(
        Moves(*(rows[name].to_numpy() for name in ("person_id", "start", "to_list", "how", "cycle_id"))),
        Prices(lists["list_id"].to_numpy(), lists["price"].to_numpy()),
    )


def _settled_first(month: MonthMarket, moves: pl.DataFrame) -> Ints:
    """People whose settled move is not made, and people moved as if it had been settled."""
    ways = [way.value for way in EARLIER]
    planned = moves.select("person_id", "to_list", key="explanation_key", earlier=pl.col("explanation_key").is_in(ways))
    rows = month.settled.join(planned, on="person_id", how="full", coalesce=True, suffix="_planned")
    made = (pl.col("to_list") == pl.col("to_list_planned")) & (pl.col("how") == pl.col("key"))
    moved_on = pl.col("how").is_not_null() & ~pl.col("earlier")
    wrong = pl.when(pl.col("how").is_null()).then("earlier").otherwise(~(made | moved_on).fill_null(False))
    return rows.filter(wrong)["person_id"].to_numpy()


def _above_cap(month: MonthMarket, plan: Plan) -> Ints:
    """Lists that grew by more than those who came by right. One of these may have gone on, and passed the place on."""
    rights = month.settled.group_by(list_id="to_list").agg(rights=pl.len().cast(pl.Int64))
    lists = pl.DataFrame(plan.lists).join(rights, on="list_id", how="left")
    others = pl.col("length_after") - pl.col("rights").fill_null(0)
    return lists.filter(others > pl.max_horizontal("cap", "length_before"))["list_id"].to_numpy()


def _grounds(moves: pl.DataFrame, book: Rulebook) -> Ints:
    """People whose move has another reason, rule or source than its way of getting a place has on the day."""
    right = {
        (how.value, day): (ground.reason.value, ground.chosen, ground.rule, book.row(ground.rule, on=day).source)
        for day in moves["on"].unique()
        for how, ground in GROUNDS.items()
        if how.value in set(moves["explanation_key"])
    }
    columns = moves.select("person_id", "explanation_key", "on", "reason", "chosen", "rule", "rule_source")
    wrong = [row[0] for row in columns.iter_rows() if right.get((row[1], row[2])) != row[3:]]
    return np.array(wrong, np.int64)


def _lists_add_up(plan: Plan, month: MonthMarket, moves: pl.DataFrame, book: Rulebook) -> Ints:
    """Lists whose row is another than the moves give, or that open or close otherwise than they must."""
    said = pl.DataFrame(plan.lists)
    prices = Prices(said["list_id"].to_numpy(), said["price"].to_numpy())
    counted = lists_after(month, moves, prices, on=plan.header.on, book=book)
    counted = with_lines(counted, pl.DataFrame(plan.places))
    rows = counted.select(_LIST_FACTS).join(
        said.select(_LIST_FACTS), on="list_id", how="full", coalesce=True, suffix="_said"
    )
    differs = [~pl.col(name).eq_missing(pl.col(f"{name}_said")) for name in _LIST_FACTS[1:]]
    wrong = set(rows.filter(pl.any_horizontal(differs))["list_id"])
    for must, does in zip(
        opened_and_closed(counted), (plan.header.lists_opened, plan.header.lists_closed), strict=True
    ):
        wrong |= set(must) ^ set(does)
    return np.array(sorted(wrong), np.int64)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("fastlege.planning").joinpath("promises.toml").read_text(encoding="utf-8"))
