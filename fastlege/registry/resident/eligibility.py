"""What a resident, and each of those the resident chooses for, may do with some lists: enter, queue, or neither.

Two statements for all of them, with the same tests of who acts for whom as the actions have. It only tells: the action
asks again, behind its locks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import ListStatus, PersonStatus
from fastlege.registry.standing import Standing, standing_of
from fastlege.rules.admission import Applicant, ListFacts, check_admission, is_child_of_member
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.rights import check_right_to_list
from fastlege.rules.switching import SwitchCause, effective_day
from fastlege.rules.waiting import Wish, check_may_wait_for, check_queue_place


class Way(StrEnum):
    """How one stands to a list; `SPENT` would let one in, had one not used the year's switches."""

    OWN = "own"
    OPEN = "open"
    WITH_PARENT = "with_parent"
    RETURNING = "returning"
    SPENT = "spent"
    QUEUED = "queued"
    QUEUE = "queue"
    NONE = "none"


@dataclass(frozen=True)
class Prospect:
    """One person before one list: the way in, or what stands against it."""

    person_id: int
    list_id: int
    way: Way
    against: tuple[Violation, ...] = ()


_PROSPECTS = """
select a.person_id, l.list_id, p.birth_date, p.status, l.cap, l.status, l."end",
  l.member_count + (select count(*) from offers f where f.list_id = l.list_id and f.state = 'open'),
  own.list_id,
  exists (select from memberships o where o.list_id = l.list_id and o."end" is null
          and o.person_id in (p.mother_id, p.father_id)),
  gone.left_on, coalesce(gone.removed, false),
  (select e."on" from events e where e.person_id = p.person_id and e.kind in ('moved', 'immigrated')
     and e.details ->> 'to' = l.municipality order by e."on" desc limit 1),
  array(select q.list_id from queue q where q.person_id = p.person_id order by q.rank)
from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a
join persons p on p.person_id = a.person_id
cross join lists l
left join memberships own on own.person_id = p.person_id and own."end" is null
left join lateral (
  select max(o."end") as left_on, bool_or(o.end_reason = 'removed_for_violence') as removed from memberships o
  where o.person_id = p.person_id and o.list_id = l.list_id and o."end" is not null) gone on true
where l.list_id = any(%(lists)s)
order by a.person_id, l.list_id
"""


def prospects(viewer: Viewer, lists: Sequence[int], *, on: date) -> dict[int, list[Prospect]]:
    """By list, how the viewer and each of those the viewer chooses for stand to it. Nobody else's is told."""
    book = load_rulebook()
    values = {
        "viewer": viewer.person_id,
        "on": on,
        "alone_from": book.whole("child.decides_alone_from_age", on=on),
        "lists": list(lists),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PROSPECTS, values)
        rows = cursor.fetchall()
    spent = _spent(_standings(values, lists[0]), on=on, book=book) if lists else {}
    found: dict[int, list[Prospect]] = {number: [] for number in lists}
    for row in rows:
        prospect = _prospect(_Row(*row), on=on, book=book)
        if prospect.way in {Way.OPEN, Way.WITH_PARENT, Way.RETURNING} and spent[prospect.person_id]:
            prospect = replace(prospect, way=Way.SPENT, against=spent[prospect.person_id])
        found[prospect.list_id].append(prospect)
    return found


def _spent(standings: Iterable[Standing], *, on: date, book: Rulebook) -> dict[int, tuple[Violation, ...]]:
    """By person, that the year's switches are used up; nothing for one who may switch, or has leave for one more."""
    start = effective_day(on, book=book)
    return {
        each.person_id: () if each.extra_switches else tuple(each.check_quota(on=on, start=start, book=book))
        for each in standings
    }


class _Row(NamedTuple):
    """One person before one list, as `_PROSPECTS` gives it."""

    person_id: int
    list_id: int
    birth_date: date
    status: str
    cap: int
    list_status: str
    list_end: date | None
    length: int
    own_list: int | None
    has_parent_there: bool
    left_on: date | None
    removed_by_gp: bool
    moved_back_on: date | None
    queued_for: list[int]

    @property
    def applicant(self) -> Applicant:
        return Applicant(
            self.birth_date, self.has_parent_there, self.left_on, self.moved_back_on, removed_by_gp=self.removed_by_gp
        )

    @property
    def gp_list(self) -> ListFacts:
        return ListFacts(self.cap, self.length, ListStatus(self.list_status), self.list_end)

    def stands(self, way: Way, against: Iterable[Violation] = ()) -> Prospect:
        return Prospect(self.person_id, self.list_id, way, tuple(against))


def _prospect(row: _Row, *, on: date, book: Rulebook) -> Prospect:
    """In, if nothing is against it; else in line, if that is allowed."""
    if row.own_list == row.list_id:
        return row.stands(Way.OWN)
    no_right = check_right_to_list(PersonStatus(row.status), on=on, book=book)
    against_entry = no_right + check_admission(row.gp_list, row.applicant, on=on, book=book)
    if not against_entry:
        return row.stands(_way_in(row.gp_list, row.applicant, on=on, book=book))
    if row.list_id in row.queued_for:
        return row.stands(Way.QUEUED, against_entry)
    against_waiting = no_right + _against_waiting(row, on=on, book=book)
    if against_waiting:
        return row.stands(Way.NONE, against_waiting)
    return row.stands(Way.QUEUE, against_entry)


def _against_waiting(row: _Row, *, on: date, book: Rulebook) -> list[Violation]:
    """What stands against a place in line after the wishes that the person has."""
    wishes = [Wish(number, rank) for rank, number in enumerate(row.queued_for, start=1)]
    last = Wish(row.list_id, len(wishes) + 1)
    return [
        *check_queue_place(last, row.gp_list, wishes, own_list=row.own_list, on=on, book=book),
        *check_may_wait_for(removed_by_gp=row.removed_by_gp, on=on, book=book),
    ]


def _way_in(gp_list: ListFacts, applicant: Applicant, *, on: date, book: Rulebook) -> Way:
    """An open list with room first; else the right that opens a closed one."""
    anyone = Applicant(applicant.birth_date, removed_by_gp=applicant.removed_by_gp)
    if not check_admission(gp_list, anyone, on=on, book=book):
        return Way.OPEN
    return Way.WITH_PARENT if is_child_of_member(applicant, on=on, book=book) else Way.RETURNING


_STANDINGS = """
select row_to_json(f)::jsonb || jsonb_build_object('capacity', a.capacity)
from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a
join choice_facts(array(select o.person_id from acting_for(%(viewer)s, %(on)s, %(alone_from)s) o), %(list)s, %(on)s) f
  using (person_id)
"""


def causes(viewer: Viewer, people: Sequence[int], to_list: int, *, on: date) -> dict[int, SwitchCause]:
    """Why each of some persons would switch now: own choice counts, what has happened to them does not."""
    values = {
        "viewer": viewer.person_id,
        "on": on,
        "alone_from": load_rulebook().whole("child.decides_alone_from_age", on=on),
    }
    return {each.person_id: each.cause(on) for each in _standings(values, to_list) if each.person_id in people}


def _standings(values: Mapping[str, Any], to_list: int) -> list[Standing]:
    """The viewer, and those the viewer chooses for, as the rules ask about them before a list."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {**values, "list": to_list})
        return [standing_of(json.loads(row[0]) if isinstance(row[0], str) else row[0]) for row in cursor.fetchall()]
