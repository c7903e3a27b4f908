"""The numbered charts of a report: bars, columns, lines and maps of the values that its tables hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from fastlege.figures.catalogue import UNITS, Definition, definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.pictures.charts import Item, Line, Shown, Tick, bar_chart, column_chart, line_chart
from fastlege.reporting.pictures.maps import FILLS, Dot, LegendWords, draw_map, legend_of, quarters
from fastlege.reporting.report.comparing import Series, ended
from fastlege.reporting.report.counting import Cell
from fastlege.reporting.report.model import Chart
from fastlege.reporting.report.plan import ChartPlan
from fastlege.reporting.report.wording import period_words, words
from fastlege.reporting.report.wording.numbers import number, says
from fastlege.reporting.report.wording.origins import origin

_Draw = Callable[[Sequence[str], Sequence[Line], Shown, Tick], str]


class ChartMaker:
    """Makes the charts of a report in one language."""

    def __init__(self, series: Series, language: str) -> None:
        self._series, self._now, self._language = series, series.now, language
        self._words = words(language)

    def make(self, plan: ChartPlan) -> Chart | None:
        """A chart of the figures that could be counted; None when there is nothing to draw."""
        figures = [definition(figure) for figure in plan.figures if figure not in self._now.lacking]
        if not figures:
            return None
        draw = {"bars": self._bars, "columns": self._columns, "lines": self._lines, "map": self._map}[plan.kind]
        return draw(plan, figures)

    def _bars(self, plan: ChartPlan, figures: Sequence[Definition]) -> Chart | None:
        each = figures[0]
        if plan.by:
            cells = [
                (dimension_named(plan.by).name(group), self._now.cell(each.id, by=plan.by, group=group), False)
                for group in self._now.groups.get((each.id, plan.by), ())
            ]
        else:
            level = plan.level or Level.COUNTY
            cells = [
                (self._now.areas.name(level, code), self._now.cell(each.id, level, code), False)
                for code in self._now.shown_areas(level)
            ]
            cells.append((self._now.areas.name(Level.COUNTRY, COUNTRY), self._now.cell(each.id), True))
        if plan.by and not each.denominator:
            # A group that counts nothing is a row of the table, not an empty bar.
            cells = [(name, cell, strong) for name, cell, strong in cells if cell and (cell.value or cell.suppressed)]
        items = [
            Item(name.in_language(self._language), cell.value if cell else None, self._text(each, cell), strong)
            for name, cell, strong in cells
        ]
        shown = self._shown(plan, each, [(item.label, item.value, item.text) for item in items])
        return self._chart(plan, each, shown, bar_chart(items, shown)) if items else None

    def _columns(self, plan: ChartPlan, figures: Sequence[Definition]) -> Chart | None:
        by = plan.by or ""
        codes = [
            code
            for code, _ in dimension_named(by).groups
            if any(code in self._now.groups.get((each.id, by), ()) for each in figures)
        ]
        if not codes:
            return None
        names = [dimension_named(by).name(code).in_language(self._language) for code in codes]
        labels = [(_short(by, code, name), name) for code, name in zip(codes, names, strict=True)]
        cells = [[self._now.cell(each.id, by=by, group=code) for code in codes] for each in figures]
        return self._along(plan, list(zip(figures, cells, strict=True)), labels, column_chart)

    def _lines(self, plan: ChartPlan, figures: Sequence[Definition]) -> Chart | None:
        """Over the periods that the figures have earlier values of; nothing to draw without a past."""
        found = [{past.period: past.cell for past in self._series.past(each.id)} for each in figures]
        for each, cells in zip(figures, found, strict=True):
            if cell := self._now.cell(each.id):
                cells[self._now.period(each.id)] = cell
        ats = sorted({at for cells in found for at in cells}, key=ended)
        if len(ats) < 2:
            return None
        labels = [(period_words(at, self._language),) * 2 for at in ats]
        drawn = [(each, [cells.get(at) for at in ats]) for each, cells in zip(figures, found, strict=True)]
        return self._along(plan, drawn, labels, line_chart)

    def _along(
        self,
        plan: ChartPlan,
        drawn: Sequence[tuple[Definition, Sequence[Cell | None]]],
        labels: Sequence[tuple[str, str]],
        draw: _Draw,
    ) -> Chart:
        """A picture along an axis; each label stands short under it, and in full in the description."""
        names = [each.title.in_language(self._language) for each, _ in drawn]
        told = [
            (f"{name}, {label}" if len(drawn) > 1 else label, cell.value if cell else None, self._text(each, cell))
            for name, (each, cells) in zip(names, drawn, strict=True)
            for (_, label), cell in zip(labels, cells, strict=True)
        ]
        lines = [
            Line(name, tuple(cell.value if cell else None for cell in cells))
            for name, (_, cells) in zip(names, drawn, strict=True)
        ]
        first, short = drawn[0][0], [label for label, _ in labels]
        shown = self._shown(plan, first, told)
        svg = draw(short, lines, shown, lambda value, places: number(value, places, self._language))
        return self._chart(plan, first, shown, svg)

    def _map(self, plan: ChartPlan, figures: Sequence[Definition]) -> Chart | None:
        """A dot for each sub-area, as large as its people, in the colour of its municipality's quarter of values."""
        each = figures[0]
        values = {
            code: cell.value
            for code in self._now.shown_areas(Level.MUNICIPALITY)
            if (cell := self._now.cell(each.id, Level.MUNICIPALITY, code)) and cell.value is not None
        }
        if not values:
            return None
        bounds = quarters(list(values.values()))
        names = list(FILLS)
        shade = {code: names[sum(value > bound for bound in bounds[1:-1])] for code, value in values.items()}
        served = set(self._now.shown_areas(Level.MUNICIPALITY))
        units = self._now.snapshot.table("basic_units", ["municipality", "population", "latitude", "longitude"])
        dots = [
            Dot(latitude, longitude, people, shade.get(place, "unknown"))
            for place, people, latitude, longitude in zip(*units.to_pydict().values(), strict=True)
            if place in served or self._now.whole_country
        ]
        told = [
            (
                self._now.areas.name(Level.MUNICIPALITY, code).in_language(self._language),
                value,
                self._text(each, Cell(value)),
            )
            for code, value in values.items()
        ]
        shown = self._shown(plan, each, told)
        svg = draw_map(
            dots,
            title=escape(shown.title),
            description=escape(shown.description),
            shades=names,
            id=shown.id,
            fills=FILLS,
        )
        return self._chart(plan, each, shown, svg, self._legend(each, bounds, {dot.shade for dot in dots}))

    def _legend(self, each: Definition, bounds: Sequence[float], found: set[str]) -> tuple[tuple[str, str], ...]:
        shown = [number(bound, each.decimals, self._language) for bound in bounds]
        told = self._words
        return legend_of(shown, found, LegendWords(told["range"], told["over"], told["unknown"]))

    def _chart(
        self, plan: ChartPlan, each: Definition, shown: Shown, svg: str, legend: tuple[tuple[str, str], ...] = ()
    ) -> Chart:
        unit = UNITS[each.unit].in_language(self._language)
        drawn = plan.figures if plan.kind in ("columns", "lines") else (each.id,)
        titles = tuple(
            (figure, definition(figure).title.in_language(self._language))
            for figure in drawn
            if figure not in self._now.lacking
        )
        title, notes = plan.title.in_language(self._language), [origin(self._series, drawn, self._language)]
        if plan.kind == "lines" and not self._series.earlier:
            period = period_words(self._now.period(each.id), self._language)
            notes.insert(0, self._words["published_points"].format(period=period))
        return Chart(
            plan.number,
            title,
            "" if says(title, unit) else unit,
            shown.description,
            svg,
            legend,
            figures=titles,
            notes=tuple(notes),
        )

    def _shown(self, plan: ChartPlan, each: Definition, told: Sequence[tuple[str, float | None, str]]) -> Shown:
        """The description: the unit, and all values where there are few, else how many, the least and the most."""
        known = [each for each in told if each[1] is not None]
        if len(told) <= _FEW or not known:
            text = "; ".join(f"{label}: {text}" for label, _, text in told) + "."
        else:
            low, high = min(known, key=lambda one: one[1] or 0.0), max(known, key=lambda one: one[1] or 0.0)
            text = self._words["chart_only"].format(
                count=len(known), low=f"{low[2]} ({low[0]})", high=f"{high[2]} ({high[0]})"
            )
        unit = self._words["unit"].format(unit=UNITS[each.unit].in_language(self._language))
        identity = "chart-" + plan.number.lower().replace(".", "-")
        return Shown(identity, plan.title.in_language(self._language), f"{unit} {text}")

    def _text(self, each: Definition, cell: Cell | None) -> str:
        if cell is None or cell.value is None:
            return ":" if cell is not None and cell.suppressed else "–"
        return number(cell.value, self._series.decimals(each), self._language)


_FEW = 20


def short_month(by: str, text: str) -> str:
    """A group where room is short: months by their first letters."""
    return text[:3] if by == "month" else text


def _short(by: str, code: str, text: str) -> str:
    """A label under a column: ages without their words, the youngest and the oldest with a sign."""
    number = next((word for word in text.split(" ") if word[:1].isdigit()), "")
    if by == "month" or not number:
        return short_month(by, text)
    return f"{number}+" if code.endswith("_plus") else number if text.startswith(number) else f"<{number}"
