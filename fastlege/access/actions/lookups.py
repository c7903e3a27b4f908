"""Writing the look-up log."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection

from fastlege.access.viewers import Role, Viewer

ACTS_FOR = "acts for"
"""Why a resident looks at somebody else: they act for a child or a ward. Queries have let no other one this far."""

# One page asks several times about the same person. That is one look, not several.
_ADD = """
insert into access_lookup (viewer, role, purpose, person_id, viewer_person_id)
select %(viewer)s, %(role)s, %(purpose)s, %(person_id)s, %(viewer_person_id)s
where not exists (
    select from access_lookup
    where person_id = %(person_id)s and viewer = %(viewer)s and role = %(role)s and purpose = %(purpose)s
        and at > now() - interval '1 minute'
)
"""


def log_lookup(viewer: Viewer, *, person_id: int) -> None:
    """Note that someone other than the person looked at that person's register, and why.

    Raises `PermissionDenied` for one who gives no reason.
    """
    if viewer.person_id == person_id:
        return
    purpose = viewer.purpose or (ACTS_FOR if viewer.role == Role.RESIDENT else "")
    if not purpose:
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "viewer": viewer.name,
                "role": viewer.role.value,
                "purpose": purpose,
                "person_id": person_id,
                "viewer_person_id": viewer.person_id,
            },
        )
