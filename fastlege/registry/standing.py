"""What the rules need to know of a person, as the database's function `choice_facts` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import PersonStatus, Reason
from fastlege.rules.admission import Applicant
from fastlege.rules.custody import Requester
from fastlege.rules.parameters import Rulebook
from fastlege.rules.switching import Switch, SwitchCause, check_switch
from fastlege.rules.waiting import Wish

_GP_ENDED = frozenset({Reason.PRACTICE_CLOSED.value, Reason.TAKEOVER.value})


@dataclass(frozen=True)
class Standing:
    """One person before a choice: the list they stand on or have been given, and what the rules ask of the past."""

    person_id: int
    birth_date: date
    status: PersonStatus
    household_id: int
    municipality: str
    capacity: str | None
    """As whom the viewer acts: `self`, `custodian`, `guardian`; none for a case worker."""
    list_id: int | None
    member_since: date | None
    begin_reason: str | None
    last_list: int | None
    last_end: date | None
    last_end_reason: str | None
    gp_left_on: date | None
    switched_on: tuple[date, ...]
    moved_on: date | None
    parents: tuple[int, ...]
    parent_is_member: bool
    left_list_on: date | None
    moved_back_on: date | None
    removed_by_gp: bool
    wishes: tuple[Wish, ...]
    family: int | None
    """The number shared with those whom the person waits together with."""
    offers: Mapping[int, int]
    """Open offers: list and the offer's id."""
    extra_switches: tuple[int, ...]
    in_care: bool
    custodians: tuple[int, ...]

    def requester(self) -> Requester | None:
        """Who asks on the person's behalf."""
        return None if self.capacity is None else Requester(self.capacity)

    def applicant(self, *, parent_enters: bool = False) -> Applicant:
        """The person as one who wants to enter the list that was asked about."""
        return Applicant(
            birth_date=self.birth_date,
            parent_is_member=self.parent_is_member or parent_enters,
            left_list_on=self.left_list_on,
            moved_back_on=self.moved_back_on,
            removed_by_gp=self.removed_by_gp,
        )

    def cause(self, on: date) -> SwitchCause:
        """Why the person may switch now: what has happened to them since they last chose, else their own choice."""
        since_chosen = self.member_since if self.list_id is not None else self.last_end
        reason = self.begin_reason if self.list_id is not None else self.last_end_reason
        this_year = since_chosen is not None and since_chosen.year == on.year
        if self.moved_on is not None and self.moved_on.year == on.year:
            return SwitchCause.REGISTERED_MOVE
        if this_year and reason == Reason.LIST_REDUCTION:
            return SwitchCause.LIST_REDUCTION
        if this_year and reason == Reason.REMOVED_FOR_VIOLENCE:
            return SwitchCause.REMOVED
        if (this_year and reason in _GP_ENDED) or (self.gp_left_on is not None and self.gp_left_on.year == on.year):
            return SwitchCause.GP_ENDED_AGREEMENT
        return SwitchCause.OWN_CHOICE

    def check_quota(self, *, on: date, start: date, book: Rulebook) -> list[Violation]:
        """What the yearly number says of a switch that is asked for on a day and takes effect on another."""
        return check_switch(self.other_switches(start), cause=self.cause(on), on=start, book=book)

    def other_switches(self, start: date) -> list[Switch]:
        """The person's chosen switches but for one that takes effect on the same day, which this one replaces."""
        return [Switch(on=day) for day in self.switched_on if day != start]


def standing_of(row: Mapping[str, Any]) -> Standing:
    """A standing from a row of `choice_facts`, as JSON or as a driver gives it."""
    return Standing(
        person_id=row["person_id"],
        birth_date=_day(row["birth_date"]),
        status=PersonStatus(row["status"]),
        household_id=row["household_id"],
        municipality=row["municipality"],
        capacity=row["capacity"],
        list_id=row["list_id"],
        member_since=_day_or_none(row["member_since"]),
        begin_reason=row["begin_reason"],
        last_list=row["last_list"],
        last_end=_day_or_none(row["last_end"]),
        last_end_reason=row["last_end_reason"],
        gp_left_on=_day_or_none(row["gp_left_on"]),
        switched_on=tuple(_day(day) for day in row["switched_on"]),
        moved_on=_day_or_none(row["moved_on"]),
        parents=tuple(row["parents"]),
        parent_is_member=row["parent_is_member"],
        left_list_on=_day_or_none(row["left_list_on"]),
        moved_back_on=_day_or_none(row["moved_back_on"]),
        removed_by_gp=row["removed_by_gp"],
        wishes=tuple(Wish(place["list"], place["rank"]) for place in row["places"]),
        family=max((place["family"] for place in row["places"] if place["family"] is not None), default=None),
        offers={offer["list"]: offer["id"] for offer in row["offers"]},
        extra_switches=tuple(row["extra_switches"]),
        in_care=row["in_care"],
        custodians=tuple(row["custodians"]),
    )


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _day_or_none(value: str | date | None) -> date | None:
    return None if value is None else _day(value)
