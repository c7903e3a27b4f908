"""Min side of one person: the GP now and to come, places in queues, offers. A set number of statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastlege.access.viewers import Viewer
from fastlege.kernel.vocabulary import PersonStatus
from fastlege.registry.list_search import PublicList, public_list
from fastlege.registry.resident.people import may_act_for, rows

_LATELY_MONTHS = 12


@dataclass(frozen=True)
class ComingPlace:
    """A change that is decided and has not come: a new list, or the end of one (`name` is none)."""

    day: date
    list_id: int
    name: str | None
    reason: str


@dataclass(frozen=True)
class Lately:
    """How many came to a list and left it in the last year."""

    came: int
    left: int


@dataclass(frozen=True)
class HeldPlace:
    """A place in a queue, with its number in line and what the list did lately."""

    list_id: int
    rank: int
    name: str
    office: str
    municipality: str
    requested_at: datetime
    accept_in_advance: bool
    family_id: int | None
    number: int
    waiting: int
    lately: Lately


@dataclass(frozen=True)
class OpenOffer:
    """A place that is kept for a person until it is answered."""

    person_id: int
    list_id: int
    name: str
    office: str
    answer_by: date


@dataclass(frozen=True)
class Overview:
    """What a person has, and what comes."""

    person_id: int
    status: PersonStatus
    birth_date: date
    gp: PublicList | None
    since: date | None
    unplaced_since: date | None
    coming: list[ComingPlace]
    places: list[HeldPlace]
    offers: list[OpenOffer]


def overview(viewer: Viewer, person_id: int, *, on: date) -> Overview:
    """The page of one person whom the viewer chooses for. Raises `PermissionDenied` for anybody else."""
    may_act_for(viewer, person_id, on=on)
    values = {"person": person_id, "on": on}
    ((status, birth_date, list_id, since, unplaced_since),) = rows(
        """select p.status, p.birth_date, m.list_id, m.start, u.since from persons p
           left join memberships m on m.person_id = p.person_id
             and m.start <= %(on)s and (m."end" is null or m."end" > %(on)s)
           left join unplaced u on u.person_id = p.person_id where p.person_id = %(person)s""",
        values,
    )
    return Overview(
        person_id,
        PersonStatus(status),
        birth_date,
        public_list(list_id, on=on) if list_id is not None else None,
        since,
        unplaced_since,
        _coming(values),
        held_places(person_id, on=on),
        open_offers([person_id]),
    )


def _coming(values: dict[str, object]) -> list[ComingPlace]:
    """New lists, and ends that no new list follows."""
    return [
        ComingPlace(*row)
        for row in rows(
            """select m.start, m.list_id, coalesce(d.name, l.name), m.begin_reason
               from memberships m join lists l using (list_id)
               left join doctor_periods r on r.list_id = m.list_id and r.relationship = 'regular'
                 and r.start <= m.start and (r."end" is null or r."end" > m.start)
               left join doctors d on d.doctor_id = r.doctor_id
               where m.person_id = %(person)s and m.start > %(on)s
               union all
               select m."end", m.list_id, null, m.end_reason from memberships m
               where m.person_id = %(person)s and m."end" > %(on)s and not exists (
                 select from memberships n where n.person_id = m.person_id and n.start >= m."end")
               order by 1""",
            values,
        )
    ]


def held_places(person_id: int, *, on: date) -> list[HeldPlace]:
    """A person's places in queues by rank. The caller has asked whether the viewer may see them."""
    found = rows(
        """select q.list_id, q.rank, coalesce(d.name, l.name), o.name, m.name, q.requested_at, q.accept_in_advance,
             q.family_id,
             1 + (select count(*) from queue a where a.list_id = q.list_id
               and (a.requested_at, a.person_id) < (q.requested_at, q.person_id)),
             (select count(*) from queue a where a.list_id = q.list_id),
             (select count(*) from memberships c where c.list_id = q.list_id and c.start <= %(on)s
               and c.start > (%(on)s::date - make_interval(months => %(months)s))::date),
             (select count(*) from memberships c where c.list_id = q.list_id and c."end" <= %(on)s
               and c."end" > (%(on)s::date - make_interval(months => %(months)s))::date)
           from queue q join lists l using (list_id) join offices o using (office_id)
           join municipalities m on m.municipality = l.municipality
           left join doctor_periods r on r.list_id = q.list_id and r.relationship = 'regular'
             and r.start <= %(on)s and (r."end" is null or r."end" > %(on)s)
           left join doctors d on d.doctor_id = r.doctor_id
           where q.person_id = %(person)s order by q.rank""",
        {"person": person_id, "on": on, "months": _LATELY_MONTHS},
    )
    return [HeldPlace(*(*row[:10], Lately(*row[10:]))) for row in found]


def family_of(viewer: Viewer, person_id: int, *, on: date) -> frozenset[int]:
    """The person and those who wait together with them: their wishes are one."""
    may_act_for(viewer, person_id, on=on)
    found = rows(
        """select distinct o.person_id from queue q join queue o on o.family_id = q.family_id
           where q.person_id = %(person)s""",
        {"person": person_id},
    )
    return frozenset({person_id} | {row[0] for row in found})


def open_offers(people: Sequence[int]) -> list[OpenOffer]:
    """Offers to some persons to answer. The caller has asked whether the viewer may see them."""
    return [
        OpenOffer(*row)
        for row in rows(
            """select f.person_id, f.list_id, coalesce(d.name, l.name), o.name, f.answer_by from offers f
               join lists l using (list_id) join offices o using (office_id)
               left join doctor_periods r on r.list_id = f.list_id and r.relationship = 'regular'
                 and r.start <= f.answer_by and (r."end" is null or r."end" > f.answer_by)
               left join doctors d on d.doctor_id = r.doctor_id
               where f.person_id = any(%(people)s) and f.state = 'open' order by f.answer_by, f.id""",
            {"people": list(people)},
        )
    ]


def lately_of(list_id: int, *, on: date) -> Lately:
    """How many came to a list and left it in the last year: everyone may know."""
    ((came, left),) = rows(
        """select count(*) filter (where start <= %(on)s and start > y.day),
             count(*) filter (where "end" <= %(on)s and "end" > y.day)
           from memberships, (select (%(on)s::date - make_interval(months => %(months)s))::date as day) y
           where list_id = %(list)s""",
        {"list": list_id, "on": on, "months": _LATELY_MONTHS},
    )
    return Lately(came, left)


def called_on(list_id: int, day: date) -> str | Mapping[str, str]:
    """What messages call a list: the name of its regular GP on the day, or that it has none. Everyone may know."""
    sql = "select called from lists_called(%(day)s) where list_id = %(list)s"
    ((called,),) = rows(sql, {"day": day, "list": list_id})
    found: str | Mapping[str, str] = json.loads(called)
    return found


def list_names(lists: Iterable[int], *, on: date) -> dict[int, str]:
    """The names that people know lists by: that of the regular GP on the day, or of the list. Everyone may know."""
    found = rows(
        """select l.list_id, coalesce(d.name, l.name) from lists l
           left join doctor_periods r on r.list_id = l.list_id and r.relationship = 'regular'
             and r.start <= %(on)s and (r."end" is null or r."end" > %(on)s)
           left join doctors d on d.doctor_id = r.doctor_id where l.list_id = any(%(lists)s)""",
        {"lists": list(lists), "on": on},
    )
    return dict(found)
