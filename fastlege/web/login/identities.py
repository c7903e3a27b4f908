"""From the claims of a checked token to a viewer: the register must know them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from fastlege.access.queries import person_of_number
from fastlege.access.viewers import Role, Viewer, employee, resident
from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers import parse_hpr_number
from fastlege.kernel.periods import age_on
from fastlege.registry import logins
from fastlege.rules.parameters import load_rulebook
from fastlege.web.login.oidc.profiles import Profile
from fastlege.web.login.oidc.refusal import LoginRefused, Reason

_OWN_LOGIN = "child.decides_alone_from_age"


def viewer_of(claims: dict[str, Any], profile: Profile, *, on: date) -> Viewer:
    """The viewer that the claims are about, as the register knows them on a day. Raises `LoginRefused`."""
    if profile.role == Role.OFFICE:
        return _doctor(str(claims.get(profile.hpr_claim or "", "")), on)
    person_id = _person(str(claims.get(profile.person_claim, "")), on)
    return employee(person_id) if profile.role == Role.MUNICIPALITY else resident(person_id)


def _person(number: str, on: date) -> int:
    person_id = person_of_number(number, computed=not settings.PRODUCTION)
    found = logins.person_known(person_id) if person_id is not None else None
    if person_id is None or found is None:
        raise LoginRefused(Reason.UNKNOWN)
    if found.is_dead:
        raise LoginRefused(Reason.DEAD)
    # One who may not choose alone has parents who log in for them.
    if age_on(found.birth_date, on) < load_rulebook().whole(_OWN_LOGIN, on=on):
        raise LoginRefused(Reason.TOO_YOUNG)
    return person_id


def _doctor(hpr: str, on: date) -> Viewer:
    try:
        found = logins.doctor_at_work(parse_hpr_number(hpr), on)
    except DataError as error:
        raise LoginRefused(Reason.UNKNOWN) from error
    if found is None:
        raise LoginRefused(Reason.UNKNOWN)
    if not found.office_ids:
        raise LoginRefused(Reason.NO_OFFICE)
    name = f"doctor {found.doctor_id}"
    return Viewer(name, Role.OFFICE, doctor_id=found.doctor_id, office_ids=tuple(found.office_ids))
