"""The people of one login as pages name them: by words, and by a key that says nothing to anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from fastlege.access.viewers import Viewer
from fastlege.kernel.periods import age_on
from fastlege.kernel.vocabulary import PersonStatus, Sex
from fastlege.registry.resident.people import ActsFor
from fastlege.registry.resident.people import people_of as people_in_register
from fastlege.rules.parameters import load_rulebook
from fastlege.web import formats
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.day import today

SELF = "meg"


@dataclass(frozen=True)
class Named:
    """One whom a form names. `key` stands in addresses and forms: the same for this resident only."""

    key: str
    person_id: int
    own: bool


@dataclass(frozen=True)
class Someone(Named):
    """One whom the resident chooses for."""

    label: str
    needs_say: bool
    facts: ActsFor

    @property
    def opted_out(self) -> bool:
        """Whether the person has left the scheme."""
        return self.facts.status == PersonStatus.OPTED_OUT


def people_of(viewer: Viewer) -> list[Someone]:
    """The resident first, then the others by age."""
    on = today()
    return [_someone(viewer, facts, on) for facts in people_in_register(viewer, on=on)]


def someone(request: VisitorRequest, key: str, among: list[Someone] | None = None) -> Someone:
    """The one that an address or a form names. Raises `PermissionDenied` when the resident chooses for no such one."""
    for each in people_of(request.viewer) if among is None else among:
        if each.key == key:
            return each
    raise PermissionDenied


def home_link(who: Someone) -> dict[str, object]:
    """The way back to the person's overview."""
    if who.own:
        return {"home": reverse("my"), "home_name": _("Min side")}
    return {"home": reverse("my-person", args=[who.key]), "home_name": who.label}


def _someone(viewer: Viewer, facts: ActsFor, on: date) -> Someone:
    own = facts.person_id == viewer.person_id
    book = load_rulebook()
    age = age_on(facts.birth_date, on)
    say_from = book.whole("child.parent_decides_under_age", on=on)
    alone_from = book.whole("child.decides_alone_from_age", on=on)
    return Someone(
        key=SELF if own else _key(viewer, facts.person_id),
        label=_("Meg selv") if own else _label(facts, age),
        own=own,
        person_id=facts.person_id,
        needs_say=not own and say_from <= age < alone_from,
        facts=facts,
    )


def _key(viewer: Viewer, person_id: int) -> str:
    """Short and stable, and of no use to another login: ids of people stand in no address."""
    return salted_hmac("fastlege.resident", f"{viewer.person_id}:{person_id}").hexdigest()[:12]


def _label(facts: ActsFor, age: int) -> str:
    """The register knows no names: age, sex and birth date tell one's own apart."""
    values = {"age": age, "born": formats.day(facts.birth_date)}
    if facts.capacity == "guardian":
        return _("Personen du er verge for, født %(born)s") % values
    if facts.sex == Sex.FEMALE:
        return _("Jente på %(age)s år, født %(born)s") % values
    return _("Gutt på %(age)s år, født %(born)s") % values
