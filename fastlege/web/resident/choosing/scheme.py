"""Leaving the scheme, and coming back."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.kernel.errors import Refused
from fastlege.registry.actions import opt_in, opt_out
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import effective_day
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import children_unheard, form_of, new_key, says_of
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import Problem, in_words, sent_on, show

_SURE, _SEEN, _OUT, _IN = "sikker", "sett", "ut", "inn"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def opting(request: VisitorRequest, who: str) -> HttpResponse:
    """Out for one who is in, in for one who is out."""
    person = someone(request, who)
    return _do(request, person) if request.method == "POST" else _ask(request, person)


def _do(request: VisitorRequest, person: Someone) -> HttpResponse:
    shown = request.POST.get(_SEEN)
    if shown != (_IN if person.opted_out else _OUT):
        # Sent twice, or from an old page: what was wanted is so, or the page says what holds.
        return sent_on(str(home_link(person)["home"]))
    problems = children_unheard(request.POST, [person])
    if not person.opted_out and request.POST.get(_SURE) != "1":
        problems.append(Problem(_("Kryss av for at du har lest hva det betyr."), _SURE))
    if problems:
        return _ask(request, person, problems=problems, status=400)
    consent = form_of(request.POST, [person]).consent(person.person_id)
    act = opt_in if person.opted_out else opt_out
    try:
        act(person.person_id, on=today(), by=request.viewer, consent=consent)
    except Refused as refused:
        return _ask(request, person, problems=in_words(refused.violations, on=today()), status=409)
    return sent_on(f"{home_link(person)['home']}?ordning={'inn' if person.opted_out else 'ut'}")


def _ask(
    request: VisitorRequest, person: Someone, *, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    context = {
        "part": "settings",
        "says": says_of(request, [person]),
        "key": new_key(),
        "action": reverse("my-opt-out", args=[person.key]),
        "hidden": [(_SEEN, _IN if person.opted_out else _OUT)],
        **(_back_in() if person.opted_out else _out(problems)),
        **home_link(person),
    }
    return show(request, "ask", context, problems=problems, status=status)


def _out(problems: Sequence[Problem]) -> dict[str, object]:
    end = formats.day(effective_day(today(), book=load_rulebook()))
    wrong = next((each.text for each in problems if each.field == _SURE), "")
    return {
        "heading": _("Stå utenfor fastlegeordningen?"),
        "texts": [_("Du kan velge å ikke ha fastlege. Det betyr:")],
        "bullets": [
            _("Plassen på listen tar slutt %(day)s, og andre kan få den.") % {"day": end},
            _("Du mister alle plasser i kø, og bytter som er bestilt, faller bort."),
            _("Du må selv finne en lege når du trenger det, og betaler som regel mer."),
            _("Du kan komme tilbake når du vil, men får ikke den samme plassen igjen av seg selv."),
        ],
        "ticks": [{"name": _SURE, "label": _("Jeg har lest hva det betyr"), "wrong": wrong}],
        "buttons": [{"label": _("Gå ut av ordningen"), "value": ""}],
    }


def _back_in() -> dict[str, object]:
    return {
        "heading": _("Kom tilbake i fastlegeordningen?"),
        "texts": [
            _("Du får rett til fastlege igjen med en gang."),
            _("Du kan velge en liste med ledige plasser selv. Til du har en liste, står du først i rekken."),
        ],
        "buttons": [{"label": _("Kom tilbake i ordningen"), "value": ""}],
    }
