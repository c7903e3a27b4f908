"""The medical record after a switch: it stays where it is until one asks, with consent, for it to be sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.casework.records.actions import request_records
from fastlege.casework.records.queries import PreparedRequest, prepared_request
from fastlege.kernel.errors import Refused
from fastlege.messages.kinds import called_in_words
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import children_unheard, form_of, new_key, says_of
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import Problem, in_words, sent_on, show

_AGREES = "samtykke"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def records(request: VisitorRequest, who: str) -> HttpResponse:
    """The prepared request, and sending it."""
    person = someone(request, who)
    prepared = prepared_request(request.viewer, person.person_id, on=today())
    if request.method == "POST" and prepared is not None:
        return _send(request, person, prepared)
    return _page(request, person, prepared)


def _send(request: VisitorRequest, person: Someone, prepared: PreparedRequest) -> HttpResponse:
    agrees = request.POST.get(_AGREES) == "1"
    problems = children_unheard(request.POST, [person])
    if not agrees:
        problems.append(Problem(_("Kryss av for at du samtykker. Uten samtykke blir ingenting sendt."), _AGREES))
    if problems:
        return _page(request, person, prepared, problems=problems, status=400)
    consent = form_of(request.POST, [person]).consent(person.person_id)
    try:
        request_records(person.person_id, agrees=agrees, on=today(), by=request.viewer, consent=consent)
    except Refused as refused:
        problems = in_words(refused.violations, on=today())
        return _page(request, person, prepared, problems=problems, status=409)
    return sent_on(reverse("my-records", args=[person.key]))


def _page(
    request: VisitorRequest,
    person: Someone,
    prepared: PreparedRequest | None,
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {"part": "home", "heading": _("Be om at journalen sendes"), **home_link(person)}
    stays = _("Journalen følger ikke med av seg selv når du bytter fastlege. Den blir hos det forrige kontoret.")
    if prepared is None:
        nothing = _("Det er ingen journal å be om: plassen har ikke gått fra et kontor til et annet.")
        return show(request, "notice", context | {"texts": [stays, nothing], "links": []})
    offices = {"old": prepared.from_office_name, "new": prepared.to_office_name}
    if prepared.asked_on is not None:
        sent = _("%(old)s ble bedt om å sende journalen til %(new)s %(day)s. Samtykket er notert.") % {
            **offices,
            "day": formats.day(prepared.asked_on),
        }
        return show(request, "notice", context | {"texts": [sent], "links": []})
    if prepared.protected:
        kept = _("Adressen er beskyttet. Derfor røper vi ikke det nye kontoret. Snakk med kontorene selv.")
        return show(
            request, "notice", context | {"texts": [stays, kept], "links": []}, problems=problems, status=status
        )
    wrong = next((each.text for each in problems if each.field == _AGREES), "")
    context |= {
        "texts": [stays, _("Dette blir sendt til %(old)s:") % offices],
        "bullets": [
            _("En tidligere innbygger på listen hos %(list)s ber om at journalen sendes til %(new)s.")
            % {"list": called_in_words(prepared.from_list_called, formats.language()), **offices},
            _("Hvem det er, følger med til kontoret."),
        ],
        "ticks": [
            {
                "name": _AGREES,
                "label": _("Jeg samtykker i at journalen sendes til %(new)s") % offices,
                "wrong": wrong,
            }
        ],
        "says": says_of(request, [person]),
        "key": new_key(),
        "action": reverse("my-records", args=[person.key]),
        "buttons": [{"label": _("Send forespørselen"), "value": ""}],
    }
    return show(request, "ask", context, problems=problems, status=status)
