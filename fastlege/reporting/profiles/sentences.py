"""Sentences of a profile: numbers that are computed, and words that follow how it lies beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastlege.figures.catalogue import Definition
from fastlege.reporting.edition import FigureValue
from fastlege.reporting.profiles.comparing import Beside, Trend
from fastlege.reporting.profiles.plan import SLOT, Sentence, slot
from fastlege.reporting.profiles.wording import words
from fastlege.reporting.report.wording.numbers import number, unbroken

SLIGHT, GREAT = 0.05, 0.25
"""A difference below the first part of the other's value is slight, from the second on great. A choice of words."""


class Teller:
    """Tells the sentences about one municipality in one language."""

    def __init__(self, language: str, fixed: dict[str, str], county: str, find: Callable[[str], Beside]) -> None:
        self._language, self._fixed, self._county, self._find = language, fixed, county, find
        self._words: dict[str, Any] = words(language)

    def paragraph(self, sentences: Sequence[Sentence]) -> str:
        """Those of some sentences that are to be told, as one paragraph."""
        return " ".join(text for each in sentences if (text := self.told(each)))

    def told(self, sentence: Sentence) -> str | None:
        """One sentence; None where its figure is in another state, and where there is nothing to say in a slot."""
        if sentence.of and state(self._find(sentence.of).own) not in sentence.states:
            return None
        text = unbroken(sentence.text.in_language(self._language))
        parts = {inside: self._fill(inside) for inside in SLOT.findall(text)}
        if any(part is None for part in parts.values()):
            return None
        told = SLOT.sub(lambda match: parts[match[1]] or "", text)
        return told[0].upper() + told[1:]

    def trend(self, found: Trend) -> str:
        """How a figure has changed from the first year that has a value to the last."""
        known = [(year, value) for year, value in zip(found.years, found.own, strict=True) if value is not None]
        (first, before), (last, after) = known[0], known[-1]
        case = "same" if before == after else "up" if after > before else "down"
        return str(
            self._words["trend"][case].format(
                before=self._signed(found.figure, before),
                after=self._signed(found.figure, after),
                first=first,
                last=last,
            )
        )

    def _fill(self, inside: str) -> str | None:
        found = slot(inside)
        if found is None:
            return self._fixed[inside]
        beside = self._find(found.figure)
        if beside.own is None or beside.own.value is None:
            return None
        if found.kind == "beside":
            return self._beside(beside, beside.own.value)
        return self._value(beside.figure, beside.own.value)

    def _beside(self, found: Beside, own: float) -> str | None:
        """How a value lies beside the county's and beside that of similar municipalities."""
        told = self._words["beside"]
        others = [(self._county, found.county.value if found.county else None), (told["similar"], found.middle)]
        known = [(place, other, _case(own, other)) for place, other in others if other is not None]
        if not known:
            return None
        texts = [
            told[case].format(place=place, value=self._number(found.figure, other)) for place, other, case in known
        ]
        if len(known) == 1:
            return str(texts[0])
        (_, _, first), (place, other, second) = known
        if first == second:
            texts[1] = told["again"].format(place=place, value=self._number(found.figure, other))
        joined = "but" if _direction(first) * _direction(second) < 0 else "and"
        return str(told[joined].format(first=texts[0], second=texts[1]))

    def _value(self, figure: Definition, value: float) -> str:
        text = self._number(figure, value)
        return str(self._words["values"]["percent"].format(value=text)) if figure.unit == "percent" else text

    def _signed(self, figure: Definition, value: float) -> str:
        text = self._number(figure, value)
        return str(self._words["values"]["sign"].format(value=text)) if figure.unit == "percent" else text

    def _number(self, figure: Definition, value: float) -> str:
        return number(value, figure.decimals, self._language)


def state(found: FigureValue | None) -> str:
    """What there is to say of a value: nought, one, many, hidden, or nothing at all (absent)."""
    if found is None or (found.value is None and not found.suppressed):
        return "absent"
    if found.value is None:
        return "hidden"
    return "nought" if found.value == 0 else "one" if found.value == 1 else "many"


def _case(own: float, other: float) -> str:
    if own == other:
        return "equal"
    part = abs(own - other) / abs(other) if other else 1.0
    size = "slightly_" if part < SLIGHT else "much_" if part >= GREAT else ""
    return size + ("higher" if own > other else "lower")


def _direction(case: str) -> int:
    return 1 if case.endswith("higher") else -1 if case.endswith("lower") else 0
