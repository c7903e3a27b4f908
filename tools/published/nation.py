"""A synthetic nation: its figures as they may be shown, and the rows that they are counted from."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from fastlege.figures.catalogue import definition
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.engine import compute_many
from fastlege.figures.levels import COUNTRY, Areas, Level
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.door import threshold_for
from fastlege.reporting.given import given_tables
from tools.published.cells import HIDDEN, exact, rounded_as


class Nation:
    """One snapshot and what is counted from it."""

    def __init__(self, folder: Path) -> None:
        self.snapshot = Snapshot(folder)
        self.areas = Areas.of(self.snapshot)
        self.threshold = threshold_for(self.snapshot)
        self._found: dict[tuple[str, Level], dict[str, dict[str, Any]]] = {}

    @cached_property
    def given(self) -> dict[str, pa.Table]:
        """The tables that figures of expenditure are given."""
        return given_tables(self.snapshot)

    def count(self, figures: list[str], by: Level) -> None:
        """Count figures at a level, to be read afterwards."""
        chosen = [definition(figure) for figure in dict.fromkeys(figures)]
        table = compute_many(chosen, self.snapshot, by=[by], threshold=self.threshold)
        for row in table.to_pylist():
            self._found.setdefault((row["figure"], by), {})[row["area"]] = row

    def counted(self, figure: str, by: Level, area: str, text: str, scale: int = 1) -> tuple[str, bool]:
        """A value with as many decimals as a printed one, and whether it is the same; nothing for no such area."""
        row = self._found[figure, by].get(area)
        if row is None:
            return "0", Fraction(text or 0) == 0
        if row["suppressed"]:
            return HIDDEN, False
        return rounded_as(exact(row, definition(figure).scale, definition(figure).divisor * scale), text)

    def numerator(self, figure: str) -> int:
        """What a figure counts in the whole country, after `count`."""
        return int(self._found[figure, Level.COUNTRY][COUNTRY]["numerator"])

    def codes(self, level: Level) -> dict[str, str]:
        """The codes of a level by the names of the areas."""
        return {self.areas.name(level, code).nb: code for code in self.areas.codes(level)}

    def asked(self, question: str, *bases: str, **tables: pa.Table) -> list[tuple[Any, ...]]:
        """What SQL finds in base tables of the figures, and in tables of the snapshot that are named by `tables`."""
        rows = BaseRows(self.snapshot, bases, given=self.given if "basic_funding" in bases else {})
        with duckdb.connect() as connection:
            for name, table in ({base: rows.whole(base) for base in bases} | tables).items():
                connection.register(name, table)
            found: list[tuple[Any, ...]] = connection.execute(question).fetchall()
            return found
