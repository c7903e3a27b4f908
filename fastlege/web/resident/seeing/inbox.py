"""Meldinger: what has been written to the resident, and one message at a time."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.messages import queries as messages
from fastlege.messages.actions import mark_read
from fastlege.messages.kinds import MessageKind
from fastlege.messages.queries import Letter
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pages import errors
from fastlege.web.resident.people import SELF, people_of
from fastlege.web.resident.problems import show

_A_PAGE = 20
_LARGEST_ID = 2**63 - 1
_OLDER = "eldre_enn"


@resident_required
@require_safe
def index(request: VisitorRequest) -> HttpResponse:
    """The messages, the latest first, a page at a time."""
    before = request.GET.get(_OLDER, "")
    if before and not (before.isascii() and before.isdigit() and int(before) <= _LARGEST_ID):
        return errors.bad_request(request)
    found = messages.inbox(
        request.viewer, formats.language(), before=int(before) if before else None, at_most=_A_PAGE + 1
    )
    shown = found[:_A_PAGE]
    older = f"?{_OLDER}={shown[-1].id}" if len(found) > _A_PAGE else ""
    return show(request, "messages", {"part": "messages", "shown": shown, "older": older})


@resident_required
@require_safe
def message(request: VisitorRequest, message_id: int) -> HttpResponse:
    """One message. Opening it is reading it."""
    if message_id > _LARGEST_ID:
        return errors.not_found(request)
    letter = messages.message(request.viewer, message_id, formats.language())
    mark_read(request.viewer, message_id)
    people = {each.person_id: each for each in people_of(request.viewer)}
    about = people.get(letter.concerns_id) if letter.concerns_id else None
    context = {
        "part": "messages",
        "letter": letter,
        "about": about.label if about and not about.own else "",
        "links": _links(letter, about.key if about else SELF),
    }
    return show(request, "message", context)


_PLACES = frozenset(
    {
        MessageKind.SWITCHED,
        MessageKind.PLACE_FROM_QUEUE,
        MessageKind.PLACE_BY_EXCHANGE,
        MessageKind.PLACE_GIVEN,
    }
)


def _links(letter: Letter, key: str) -> list[tuple[str, str]]:
    """Where to go from a message: to answer it, or to what it speaks of."""
    kind = letter.kind
    if kind == MessageKind.OFFER:
        home = reverse("my") if key == SELF else reverse("my-person", args=[key])
        return [(home, _("Svar på tilbudet"))]
    if kind == MessageKind.RECORDS_STAY:
        return [(reverse("my-records", args=[key]), _("Be om at journalen sendes"))]
    if kind in {MessageKind.QUEUED, MessageKind.WITHDRAWN, MessageKind.REORDERED, MessageKind.MOVE_DROPPED}:
        return [(reverse("my-queue", args=[key]), _("Se plassene i kø"))]
    if kind in _PLACES:
        return [(reverse("my-history", args=[key]), _("Se historikken og hvorfor"))]
    if kind == MessageKind.FREE_CARD_ISSUED:
        return [(reverse("my-shares", args=[key]), _("Se egenandelene"))]
    if kind.startswith("application"):
        return [(reverse("my-applications", args=[key]), _("Se søknaden"))]
    return []
