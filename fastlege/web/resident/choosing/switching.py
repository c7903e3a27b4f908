"""Switching: choose whom it is for, check what it means, confirm, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fastlege.kernel.errors import Refused
from fastlege.registry.actions import Form, NoSuchListError, switch_together
from fastlege.registry.list_search import PublicList, public_list
from fastlege.registry.resident.eligibility import Prospect, Way, causes, prospects
from fastlege.registry.resident.past import SwitchesLeft, switches_left
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import SwitchCause, effective_day
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import (
    AGREES,
    PersonChoice,
    children_unheard,
    chosen_people,
    for_oneself,
    form_of,
    key_of,
    new_key,
)
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Named, Someone, people_of
from fastlege.web.resident.problems import Problem, in_words, sent_on, show
from fastlege.web.resident.seeing.gp_list import LARGEST_ID, list_or_404
from fastlege.web.resident.seeing.home import switches_text
from fastlege.web.resident.ways import ENTER, about, apply_at
from fastlege.web.resident.wording import not_counted, uncounted

_CHECK, _START, _SEEN = "sjekk", "virkning", "sett"
_NONE = "ingen"


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: VisitorRequest, list_id: int) -> HttpResponse:
    """The steps of a switch to one list."""
    if request.method == "POST":
        return _confirm(request, list_id)
    gp_list = list_or_404(list_id)
    people = people_of(request.viewer)
    chosen = chosen_people(request, request.GET, people) or (people if len(people) == 1 else [])
    if chosen and all(_ways(request, gp_list)[each.person_id].way == Way.OWN for each in chosen):
        return _already(request)
    if chosen:
        return _check(request, gp_list, chosen, steps=len(people) > 1)
    problems = [Problem(_("Velg hvem byttet gjelder."), "hvem")] if _CHECK in request.GET else []
    return _choose(request, gp_list, people, problems)


def _already(request: VisitorRequest) -> HttpResponse:
    """Back from the receipt, or from a page of before: what was wanted is so."""
    context = {
        "part": "home",
        "heading": _("Plassen er din allerede"),
        "texts": [_("Du står på denne listen, eller har fått plass på den fra neste måned. Ingenting er endret nå.")],
        "links": [],
    }
    return show(request, "notice", context)


def _choose(
    request: VisitorRequest, gp_list: PublicList, people: Sequence[Someone], problems: Sequence[Problem]
) -> HttpResponse:
    ways = _ways(request, gp_list)
    context = {
        "part": "find",
        "list_id": gp_list.found.list_id,
        "name": _name(gp_list),
        "office": _office(gp_list),
        "question": _("Hvem skal bytte?"),
        "people": [_offered(each, ways.get(each.person_id)) for each in people],
    }
    return show(request, "switch_choose", context, problems=problems, status=400 if problems else 200)


def _offered(who: Someone, prospect: Prospect | None) -> PersonChoice:
    # One who cannot enter alone may come along as the child of one who enters.
    return PersonChoice(
        key=who.key,
        label=who.label,
        about=about(prospect, who),
        ticked=bool(prospect and who.own and prospect.way in ENTER),
        barred=bool(prospect and prospect.way in {Way.OWN, Way.SPENT}),
        needs_say=who.needs_say,
        agreed=False,
        apply=apply_at(prospect, who),
    )


def _check(
    request: VisitorRequest,
    gp_list: PublicList,
    chosen: Sequence[Someone],
    *,
    steps: bool,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    on = today()
    start = effective_day(on, book=load_rulebook())
    agreed = set(request.POST.getlist(AGREES))
    found = gp_list.found
    why = causes(request.viewer, [each.person_id for each in chosen], found.list_id, on=on)
    checked = [_checked(request, each, why[each.person_id], agreed=each.key in agreed) for each in chosen]
    stopped = any(each["must_apply"] for each in checked)
    context = {
        "part": "find",
        "heading": _("Årets bytter er brukt") if stopped else _("Sjekk og bekreft byttet"),
        "stopped": stopped,
        "list_id": found.list_id,
        "name": _name(gp_list),
        "office": _office(gp_list),
        "steps": steps,
        "had": any(each.facts.list_id is not None for each in chosen),
        "leaves_office": any(_leaves(each, gp_list) for each in chosen),
        "effective": start,
        "chosen": checked,
        "unusual": _unusual(gp_list),
        "not_counted": not_counted(start),
        "key": new_key(),
    }
    return show(request, "switch_check", context, problems=problems, status=status)


def _checked(request: VisitorRequest, who: Someone, cause: SwitchCause, *, agreed: bool) -> dict[str, object]:
    on = today()
    left = switches_left(request.viewer, who.person_id, on=on)
    excluded = load_rulebook().words("switch.excluded_from_count", on=effective_day(on, book=load_rulebook()))
    return {
        "key": who.key,
        "label": who.label,
        "from": _("Har nå: %(name)s") % {"name": who.facts.list_name or _("ingen fastlege")},
        "lines": [uncounted(cause)] if cause in excluded else [_counted(left)],
        "must_apply": cause not in excluded and left.spent,
        "needs_say": who.needs_say,
        "agreed": agreed,
        "seen": f"{who.key}:{who.facts.given_list or _NONE}",
    }


def _counted(left: SwitchesLeft) -> str:
    """What is left when this one is done; nothing left is said as it is."""
    after = left.left - (0 if left.replaced else 1)
    if after < 0:
        return switches_text(left)
    values = {"left": after, "most": left.most, "year": left.year}
    return _("Byttet teller. Etter det er %(left)s av %(most)s bytter igjen i %(year)s.") % values


def _confirm(request: VisitorRequest, list_id: int) -> HttpResponse:
    """Do what was confirmed. What a page would show is read only when one is shown: the rules ask the register anew."""
    if list_id > LARGEST_ID:
        raise Http404
    form = request.POST
    oneself = for_oneself(request.viewer, form)
    chosen = [] if oneself else chosen_people(request, form, people_of(request.viewer))
    if not oneself and not chosen:
        raise BadRequest("a switch of nobody")
    if problems := children_unheard(form, chosen):
        return _check_again(request, list_id, problems, status=400)
    named = [oneself] if oneself else chosen
    try:
        ids = [each.person_id for each in named]
        switch_together(ids, to=list_id, on=today(), by=request.viewer, form=_seen(form, named))
    except NoSuchListError as error:
        raise Http404 from error
    except Refused as refused:
        return _check_again(request, list_id, in_words(refused.violations, on=today()), status=409)
    return sent_on(reverse("my-receipt", args=[key_of(form)]))


def _check_again(request: VisitorRequest, list_id: int, problems: Sequence[Problem], *, status: int) -> HttpResponse:
    people = people_of(request.viewer)
    chosen = chosen_people(request, request.POST, people)
    steps = len(people) > 1
    return _check(request, list_or_404(list_id), chosen, steps=steps, problems=problems, status=status)


def _seen(form: QueryDict, chosen: Sequence[Named]) -> Form:
    """What the page said, and what it showed: the day of effect, and each one's list. One without them is not ours."""
    shown = dict(part.split(":", 1) for part in form.getlist(_SEEN) if ":" in part)
    try:
        lists = {each.person_id: None if shown[each.key] == _NONE else int(shown[each.key]) for each in chosen}
        start = date.fromisoformat(form.get(_START, ""))
    except (KeyError, ValueError) as error:
        raise BadRequest("a switch without what was seen") from error
    return replace(form_of(form, chosen), start=start, lists=lists)


def _ways(request: VisitorRequest, gp_list: PublicList) -> dict[int, Prospect]:
    number = gp_list.found.list_id
    return {each.person_id: each for each in prospects(request.viewer, [number], on=today())[number]}


def _unusual(gp_list: PublicList) -> list[str]:
    """What one should know before choosing the list."""
    if gp_list.found.doctor is None:
        return [_("Listen mangler fast lege nå. Vikarer tar imot de som står på den.")]
    return []


def _leaves(who: Someone, gp_list: PublicList) -> bool:
    """Whether the list that someone has is with another office, which keeps the record."""
    if who.facts.list_id is None:
        return False
    now = public_list(who.facts.list_id, on=today())
    return now is None or _office(now) != _office(gp_list)


def _name(gp_list: PublicList) -> str:
    return gp_list.found.doctor or gp_list.found.name


def _office(gp_list: PublicList) -> str:
    return f"{gp_list.found.office}, {gp_list.found.municipality}"
