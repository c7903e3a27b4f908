"""The slots of sentences: `{gps}`, `{gps.moved}`, `{gps.spread.county}` and so on. Numbers enter sentences so only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import dimension_named
from fastlege.figures.levels import Level, level_named

PATTERN = re.compile(r"\{([^{}]*)\}")
_ARGUMENTS = {"value": 0, "moved": 0, "spread": 1, "against": 1, "largest": 1, "group": 2}


@dataclass(frozen=True)
class Slot:
    """One slot: a figure, what to say of it, and what that needs to know.

    `value` is the country's value; `moved` how it changed; `spread` the lowest and the highest area of a level;
    `against` how it lies to another figure; `largest` the largest groups of a dimension; `group` one group's value.
    """

    figure: str
    kind: str
    arguments: tuple[str, ...]

    @property
    def text(self) -> str:
        """As written in a sentence."""
        return "{" + ".".join([self.figure, self.kind, *self.arguments]) + "}"

    def check(self) -> None:
        """Refuse what does not exist: `ValueError`, or `DataError` with near names."""
        if self.kind not in _ARGUMENTS:
            raise ValueError(f"unknown slot {self.text}; known kinds are {', '.join(_ARGUMENTS)}")
        if len(self.arguments) != _ARGUMENTS[self.kind]:
            raise ValueError(f"{self.text} takes {_ARGUMENTS[self.kind]} words after {self.kind}")
        each = definition(self.figure)
        if self.kind == "spread":
            level_named(self.arguments[0])
        elif self.kind == "against":
            if definition(self.arguments[0]).unit != each.unit:
                raise ValueError(f"{self.text} holds figures of different units against each other")
        elif self.kind in {"largest", "group"}:
            self._check_group()

    def _check_group(self) -> None:
        dimension = dimension_named(self.arguments[0])
        if dimension.id not in definition(self.figure).splits:
            raise ValueError(f"{self.figure} is not divided by {dimension.id}")
        if self.kind == "group" and self.arguments[1] not in dict(dimension.groups):
            raise ValueError(f"{dimension.id} has no group {self.arguments[1]}")

    def wants(self) -> Iterator[tuple[str, tuple[Level, ...], tuple[str, ...]]]:
        """The figures it needs, each with its levels and dimensions."""
        if self.kind == "spread":
            yield self.figure, (level_named(self.arguments[0]), Level.COUNTRY), ()
        elif self.kind in {"largest", "group"}:
            yield self.figure, (Level.COUNTRY,), (self.arguments[0],)
        else:
            yield self.figure, (Level.COUNTRY,), ()
            if self.kind == "against":
                yield self.arguments[0], (Level.COUNTRY,), ()


def slots_of(text: str) -> Iterator[Slot]:
    """The slots of a sentence, in their order."""
    for match in PATTERN.finditer(text):
        yield slot(match[1])


def slot(inside: str) -> Slot:
    """One slot from what stands between its braces."""
    figure, kind, *arguments = [*inside.split("."), "value"] if "." not in inside else inside.split(".")
    return Slot(figure, kind, tuple(arguments))
