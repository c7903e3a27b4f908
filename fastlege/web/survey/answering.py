"""Answering a survey by a personal link: no account, a draft when one needs time, and a receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fastlege.rules.geography.borders import municipalities_by_code
from fastlege.surveys.actions import Filled, SurveyClosedError, save_draft, send_answer
from fastlege.surveys.levels import Level
from fastlege.surveys.links import invitation_of
from fastlege.surveys.models import Answer, Invitation
from fastlege.surveys.queries import current_answer
from fastlege.web.formats import day
from fastlege.web.login.rates import limited
from fastlege.web.pages import errors
from fastlege.web.survey.words import level_meaning, level_name

_MOST_POSTS = 999
_LONGEST_TYPED = 20
_LONGEST_COMMENT = 2000


@limited("search")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The form, with what was saved before; posted, the draft or the answer is kept and the page says so."""
    invitation = invitation_of(key)
    if invitation is None:
        text = _("Lenken er ikke gyldig. Bruk lenken i den siste e-posten, eller be om en ny.")
        return _hidden(errors.explain(request, 404, _("Lenken virker ikke"), text, leads_to="surveys"))
    survey = invitation.survey
    if survey.closed_at is not None or localdate() > survey.answer_by:
        return _hidden(_over(request, invitation))
    if request.method != "POST":
        last = current_answer(invitation)
        return _hidden(_form(request, invitation, last, _of(last), {}))
    filled, problems = _read(request)
    sends = "kladd" not in request.POST
    if sends and filled.level is None and "niva" not in problems:
        problems["niva"] = _("Velg hvordan det går med rekrutteringen.")
    if problems:
        return _hidden(_form(request, invitation, current_answer(invitation), filled, problems, status=400))
    try:
        (send_answer if sends else save_draft)(invitation, filled, on=localdate())
    except SurveyClosedError:
        return _hidden(_over(request, invitation))
    return _hidden(
        HttpResponseRedirect(f"{reverse('survey-answer', args=[key])}?lagret={'svar' if sends else 'kladd'}")
    )


def _form(
    request: HttpRequest,
    invitation: Invitation,
    last: Answer | None,
    filled: Filled,
    problems: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    levels = [{"code": level.value, "name": level_name(level), "meaning": level_meaning(level)} for level in Level]
    context = {
        "municipality": _municipality(invitation),
        "answer_by": invitation.survey.answer_by,
        "levels": levels,
        "filled": filled,
        "problems": problems,
        "typed": _typed(request, filled),
        "sent_at": last.sent_at if last else None,
        "is_draft": last is not None and last.sent_at is None,
        "saved": request.GET.get("lagret") if not problems else None,
        "longest": _LONGEST_COMMENT,
        "most_posts": _MOST_POSTS,
    }
    return render(request, "web/survey/answer.html", context, status=status)


def _over(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    text = _("Undersøkelsen tar ikke imot flere svar. Siste dag var %(day)s. Det som var sendt inn, teller med.")
    text %= {"day": day(invitation.survey.answer_by)}
    return errors.explain(request, 410, _("Undersøkelsen er avsluttet"), text, leads_to="surveys")


def _read(request: HttpRequest) -> tuple[Filled, dict[str, str]]:
    problems: dict[str, str] = {}
    level = request.POST.get("niva", "")
    if level and level not in list(Level):
        problems["niva"] = _("Velg ett av de fire nivåene.")
        level = ""
    filled = Filled(
        Level(level) if level else None,
        _number(request, "ledige", problems),
        _number(request, "uten", problems),
        request.POST.get("merknad", "").replace("\r\n", "\n").strip(),
    )
    if len(filled.comment) > _LONGEST_COMMENT:
        problems["merknad"] = _("Merknaden er for lang. Kort den ned til %(most)s tegn.") % {"most": _LONGEST_COMMENT}
    if not {"ledige", "uten"} & problems.keys() and (filled.without_applicants or 0) > (filled.vacant_posts or 0):
        problems["uten"] = _("Det kan ikke være flere avtaler uten søkere enn det er ledige avtaler.")
    return filled, problems


def _typed(request: HttpRequest, filled: Filled) -> dict[str, object]:
    """The numbers as they stand in the form: what was typed is kept beside what is wrong with it."""
    if request.method == "POST":
        return {name: request.POST.get(name, "").strip()[:_LONGEST_TYPED] for name in ("ledige", "uten")}
    return {"ledige": filled.vacant_posts, "uten": filled.without_applicants}


def _number(request: HttpRequest, name: str, problems: dict[str, str]) -> int | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_POSTS)):
        return int(text)
    problems[name] = _("Skriv et helt tall fra 0 til %(most)s.") % {"most": _MOST_POSTS}
    return None


def _of(answer: Answer | None) -> Filled:
    if answer is None:
        return Filled(None)
    level = Level(answer.level) if answer.level else None
    return Filled(level, answer.vacant_posts, answer.without_applicants, answer.comment)


def _municipality(invitation: Invitation) -> str:
    return municipalities_by_code(invitation.survey.opened_on)[invitation.municipality].name


def _hidden(response: HttpResponse) -> HttpResponse:
    # The address is the key to the answer: it must not end up in a search engine. Other sites are never told it, by
    # the policy of the whole site; a stricter one would keep the browser from saying that the form is ours.
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
