"""Sentences whose numbers are computed, and whose words follow the direction and the size of what they tell.

The words stand in wording.toml, in both languages; here only the case is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastlege.figures.catalogue import Definition, definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import Level, level_named
from fastlege.reporting.report.comparing import Series
from fastlege.reporting.report.counting import Cell
from fastlege.reporting.report.plan import Sentence
from fastlege.reporting.report.slots import PATTERN, Slot, slot
from fastlege.reporting.report.wording import since_words, words
from fastlege.reporting.report.wording.numbers import number, unbroken

SLIGHT, GREAT = 0.01, 0.10
"""A change below the first part of what was is slight, from the second on great. A choice of words, not a rule."""

_LARGEST = 3


class Teller:
    """Tells the sentences of a report in one language."""

    def __init__(self, series: Series, language: str) -> None:
        self._series, self._now, self._language = series, series.now, language
        self._words: Mapping[str, Any] = words(language)["sentences"]

    def paragraph(self, sentences: Sequence[Sentence]) -> str:
        """Some sentences as one paragraph; those left out that nothing can be said with, for want of data or a past."""
        return " ".join(text for each in sentences if (text := self.told(each)))

    def told(self, sentence: Sentence) -> str | None:
        """One sentence with its slots filled in, or None when a figure in it could not be counted."""
        if sentence.of and self._state(sentence.of) not in sentence.states:
            return None
        text = unbroken(sentence.text.in_language(self._language))
        parts = {match[0]: self._fill(slot(match[1])) for match in PATTERN.finditer(text)}
        if any(part is None for part in parts.values()):
            return None
        told = PATTERN.sub(lambda match: parts[match[0]] or "", text)
        return told[0].upper() + told[1:]

    def _state(self, figure: str) -> str:
        cell = self._now.cell(figure)
        if cell is None:
            return "absent"
        return "nought" if cell.value == 0 else "some"

    def value(self, each: Definition, value: float | None) -> str:
        """A value in a sentence, per cent with its word; one that may not be shown says so."""
        if value is None:
            return str(self._words["not_shown"])
        return self._number(each, value) + self._unit(each)

    def _number(self, each: Definition, value: float) -> str:
        return number(value, self._series.decimals(each), self._language)

    def _unit(self, each: Definition) -> str:
        return self._words["percent"] if each.unit == "percent" else ""

    def _fill(self, each: Slot) -> str | None:
        cell = self._now.cell(each.figure)
        if cell is None:
            return None
        if each.kind == "value":
            undefined = cell.value is None and not cell.suppressed
            return None if undefined else self.value(definition(each.figure), cell.value)
        if each.kind == "moved":
            return self._moved(each.figure, cell)
        if each.kind == "spread":
            return self._spread(each.figure, level_named(each.arguments[0]))
        if each.kind == "against":
            return self._against(each.figure, cell, each.arguments[0])
        if each.kind == "largest":
            return self._by_size(each.figure, each.arguments[0])
        group = self._now.cell(each.figure, by=each.arguments[0], group=each.arguments[1])
        return None if group is None else self.value(definition(each.figure), group.value)

    def _moved(self, figure: str, cell: Cell) -> str | None:
        past = self._series.past(figure)
        if not past or past[-1].cell.value is None or cell.value is None:
            return None
        each = definition(figure)
        places = self._series.decimals(each)
        before, after = round(past[-1].cell.value, places), round(cell.value, places)
        found = {
            "before": self._number(each, before),
            "after": self.value(each, after),
            "since": since_words(past[-1].period, self._language),
        }
        case = self._case(before, after)
        points = self._words["points"] if each.unit == "percent" else ""
        found["change"] = self._number(each, abs(after - before)) + points
        return str(self._words["moved"][case].format(**found))

    @staticmethod
    def _case(before: float, after: float) -> str:
        """Up or down, slightly or greatly; unchanged when the rounded values are one."""
        if after == before:
            return "unchanged"
        direction = "up" if after > before else "down"
        part = abs(after - before) / abs(before) if before else 1.0
        size = "_slightly" if part < SLIGHT else "_greatly" if part >= GREAT else ""
        return direction + size

    def _spread(self, figure: str, level: Level) -> str | None:
        """From the lowest area to the highest; areas that may not be shown are left out of the comparison."""
        each = definition(figure)
        known = [
            (cell.value, code)
            for code in self._now.shown_areas(level)
            if (cell := self._now.cell(figure, level, code)) and cell.value is not None
        ]
        if not known:
            return None
        (low, lowest), (high, highest) = min(known), max(known)
        case = "only" if len(known) == 1 else "alike" if low == high else "spread"
        places = {"lowest": self._place(level, lowest), "highest": self._place(level, highest)}
        return str(self._words[case].format(low=self.value(each, low), high=self.value(each, high), **places))

    def _place(self, level: Level, code: str) -> str:
        """An area inside a sentence; a class of centrality is named as one."""
        if level is Level.CENTRALITY:
            return str(self._words["centrality"].format(code=code))
        return self._now.areas.name(level, code).in_language(self._language)

    def _against(self, figure: str, cell: Cell, other: str) -> str | None:
        held = self._now.cell(other)
        if held is None or held.value is None or cell.value is None:
            return None
        each = definition(figure)
        places = self._series.decimals(each)
        gap = round(round(cell.value, places) - round(held.value, places), places)
        case = "equal" if gap == 0 else "higher" if gap > 0 else "lower"
        text = self._number(each, abs(gap))
        points = str(self._words["points"]) if each.unit == "percent" else ""
        held_text = self.value(definition(other), held.value)
        return str(self._words["against"][case].format(gap=text + points, other=held_text))

    def _by_size(self, figure: str, dimension: str) -> str | None:
        """The largest groups with their values, largest first."""
        each = definition(figure)
        known = [
            (-cell.value, group)
            for group in self._now.groups.get((figure, dimension), ())
            if (cell := self._now.cell(figure, by=dimension, group=group)) and cell.value is not None
        ]
        if not known:
            return None
        named = [
            f"{_lower(dimension_named(dimension).name(group).in_language(self._language))} ({self.value(each, -value)})"
            for value, group in sorted(known)[:_LARGEST]
        ]
        between = "; " if any("," in name.rpartition(" (")[0] for name in named) else ", "
        return named[0] if len(named) == 1 else between.join(named[:-1]) + self._words["and"] + named[-1]


def _lower(text: str) -> str:
    """A name inside a sentence; codes and abbreviations keep their capitals."""
    return text if text[:2].isupper() or (len(text) > 1 and text[1].isdigit()) else text[0].lower() + text[1:]
