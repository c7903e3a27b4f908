"""What was done for a key, for the one who did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied

from fastlege.access.viewers import Viewer
from fastlege.database.prepared import ask
from fastlege.registry.models import Receipt


@dataclass(frozen=True)
class Kept:
    """A receipt: what was done, on which day, with which list, for whom, and from when it holds."""

    kind: str
    on: date
    list_id: int
    people: tuple[int, ...]
    from_day: date | None


# Until the day of the switch they stood on a list of another office.
_LEFT_OFFICE = """
select m.person_id from memberships m join lists f using (list_id) join lists t on t.list_id = %(to_list)s
where m.person_id = any(%(people)s) and m."end" = %(from_day)s and f.office_id <> t.office_id
"""


def receipt(viewer: Viewer, key: UUID) -> Kept:
    """A receipt of the viewer's own. Raises `PermissionDenied` for any other, whether or not there is one."""
    mine = Receipt.objects.none() if viewer.person_id is None else Receipt.objects.filter(viewer_id=viewer.person_id)
    found = mine.filter(pk=key).first()
    if found is None:
        raise PermissionDenied
    facts = found.facts
    start = facts.get("from_day")
    return Kept(
        kind=found.kind,
        on=found.on,
        list_id=facts["to_list"] if "to_list" in facts else facts["list"],
        people=tuple(facts["people"]),
        from_day=date.fromisoformat(start) if start else None,
    )


def left_office(kept: Kept) -> frozenset[int]:
    """Of those whom a receipt of a switch is for, the ones whose former list was with another office."""
    if kept.from_day is None:
        return frozenset()
    values = {"people": list(kept.people), "to_list": kept.list_id, "from_day": kept.from_day}
    return frozenset(number for (number,) in ask(_LEFT_OFFICE, values))
