"""What profiles are written with: links to other pages, a written page, and one municipality in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.kernel.vocabulary import SizeGroup
from fastlege.reporting.edition import FigureValue
from fastlege.reporting.profiles.comparing import Beside, Profiles
from fastlege.reporting.profiles.places import Place, Similar
from fastlege.reporting.profiles.wording import words
from fastlege.reporting.report.wording.numbers import number

HIDDEN, NOTHING = ":", "–"
"""The signs for a value that may not be shown, and for one that there is not."""


@dataclass(frozen=True)
class Links:
    """Where the pages that a profile leads to lie: on the site, or beside it in a folder."""

    index: str
    definition: Callable[[str], str]
    profile: Callable[[str], str]


@dataclass(frozen=True)
class Page:
    """A page without its frame: the title for the window, and its content as HTML."""

    title: str
    body: str


class Subject:
    """One municipality of some profiles in one language: its names, and its figures beside others."""

    def __init__(self, profiles: Profiles, place: Place, language: str) -> None:
        self.profiles, self.place, self.language = profiles, place, language
        self.words: dict[str, Any] = words(language)
        self._found: dict[str, Beside] = {}

    @cached_property
    def similar(self) -> Similar:
        """The municipalities that it is held beside."""
        return self.profiles.similar(self.place)

    @cached_property
    def alone(self) -> bool:
        """Whether it is all that there is of its county."""
        return self.profiles.alone_in_county(self.place)

    @property
    def county(self) -> str:
        """The name of its county."""
        return self._area(Level.COUNTY, self.place.county) or self.place.county_name

    @property
    def country(self) -> str:
        """What the whole is called: the country, or the part of it that the edition covers."""
        if self.profiles.now.meta.get("areas"):
            return str(self.words["whole"])
        return (self._area(Level.COUNTRY, COUNTRY) or str(self.words["country"])).lower()

    @property
    def size(self) -> str:
        """Its size group, inside a sentence."""
        text = self._area(Level.SIZE_GROUP, SizeGroup(self.place.size_group).value) or self.place.size_group
        return text[0].lower() + text[1:]

    def beside(self, figure: str) -> Beside:
        """One of its figures beside others."""
        if figure not in self._found:
            self._found[figure] = self.profiles.beside(figure, self.place, self.similar)
        return self._found[figure]

    def text(self, figure: Definition, found: FigureValue | None) -> str:
        """A value as text, or the sign for one that is not shown or not there."""
        if found is None or found.value is None:
            return HIDDEN if found is not None and found.suppressed else NOTHING
        return self.number(figure, found.value)

    def number(self, figure: Definition, value: float | None) -> str:
        """A number with the decimals of its figure; the sign for nothing where there is none."""
        return NOTHING if value is None else number(value, figure.decimals, self.language)

    def signed(self, figure: Definition, text: str) -> str:
        """A value with its per cent sign, where it stands alone."""
        if figure.unit != "percent" or text in {HIDDEN, NOTHING}:
            return text
        return str(self.words["values"]["sign"].format(value=text))

    def _area(self, level: Level, code: str) -> str:
        area = self.profiles.now.area(level, code)
        return area.name.in_language(self.language) if area else ""
