"""Hvorfor?: why a place has not been given, and why a move was made: rule, line, list, ring and lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.casework.standings import MoveTold, PlaceTold, Told, move_told, place_told
from fastlege.kernel.draws import hash_text
from fastlege.kernel.vocabulary import Reason
from fastlege.planning.explaining import LIST_FACTS, Explanation, explain_move, explain_place
from fastlege.registry.resident.overview import family_of, list_names
from fastlege.registry.resident.past import PastPlace, last_stay
from fastlege.rules.parameters import load_rulebook
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pages import errors
from fastlege.web.pictures.rings import MOST_DRAWN, ring_picture
from fastlege.web.pictures.told_waits import ShownWait, shown_wait
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import show
from fastlege.web.resident.reasons import ENDS, RULES, in_plain_words, provisions_of
from fastlege.web.resident.seeing.gp_list import LARGEST_ID
from fastlege.web.resident.wording import begin_reason


@dataclass(frozen=True)
class Part:
    """One part of the answer: sentences, and what shows the same."""

    heading: str
    texts: tuple[str, ...]
    provisions: tuple[str, ...] = ()
    wait: ShownWait | None = None
    ring: Mapping[str, object] | None = None
    code: str = ""


_LINE = ("first_in_line", "in_line", "in_line_one")
_LIST = ("list_did", "what_it_takes", "what_it_takes_one")


@resident_required
@require_safe
def place(request: VisitorRequest, who: str, list_id: int) -> HttpResponse:
    """Why a queue place has not been met, from what the last round left."""
    person = someone(request, who)
    on = today()
    told = place_told(request.viewer, person.person_id, list_id, on=on) if list_id <= LARGEST_ID else None
    names = list_names([list_id], on=on)
    name = names.get(list_id, _("listen"))
    context = {
        "part": "home",
        "heading": _("Hvorfor ikke plass hos %(name)s ennå?") % {"name": name},
        "lead": _("Slik var det etter runden %(day)s.") % {"day": formats.day(told.round.on)} if told else "",
        "about": "" if person.own else person.label,
        "parts": _of_place(request, person, told) if told else _not_yet(),
        **home_link(person),
    }
    return show(request, "why", context)


@resident_required
@require_safe
def move(request: VisitorRequest, who: str, list_id: int) -> HttpResponse:
    """Why a person has, or will have, a place on a list."""
    person = someone(request, who)
    on = today()
    stay = last_stay(request.viewer, person.person_id, list_id, on=on) if list_id <= LARGEST_ID else None
    if stay is None:
        return errors.not_found(request)
    told = move_told(request.viewer, person.person_id, list_id, on=on)
    if told is not None and told.round.on != stay.start:
        told = None
    name = list_names([list_id], on=on).get(list_id, _("listen"))
    context = {
        "part": "home",
        "heading": _("Hvorfor plass hos %(name)s?") % {"name": name},
        "lead": _("Plassen ble gitt i runden %(day)s.") % {"day": formats.day(told.round.on)} if told else "",
        "about": "" if person.own else person.label,
        "parts": (_of_move(request, person, told) if told else [_began(stay)]) + _ended(stay, on),
        **home_link(person),
    }
    return show(request, "why", context)


def _of_place(request: VisitorRequest, person: Someone, told: PlaceTold) -> list[Part]:
    book, seed = load_rulebook(), told.round.seed
    statements = explain_place(told.place, told.gp_list, told.own_list, on=told.round.on, seed=seed, book=book)
    if not statements:
        return [Part(_("Plassen er gitt"), (_("Du fikk plassen i denne runden."),))]
    names = _names(statements)
    line = [each for each in statements if each.key in _LINE]
    of_list = [each for each in statements if each.key in _LIST]
    exchange = [each for each in statements if each.key.startswith(("exchange_", "passed_"))]
    # The wait stands beside its picture, in the words of Min side.
    apart = [each for each in statements if each.key == "estimated_wait"] if told.wait else []
    rest = [each for each in statements if each not in line + of_list + exchange + apart]
    parts = [
        _part(_("Kort sagt"), rest, names, wait=shown_wait(told.wait) if told.wait else None),
        _part(_("Plassen din i køen"), line, names),
        _part(_("Listen, og hva som skal til"), of_list, names),
        _part(_("Bytte av plass"), exchange, names),
        _lot(request, person, told.round),
    ]
    return [each for each in parts if each.texts]


def _of_move(request: VisitorRequest, person: Someone, told: MoveTold) -> list[Part]:
    statements = explain_move(told.move, told.ring, book=load_rulebook())
    names = _names(statements)
    parts = [_part(_("Kort sagt"), statements, names)]
    if told.ring:
        parts.append(_ring(told.ring, names))
        parts.append(_lot(request, person, told.round))
    return parts


def _not_yet() -> list[Part]:
    return [
        Part(
            _("Kort sagt"),
            (
                _("Ingen runde er holdt siden du stilte deg i kø."),
                _("Plassene gis én gang i måneden. Etter neste runde står det her hva som avgjorde."),
            ),
        )
    ]


def _began(stay: PastPlace) -> Part:
    """Why a place that no round gave began."""
    texts = (begin_reason(stay.begin_reason), _("Plassen gjelder fra %(day)s.") % {"day": formats.day(stay.start)})
    return _ruled(_("Kort sagt"), texts, Reason(stay.begin_reason), stay.start)


def _ended(stay: PastPlace, on: date) -> list[Part]:
    """Why a place ends where that was not because another was chosen or given."""
    if stay.end is None or stay.end_reason not in ENDS:
        return []
    heading = _("Hvorfor plassen tar slutt") if stay.end > on else _("Hvorfor plassen tok slutt")
    texts = (_("Fra %(day)s gjelder den ikke.") % {"day": formats.day(stay.end)},)
    return [_ruled(heading, texts, Reason(stay.end_reason), stay.end)]


def _ruled(heading: str, texts: tuple[str, ...], reason: Reason, day: date) -> Part:
    """What happened, the rule in plain words, and the provisions of that day, or of the first day that is known."""
    known = max(day, _first_known(reason))
    texts = (*texts, in_plain_words(reason))
    if known > day:
        texts = (*texts, _("Reglene er kjent fra %(day)s. Under står de fra da.") % {"day": formats.day(known)})
    return Part(heading, texts, provisions_of(reason, on=known, book=load_rulebook()))


def _first_known(reason: Reason) -> date:
    """The first day that the rulebook says anything of the rules behind a reason."""
    book = load_rulebook()
    return min(book.history(name)[0].period.start for name in RULES[reason])


def _part(
    heading: str, statements: Sequence[Explanation], names: Mapping[int, str], *, wait: ShownWait | None = None
) -> Part:
    language = formats.language()
    texts = tuple(each.in_words(language, names) for each in statements)
    sources = tuple(dict.fromkeys(str(each.facts["rule_source"]) for each in statements if "rule_source" in each.facts))
    return Part(heading, (*texts, *((wait.text,) if wait else ())), sources, wait)


def _ring(ring: tuple[int, ...], names: Mapping[int, str]) -> Part:
    """The ring as a picture and as a list: `ring` ends where it began."""
    lists = [names[number] for number in ring[:-1]]
    text = _("Alle byttet samtidig. Hver pil er én som flyttet. Den tykke pilen er din.")
    described = _("Ringen går fra %(lists)s og tilbake til den første.") % {"lists": ", ".join(lists)}
    picture = (
        ring_picture(len(lists), own=0, title=_("Ringen av lister"), description=described)
        if len(lists) <= MOST_DRAWN
        else SafeString("")
    )
    return Part(_("Ringen"), (text, described), ring={"picture": picture, "lists": lists})


def _lot(request: VisitorRequest, person: Someone, told: Told) -> Part:
    """How anybody can work out one's own lot again: the seed is published, the number is one's own."""
    number = min(family_of(request.viewer, person.person_id, on=today()))
    text = f"{told.seed}:{number}"
    texts = (
        _("To som ba om det samme samtidig, blir skilt ved lodd. Loddet er regnet ut, ikke trukket for hånd."),
        _("Rundens tall er %(seed)s og var kjent på forhånd. Nummeret ditt i registeret er %(number)s.")
        % {"seed": told.seed, "number": number},
        _("Loddet ditt er %(lot)s. Du kan regne det ut selv med kommandoen under: det er de 16 første tegnene.")
        % {"lot": f"{hash_text(text):016x}"},
    )
    return Part(_("Loddet"), texts, code=f"printf '%s' '{text}' | sha256sum")


def _names(statements: Iterable[Explanation]) -> dict[int, str]:
    """The names of all lists that the statements speak of."""
    lists: set[int] = set()
    for each in statements:
        lists |= {each.facts[name] for name in LIST_FACTS if isinstance(each.facts.get(name), int)}
        lists |= set(each.facts.get("ring", ()))
    return list_names(lists, on=today())
