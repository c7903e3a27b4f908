"""From the query of an address to what a visitor wants, or to a sentence about what is wrong with it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from fastlege.kernel.vocabulary import Sex
from fastlege.registry.list_search import Place, Wanted, find_place
from fastlege.web.site_data import FormChoices

_LONGEST_TEXT = 100
_LAST_PAGE = 10_000
SEXES = {"kvinne": int(Sex.FEMALE), "mann": int(Sex.MALE)}
ORDERS = ("plass", "navn")


class ParameterError(Exception):
    """A parameter that cannot be understood; the message is for the visitor and never repeats what was sent."""


def wanted(query: QueryDict, choices: FormChoices) -> Wanted:
    """What the visitor looks for; a text that is a place brings the place along. Raises `ParameterError`."""
    found = _wanted(query, choices)
    return replace(found, near=find_place(found.text)) if found.text else found


def wanted_near(query: QueryDict, choices: FormChoices, *, near: Place | None) -> Wanted:
    """What one looks for near a place that is known already. Raises `ParameterError`."""
    return replace(_wanted(query, choices), near=near, named=True)


def short_text(query: QueryDict, name: str) -> str:
    """A text of a form, its spaces made one. Raises `ParameterError` when it is too long."""
    text = " ".join(query.get(name, "").split())
    if len(text) > _LONGEST_TEXT:
        raise ParameterError(_("Søketeksten er for lang. Bruk høyst %(most)d tegn.") % {"most": _LONGEST_TEXT})
    return text


def _wanted(query: QueryDict, choices: FormChoices) -> Wanted:
    text = short_text(query, "q")
    sex = _one_of(query, "kjonn", SEXES, _("Kjønn må være kvinne eller mann."))
    return Wanted(
        text=text,
        municipality=_one_of(query, "kommune", choices.municipalities, _("Det finnes ingen slik kommune her.")),
        sex=SEXES[sex] if sex else None,
        language=_one_of(query, "sprak", choices.choices.languages, _("Ingen lege har oppgitt det språket.")),
        service=_one_of(query, "tjeneste", choices.choices.services, _("Ingen kontor har den tjenesten.")),
        specialist=_tick(query, "spesialist"),
        with_room=_tick(query, "ledig"),
        by_name=_one_of(query, "sorter", ORDERS, _("Listene kan sorteres etter plass eller navn.")) == "navn",
        page=_page(query),
    )


def _one_of(query: QueryDict, name: str, known: Container[str], problem: str) -> str:
    value = query.get(name, "")
    if value and value not in known:
        raise ParameterError(problem)
    return value


def _tick(query: QueryDict, name: str) -> bool:
    value = query.get(name, "")
    if value not in {"", "1"}:
        raise ParameterError(_("Et avkrysset valg må ha verdien 1."))
    return value == "1"


def _page(query: QueryDict) -> int:
    value = query.get("side", "1")
    if not (value.isascii() and value.isdigit() and 1 <= len(value) <= 5 and 1 <= int(value) <= _LAST_PAGE):
        raise ParameterError(_("Sidetallet må være et helt tall fra 1 og oppover."))
    return int(value)
