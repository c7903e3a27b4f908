"""Receipts: what was done, read again from what the register kept under the form's key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.registry.list_search import public_list
from fastlege.registry.resident.receipts import left_office, receipt
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.day import today
from fastlege.web.resident.people import SELF, Someone, people_of
from fastlege.web.resident.problems import show


@resident_required
@require_safe
def show_receipt(request: VisitorRequest, key: UUID) -> HttpResponse:
    """The receipt of one thing that this resident did."""
    found = receipt(request.viewer, key)
    people = [each for each in people_of(request.viewer) if each.person_id in found.people]
    labels = formats.several([each.label for each in people])
    first = people[0].key if people else SELF
    gp_list = public_list(found.list_id, on=today())
    name = (gp_list.found.doctor or gp_list.found.name) if gp_list else _("en liste som er lagt ned")
    context: dict[str, object] = {
        "part": "home",
        "facts": [(_("Gjelder"), labels), (_("Registrert"), formats.day(found.on))],
    }
    if found.kind == "switched":
        left = left_office(found)
        leaving = [each for each in people if each.person_id in left]
        context |= _switched(name, found.from_day or found.on, people, leaving)
    else:
        context |= _queued(name, first)
    return show(request, "receipt", context)


def _switched(name: str, start: date, people: Sequence[Someone], leaving: Sequence[Someone]) -> dict[str, object]:
    """What follows: of the office before for those who leave one, of a parent elsewhere where there is a child."""
    day = formats.day(start)
    moved = any(each.facts.list_id is not None for each in people)
    return {
        "heading": _("Byttet er registrert"),
        "lines": [_("Ny fastlege er %(name)s fra %(day)s.") % {"name": name, "day": day}],
        "next": [
            *([_("Til %(day)s gjelder den fastlegen du har nå.") % {"day": day}] if moved else []),
            _("Plassen er holdt av. Ingen andre kan få den."),
            _("Begge kontorene får beskjed.") if leaving else _("Kontoret får beskjed."),
            *(
                [_("Har barnet en forelder til med foreldreansvar, får den også beskjed.")]
                if any(each.facts.capacity == "custodian" for each in people)
                else []
            ),
            *(
                [_("Journalen følger ikke med av seg selv. Du kan be det forrige kontoret sende den.")]
                if leaving
                else []
            ),
            _("Kvitteringen ligger også i meldingene dine."),
        ],
        "links": [(reverse("my-records", args=[leaving[0].key]), _("Be om at journalen sendes"))] if leaving else [],
    }


def _queued(name: str, key: str) -> dict[str, object]:
    return {
        "heading": _("Plassen i køen er registrert"),
        "lines": [_("Du står i kø hos %(name)s.") % {"name": name}],
        "next": [
            _("Du beholder den fastlegen du har, til det blir plass."),
            _("Køen går etter når folk stilte seg i den, men de som ikke har noen liste, går foran."),
            _("Plassene gis én gang i måneden. Du får melding når noe skjer."),
        ],
        "links": [(reverse("my-queue", args=[key]), _("Se plassene i kø"))],
    }
