"""Scenarios: rows that take the place of rules. Nothing else tells a reform from the law."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.adjusted.weights import SET
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameter_file import ParameterRow, read_parameters
from fastlege.rules.parameters import Rulebook, load_rulebook

_FOLDER = DATA / "capitation" / "scenarios"


def scenario_names() -> tuple[str, ...]:
    """The scenarios that the package brings."""
    return tuple(sorted(entry.name.removesuffix(".csv") for entry in _FOLDER.iterdir()))


def scenario_rows(name: str) -> list[ParameterRow]:
    """The rows that a scenario puts in the place of others."""
    if name not in scenario_names():
        raise DataError(
            f"there is no scenario {name!r}.", where="scenario", remedy=f"Choose among: {', '.join(scenario_names())}."
        )
    return read_parameters(_FOLDER / f"{name}.csv")


def book_with(*, weights: Path | None = None, scenarios: Sequence[str] = ()) -> Rulebook:
    """The rulebook with another set of weights and with the rows of scenarios, the later ones over the earlier."""
    book = load_rulebook()
    if weights is not None:
        rows = read_parameters(weights)
        if SET not in {row.parameter for row in rows}:
            raise DataError(
                f"is not a set of weights: it has no row {SET}.",
                where=str(weights),
                remedy="Make one with `fastlege pay calibrate`.",
            )
        book = book.with_rows(rows)
    for name in scenarios:
        book = book.with_rows(scenario_rows(name))
    return book
