"""The choices of the form on a figure's page, and the links that take an area away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Level
from fastlege.reporting.edition import Area, Edition
from fastlege.reporting.profiles.places import places_on, similar_to
from fastlege.web.explore.asked import AREA, MOST_AREAS, Asked, Order
from fastlege.web.explore.cells import area_name
from fastlege.web.formats import day, language
from fastlege.web.published import LEVELS, level_name, served, words


@dataclass(frozen=True)
class Choice:
    """One entry of a choice: the value in the address, its name, and whether it is chosen."""

    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True)
class Compared:
    """An area that is compared, and the address that shows the same without it."""

    name: str
    code: str
    without: str


def level_choices(asked: Asked) -> list[Choice]:
    """The divisions of the country."""
    return [Choice(level.value, level_name(level), level is asked.level) for level in LEVELS]


def edition_choices(shown: Edition, editions: Sequence[Edition]) -> list[Choice]:
    """The editions, the newest first."""
    return [Choice(each.as_of.isoformat(), day(each.as_of), each.as_of == shown.as_of) for each in reversed(editions)]


def order_choices(asked: Asked) -> list[Choice]:
    """The orders in which areas or groups can stand."""
    first = _("Som i inndelingen") if asked.dimension is None else _("Som i gruppene")
    names = {Order.GIVEN: first, Order.HIGHEST: _("Høyest først"), Order.LOWEST: _("Lavest først")}
    if asked.dimension is not None and not asked.dimension.groups:
        del names[Order.GIVEN]
    return [Choice(order.value, name, order is asked.order) for order, name in names.items()]


def county_choices(asked: Asked) -> list[Choice]:
    """The counties that municipalities can be narrowed down to."""
    return [
        Choice(area.code, words(area.name), asked.county is not None and area.code == asked.county.code)
        for area in served(asked.edition, Level.COUNTY)
    ]


def group_choices(asked: Asked, figure: Definition) -> list[Choice]:
    """The dimensions that the figure is divided by in this edition."""
    return [
        Choice(name, words(DIMENSIONS[name].title), asked.dimension is not None and asked.dimension.id == name)
        for name in asked.edition.dimensions(figure.id)
    ]


def area_options(edition: Edition, chosen: str = "") -> SafeString:
    """All areas as options: counties, sizes and centrality as a group each, municipalities by county.

    They are hundreds, so they are written here and not by a template.
    """
    groups = [(level_name(level), served(edition, level)) for level in LEVELS if level is not Level.MUNICIPALITY]
    municipalities = served(edition, Level.MUNICIPALITY)
    for county in served(edition, Level.COUNTY):
        # The code of a municipality begins with that of its county.
        inside = [area for area in municipalities if area.code.startswith(county.code)]
        groups.append((f"{level_name(Level.MUNICIPALITY)}: {words(county.name)}", inside))
    spoken = language()
    return SafeString("".join(_options(name, areas, spoken, chosen) for name, areas in groups if areas))


@dataclass(frozen=True)
class Beside:
    """A municipality, and the address that compares it with others like it."""

    name: str
    address: str


def with_similar(asked: Asked) -> Beside | None:
    """A comparison with the similar municipalities that are nearest in residents on lists; for one municipality."""
    if len(asked.compared) != 1 or asked.compared[0].level is not Level.MUNICIPALITY:
        return None
    area, places = asked.compared[0], places_on(asked.edition.as_of)
    there = {each.code for each in served(asked.edition, Level.MUNICIPALITY)}
    if area.code not in places:
        return None
    similar = similar_to(places[area.code], (each for code, each in places.items() if code in there)).places
    size = _residents(asked.edition, area.code)
    nearest = sorted(similar, key=lambda place: abs(_residents(asked.edition, place.code) - size))[: MOST_AREAS - 1]
    codes = (area.code, *(place.code for place in nearest))
    return Beside(words(area.name), asked.query(**{AREA: codes})) if nearest else None


def _residents(edition: Edition, municipality: str) -> int:
    found = edition.value("residents", Level.MUNICIPALITY, municipality)
    return found.numerator or 0 if found else 0


def _options(name: str, areas: Sequence[Area], spoken: str, chosen: str) -> str:
    options = "".join(
        f'<option value="{escape(area.code)}"{" selected" if area.code == chosen else ""}>'
        f"{escape(area.name.in_language(spoken))}</option>"
        for area in areas
    )
    return f'<optgroup label="{escape(name)}">{options}</optgroup>'


def compared_areas(asked: Asked) -> list[Compared]:
    """The areas that are compared, each with the way to take it out."""
    codes = tuple(area.code for area in asked.compared)
    return [
        Compared(
            area_name(area, asked.edition),
            area.code,
            asked.query(**{AREA: tuple(code for code in codes if code != area.code)}),
        )
        for area in asked.compared
    ]
