"""Words for what the register holds as codes: states of lists, languages, services, capacities of doctors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Direction, Status
from fastlege.kernel.vocabulary import ListStatus, Relationship
from fastlege.registry.list_search import FoundList
from fastlege.web import formats


@dataclass(frozen=True, slots=True)
class State:
    """A list's state for a visitor: a kind for its colour, a label, and what it means."""

    kind: str
    label: str
    meaning: str


def state_of(found: FoundList) -> State:
    """Whether one can enter the list now. That it lacks a regular GP is said before that it has room."""
    if found.status == ListStatus.LOCKED:
        return State("locked", _("Låst"), _("Kommunen har låst listen. Ingen nye kan komme inn nå."))
    if found.doctor is None:
        return State(
            "vacant", _("Uten fast lege"), _("Listen mangler fast lege nå. Vikarer tar imot de som står på den.")
        )
    if found.free:
        return State("open", _("Ledige plasser"), _("Listen har plass. Bytter skjer den første dagen i en måned."))
    if found.status == ListStatus.OPEN:
        return State(
            "full", _("Fullt"), _("Listen er åpen, men uten ledige plasser akkurat nå. Du kan stille deg i kø.")
        )
    return State(
        "full",
        _("Stengt"),
        _("Listen er stengt fordi den er full, eller nettopp har vært det. Du kan stille deg i kø."),
    )


def language_name(code: str) -> str:
    """The name of a language in the language of the page."""
    return _language_name(code, formats.language())


@lru_cache(maxsize=512)
def _language_name(code: str, shown_in: str) -> str:
    return str(Locale.parse(shown_in).languages.get(code, code))


def relationship(code: str) -> str:
    """In which capacity a doctor serves a list."""
    return {
        Relationship.REGULAR: _("Fastlege"),
        Relationship.SUBSTITUTE: _("Vikar"),
        Relationship.PART_LIST: _("Delelistelege"),
        Relationship.INTRODUCTION: _("Lege i introduksjonsavtale"),
        Relationship.LIS1: _("Lege i spesialisering (LIS1)"),
    }[Relationship(code)]


def service_name(code: str) -> str:
    """A service of an office; one that the site has no word for yet is shown by its code."""
    return {
        "blood_tests": _("Blodprøver"),
        "vaccination": _("Vaksinasjon"),
        "minor_surgery": _("Mindre kirurgi"),
        "contraception": _("Prevensjon"),
        "pregnancy": _("Svangerskapskontroll"),
        "ultrasound": _("Ultralyd"),
        "travel_medicine": _("Reisemedisin"),
        "video": _("Videotime"),
        "home_visits": _("Hjemmebesøk"),
        "evening_hours": _("Kveldsåpent"),
        "step_free": _("Trinnfri adkomst"),
    }.get(code, code)


def theme(code: str) -> str:
    """A theme of figures, as a heading."""
    return {
        "activity": _("Aktivitet"),
        "continuity": _("Kontinuitet"),
        "doctors": _("Leger"),
        "expenditure": _("Utgifter"),
        "length": _("Listelengde"),
        "lists": _("Lister"),
        "places": _("Ledige plasser"),
        "residents": _("Innbyggere"),
        "switches": _("Bytter"),
        "waiting": _("Venter på plass"),
    }.get(code, code)


def direction(code: Direction) -> str:
    """What a change of a figure means."""
    return {
        Direction.MORE_IS_BETTER: _("Høyere er bedre"),
        Direction.LESS_IS_BETTER: _("Lavere er bedre"),
        Direction.NEITHER: _("Ingen retning er bedre enn den andre"),
    }[code]


def status(code: Status) -> str:
    """Where a definition stands in its life."""
    return {Status.DRAFT: _("Utkast"), Status.IN_USE: _("I bruk"), Status.RETIRED: _("Ikke lenger i bruk")}[code]
