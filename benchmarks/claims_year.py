"""The year of claims that the workloads on claims share, built first when it is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import HOME, nation
from benchmarks.made_from import is_current, remember, sources

YEAR, RECIPE = 2025, "norway-2026-05"


def claims_year() -> Path:
    """The folder of the national year; `FASTLEGE_BENCH_CLAIMS` names another one, such as a part of the country."""
    if given := os.environ.get("FASTLEGE_BENCH_CLAIMS"):
        return Path(given)
    folder = HOME / f"claims-{YEAR}"
    made_by = sources(
        "kernel", "simulation/claims", "simulation/recipes/claims", "rules/tariffs", "rules/data/tariffs.csv"
    )
    if not is_current(folder, made_by):
        command = [Path(sys.executable).with_name("fastlege"), "claims", "build", "--snapshot", nation(RECIPE)]
        subprocess.run([*command, "--year", str(YEAR), "--out", folder], check=True, stdout=sys.stderr)
        remember(folder, made_by)
    return folder
