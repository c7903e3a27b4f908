"""The table of a figure: a row an area with its parts, or a row a group with a column an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import Level
from fastlege.reporting.edition import Area
from fastlege.web.explore.asked import AREA, COUNTY, LEVEL, Asked
from fastlege.web.explore.cells import Cell, area_name
from fastlege.web.formats import whole
from fastlege.web.pictures.bars import Amount, Bar, bars
from fastlege.web.pictures.spread import spread
from fastlege.web.published import amount, level_name, unit, words


@dataclass(frozen=True)
class Row:
    """One row: its heading, its cells as text, whether it is the whole, and where its heading leads."""

    label: str
    texts: list[str]
    whole: bool = False
    address: str = ""


@dataclass(frozen=True)
class Table:
    """Headings and rows."""

    headings: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Panel:
    """Bars under a name of their own; the name is empty where the picture has one panel only."""

    name: str
    bars: list[Bar]


def rows_as_text(table: Table) -> SafeString:
    """The rows as they stand in the page; all municipalities are too many for a template to write quickly."""
    rows = (
        f'<tr class="{"whole" if row.whole else "part"}"><th scope="row">{_heading(row)}</th>'
        + "".join(f'<td class="amount">{escape(text)}</td>' for text in row.texts)
        + "</tr>"
        for row in table.rows
    )
    return SafeString("\n".join(rows))


def _heading(row: Row) -> str:
    return f'<a href="{escape(row.address)}">{escape(row.label)}</a>' if row.address else escape(row.label)


def shows_level(asked: Asked) -> bool:
    """Whether the areas of a division are shown, and not those compared or the groups of a figure."""
    return not asked.compared and asked.dimension is None


def is_spread(asked: Asked) -> bool:
    """Whether the picture says how the municipalities are spread: a bar for each of them would be too many."""
    return shows_level(asked) and asked.level is Level.MUNICIPALITY and asked.county is None


def shows_parts(figure: Definition) -> bool:
    """Whether numerator and denominator are counts that a reader can follow: not øre, millionths or doubled medians."""
    return figure.denominator is not None and figure.divisor == 1 and not figure.fixed_prices


def table_of(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> Table:
    """The table of what is asked for."""
    return _by_area(asked, figure, cells) if asked.dimension is None else _by_group(asked, figure, cells)


def panels_of(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> list[Panel]:
    """The bars that say the same as the table, all on one scale; for all municipalities how they are spread."""
    if asked.dimension is not None:
        return _group_panels(asked, figure, cells)
    if is_spread(asked):
        values = [cell.found.value for cell in cells[1:] if cell.found and cell.found.value is not None]
        return [Panel("", bars(spread(values)))]
    rows = [_amount(asked, figure, cell, area_name(cell.area, asked.edition)) for cell in cells]
    # A sum's bar would dwarf those of its parts; a mean is worth a bar of its own and a line through the others.
    return [Panel("", bars(rows[1:]) if figure.denominator is None else bars(rows, mean=rows[0].value))]


def _by_area(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> Table:
    parts, profiles = shows_parts(figure), reverse("profiles")
    rows = []
    for cell in cells:
        texts = [amount(figure, cell.found)]
        if parts:
            texts += [_count(cell, "numerator"), _count(cell, "denominator")]
        name = area_name(cell.area, asked.edition)
        rows.append(Row(name, texts, cell.area == asked.whole, _address(asked, cell.area, profiles)))
    heading = _("Område") if asked.compared else level_name(asked.level)
    counted = [_("Teller"), _("Nevner")] if parts else []
    return Table([heading, unit(figure) or _("prosent"), *counted], rows)


def _address(asked: Asked, area: Area, profiles: str) -> str:
    """A municipality leads to its profile, a county to its municipalities."""
    if area.level is Level.MUNICIPALITY:
        return f"{profiles}{area.code}/"
    if area.level is Level.COUNTY:
        instead: dict[str, str | tuple[str, ...]] = {LEVEL: Level.MUNICIPALITY.value, COUNTY: area.code, AREA: ()}
        return "?" + asked.query(**instead)
    return ""


def _by_group(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> Table:
    areas = _areas(cells)
    found = {(cell.area, cell.group): cell for cell in cells}
    groups = list(dict.fromkeys(cell.group for cell in cells))
    rows = [
        Row(
            _group(asked, group),
            [amount(figure, cell.found if (cell := found.get((area, group))) else None) for area in areas],
        )
        for group in groups
    ]
    dimension = words(asked.dimension.title) if asked.dimension else ""
    return Table([dimension, *(area_name(area, asked.edition) for area in areas)], rows)


def _group_panels(asked: Asked, figure: Definition, cells: Sequence[Cell]) -> list[Panel]:
    rows = [_amount(asked, figure, cell, _group(asked, cell.group)) for cell in cells]
    # One scale for all panels only where the values do not add up: a county's count is nothing beside the country's.
    drawn = bars(rows) if figure.denominator is not None else []
    areas = _areas(cells)
    panels = []
    for area in areas:
        places = [at for at, cell in enumerate(cells) if cell.area == area]
        own = [drawn[at] for at in places] if drawn else bars([rows[at] for at in places])
        panels.append(Panel(area_name(area, asked.edition) if len(areas) > 1 else "", own))
    return panels


def _areas(cells: Sequence[Cell]) -> list[Area]:
    return list(dict.fromkeys(cell.area for cell in cells))


def _group(asked: Asked, code: str) -> str:
    return words(asked.dimension.name(code)) if asked.dimension else code


def _amount(asked: Asked, figure: Definition, cell: Cell, label: str) -> Amount:
    value = cell.found.value if cell.found else None
    return Amount(label, value, amount(figure, cell.found), whole=not cell.group and cell.area == asked.whole)


def _count(cell: Cell, part: str) -> str:
    if cell.found is None:
        return _("ikke oppgitt")
    value = cell.found.numerator if part == "numerator" else cell.found.denominator
    return _("skjermet") if value is None else whole(value)
