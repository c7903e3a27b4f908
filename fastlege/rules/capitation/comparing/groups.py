"""Who gains and who loses: two runs of one month on the same lists, added up by groups of lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import SizeGroup
from fastlege.rules.capitation.payment_file import PaymentFile

_LENGTHS = (500, 800, 1000, 1200, 1500)
_SIZES = {
    SizeGroup.UNDER_2000: "below 2 000",
    SizeGroup.FROM_2000: "2 000-4 999",
    SizeGroup.FROM_5000: "5 000-9 999",
    SizeGroup.FROM_10000: "10 000-49 999",
    SizeGroup.FROM_50000: "50 000 and more",
}
_ALL = "all lists"


@dataclass(frozen=True)
class GroupChange:
    """What a group of lists is paid in the month before and after, in øre, and how many of its lists gain and lose."""

    by: str
    group: str
    lists: int
    before_ore: int
    after_ore: int
    gaining: int
    losing: int

    @property
    def change_ore(self) -> int:
        """What the group gains; below zero what it loses."""
        return self.after_ore - self.before_ore

    @property
    def percent(self) -> float:
        """The change in percent of what the group had."""
        return 100 * self.change_ore / self.before_ore if self.before_ore else 0.0


@dataclass(frozen=True)
class _List:
    members: int
    municipality: str
    salaried: bool
    before: int
    after: int


def compare(before: PaymentFile, after: PaymentFile, snapshot: Snapshot) -> list[GroupChange]:
    """The change by length of list, size and centrality of municipality, and pay form; every grouping is of all lists.

    Both runs must be of the same month, counted on this snapshot.
    """
    _check(before, after, snapshot)
    lists = _lists(before.lines, after.lines, snapshot)
    towns = snapshot.table("municipalities", ["municipality", "size_group", "centrality"]).to_pylist()
    size_of = {row["municipality"]: _SIZES[SizeGroup(row["size_group"])] for row in towns}
    class_of = {row["municipality"]: f"{row['centrality']}" for row in towns}
    groupings: dict[str, tuple[Callable[[_List], str], list[str]]] = {
        "": (lambda one: _ALL, [_ALL]),
        "list length": (lambda one: _length(one.members), [_length(n) for n in (0, *_LENGTHS)]),
        "municipality size": (lambda one: size_of[one.municipality], list(_SIZES.values())),
        "centrality": (lambda one: class_of[one.municipality], [str(number) for number in range(1, 7)]),
        "pay form": (lambda one: "salaried" if one.salaried else "self-employed", ["self-employed", "salaried"]),
    }
    return [
        _change(by, group, [one for one in lists if of(one) == group])
        for by, (of, groups) in groupings.items()
        for group in groups
    ]


def _check(before: PaymentFile, after: PaymentFile, snapshot: Snapshot) -> None:
    if before.month != after.month:
        raise DataError(
            f"the runs are of different months, {before.month:%Y-%m} and {after.month:%Y-%m}.",
            remedy="Compare two runs of one month.",
        )
    digests = {run.header["snapshot_digest"] for run in (before, after)}
    if digests != {snapshot.digest()}:
        raise DataError(
            "the runs were not both made on this snapshot.",
            where=str(snapshot.folder),
            remedy="Make both with `fastlege pay run` on the same snapshot.",
        )


def _lists(before: pa.Table, after: pa.Table, snapshot: Snapshot) -> list[_List]:
    paid = [_paid(lines) for lines in (before, after)]
    salaried = snapshot.table("lists", ["list_id", "salaried"]).to_pydict()
    is_salaried = dict(zip(salaried["list_id"], salaried["salaried"], strict=True))
    facts = {
        row["list_id"]: (row["persons"], row["municipality"])
        for row in before.select(["list_id", "persons", "municipality"]).to_pylist()
    }
    return [
        _List(*facts[number], is_salaried[number], paid[0].get(number, 0), paid[1].get(number, 0)) for number in facts
    ]


def _paid(lines: pa.Table) -> Mapping[int, int]:
    sums: Any = lines.group_by("list_id").aggregate([("amount_ore", "sum")])
    return dict(zip(sums["list_id"].to_pylist(), sums["amount_ore_sum"].to_pylist(), strict=True))


def _length(members: int) -> str:
    from_, upto = 0, None
    for bound in _LENGTHS:
        if members < bound:
            upto = bound - 1
            break
        from_ = bound
    if upto is None:
        return f"{from_} and more"
    return f"{from_}-{upto}"


def _change(by: str, group: str, lists: list[_List]) -> GroupChange:
    return GroupChange(
        by,
        group,
        len(lists),
        sum(one.before for one in lists),
        sum(one.after for one in lists),
        sum(one.after > one.before for one in lists),
        sum(one.after < one.before for one in lists),
    )
