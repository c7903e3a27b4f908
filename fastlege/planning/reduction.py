"""A GP who wants fewer residents: notice, the draw, and where those drawn go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from fastlege.kernel.errors import DataError, refuse_if
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.vocabulary import Reason
from fastlege.matching.reduction import DrawUnit
from fastlege.planning.days import check_day
from fastlege.planning.displaced.draw_record import DrawRecord, DrawTerms, differences, digest_of, record_of
from fastlege.planning.displaced.members import CHANGES_ON, lists_in_force, read_members, taking_lists
from fastlege.planning.displaced.placements import Placements, numbered, place_displaced
from fastlege.rules.caps import check_cap, check_reduction_notice
from fastlege.rules.parameters import Rulebook

METHOD = "list.reduction_method"
FAMILY_TOGETHER = "list.reduction_keep_household_family"
_RANDOM_DRAW = "random draw by Helfo"


@dataclass(frozen=True)
class Reduction:
    """What a GP asks for: so many persons fewer, or a lower cap, with notice on a day.

    `agreed` says that the municipality has agreed: to a shorter notice, and to a cap that needs its agreement.
    """

    list_id: int
    tag: str
    notice: date
    persons: int | None = None
    cap: int | None = None
    agreed: bool = False


def draw_reduction(snapshot: Snapshot, asked: Reduction, *, on: date, book: Rulebook) -> DrawRecord:
    """Draw who must leave the list on the day. Refuses a notice that is too short and a cap that the rules forbid."""
    check_day(snapshot, on=on, book=book, rule=CHANGES_ON)
    if not asked.tag:
        raise DataError("the tag is empty.", remedy="Give a text that nobody could foresee, and publish it after.")
    refuse_if(check_reduction_notice(on, shorter_agreed=asked.agreed, on=asked.notice, book=book))
    if asked.cap is not None:
        refuse_if(check_cap(asked.cap, municipality_agrees=asked.agreed, on=on, book=book))
    lists_in_force(snapshot, [asked.list_id], on=on)
    members = _with_units(read_members(snapshot, [asked.list_id], on=on, book=book), on=on, book=book)
    terms = DrawTerms(
        list_id=asked.list_id,
        on=on,
        as_of=snapshot.as_of,
        notice=asked.notice,
        cap=asked.cap,
        persons=_persons(asked, members.height),
        tag=asked.tag,
    )
    return record_of(terms, _units(members))


def _persons(asked: Reduction, length: int) -> int:
    """How many must leave."""
    if (asked.persons is None) == (asked.cap is None):
        raise DataError("a reduction is to a cap, or by a number of persons.", remedy="Give one of the two.")
    persons = asked.persons if asked.persons is not None else length - (asked.cap or 0)
    if not 0 < persons <= length:
        raise DataError(
            f"the list has {length} residents, so {persons} cannot be drawn.",
            remedy="A cap at or above the length needs no draw.",
        )
    return persons


def _with_units(members: pl.DataFrame, *, on: date, book: Rulebook) -> pl.DataFrame:
    """The members with `apart`: their own person_id when they are drawn on their own, else 0.

    Family in one household is kept together; a son or daughter is family until an age, and then stands apart.
    """
    method = book.text(METHOD, on=on)
    if method != _RANDOM_DRAW:
        raise DataError(f"{METHOD} is {method!r}, which draws do not know.", remedy=f"Use {_RANDOM_DRAW!r}.")
    alone = pl.col("grown") if book.truth(FAMILY_TOGETHER, on=on) else pl.lit(True)
    return members.with_columns(apart=pl.when(alone).then(pl.col("person_id")).otherwise(pl.lit(0, pl.Int64)))


def _units(members: pl.DataFrame) -> list[DrawUnit]:
    counts = members.group_by("household_id", "apart").len().sort("household_id", "apart")
    return [DrawUnit(*row) for row in counts.iter_rows()]


def place_drawn(snapshot: Snapshot, record: DrawRecord, *, book: Rulebook) -> Placements:
    """Place those drawn: by wish in the order of the draw, else near, else first in line from the day of the draw.

    A snapshot of a later day places those drawn who still stand on the list, with those of their household. Refuses a
    draw that is not right, and one that was not made from this snapshot and these rules or an earlier one.
    """
    if wrong := differences(record):
        raise DataError(f"the draw is not right: {wrong[0]}", remedy="`fastlege draw verify` says all that is wrong.")
    terms = record.terms
    lists = lists_in_force(snapshot, [terms.list_id], on=terms.on)
    members = _with_units(read_members(snapshot, [terms.list_id], on=terms.on, book=book), on=terms.on, book=book)
    is_later = snapshot.as_of > terms.as_of
    if not is_later and (snapshot.as_of < terms.as_of or digest_of(_units(members)) != record.units_digest):
        raise DataError(
            "is not the snapshot that the draw was made from.",
            where=str(snapshot.folder),
            remedy="Give that one, one of a later day, or draw again.",
        )
    keys = pl.DataFrame(
        [(unit.household_id, unit.apart) for unit in record.drawn_units],
        schema={"household_id": pl.Int64, "apart": pl.Int64},
        orient="row",
    )
    drawn = numbered(members, keys, ["household_id", "apart"])
    taking = taking_lists(lists, snapshot, but=[terms.list_id], on=terms.on)
    return place_displaced(snapshot, drawn, taking, reason=Reason.LIST_REDUCTION, on=terms.on, book=book)
