"""The cells of a figure that a page or a file shows: which areas, and which groups of them, with their values."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.figures.dimensions import Dimension
from fastlege.figures.levels import Level
from fastlege.reporting.edition import Area, Edition, FigureValue
from fastlege.web.explore.asked import Asked, Order
from fastlege.web.published import served, whole_name, words


@dataclass(frozen=True)
class Cell:
    """One value: of an area, and of a group where the figure is divided. None where the edition does not have it."""

    area: Area
    group: str
    found: FigureValue | None


def areas_of(asked: Asked) -> list[Area]:
    """The areas that are asked for: those compared, else those of the division."""
    if asked.compared:
        return list(asked.compared)
    areas = served(asked.edition, asked.level)
    if asked.level is Level.MUNICIPALITY and asked.county is not None:
        # The code of a municipality begins with that of its county.
        return [area for area in areas if area.code.startswith(asked.county.code)]
    return areas


def cells_of(asked: Asked, figure: Definition) -> list[Cell]:
    """The whole first, then what is asked for; where the figure is divided, all groups of each area."""
    if asked.dimension is None:
        found = [_cell(asked.edition, figure, area) for area in areas_of(asked)]
        return [_cell(asked.edition, figure, asked.whole), *in_order(found, asked.order)]
    of_whole = in_order(group_cells(asked.edition, figure, asked.dimension, asked.whole), asked.order)
    place = {cell.group: at for at, cell in enumerate(of_whole)}
    of_others = [
        cell
        for area in asked.compared
        for cell in sorted(
            group_cells(asked.edition, figure, asked.dimension, area),
            key=lambda cell: place.get(cell.group, len(place)),
        )
    ]
    return [*of_whole, *of_others]


def in_order(cells: list[Cell], order: Order) -> list[Cell]:
    """The cells as they are asked for; those without a value that may be shown come last."""
    if order is Order.GIVEN:
        return cells
    sign = -1 if order is Order.HIGHEST else 1
    return sorted(cells, key=lambda cell: _place(cell, sign))


def _place(cell: Cell, sign: int) -> float:
    value = cell.found.value if cell.found else None
    return inf if value is None else sign * value


def all_cells(edition: Edition, figure: Definition) -> list[Cell]:
    """Every value of a figure at every level."""
    return [_cell(edition, figure, area) for level in Level for area in edition.areas(level)]


def group_cells(edition: Edition, figure: Definition, dimension: Dimension, area: Area) -> list[Cell]:
    """The groups of a figure in one area; none where areas of that kind are not divided."""
    found = edition.by_group(figure.id, dimension.id, area.level, area.code)
    return [Cell(area, group, value) for group, value in found.items()]


def area_name(area: Area, edition: Edition) -> str:
    """The name of an area; the top level is called what it covers."""
    if area.level is Level.CENTRALITY:
        # Its name is the bare number of a class, which says nothing beside names of places.
        return _("Sentralitet %(class)s") % {"class": words(area.name)}
    return whole_name(edition) if area.level is Level.COUNTRY else words(area.name)


def _cell(edition: Edition, figure: Definition, area: Area) -> Cell:
    return Cell(area, "", edition.value(figure.id, area.level, area.code))
