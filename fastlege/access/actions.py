"""Writing the look-up log."""

from __future__ import annotations

from fastlege.access.models import Lookup
from fastlege.access.viewers import Viewer


def log_lookup(viewer: Viewer, *, person_id: int) -> None:
    """Note that someone other than the person looked at that person's register."""
    if viewer.person_id != person_id:
        Lookup.objects.create(viewer=viewer.name, role=viewer.role.value, purpose=viewer.purpose, person_id=person_id)
