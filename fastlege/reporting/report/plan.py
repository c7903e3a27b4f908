"""The plan of an edition: a data file that says which chapters, tables, charts and sentences it has.

docs/reports.md describes the file. A figure, level, dimension or slot that does not exist is refused with its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import Level, level_named
from fastlege.kernel.errors import DataError
from fastlege.reporting.report.slots import Slot, slots_of

LANGUAGES = ("nb", "en")
STATES = ("nought", "some")
"""What a sentence may wait for: that a figure of the country is nought, or that it is not."""
CHART_KINDS = ("bars", "columns", "map", "lines")


@dataclass(frozen=True)
class Text:
    """One text in the two languages of reports."""

    nb: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in bokmål (nb) or English (en)."""
        return {"nb": self.nb, "en": self.en}[language]


@dataclass(frozen=True)
class Sentence:
    """A sentence with slots for figures; one that `compares` is left out where there is nothing earlier.

    `of` is the figure that must be in one of `states` for the sentence to be told; always told without one.
    """

    text: Text
    compares: bool
    of: str = ""
    states: tuple[str, ...] = ()

    def slots(self) -> Iterator[Slot]:
        """Its slots, in either language."""
        for language in LANGUAGES:
            yield from slots_of(self.text.in_language(language))


@dataclass(frozen=True)
class TablePlan:
    """A numbered table: figures in the country, by the areas of some levels, or by the groups of some dimensions."""

    number: str
    title: Text
    figures: tuple[str, ...]
    levels: tuple[Level, ...]
    by: tuple[str, ...]
    note: Text | None


@dataclass(frozen=True)
class ChartPlan:
    """A numbered picture: bars or a map of areas or groups, columns of groups in their order, lines over time."""

    number: str
    title: Text
    kind: str
    figures: tuple[str, ...]
    level: Level | None
    by: str | None


@dataclass(frozen=True)
class Absent:
    """A table of the source's plan that no register here has the data of, and why."""

    number: str
    title: Text
    why: Text


@dataclass(frozen=True)
class Section:
    """A part of a chapter: sentences, then charts, then tables, in the order of the file."""

    title: Text
    sentences: tuple[Sentence, ...]
    tables: tuple[TablePlan, ...]
    charts: tuple[ChartPlan, ...]
    absent: tuple[Absent, ...]

    def wants(self) -> Iterator[tuple[str, tuple[Level, ...], tuple[str, ...]]]:
        """Each figure with the levels and the dimensions that it is shown by."""
        for table in self.tables:
            for figure in table.figures:
                yield figure, table.levels, table.by
        for chart in self.charts:
            for figure in chart.figures:
                yield figure, (chart.level,) if chart.level else (Level.COUNTRY,), (chart.by,) if chart.by else ()
        for sentence in self.sentences:
            for slot in sentence.slots():
                yield from slot.wants()
            if sentence.of:
                yield sentence.of, (Level.COUNTRY,), ()


@dataclass(frozen=True)
class Chapter:
    """A numbered chapter; an appendix comes after the others and has a letter."""

    number: str
    title: Text
    sections: tuple[Section, ...]
    appendix: bool


@dataclass(frozen=True)
class Plan:
    """An edition: its name, its titles and its chapters."""

    name: str
    title: Text
    subtitle: Text
    chapters: tuple[Chapter, ...]


def editions() -> list[str]:
    """The names of the editions that there are plans of."""
    folder = files("fastlege.reporting.report") / "editions"
    return sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))


def plan_named(name: str) -> Plan:
    """The plan of an edition; an unknown one is a `DataError` that names near ones."""
    known = editions()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise DataError(f"there is no edition {name!r}.", remedy=f"{hint}The editions are {', '.join(known)}.")
    text = (files("fastlege.reporting.report") / "editions" / f"{name}.toml").read_text(encoding="utf-8")
    return parse(name, text, f"reporting/report/editions/{name}.toml")


