"""The numbered tables of a report: rows and columns of values, with the facts behind every cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastlege.figures.catalogue import UNITS, Definition, definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.report.comparing import Past, Series, periods
from fastlege.reporting.report.counting import Cell
from fastlege.reporting.report.drawing import short_month
from fastlege.reporting.report.model import Row, Table, Value
from fastlege.reporting.report.plan import TablePlan
from fastlege.reporting.report.wording import period_words, words
from fastlege.reporting.report.wording.numbers import number, with_unit
from fastlege.reporting.report.wording.origins import origin

SUPPRESSED, NOTHING = ":", "–"


@dataclass(frozen=True)
class _Place:
    """Where a cell stands: level, area, dimension, group."""

    level: Level = Level.COUNTRY
    area: str = COUNTRY
    by: str = ""
    group: str = ""


class TableMaker:
    """Makes the tables of a report in one language."""

    def __init__(self, series: Series, language: str) -> None:
        self._series, self._now, self._language = series, series.now, language
        self._words = words(language)

    def make(self, plan: TablePlan) -> Table | None:
        """A table of the figures that could be counted; None when none of them could."""
        figures = [definition(figure) for figure in plan.figures if figure not in self._now.lacking]
        if not figures:
            return None
        titles = tuple((each.id, each.title.in_language(self._language)) for each in figures)
        table = Table(plan.number, plan.title.in_language(self._language), "", [], [], figures=titles)
        if plan.by and plan.levels != (Level.COUNTRY,):
            self._crossed(table, figures[0], plan)
        elif plan.by:
            self._by_group(table, figures, plan.by)
        elif plan.levels == (Level.COUNTRY,):
            self._in_the_country(table, figures)
        else:
            self._by_area(table, figures, plan.levels)
        self._notes(table, plan, figures)
        return table

    def _in_the_country(self, table: Table, figures: Sequence[Definition]) -> None:
        table.corner = self._words["figure"]
        rows = [(self._with_unit(each), each, _Place()) for each in figures]
        self._over_time(table, rows)

    def _by_group(self, table: Table, figures: Sequence[Definition], by: Sequence[str]) -> None:
        table.corner = (
            dimension_named(by[0]).title.in_language(self._language) if len(by) == 1 else self._words["group"]
        )
        if len(figures) == 1:
            rows = [(label, figures[0], place) for label, place in self._groups(figures[0], by)]
            self._over_time(table, [*rows, (self._country(), figures[0], _Place())], headed=len(by) > 1)
            return
        table.columns = [self._with_unit(each) for each in figures]
        for dimension in by:
            if len(by) > 1:
                table.rows.append(Row(dimension_named(dimension).title.in_language(self._language), ()))
            for label, place in self._groups(figures[0], [dimension], others=figures):
                self._row(table, label, figures, place)
        self._row(table, self._country(), figures, _Place(), total=True)

    def _by_area(self, table: Table, figures: Sequence[Definition], levels: Sequence[Level]) -> None:
        table.corner = self._words["area"]
        places = [place for level in levels for place in self._areas(level)]
        if len(figures) == 1 and self._series.earlier:
            self._over_time(table, [(self._name(each), figures[0], each) for each in places])
            return
        table.columns = [self._with_unit(each) for each in figures]
        heading = ""
        for place in places:
            above = self._above(place, levels)
            if above != heading:
                heading = above
                table.rows += [Row(above, ())] if above else []
            self._row(table, self._name(place), figures, place, total=place.level is Level.COUNTRY)

    def _above(self, place: _Place, levels: Sequence[Level]) -> str:
        """The heading that an area stands under: its county, or what its level is called where there are several."""
        if place.level is Level.MUNICIPALITY:
            return self._now.areas.name(Level.COUNTY, self._county(place.area)).in_language(self._language)
        several = len(set(levels) - {Level.COUNTRY}) > 1
        return str(self._words[place.level.value]) if several and place.level is not Level.COUNTRY else ""

    def _crossed(self, table: Table, figure: Definition, plan: TablePlan) -> None:
        """Areas by the groups of one dimension."""
        table.corner = self._words["area"]
        groups = self._groups(figure, plan.by)
        table.columns = [short_month(place.by, label) for label, place in groups]
        for place in (place for level in plan.levels for place in self._areas(level)):
            cells = [(figure, _Place(place.level, place.area, each.by, each.group)) for _, each in groups]
            self._append(table, self._name(place), cells, total=place.level is Level.COUNTRY)

    def _row(
        self, table: Table, label: str, figures: Sequence[Definition], place: _Place, *, total: bool = False
    ) -> None:
        self._append(table, label, [(each, place) for each in figures], total=total)

    def _append(
        self, table: Table, label: str, cells: Iterable[tuple[Definition, _Place]], *, total: bool = False
    ) -> None:
        values = []
        for each, place in cells:
            cell = self._cell(each, place)
            values.append(self._value(each, cell))
            self._fact(table, each, place, self._now.period(each.id), cell)
        table.rows.append(Row(label, tuple(values), total))

    def _over_time(self, table: Table, rows: Sequence[tuple[str, Definition, _Place]], *, headed: bool = False) -> None:
        """A column for each earlier period, the newest, and the change from the last earlier one."""
        pasts = [self._series.past(each.id, *_key(place)) for _, each, place in rows]
        shown = periods(pasts)
        ats = {at for at, _ in shown}
        pasts = [[past for past in each if past.period in ats] for each in pasts]
        now = {self._now.period(each.id) for _, each, _ in rows}
        newest = period_words(now.pop(), self._language) if len(now) == 1 else self._words["now"]
        mark = f" ({self._words['published']})"
        table.columns = [f"{period_words(each, self._language)}{mark if old else ''}" for each, old in shown]
        table.columns += [newest, *([self._words["change"]] if shown else [])]
        if len({past[-1].period for past in pasts if past}) > 1:
            table.notes.append(self._words["change_note"])
        # The whole stands out under its parts; a table of figures of the whole has none.
        whole = _Place()
        wholes = {whole} if any(place != whole for _, _, place in rows) else set()
        dimension = ""
        for (label, each, place), past in zip(rows, pasts, strict=True):
            if headed and place.by and place.by != dimension:
                dimension = place.by
                table.rows.append(Row(dimension_named(dimension).title.in_language(self._language), ()))
            by_period = {before.period: before for before in past}
            cell = self._cell(each, place)
            values = [self._value(each, by_period[at].cell if at in by_period else None) for at, _ in shown]
            values.append(self._value(each, cell))
            if shown:
                values.append(self._change(each, past, cell))
            for before in past:
                self._fact(table, each, place, before.period, before.cell, published=before.published)
            self._fact(table, each, place, self._now.period(each.id), cell)
            table.rows.append(Row(label, tuple(values), total=place in wholes))

    def _change(self, each: Definition, past: Sequence[Past], cell: Cell | None) -> Value:
        before = past[-1].cell.value if past else None
        if before is None or cell is None or cell.value is None:
            return Value(NOTHING)
        places = self._series.decimals(each)
        # Of the rounded values that stand in the table, so that a reader can work it out.
        change = round(round(cell.value, places) - round(before, places), places)
        return Value(number(change, places, self._language), change, places)

    def _cell(self, each: Definition, place: _Place) -> Cell | None:
        return self._now.cell(each.id, *_key(place))

    def _value(self, each: Definition, cell: Cell | None) -> Value:
        if cell is not None and cell.suppressed:
            return Value(SUPPRESSED)
        if cell is None or cell.value is None:
            return Value(NOTHING)
        places = self._series.decimals(each)
        return Value(number(cell.value, places, self._language), cell.value, places)

    def _groups(
        self, figure: Definition, by: Sequence[str], others: Sequence[Definition] = ()
    ) -> list[tuple[str, _Place]]:
        found = []
        for dimension in by:
            lists = [self._now.groups.get((each.id, dimension), ()) for each in (figure, *others)]
            codes = dict.fromkeys(code for codes in lists for code in codes)
            ordered = [code for code, _ in dimension_named(dimension).groups if code in codes] or list(codes)
            for code in filter(lambda code: self._occurs((figure, *others), dimension, code), ordered):
                label = dimension_named(dimension).name(code).in_language(self._language)
                found.append((label, _Place(by=dimension, group=code)))
        return found

    def _occurs(self, figures: Sequence[Definition], by: str, group: str) -> bool:
        """Whether a group has anything now or had before: a table of consultations has no row of meetings."""
        for each in figures:
            past = (before.cell for before in self._series.past(each.id, by=by, group=group))
            cells = [*past, self._now.cell(each.id, by=by, group=group)]
            if any(cell is not None and (cell.value or cell.numerator or cell.suppressed) for cell in cells):
                return True
        return False

    def _areas(self, level: Level) -> list[_Place]:
        return [_Place(level, code) for code in self._now.shown_areas(level)]

    def _name(self, place: _Place) -> str:
        return self._now.areas.name(place.level, place.area).in_language(self._language)

    def _county(self, municipality: str) -> str:
        return self._now.county_of[municipality]

    def _country(self) -> str:
        return self._now.areas.name(Level.COUNTRY, COUNTRY).in_language(self._language)

    def _with_unit(self, each: Definition) -> str:
        return with_unit(each.title.in_language(self._language), UNITS[each.unit].in_language(self._language))

    def _fact(
        self, table: Table, each: Definition, place: _Place, period: str, cell: Cell | None, *, published: bool = False
    ) -> None:
        if cell is None:
            return
        table.facts.append(
            {
                "figure": each.id,
                "period": period,
                "level": place.level.value,
                "area": place.area,
                "area_name": self._name(place),
                "dimension": place.by,
                "group": place.group,
                "value": cell.value,
                "numerator": cell.numerator,
                "denominator": cell.denominator,
                "unit": each.unit,
                "suppressed": cell.suppressed,
                "published": published,
            }
        )

    def _notes(self, table: Table, plan: TablePlan, figures: Sequence[Definition]) -> None:
        units = {each.unit for each in figures}
        texts = {value.text for row in table.rows for value in row.values}
        if len(units) == 1 and table.columns and table.corner != self._words["figure"]:
            table.notes.append(self._words["unit"].format(unit=UNITS[figures[0].unit].in_language(self._language)))
        if plan.note:
            table.notes.append(plan.note.in_language(self._language))
        for sign, note in ((SUPPRESSED, "suppressed"), (NOTHING, "nothing")):
            if sign in texts:
                table.notes.append(self._words[note])
        if any(fact["published"] for fact in table.facts):
            table.notes.append(self._words["published_note"])
        missing = sorted({name for figure in plan.figures for name in self._now.lacking.get(figure, ())})
        if missing:
            table.notes.append(self._words["lacks_some"].format(tables=tables_in_words(missing, self._language)))
        table.notes.append(origin(self._series, [each.id for each in figures], self._language))


def tables_in_words(names: Iterable[str], language: str) -> str:
    """Tables of a snapshot as readers know them."""
    known = words(language)["tables_lacking"]
    return ", ".join(known.get(name, name) for name in names)


def _key(place: _Place) -> tuple[Level, str, str, str]:
    return place.level, place.area, place.by, place.group
