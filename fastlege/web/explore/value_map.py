"""The map of a figure: a dot for each sub-area in the colour of its municipality's or county's quarter of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import Level
from fastlege.registry.list_search import sub_areas
from fastlege.reporting.pictures.maps import FILLS, Dot, LegendWords, draw_map, meanings, quarters
from fastlege.web.explore.asked import Asked
from fastlege.web.explore.cells import Cell
from fastlege.web.published import number, words

MAPPED = (Level.COUNTY, Level.MUNICIPALITY)
"""The levels whose areas are places, so that a map says more than bars."""

_HIDDEN = "hidden"
_COLOURS = FILLS | {_HIDDEN: "#ffffff"}
_STEPS = [name for name in FILLS if name != "unknown"]


@dataclass(frozen=True)
class LegendRow:
    """One colour of the map, what it means, and how many areas have it."""

    kind: str
    fill: str
    label: str
    count: int


@dataclass(frozen=True)
class ValueMap:
    """The picture and its legend."""

    picture: SafeString
    legend: list[LegendRow]


def value_map(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> ValueMap | None:
    """The map of some areas of one level; None where none of them has a value, or no sub-area lies in them."""
    values = {cell.area.code: cell.found.value for cell in cells if cell.found and cell.found.value is not None}
    if not values or asked.level not in MAPPED:
        return None
    bounds = quarters(list(values.values()))
    shades = {cell.area.code: _shade(cell, bounds) for cell in cells}
    dots = _dots(asked, shades)
    if not dots:
        return None
    text = _("Kart med en prikk for hvert delområde, farget etter verdien. Tabellen under sier det samme.")
    picture = draw_map(
        dots,
        title=escape(words(figure.title)),
        description=escape(text),
        shades=tuple(_COLOURS),
        id="verdikart",
        fills=_COLOURS,
    )
    return ValueMap(SafeString(picture), _legend(figure, bounds, shades, {dot.shade for dot in dots}))


def _dots(asked: Asked, shades: Mapping[str, str]) -> list[Dot]:
    """The sub-areas within the areas shown; on the map of the whole country those of other places too."""
    # The code of a municipality begins with that of its county.
    size = 2 if asked.level is Level.COUNTY else 4
    everywhere = not asked.edition.meta.get("areas") and asked.county is None
    return [
        Dot(latitude, longitude, people, shades.get(municipality[:size], "unknown"))
        for latitude, longitude, people, municipality in sub_areas()
        if everywhere or municipality[:size] in shades
    ]


def _shade(cell: Cell, bounds: Sequence[float]) -> str:
    if cell.found is None:
        return "unknown"
    if cell.found.value is None:
        return _HIDDEN if cell.found.suppressed else "unknown"
    return _STEPS[sum(cell.found.value > bound for bound in bounds[1:-1])]


def _legend(figure: Definition, bounds: Sequence[float], shades: Mapping[str, str], seen: set[str]) -> list[LegendRow]:
    """The colours that are in the map or in its areas, each with what it means."""
    shown = [number(figure, bound) for bound in bounds]
    said = LegendWords(_("{low} til {high}"), _("over {low} til {high}"), _("ikke oppgitt"))
    labels = {**meanings(shown, said), _HIDDEN: _("skjermet")}
    counts = {name: sum(each == name for each in shades.values()) for name in _COLOURS}
    return [
        LegendRow(name, _COLOURS[name], labels[name], counts[name]) for name in _COLOURS if counts[name] or name in seen
    ]
