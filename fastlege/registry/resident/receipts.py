"""What was done for a key, for the one who did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied

from fastlege.access.viewers import Viewer
from fastlege.registry.models import Receipt


@dataclass(frozen=True)
class Kept:
    """A receipt: what was done, on which day, with which list, for whom, and from when it holds."""

    kind: str
    on: date
    list_id: int
    people: tuple[int, ...]
    from_day: date | None


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
