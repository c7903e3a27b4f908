"""One's places in queues: see and reorder them, be asked first or not, withdraw."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fastlege.kernel.errors import Refused
from fastlege.registry.actions import choose_asking, reorder_queue, withdraw_together
from fastlege.registry.resident.overview import HeldPlace, family_of, overview
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.waiting import max_simultaneous
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import (
    children_unheard,
    form_of,
    new_key,
    says_of,
)
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, people_of, someone
from fastlege.web.resident.places import shown_places
from fastlege.web.resident.problems import Problem, in_words, sent_on, show
from fastlege.web.resident.seeing.gp_list import LARGEST_ID

_ANSWER, _AT_ONCE, _ASK = "svar", "ja", "spor"
_UP, _DOWN = "opp", "ned"
_DONE = "gjort"


@resident_required
@require_safe
def places(request: VisitorRequest, who: str) -> HttpResponse:
    """The places of one person, with what can be done with each."""
    return _places(request, someone(request, who))


def _places(request: VisitorRequest, who: Someone, *, problems: Sequence[Problem] = ()) -> HttpResponse:
    seen = overview(request.viewer, who.person_id, on=today())
    most = max_simultaneous(on=today(), book=load_rulebook())
    context = {
        "part": "home",
        "who": who,
        "heading": _("Plasser i kø") if who.own else _("Plasser i kø: %(who)s") % {"who": who.label},
        "lead": _("%(held)s av høyst %(most)s plasser. Øverst står den du helst vil ha.")
        % {"held": len(seen.places), "most": most},
        "places": shown_places(request, who, seen.places),
        "family": any(place.family_id is not None for place in seen.places),
        "order": ",".join(str(place.list_id) for place in seen.places),
        "done": _done(request.GET.get(_DONE, "")),
        "says": [each.key for each in _together(request, who) if each.needs_say],
        "key": new_key(),
        **home_link(who),
    }
    return show(request, "queue", context, problems=problems, status=409 if problems else 200)


def _done(code: str) -> str:
    return {
        "rekkefolge": _("Rekkefølgen er endret. Du beholder tidspunktet i alle køene."),
        "svar": _("Valget er lagret."),
        "trukket": _("Du er ute av køen."),
    }.get(code, "")


@resident_required
@require_POST
def order(request: VisitorRequest, who: str) -> HttpResponse:
    """Move one wish up or down. What the page showed is sent along: another tab may have been faster."""
    person = someone(request, who)
    seen = _numbers(request.POST.get("sett", ""))
    wishes = list(seen)
    moved = _numbers(request.POST.get("liste", ""))
    way = request.POST.get("vei")
    if len(moved) != 1 or moved[0] not in wishes or way not in {_UP, _DOWN}:
        raise BadRequest("no such move")
    place = wishes.index(moved[0])
    other = place - 1 if way == _UP else place + 1
    if 0 <= other < len(wishes):
        wishes[place], wishes[other] = wishes[other], wishes[place]
    try:
        together = _together(request, person)
        form = form_of(request.POST, together)
        ids = [each.person_id for each in together]
        reorder_queue(ids, order=wishes, seen=seen, on=today(), by=request.viewer, form=form)
    except Refused as refused:
        return _places(request, person, problems=in_words(refused.violations, on=today()))
    return _back(person, "rekkefolge")


def _together(request: VisitorRequest, person: Someone) -> list[Someone]:
    """Those whose wishes are one: the person, or the family that waits together."""
    family = family_of(request.viewer, person.person_id, on=today())
    return [each for each in people_of(request.viewer) if each.person_id in family]


def _numbers(text: str) -> list[int]:
    """Ids of lists, as a form of ours writes them."""
    parts = text.split(",") if text else []
    if not all(part.isascii() and part.isdigit() and int(part) <= LARGEST_ID for part in parts):
        raise BadRequest("not ids of lists")
    return [int(part) for part in parts]


def _back(person: Someone, done: str) -> HttpResponse:
    return sent_on(f"{reverse('my-queue', args=[person.key])}?{_DONE}={done}")


@resident_required
@require_POST
def answer(request: VisitorRequest, who: str, list_id: int) -> HttpResponse:
    """Say yes in advance for one place, or ask to be asked."""
    person = someone(request, who)
    said = request.POST.get(_ANSWER)
    if said not in {_AT_ONCE, _ASK} or list_id > LARGEST_ID:
        raise BadRequest("no such answer")
    consent = form_of(request.POST, [person]).consent(person.person_id)
    try:
        choose_asking(
            person.person_id,
            list_id=list_id,
            accept_in_advance=said == _AT_ONCE,
            on=today(),
            by=request.viewer,
            consent=consent,
        )
    except Refused as refused:
        return _places(request, person, problems=in_words(refused.violations, on=today()))
    return _back(person, "svar")


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: VisitorRequest, who: str, list_id: int) -> HttpResponse:
    """Withdraw from one queue: asked once more, since the place in line is lost."""
    person = someone(request, who)
    seen = overview(request.viewer, person.person_id, on=today())
    place = next((each for each in seen.places if each.list_id == list_id), None)
    together = _together(request, person)
    if request.method == "POST":
        return _leave(request, person, together, list_id, place)
    if place is None:
        return _gone(request, person)
    return _ask_to_leave(request, person, together, place)


def _leave(
    request: VisitorRequest, person: Someone, together: Sequence[Someone], list_id: int, place: HeldPlace | None
) -> HttpResponse:
    if place is None:
        # Sent twice, or from an old page: what was wanted is so.
        return _gone(request, person)
    if problems := children_unheard(request.POST, together):
        return _ask_to_leave(request, person, together, place, problems=problems, status=400)
    try:
        withdraw_together(
            [each.person_id for each in together],
            from_list=list_id,
            on=today(),
            by=request.viewer,
            form=form_of(request.POST, together),
        )
    except Refused as refused:
        return _ask_to_leave(
            request, person, together, place, problems=in_words(refused.violations, on=today()), status=409
        )
    return _back(person, "trukket")


def _ask_to_leave(
    request: VisitorRequest,
    person: Someone,
    together: Sequence[Someone],
    place: HeldPlace,
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    sentence = (
        _("Du er nummer %(number)s i køen hos %(name)s.")
        if person.own
        else _("%(who)s er nummer %(number)s i køen hos %(name)s.")
    )
    texts = [
        sentence % {"who": person.label, "number": formats.whole(place.number), "name": place.name},
        _("Trekker du deg, mister du plassen. Stiller du deg i kø igjen, begynner du bakerst."),
    ]
    if len(together) > 1:
        texts.append(
            _("Dere venter sammen. Alle blir tatt ut av køen: %(who)s.")
            % {"who": formats.several([each.label for each in together])}
        )
    context = {
        "part": "home",
        "heading": _("Trekk deg fra køen hos %(name)s?") % {"name": place.name},
        "texts": texts,
        "says": says_of(request, together),
        "action": reverse("my-queue-leave", args=[person.key, place.list_id]),
        "buttons": [{"label": _("Trekk deg fra køen"), "value": ""}],
        "key": new_key(),
        "home": reverse("my-queue", args=[person.key]),
        "home_name": _("Plasser i kø"),
    }
    return show(request, "ask", context, problems=problems, status=status)


def _gone(request: VisitorRequest, person: Someone) -> HttpResponse:
    context = {
        "part": "home",
        "heading": _("Plassen finnes ikke lenger"),
        "texts": [_("Du er allerede ute av denne køen, eller du har fått plassen. Ingenting er endret nå.")],
        "links": [(reverse("my-queue", args=[person.key]), _("Se plassene i kø"))],
    }
    return show(request, "notice", context)
