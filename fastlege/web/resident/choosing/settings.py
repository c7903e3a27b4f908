"""Innstillinger: whether and where an e-mail tells that there is a message, and in which language."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.kernel.errors import Refused
from fastlege.messages import queries as messages
from fastlege.messages.actions import remove_contact, set_contact
from fastlege.messages.kinds import LANGUAGES
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.problems import Problem, sent_on, show

_DONE = "lagret"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: VisitorRequest) -> HttpResponse:
    """The form as it stands, and saving it."""
    if request.method == "POST":
        return _save(request)
    known = messages.contact(request.viewer)
    return _form(
        request,
        email=known.email if known else "",
        wants=bool(known and known.wants_notice),
        language=known.language if known else formats.language(),
    )


def _save(request: VisitorRequest) -> HttpResponse:
    email, wants = request.POST.get("epost", "").strip(), request.POST.get("varsel") == "1"
    language = request.POST.get("sprak", "")
    problems = []
    if language not in LANGUAGES:
        problems.append(Problem(_("Velg et av språkene."), "sprak"))
    if wants and not email:
        problems.append(Problem(_("Skriv e-postadressen som varselet skal gå til."), "epost"))
    if not problems and not email:
        remove_contact(request.viewer)
    elif not problems:
        try:
            set_contact(request.viewer, email=email, wants_notice=wants, language=language)
        except Refused:
            problems.append(Problem(_("Skriv adressen som navn@eksempel.no."), "epost"))
    if problems:
        return _form(request, email=email, wants=wants, language=language, problems=problems)
    return sent_on(f"{reverse('my-settings')}?{_DONE}=1")


def _form(
    request: VisitorRequest, *, email: str, wants: bool, language: str, problems: list[Problem] | None = None
) -> HttpResponse:
    done = _("Innstillingene er lagret.") if _DONE in request.GET and request.method == "GET" else ""
    context = {
        "part": "settings",
        "email": email,
        "wants_notice": wants,
        "chosen_language": language,
        "done": done,
    }
    return show(request, "settings", context, problems=problems or (), status=400 if problems else 200)
