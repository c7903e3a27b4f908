"""Standing in a queue: for whom, and what happens when there is a place."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.casework.standings import waits_of_lists
from fastlege.kernel.errors import Refused
from fastlege.registry.actions import queue_together
from fastlege.registry.list_search import PublicList
from fastlege.registry.resident.eligibility import Prospect, Way, prospects
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.waiting import max_simultaneous
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pictures.told_waits import shown_wait
from fastlege.web.resident.asking import (
    AGREES,
    WHO,
    PersonChoice,
    children_unheard,
    chosen_people,
    form_of,
    key_of,
    new_key,
)
from fastlege.web.resident.day import this_moment, today
from fastlege.web.resident.people import Someone, people_of
from fastlege.web.resident.problems import Problem, in_words, sent_on, show
from fastlege.web.resident.seeing.gp_list import list_or_404
from fastlege.web.resident.ways import about

_ANSWER, _AT_ONCE, _ASK = "svar", "ja", "spor"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: VisitorRequest, list_id: int) -> HttpResponse:
    """The form, and standing in the queue."""
    gp_list = list_or_404(list_id)
    people = people_of(request.viewer)
    if request.method == "POST":
        return _join(request, gp_list, people)
    return _form(request, gp_list, people)


def _join(request: VisitorRequest, gp_list: PublicList, people: Sequence[Someone]) -> HttpResponse:
    form, key = request.POST, key_of(request.POST)
    chosen = chosen_people(request, form, people)
    said = form.get(_ANSWER, "")
    if said not in {"", _AT_ONCE, _ASK}:
        raise BadRequest("no such answer")
    problems = [] if chosen else [Problem(_("Velg hvem som skal stå i kø."), "hvem")]
    problems += children_unheard(form, chosen)
    if not said:
        problems.append(Problem(_("Velg hva som skal skje når det blir plass."), "svar"))
    if problems:
        return _form(request, gp_list, people, problems=problems, status=400)
    try:
        queue_together(
            [each.person_id for each in chosen],
            list_id=gp_list.found.list_id,
            at=this_moment(),
            by=request.viewer,
            accept_in_advance=said == _AT_ONCE,
            form=form_of(form, chosen),
        )
    except Refused as refused:
        return _form(request, gp_list, people, problems=in_words(refused.violations, on=today()), status=409)
    return sent_on(reverse("my-receipt", args=[key]))


def _form(
    request: VisitorRequest,
    gp_list: PublicList,
    people: Sequence[Someone],
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    on, book, number = today(), load_rulebook(), gp_list.found.list_id
    ways = {each.person_id: each for each in prospects(request.viewer, [number], on=on)[number]}
    days, most = book.whole("waiting.offer_answer_within", on=on), max_simultaneous(on=on, book=book)
    offered = [_offered(request, each, ways.get(each.person_id)) for each in people]
    context = {
        "part": "find",
        "list_id": number,
        "name": gp_list.found.doctor or gp_list.found.name,
        "wait": shown_wait(waits_of_lists([number]).get(number)),
        "question": _("Hvem skal stå i kø?"),
        "people": offered,
        "possible": not all(each.barred for each in offered),
        "answer": request.POST.get(_ANSWER, _AT_ONCE),
        "ask_about": _ask_about(days),
        "terms": [
            _("Du beholder den fastlegen du har, til det blir plass."),
            _("Du kan stå i kø for høyst %(most)s lister om gangen. Denne blir den siste, men du kan flytte den opp.")
            % {"most": most},
            _("De som velger flere, venter sammen: alle får plass samtidig, eller ingen."),
        ],
        "key": new_key(),
    }
    return show(request, "queue_join", context, problems=problems, status=status)


def _ask_about(days: int) -> str:
    """How long a place is kept for one who is asked, and what silence means."""
    text = _(
        "Plassen blir holdt av i %(days)s dager. Svarer du ikke, går den til den neste, men du blir stående i køen."
    )
    return text % {"days": days}


def _waits_already(who: Someone) -> list[str]:
    """One who waits alone cannot wait together with others: the page says who that is before they are chosen."""
    count = who.facts.waits_for
    return [_("Plasser i kø fra før: %(count)s.") % {"count": count}] if count else []


def _offered(request: VisitorRequest, who: Someone, prospect: Prospect | None) -> PersonChoice:
    sent = set(request.POST.getlist(WHO)) if request.method == "POST" else None
    may = prospect is not None and prospect.way == Way.QUEUE
    return PersonChoice(
        key=who.key,
        label=who.label,
        about=" ".join([about(prospect, who), *_waits_already(who)]),
        ticked=who.key in sent if sent is not None else may and who.own,
        barred=not may,
        needs_say=who.needs_say and may,
        agreed=who.key in request.POST.getlist(AGREES),
    )
