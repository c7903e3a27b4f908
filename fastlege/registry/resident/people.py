"""The people of one login: the resident, and those the resident chooses for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from fastlege.access.actions import log_lookup
from fastlege.access.viewers import Viewer
from fastlege.kernel.vocabulary import PersonStatus, Sex
from fastlege.registry.list_search import Place
from fastlege.rules.parameters import load_rulebook


@dataclass(frozen=True)
class ActsFor:
    """One whom the viewer chooses for, by what right (`self`, `custodian`, `guardian`), and the list they have now.

    `list_name` is the name of the regular GP, or of the list when it has none. `given_list` is the list without an end:
    the one they have, or have been given from a coming day. `waits_for` is in how many queues they stand.
    """

    person_id: int
    capacity: str
    birth_date: date
    sex: Sex
    status: PersonStatus
    list_id: int | None
    list_name: str | None
    given_list: int | None
    waits_for: int


_PEOPLE = """
select a.person_id, a.capacity, p.birth_date, p.sex, p.status, m.list_id, coalesce(d.name, l.name), g.list_id,
  (select count(*) from queue q where q.person_id = a.person_id)
from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a
join persons p on p.person_id = a.person_id
left join memberships g on g.person_id = p.person_id and g."end" is null
left join memberships m on m.person_id = p.person_id and m.start <= %(on)s and (m."end" is null or m."end" > %(on)s)
left join lists l on l.list_id = m.list_id
left join doctor_periods r on r.list_id = m.list_id and r.relationship = 'regular'
  and r.start <= %(on)s and (r."end" is null or r."end" > %(on)s)
left join doctors d on d.doctor_id = r.doctor_id
where p.status in ('resident', 'opted_out')
order by a.capacity <> 'self', p.birth_date, a.person_id
"""


def people_of(viewer: Viewer, *, on: date) -> list[ActsFor]:
    """The viewer first, then the others by age."""
    values = {"viewer": viewer.person_id, "on": on, "alone_from": alone_from(on)}
    return [
        ActsFor(row[0], row[1], row[2], Sex(row[3]), PersonStatus(row[4]), *row[5:]) for row in rows(_PEOPLE, values)
    ]


def alone_from(on: date) -> int:
    """The age from which one chooses alone, and acts for others."""
    return load_rulebook().whole("child.decides_alone_from_age", on=on)


def may_act_for(viewer: Viewer, person_id: int, *, on: date) -> None:
    """Refuse a viewer who does not choose for a person; note in the look-up log that one who does looks."""
    values = {"viewer": viewer.person_id, "on": on, "alone_from": alone_from(on), "person": person_id}
    sql = "select 1 from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a where a.person_id = %(person)s"
    if not rows(sql, values):
        raise PermissionDenied
    log_lookup(viewer, person_id=person_id)


def home_of(viewer: Viewer) -> Place | None:
    """Where the viewer lives, as a point: for the viewer's own search alone."""
    found = rows(
        """select b.name, b.municipality, b.latitude, b.longitude from persons p
           join basic_units b on b.basic_unit = p.basic_unit where p.person_id = %(viewer)s""",
        {"viewer": viewer.person_id},
    )
    return Place(*found[0]) if found else None


def rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