def parse(name: str, text: str, where: str) -> Plan:
    """A plan from the text of its file; `where` names the file in errors."""
    try:
        raw = tomllib.loads(text)
        plan = Plan(name, _text(raw["title"]), _text(raw["subtitle"]), tuple(map(_chapter, raw["chapters"])))
        _refuse_twice(plan)
    except KeyError as error:
        raise DataError(f"lacks {error.args[0]}.", where=where, remedy=_REMEDY) from error
    except (TypeError, ValueError) as error:
        raise DataError(f"has a value that does not fit ({error}).", where=where, remedy=_REMEDY) from error
    except DataError as error:
        raise DataError(f"{error.what}", where=where, remedy=error.remedy) from error
    return plan


_REMEDY = "docs/reports.md describes the format."


def _chapter(raw: Mapping[str, Any]) -> Chapter:
    sections = tuple(map(_section, raw["sections"]))
    return Chapter(str(raw["number"]), _text(raw["title"]), sections, bool(raw.get("appendix", False)))


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(
        title=_text(raw["title"]),
        sentences=tuple(map(_sentence, raw.get("text", []))),
        tables=tuple(map(_table, raw.get("tables", []))),
        charts=tuple(map(_chart, raw.get("charts", []))),
        absent=tuple(
            Absent(each["number"], _text(each["title"]), _text(each["why"])) for each in raw.get("absent", [])
        ),
    )


def _sentence(raw: Mapping[str, Any]) -> Sentence:
    of, states = _when(raw.get("when"))
    made = Sentence(_text({key: raw[key] for key in LANGUAGES}), bool(raw.get("compares", False)), of, states)
    for slot in made.slots():
        slot.check()
        if slot.kind == "moved" and not made.compares:
            raise ValueError(f"{slot.text} compares, so its sentence must say compares = true")
    return made


def _when(raw: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]]:
    if raw is None:
        return "", ()
    unknown = set(raw["is"]) - set(STATES)
    if unknown:
        raise ValueError(f"unknown state {unknown.pop()}; known are {', '.join(STATES)}")
    return definition(raw["figure"]).id, tuple(raw["is"])


def _table(raw: Mapping[str, Any]) -> TablePlan:
    levels = tuple(map(level_named, raw.get("levels", [Level.COUNTRY])))
    by = tuple(dimension_named(each).id for each in raw.get("by", []))
    return TablePlan(
        number=raw["number"],
        title=_text(raw["title"]),
        figures=_figures(raw["figures"], by),
        levels=levels,
        by=by,
        note=_text(raw["note"]) if "note" in raw else None,
    )


def _chart(raw: Mapping[str, Any]) -> ChartPlan:
    if raw["kind"] not in CHART_KINDS:
        raise ValueError(f"unknown kind {raw['kind']}; known are {', '.join(CHART_KINDS)}")
    by = dimension_named(raw["by"]).id if "by" in raw else None
    return ChartPlan(
        number=raw["number"],
        title=_text(raw["title"]),
        kind=raw["kind"],
        figures=_figures(raw["figures"], (by,) if by else ()),
        level=level_named(raw["level"]) if "level" in raw else None,
        by=by,
    )


def _figures(names: list[str], by: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        splits = definition(name).splits
        undivided = [each for each in by if each not in splits]
        if undivided:
            raise ValueError(f"{name} is not divided by {undivided[0]}")
    return tuple(names)


def _text(raw: Mapping[str, str]) -> Text:
    missing = [language for language in LANGUAGES if not raw.get(language)]
    if missing:
        raise ValueError(f"a text is missing in {', '.join(missing)}")
    return Text(**raw)


def _refuse_twice(plan: Plan) -> None:
    """Two tables, or two charts, of one number could not be told apart."""
    for kind in ("tables", "charts"):
        seen: set[str] = set()
        for number in (each.number for c in plan.chapters for s in c.sections for each in getattr(s, kind)):
            if number in seen:
                raise ValueError(f"two {kind} are numbered {number}")
            seen.add(number)
