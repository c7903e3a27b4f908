"""What a request for a record would say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from fastlege.access.viewers import Viewer
from fastlege.registry.queries import person


@dataclass(frozen=True)
class PreparedRequest:
    """A request to the former office, ready but for the consent. `asked_on` is the day it was sent, if it has been."""

    person_id: int
    from_list: int
    from_list_called: str | Mapping[str, str]
    """The name of the regular GP of the list that was left, as of then, or that it had none."""
    from_office: int
    from_office_name: str
    to_office: int
    to_office_name: str
    protected: bool
    asked_on: date | None


# The office of the list that the person has, or has been given; and the last other one before it.
_PREPARED = """
select p.person_id, f.list_id, f.called, fo.office_id, fo.name, no.office_id, no.name,
    exists (select from protected_addresses a where a.person_id = p.person_id),
    (select r."on" from records_requests r where r.person_id = p.person_id
        and r.from_office_id = fo.office_id and r.to_office_id = no.office_id)
from persons p
    join memberships m on m.person_id = p.person_id and m."end" is null
    join lists n on n.list_id = m.list_id join offices no on no.office_id = n.office_id
    join lateral (
        select l.list_id, c.called, l.office_id from memberships o join lists l using (list_id)
            join lists_called(o."end" - 1) c using (list_id)
        where o.person_id = p.person_id and o."end" is not null and l.office_id <> n.office_id
        order by o.start desc limit 1) f on true
    join offices fo on fo.office_id = f.office_id
where p.person_id = %(person)s
"""


def prepared_request(viewer: Viewer, person_id: int, *, on: date) -> PreparedRequest | None:
    """The request that a person could send now; none when their list has always been with one office."""
    person(viewer, person_id, on=on)
    return read_prepared(person_id)


def read_prepared(person_id: int) -> PreparedRequest | None:
    """The same, for a caller that has asked whether the viewer may."""
    with connection.cursor() as cursor:
        cursor.execute(_PREPARED, {"person": person_id})
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        return None
    person_id, from_list, called, *rest = row
    return PreparedRequest(person_id, from_list, json.loads(called), *rest)
