"""The figures of one municipality beside those of its county, of similar municipalities and of the country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import pairwise

from fastlege.figures.catalogue import Definition, definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.kernel.errors import DataError
from fastlege.reporting.coverage import same_part
from fastlege.reporting.edition import Edition, FigureValue
from fastlege.reporting.profiles.places import Place, Similar, code_then, county_then, places_on, similar_to

YEARS_BACK = 5
"""A trend goes back so many years from the newest edition."""

FEWEST_SHOWN = 3
"""The middle of fewer similar municipalities than this is not told."""


@dataclass(frozen=True)
class Beside:
    """One figure of a municipality beside others; None where there is no such figure, or nothing to hold it beside."""

    figure: Definition
    own: FigureValue | None
    county: FigureValue | None
    country: FigureValue | None
    others: tuple[float, ...]
    """The values of the similar municipalities that may be shown, smallest first."""
    hidden: int
    """How many of the similar municipalities have a value that may not be shown."""

    @property
    def middle(self) -> float | None:
        """The median of the similar municipalities; None where too few of them show a value."""
        return median(self.others, self.figure.decimals) if len(self.others) >= FEWEST_SHOWN else None


@dataclass(frozen=True)
class Trend:
    """One figure over the years, for the municipality, its county and the country; None where nothing may be shown."""

    figure: Definition
    years: tuple[int, ...]
    own: tuple[float | None, ...]
    county: tuple[float | None, ...] | None
    country: tuple[float | None, ...]


class Profiles:
    """The profiles of all municipalities of the newest of some editions; the others give the past."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        ordered = sorted(editions, key=lambda each: each.as_of)
        for one, other in pairwise(ordered):
            if one.as_of == other.as_of:
                raise DataError(
                    f"holds {one.as_of}, and so does {other.folder}.",
                    where=str(one.folder),
                    remedy="Name one edition a day.",
                )
        if not ordered:
            raise DataError("there is no edition to make profiles of.", remedy="Name one with --edition.")
        self.now = ordered[-1]
        self._past = _one_a_year(ordered)
        self.figures = frozenset(each.id for each in self.now.figures)
        """The figures that the newest edition has."""

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The municipalities that have a profile: those with lists in the newest edition, by their code."""
        known = places_on(self.now.as_of)
        return {
            found.area: known[found.area]
            for found in self.now.by_area("lists", Level.MUNICIPALITY)
            if found.numerator and found.area in known
        }

    @property
    def years(self) -> tuple[int, ...]:
        """The years that trends show, oldest first; one year is no trend."""
        return tuple(each.as_of.year for each in self._past)

    def similar(self, place: Place) -> Similar:
        """The municipalities that one is held beside."""
        return similar_to(place, self.places.values())

    def alone_in_county(self, place: Place) -> bool:
        """Whether a municipality is all that the edition has of its county: the county is then nothing beside it."""
        return all(each.code == place.code or each.county != place.county for each in self.places.values())

    def beside(self, figure: str, place: Place, similar: Similar) -> Beside:
        """One figure of a municipality beside others."""
        found = [self.now.value(figure, Level.MUNICIPALITY, each.code) for each in similar.places]
        return Beside(
            definition(figure),
            self.now.value(figure, Level.MUNICIPALITY, place.code),
            None if self.alone_in_county(place) else self.now.value(figure, Level.COUNTY, place.county),
            self.now.value(figure, Level.COUNTRY, COUNTRY),
            tuple(sorted(each.value for each in found if each and each.value is not None)),
            sum(each is not None and each.suppressed for each in found),
        )

    def trend(self, figure: str, place: Place, *, of_year: bool) -> Trend | None:
        """One figure over the years; None without a past, or where it has no value of the municipality.

        With `of_year` the figure counts claims, and stands at the year of the edition's claims.
        """
        editions = self._by_year_of_claims if of_year else {each.as_of.year: each for each in self._past}
        own: list[float | None] = []
        county: list[float | None] = []
        country: list[float | None] = []
        for each in editions.values():
            days = {"now": self.now.as_of, "then": each.as_of}
            own.append(_value(each, figure, Level.MUNICIPALITY, code_then(place.code, **days)))
            # What covers another part of the country has another part of the county too, and of the whole.
            same = same_part(self.now.meta, each.meta, **days)
            county.append(_value(each, figure, Level.COUNTY, county_then(place.county, **days) if same else None))
            country.append(_value(each, figure, Level.COUNTRY, COUNTRY if same else None))
        if sum(value is not None for value in own) < 2:
            return None
        shown = None if self.alone_in_county(place) or not any(value is not None for value in county) else tuple(county)
        return Trend(definition(figure), tuple(editions), tuple(own), shown, tuple(country))

    @cached_property
    def _by_year_of_claims(self) -> dict[int, Edition]:
        """The editions with claims by the year of these, oldest first; of the same year, the later edition."""
        return {int(each.meta["claims_year"]): each for each in self._past if "claims_year" in each.meta}


def median(values: Sequence[float], decimals: int) -> float:
    """The middle of some sorted values, rounded as the figure is, halves upwards."""
    exact = [Decimal(str(value)) for value in values]
    half = len(exact) // 2
    middle = exact[half] if len(exact) % 2 else (exact[half - 1] + exact[half]) / 2
    return float(middle.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _one_a_year(editions: Sequence[Edition]) -> tuple[Edition, ...]:
    """The last edition of each of the latest years, oldest first."""
    newest = editions[-1].as_of.year
    last = {each.as_of.year: each for each in editions if each.as_of.year >= newest - YEARS_BACK}
    return tuple(last.values())


def _value(edition: Edition, figure: str, level: Level, area: str | None) -> float | None:
    found = edition.value(figure, level, area) if area is not None else None
    return found.value if found else None
