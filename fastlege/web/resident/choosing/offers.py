"""Answering an offer of a place: yes or no, and what each means."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.kernel.errors import Refused
from fastlege.registry.actions import accept_offer, decline_offer
from fastlege.registry.resident.overview import OpenOffer, overview
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import effective_day
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import children_unheard, form_of, new_key, says_of
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import Problem, in_words, sent_on, show

_ANSWER, _YES, _NO = "svar", "ja", "nei"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: VisitorRequest, who: str, list_id: int) -> HttpResponse:
    """One offer, and its answer."""
    person = someone(request, who)
    seen = overview(request.viewer, person.person_id, on=today())
    found = next((each for each in seen.offers if each.list_id == list_id), None)
    if request.method == "POST":
        return _answer(request, person, list_id, found)
    return _ask(request, person, found) if found else _over(request, person)


def _answer(request: VisitorRequest, person: Someone, list_id: int, found: OpenOffer | None) -> HttpResponse:
    said = request.POST.get(_ANSWER)
    if said not in {_YES, _NO}:
        raise BadRequest("no such answer")
    if found and (problems := children_unheard(request.POST, [person])):
        return _ask(request, person, found, problems=problems, status=400)
    consent = form_of(request.POST, [person]).consent(person.person_id)
    act = accept_offer if said == _YES else decline_offer
    try:
        act(person.person_id, list_id=list_id, on=today(), by=request.viewer, consent=consent)
    except Refused as refused:
        problems = in_words(refused.violations, on=today())
        return _ask(request, person, found, problems=problems, status=409) if found else _over(request, person)
    return sent_on(f"{home_link(person)['home']}?svart={said}")


def _ask(
    request: VisitorRequest, person: Someone, found: OpenOffer, *, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    start = effective_day(today(), book=load_rulebook())
    context = {
        "part": "home",
        "heading": _("Vil du ha plassen hos %(name)s?") % {"name": found.name},
        "texts": [
            _("Det er plass hos %(name)s, %(office)s. Plassen er holdt av til og med %(day)s.")
            % {"name": found.name, "office": found.office, "day": formats.day(found.answer_by)},
        ],
        "bullets": [
            _("Sier du ja, er dette fastlegen fra %(day)s. Byttet teller som ett av årets bytter.")
            % {"day": formats.day(start)},
            _("Sier du nei, mister du plassen i denne køen. De andre køplassene beholder du."),
            _("Svarer du ikke, går plassen til den neste, men du blir stående i køen."),
        ],
        "says": says_of(request, [person]),
        "key": new_key(),
        "action": reverse("my-offer", args=[person.key, found.list_id]),
        "buttons": [{"label": _("Ja, jeg vil ha plassen"), "value": _YES}, {"label": _("Nei takk"), "value": _NO}],
        **home_link(person),
    }
    return show(request, "ask", context, problems=problems, status=status)


def _over(request: VisitorRequest, person: Someone) -> HttpResponse:
    context = {
        "part": "home",
        "heading": _("Tilbudet gjelder ikke lenger"),
        "texts": [_("Tilbudet er besvart, eller fristen er gått ut. Ingenting er endret nå.")],
        "links": [(reverse("my-queue", args=[person.key]), _("Se plassene i kø"))],
    }
    return show(request, "notice", context)
