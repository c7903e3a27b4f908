"""The editions of figures that the site shows, kept in memory until they change."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import UNITS, Definition
from fastlege.figures.levels import Level, Words
from fastlege.reporting.edition import Area, Edition, FigureValue, read_edition
from fastlege.reporting.editions import Stamp, installed, stamp, written
from fastlege.web import formats

LEVELS = (Level.COUNTY, Level.SIZE_GROUP, Level.CENTRALITY, Level.MUNICIPALITY)
"""The divisions that figure pages offer, in the order of the choice."""


def published() -> Edition | None:
    """The edition of the latest day, or None before the first one is built. A damaged one is a `DataError`."""
    editions = all_published()
    return editions[-1] if editions else None


def all_published() -> tuple[Edition, ...]:
    """Every edition, the oldest day first: those of the folder `EDITIONS`, and the site's own, `EDITION`.

    Of the same day, the site's own is shown.
    """
    return _all(settings.EDITIONS, stamp(settings.EDITIONS), settings.EDITION, written(settings.EDITION))


@lru_cache(maxsize=1)
def _all(folder: Path, _stamp: Stamp, own: Path, made: int | None) -> tuple[Edition, ...]:
    by_day = {each.as_of: each for each in installed(folder)}
    if made is not None:
        mine = read_edition(own)
        by_day[mine.as_of] = mine
    return tuple(edition for _, edition in sorted(by_day.items()))


def words(text: Words) -> str:
    """A text of the catalogue in the language of the page."""
    return text.in_language(formats.language())


def amount(figure: Definition, found: FigureValue | None) -> str:
    """A value as text with its per cent sign; what is suppressed or undefined is said in words."""
    if found is None or (found.value is None and not found.suppressed):
        return _("ikke oppgitt")
    if found.value is None:
        return _("skjermet")
    return number(figure, found.value)


def number(figure: Definition, value: float) -> str:
    """A number as the figure's values are written, with its per cent sign."""
    text = formats.decimal(Decimal(str(value)), figure.decimals)
    if figure.unit != "percent":
        return text
    return f"{text}%" if formats.language() == "en" else f"{text}\u00a0%"


def unit(figure: Definition) -> str:
    """The unit in words; per cent stands beside the number already."""
    return "" if figure.unit == "percent" else words(UNITS[figure.unit])


def level_name(level: Level) -> str:
    """A division of the country, as a heading."""
    return {
        Level.COUNTY: _("Fylke"),
        Level.SIZE_GROUP: _("Kommunestørrelse"),
        Level.CENTRALITY: _("Sentralitet"),
        Level.MUNICIPALITY: _("Kommune"),
        Level.COUNTRY: _("Hele landet"),
        Level.COUNTY_SIZE_GROUP: _("Fylke og kommunestørrelse"),
    }[level]


def whole_name(edition: Edition) -> str:
    """What the top level covers: the country, or the part of it that the snapshot was built for."""
    parts = edition.meta.get("areas", "").split()
    if not parts:
        return _("Hele landet")
    # A municipality that serves one of its neighbours may bring in another county.
    if len(parts) > 1 or len(served(edition, Level.COUNTY)) > 1:
        return _("Hele området")
    area = edition.area(Level.COUNTY, parts[0]) or edition.area(Level.MUNICIPALITY, parts[0])
    return words(area.name) if area else _("Hele området")


def served(edition: Edition, level: Level) -> list[Area]:
    """The areas of a level that have lists: a part of the country leaves the others empty, and some share a list."""
    counted = {found.area for found in edition.by_area("lists", level) if found.numerator}
    return [area for area in edition.areas(level) if area.code in counted]
