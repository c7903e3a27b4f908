"""A figure over the editions that are installed: a line for the whole and for each area compared, breaks marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.catalogue import Definition
from fastlege.reporting.coverage import same_part
from fastlege.reporting.edition import Area, Edition
from fastlege.reporting.pictures.charts import Along, Line, Shown, line_chart
from fastlege.web.explore.asked import Asked
from fastlege.web.explore.cells import area_name
from fastlege.web.formats import decimal, short_day
from fastlege.web.published import amount, words


@dataclass(frozen=True)
class BreakRow:
    """A break in the series between two editions: what changed, and from which day."""

    day: str
    text: str


@dataclass(frozen=True)
class Row:
    """One edition: its day, its values, and whether there is a break between it and the one before."""

    day: str
    values: list[str]
    broken: bool


@dataclass(frozen=True)
class OverTime:
    """The picture, the table that says the same, and the breaks."""

    picture: SafeString
    names: list[str]
    rows: list[Row]
    breaks: list[BreakRow]


def over_time(asked: Asked, figure: Definition, editions: Sequence[Edition]) -> OverTime | None:
    """The series of a figure; None where fewer than two editions have it for the same part of the country."""
    areas = (asked.whole, *asked.compared)
    now = asked.edition
    alike = [
        each
        for each in editions
        if each.has(figure.id) and same_part(now.meta, each.meta, now=now.as_of, then=each.as_of)
    ]
    if len(alike) < 2:
        return None
    days = [each.as_of for each in alike]
    names = [area_name(area, asked.edition) for area in areas]
    broken = _breaks(figure, days)
    rows = [
        Row(
            short_day(each.as_of),
            [_text(each, figure, area) for area in areas],
            any(at == place for at, _, _ in broken),
        )
        for place, each in enumerate(alike)
    ]
    lines = [
        Line(name, tuple(_value(each, figure, area) for each in alike)) for name, area in zip(names, areas, strict=True)
    ]
    # The whole of a count would press its parts down to nought.
    first = 1 if figure.denominator is None and asked.compared else 0
    return OverTime(
        SafeString(_picture(figure, lines[first:], rows, days, [day for _, day, _ in broken])),
        names,
        rows,
        [BreakRow(short_day(day), text) for _, day, text in broken],
    )


def _breaks(figure: Definition, days: Sequence[date]) -> list[tuple[int, date, str]]:
    """Breaks that lie between two editions: the place of the later one, the day, and what changed."""
    return [
        (place, day, words(each))
        for place in range(1, len(days))
        for each in figure.breaks
        for day in each.days
        if days[place - 1] < day <= days[place]
    ]


def _picture(figure: Definition, lines: list[Line], rows: list[Row], days: list[date], breaks: list[date]) -> str:
    told = [[row.values[-len(lines) + at] for row in rows] for at in range(len(lines))]
    parts = [
        f"{line.name}: {', '.join(f'{row.day} {text}' for row, text in zip(rows, texts, strict=True))}"
        for line, texts in zip(lines, told, strict=True)
    ]
    shown = Shown("utviklingsbilde", words(figure.title), ". ".join(parts))
    extent = max((days[-1] - days[0]).days, 1)
    along = Along(
        tuple((day - days[0]).days / extent for day in days), tuple((day - days[0]).days / extent for day in breaks)
    )
    return line_chart([row.day for row in rows], lines, shown, decimal, along)


def _value(edition: Edition, figure: Definition, area: Area) -> float | None:
    found = edition.value(figure.id, area.level, area.code)
    return None if found is None else found.value


def _text(edition: Edition, figure: Definition, area: Area) -> str:
    if edition.area(area.level, area.code) is None:
        return _("fantes ikke")
    return amount(figure, edition.value(figure.id, area.level, area.code))
