"""What forms of Min side carry: who it is for, whether children agree, and the key of each form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _

from fastlege.access.viewers import Viewer
from fastlege.registry.actions import Consent, Form
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.people import SELF, Named, Someone, someone
from fastlege.web.resident.problems import Problem

WHO, AGREES, KEY = "hvem", "enig", "nokkel"


@dataclass(frozen=True)
class PersonChoice:
    """One person as a form offers them: what choosing would mean, and whether they are ticked."""

    key: str
    label: str
    about: str
    ticked: bool
    barred: bool
    needs_say: bool
    agreed: bool
    apply: str = ""


def chosen_people(request: VisitorRequest, form: QueryDict, people: Sequence[Someone]) -> list[Someone]:
    """Those whom a form names, each once, in the order of the page. A key of nobody's is refused."""
    named = {someone(request, key, list(people)).key for key in form.getlist(WHO)}
    return [each for each in people if each.key in named]


def for_oneself(viewer: Viewer, form: QueryDict) -> Named | None:
    """The resident, when a form names nobody else: then there is nobody to look up, and the action asks the rest."""
    if viewer.person_id is None or form.getlist(WHO) != [SELF]:
        return None
    return Named(SELF, viewer.person_id, own=True)


def form_of(form: QueryDict, chosen: Sequence[Named]) -> Form:
    """What a confirmed page says: that the children agree, and its key. Who acts for a child may consent for it."""
    agreed = set(form.getlist(AGREES))
    consents = {
        each.person_id: Consent(custodians_consent=not each.own, child_agrees=each.key in agreed) for each in chosen
    }
    return Form(consents, key_of(form))


def children_unheard(form: QueryDict, chosen: Sequence[Someone]) -> list[Problem]:
    """Children of an age to be heard of whom the form does not say that they agree, each at the field."""
    agreed = set(form.getlist(AGREES))
    return [
        Problem(_("Si om barnet har fått si sin mening: %(who)s") % {"who": each.label}, f"enig-{each.key}")
        for each in chosen
        if each.needs_say and each.key not in agreed
    ]


def new_key() -> str:
    """A key for one form: sent twice, it is done once."""
    return str(uuid4())


def key_of(form: QueryDict) -> UUID:
    """The form's key. A form without one is not ours."""
    try:
        return UUID(form.get(KEY, ""))
    except ValueError as error:
        raise BadRequest("a form without its key") from error


def says_of(request: VisitorRequest, people: Sequence[Someone]) -> list[dict[str, object]]:
    """The ticks that say that children of an age to be heard agree, as they were sent."""
    agreed = set(request.POST.getlist(AGREES))
    return [{"key": each.key, "label": each.label, "agreed": each.key in agreed} for each in people if each.needs_say]
