"""The people of one login as pages name them: by words, and by a key that says nothing to anybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    found = people_in_register(viewer, on=on)
    labels = _labels([each for each in found if each.person_id != viewer.person_id], on)
    return [_someone(viewer, facts, labels, on) for facts in found]


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


def _someone(viewer: Viewer, facts: ActsFor, labels: Mapping[int, str], on: date) -> Someone:
    own = facts.person_id == viewer.person_id
    book = load_rulebook()
    age = age_on(facts.birth_date, on)
    say_from = book.whole("child.parent_decides_under_age", on=on)
    alone_from = book.whole("child.decides_alone_from_age", on=on)
    return Someone(
        key=SELF if own else _key(viewer, facts.person_id),
        label=_("Meg selv") if own else labels[facts.person_id],
        own=own,
        person_id=facts.person_id,
        needs_say=not own and say_from <= age < alone_from,
        facts=facts,
    )


def _key(viewer: Viewer, person_id: int) -> str:
    """Short and stable, and of no use to another login: ids of people stand in no address."""
    return salted_hmac("fastlege.resident", f"{viewer.person_id}:{person_id}").hexdigest()[:12]


def _labels(others: Sequence[ActsFor], on: date) -> dict[int, str]:
    """The register knows no names: age and sex tell one's own apart; if not, the day of birth, and then a number."""
    short = {each.person_id: _label(each, on) for each in others}
    alike = Counter(short.values())
    dated = {
        each.person_id: f"{short[each.person_id]} ({formats.short_day(each.birth_date)})"
        if alike[short[each.person_id]] > 1
        else short[each.person_id]
        for each in others
    }
    found: dict[int, str] = {}
    for number, label in dated.items():
        same = [other for other, text in dated.items() if text == label]
        found[number] = label if len(same) == 1 else f"{label} {same.index(number) + 1}"
    return found


def _label(facts: ActsFor, on: date) -> str:
    age = {"age": age_on(facts.birth_date, on)}
    if facts.capacity == "guardian":
        return _("Den du er verge for, %(age)s år") % age
    return _("Jente på %(age)s år") % age if facts.sex == Sex.FEMALE else _("Gutt på %(age)s år") % age
