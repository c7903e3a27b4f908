"""The map of free places, its legend, and the table by county that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.levels import Level
from fastlege.registry.list_search import sub_areas
from fastlege.reporting.edition import Edition
from fastlege.reporting.pictures.maps import SHADES, Dot, Shade, draw_map, shade
from fastlege.web.formats import whole
from fastlege.web.published import amount, served, words

FIGURE, COUNTED = "free_places_with_gp_per_1000", "free_places_with_gp"
# Where the colours change, in free places per 1 000 residents: a choice of this picture, said in its legend.
_FEW, _MANY = 10.0, 50.0


@dataclass(frozen=True)
class LegendRow:
    """One colour of the map, what it means, and how many municipalities have it."""

    kind: Shade
    label: str
    count: int


@dataclass(frozen=True)
class CountyRow:
    """One county of the table behind the map."""

    name: str
    free: str
    rate: str
    without: str


@dataclass(frozen=True)
class RoomMap:
    """The picture and the texts around it."""

    picture: SafeString
    legend: list[LegendRow]
    counties: list[CountyRow]


def room_map(edition: Edition) -> RoomMap:
    """A dot a sub-area, coloured by its municipality's free places."""
    places = {area.code for area in served(edition, Level.MUNICIPALITY)}
    shades = {
        found.area: shade(found.value, few=_FEW, many=_MANY)
        for found in edition.by_area(FIGURE, Level.MUNICIPALITY)
        if found.area in places
    }
    # A municipality without lists of its own is drawn where the whole country is.
    dots = [
        Dot(latitude, longitude, people, shades.get(municipality, "unknown"))
        for latitude, longitude, people, municipality in sub_areas()
        if municipality in places or not edition.meta.get("areas")
    ]
    counts = {kind: sum(each == kind for each in shades.values()) for kind in SHADES}
    text = _("Kart med en prikk for hvert delområde. Kommuner uten ledige plasser: %(none)s. Tabellen sier det samme.")
    picture = draw_map(
        dots,
        title=escape(_("Ledige plasser etter kommune")),
        description=escape(text % {"none": counts["none"]}),
    )
    return RoomMap(SafeString(picture), _legend(counts), _counties(edition))


def _legend(counts: dict[Shade, int]) -> list[LegendRow]:
    labels: dict[Shade, str] = {
        "none": _("ingen ledige plasser"),
        "few": _("under %(few)s per 1 000 innbyggere") % {"few": whole(int(_FEW))},
        "some": _("%(few)s til %(many)s per 1 000") % {"few": whole(int(_FEW)), "many": whole(int(_MANY))},
        "many": _("%(many)s per 1 000 eller flere") % {"many": whole(int(_MANY))},
        "unknown": _("ikke oppgitt"),
    }
    return [LegendRow(kind, labels[kind], counts[kind]) for kind in SHADES if kind != "unknown" or counts[kind]]


def _counties(edition: Edition) -> list[CountyRow]:
    definitions = {figure.id: figure for figure in edition.figures}
    places = {area.code for area in served(edition, Level.MUNICIPALITY)}
    rows = []
    for area in served(edition, Level.COUNTY):
        free = edition.value(COUNTED, Level.COUNTY, area.code)
        rate = edition.value(FIGURE, Level.COUNTY, area.code)
        inside = [
            found
            for found in edition.by_area(COUNTED, Level.MUNICIPALITY)
            # The code of a municipality begins with that of its county.
            if found.area in places and found.area.startswith(area.code) and found.value == 0
        ]
        rows.append(
            CountyRow(
                words(area.name),
                amount(definitions[COUNTED], free),
                amount(definitions[FIGURE], rate),
                whole(len(inside)),
            )
        )
    return rows
