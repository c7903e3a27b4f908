"""What the address of a figure's page asks for: edition, division, county, order, areas to compare and groups.

All that a visitor chooses stands in the address, so that a link keeps it. What cannot be understood is refused with a
sentence that never repeats what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.figures.dimensions import DIMENSIONS, Dimension
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import Area, Edition
from fastlege.web.formats import day
from fastlege.web.parameters import ParameterError
from fastlege.web.published import LEVELS

EDITION, LEVEL, COUNTY, AREA, GROUP, ORDER = "utgave", "inndeling", "fylke", "omrade", "gruppe", "rekkefolge"
MOST_AREAS = 5
"""So many areas are compared at once: a picture with more lines and the whole cannot be read."""

_SINGLE = (EDITION, LEVEL, COUNTY, GROUP, ORDER)


class Order(StrEnum):
    """In which order areas stand: as the division has them, or by their values."""

    GIVEN = ""
    HIGHEST = "hoyest"
    LOWEST = "lavest"


@dataclass(frozen=True)
class Asked:
    """What a visitor wants to see of a figure."""

    edition: Edition
    level: Level = Level.COUNTY
    county: Area | None = None
    compared: tuple[Area, ...] = ()
    dimension: Dimension | None = None
    order: Order = Order.GIVEN

    @property
    def whole(self) -> Area:
        """The top level: everything that the edition covers."""
        found = self.edition.area(Level.COUNTRY, COUNTRY)
        if found is None:
            raise LookupError("an edition without its top level")
        return found

    def pairs(self, **instead: str | tuple[str, ...]) -> list[tuple[str, str]]:
        """The state as pairs of an address, with some of it replaced; nothing is left to a default that may change."""
        state: dict[str, str | tuple[str, ...]] = {
            EDITION: self.edition.as_of.isoformat(),
            LEVEL: self.level.value,
            COUNTY: self.county.code if self.county else "",
            GROUP: self.dimension.id if self.dimension else "",
            ORDER: self.order.value,
            AREA: tuple(area.code for area in self.compared),
        } | instead
        flat = [
            (name, each) for name, value in state.items() for each in ((value,) if isinstance(value, str) else value)
        ]
        return [(name, value) for name, value in flat if value]

    def query(self, **instead: str | tuple[str, ...]) -> str:
        """The same as the query of an address."""
        return urlencode(self.pairs(**instead))


def chosen_edition(query: QueryDict, editions: tuple[Edition, ...]) -> Edition | None:
    """The edition that the address names, None where it names none. Raises `ParameterError`."""
    _once(query, EDITION)
    wanted = query.get(EDITION, "")
    if not wanted:
        return None
    for edition in editions:
        if edition.as_of.isoformat() == wanted:
            return edition
    days = ", ".join(day(edition.as_of) for edition in editions)
    raise ParameterError(_("Det finnes ingen utgave for den dagen. Utgavene er: %(days)s.") % {"days": days})


def asked(query: QueryDict, figure: Definition, edition: Edition, editions: tuple[Edition, ...]) -> Asked:
    """What the visitor wants to see of a figure in an edition. Raises `ParameterError`."""
    for name in _SINGLE:
        _once(query, name)
    level = query.get(LEVEL, "") or Level.COUNTY.value
    if level not in LEVELS:
        raise ParameterError(
            _("Det finnes ingen slik inndeling. Tallet finnes etter fylke, kommunestørrelse, sentralitet og kommune.")
        )
    dimension = _dimension(query.get(GROUP, ""), figure, edition)
    return Asked(
        edition,
        Level(level),
        _county(query.get(COUNTY, ""), edition),
        areas_named(query.getlist(AREA), edition, editions),
        dimension,
        _order(query.get(ORDER, ""), dimension),
    )


def areas_named(codes: list[str], edition: Edition, editions: tuple[Edition, ...]) -> tuple[Area, ...]:
    """The areas of some codes, each once, in their order. Raises `ParameterError`."""
    wanted = list(dict.fromkeys(code for code in codes if code))
    if len(wanted) > MOST_AREAS:
        text = _("Du kan sammenligne høyst %(most)d områder om gangen. Ta bort noen av dem.")
        raise ParameterError(text % {"most": MOST_AREAS})
    return tuple(_area(code, edition, editions) for code in wanted)


def find_area(code: str, edition: Edition) -> Area | None:
    """The area of a code, at whichever level it is: codes differ between levels."""
    return next((found for level in LEVELS if (found := edition.area(level, code)) is not None), None)


def _area(code: str, edition: Edition, editions: tuple[Edition, ...]) -> Area:
    found = find_area(code, edition)
    if found is not None:
        return found
    if any(find_area(code, each) for each in editions):
        text = _("Et av områdene er ikke med i utgaven for %(day)s. Velg en annen utgave, eller ta bort området.")
        raise ParameterError(text % {"day": day(edition.as_of)})
    raise ParameterError(_("Det finnes ikke noe slikt område. Velg et område fra listen."))


def _county(code: str, edition: Edition) -> Area | None:
    if not code:
        return None
    found = edition.area(Level.COUNTY, code)
    if found is None:
        text = _("Det finnes ikke noe slikt fylke i utgaven for %(day)s.")
        raise ParameterError(text % {"day": day(edition.as_of)})
    return found


def _dimension(name: str, figure: Definition, edition: Edition) -> Dimension | None:
    if not name:
        return None
    if name not in figure.splits:
        raise ParameterError(_("Tallet kan ikke deles på den måten. Velg en av gruppene på siden."))
    if name not in edition.dimensions(figure.id):
        text = _("Tallet er ikke delt i de gruppene i utgaven for %(day)s. Velg en annen utgave.")
        raise ParameterError(text % {"day": day(edition.as_of)})
    return DIMENSIONS[name]


def _order(name: str, dimension: Dimension | None) -> Order:
    if name not in list(Order):
        raise ParameterError(_("Verdiene kan stå i fast rekkefølge, høyest først eller lavest først."))
    if not name and dimension is not None and not dimension.groups:
        # Groups that are found, such as diagnoses, have no order of their own, and the most frequent are looked for.
        return Order.HIGHEST
    return Order(name)


def _once(query: QueryDict, name: str) -> None:
    if len(query.getlist(name)) > 1:
        raise ParameterError(_("Adressen har det samme valget flere ganger. Velg én verdi for hvert."))
