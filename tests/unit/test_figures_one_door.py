"""Counts of persons leave the figures by one door."""

from __future__ import annotations

import ast
from pathlib import Path

import fastlege

PACKAGE = Path(fastlege.__file__).parent


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_nobody_outside_the_figures_reaches_what_has_not_been_cleared() -> None:
    behind_the_door = {f"fastlege.figures.{name}" for name in ("bases", "counting", "facts", "measures")}
    outside = [path for path in PACKAGE.rglob("*.py") if PACKAGE / "figures" not in path.parents]
    assert len(outside) > 50
    assert [str(path.relative_to(PACKAGE)) for path in outside if _imported(path) & behind_the_door] == []


SAYS_OF_WHAT = "fastlege.figures.engine.of_claims"
"""Tells what a figure counts, and computes nothing."""


def _computes(path: Path) -> bool:
    imported = _imported(path)
    modules = {"fastlege.figures.engine", "fastlege.figures.splits"} & imported
    return any({name for name in imported if name.startswith(f"{each}.")} != {SAYS_OF_WHAT} for each in modules)


def test_only_editions_reports_and_the_command_compute_figures() -> None:
    outside = [path for path in PACKAGE.rglob("*.py") if PACKAGE / "figures" not in path.parents]
    assert {str(path.relative_to(PACKAGE)) for path in outside if _computes(path)} == {
        *("reporting/building.py", "reporting/beside.py", "reporting/report/counting.py", "cli/figures.py"),
        "reporting/series/counting.py",
    }
