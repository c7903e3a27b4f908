"""A person, for one viewer: who may not see the person is refused, and who may is noted in the look-up log."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied

from fastlege.access.actions import log_lookup
from fastlege.access.viewers import Role, Viewer
from fastlege.registry.models import Person
from fastlege.rules.parameters import load_rulebook

# Residents see themselves and those they choose for; a case worker with a purpose sees the persons of a case.
_SEEN = """
select p.* from persons p where p.person_id = %(person)s and (
    %(has_case)s or p.person_id in (select a.person_id from acting_for(%(viewer)s, %(on)s, %(alone_from)s) a))
"""


def person(viewer: Viewer, person_id: int, *, on: date) -> Person:
    """One person. Raises `PermissionDenied` for a viewer who may not see the person, whether or not there is one.

    Who chooses for whom is asked of the day `on`, by the same function that the actions ask.
    """
    values = {
        "person": person_id,
        "has_case": viewer.role == Role.CASE_WORKER and bool(viewer.purpose),
        "viewer": viewer.person_id if viewer.role == Role.RESIDENT else None,
        "on": on,
        "alone_from": load_rulebook().whole("child.decides_alone_from_age", on=on),
    }
    found = next(iter(Person.objects.raw(_SEEN, values)), None)
    if found is None:
        raise PermissionDenied
    log_lookup(viewer, person_id=person_id)
    return found
