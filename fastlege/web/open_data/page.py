"""The page for people: what the open data are, how to read them, and what an answer may refuse with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.access.protection import protection
from fastlege.figures.levels import Level
from fastlege.kernel.errors import DataError
from fastlege.reporting import licence
from fastlege.reporting.edition import Edition
from fastlege.web import formats
from fastlege.web.open_data.operations import OPERATIONS
from fastlege.web.open_data.problems import EXPLAINED, ROOT, title
from fastlege.web.open_data.serving import SECONDS_KEPT
from fastlege.web.published import published, served, words


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    rate = protection().rates["open_data"]
    context = {
        "section": "figures",
        "operations": [(ROOT + each.path, _told(each.name)) for each in OPERATIONS],
        "examples": _examples(request.build_absolute_uri(ROOT)),
        "refusals": [(status, title(status), _what_to_do(status)) for status in EXPLAINED],
        "description": ROOT + "openapi.json",
        "at_once": formats.whole(rate.at_once),
        "per_minute": formats.whole(rate.per_minute),
        "minutes": SECONDS_KEPT // 60,
        "terms": words(licence.TERMS),
        "licence": licence,
    }
    return render(request, "web/open_data.html", context)


def _examples(root: str) -> list[tuple[str, str]]:
    """What one may want, and the command that fetches it."""
    edition = _latest()
    day = edition.as_of.isoformat() if edition else "2026-05-01"
    place, name = _largest(edition)
    return [
        (
            _("Andelen lister uten fast lege i hvert fylke"),
            f"curl '{root}values?figure=share_lists_vacant&level=county'",
        ),
        (
            _("Alle tall for én kommune (%(name)s), som CSV") % {"name": name},
            f"curl '{root}values.csv?area={place}' -o {place}.csv",
        ),
        (_("En hel utgave i én fil"), f"curl --compressed '{root}values.csv?edition={day}' -o {day}.csv"),
        (_("Definisjonen av ett tall på tre språk"), f"curl '{root}definitions/waiting_persons'"),
        (
            _("Reglene om bytte slik de gjelder en dag"),
            f"curl '{root}parameters?parameter=switch.max_per_year&on={day}'",
        ),
        (_("Takstene en dag"), f"curl '{root}tariffs?on={day}'"),
        (_("Bare hvis noe er endret siden sist"), f"curl -i -H 'If-None-Match: W/\"...\"' '{root}editions'"),
        (_("Bare det som er kommet siden sist"), f"curl '{root}values?since=...'"),
    ]


def _latest() -> Edition | None:
    """The edition of the examples: the latest, so that they give something."""
    try:
        return published()
    except DataError:
        return None


def _largest(edition: Edition | None) -> tuple[str, str]:
    """The municipality of the examples: the one with most lists, so that there is something to read."""
    places = served(edition, Level.MUNICIPALITY) if edition else []
    if edition is None or not places:
        return "0301", "Oslo"
    lists = {found.area: found.value or 0 for found in edition.by_area("lists", Level.MUNICIPALITY)}
    most = max(places, key=lambda area: lists.get(area.code, 0))
    return most.code, words(most.name)


def _told(name: str) -> str:
    return {
        "index": _("Hvor alt er"),
        "editions": _("Utgavene: alle tall for én dag"),
        "figures": _("Tallene i korthet, og hvilke utgaver som har dem"),
        "definitions": _("Definisjonene på tre språk, med kilder og brudd"),
        "dimensions": _("Alder, kjønn og annet som tall er delt på, med gruppene"),
        "definition": _("Definisjonen av ett tall"),
        "values": _("Verdiene, side for side"),
        "values_csv": _("Verdiene som CSV, med navn på områdene"),
        "areas": _("Kommuner, fylker og andre områder, og når de har vært til"),
        "parameters": _("Grenser, frister og satser i reglene, med kilde og dato"),
        "tariffs": _("Takstene, med kilde og dato"),
        "tariff_rules": _("Reglene for hva som kan kreves sammen"),
    }[name]


def _what_to_do(status: int) -> str:
    return {
        400: _("En parameter er ukjent eller har feil form. Svaret sier hvilken."),
        404: _("Adressen, området, utgaven eller tallet finnes ikke."),
        405: _("Bare GET, HEAD og OPTIONS er tillatt."),
        406: _("Accept i forespørselen godtar ikke den formen som adressen svarer med."),
        410: _("En utgave ble byttet ut mens du leste. Begynn på nytt uten cursor."),
        429: _("Vent så mange sekunder som Retry-After sier."),
        503: _("Tallene kan ikke leses nå. Prøv igjen om litt."),
    }[status]
