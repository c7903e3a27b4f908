"""The table of those displaced as a CSV file, with what each is told."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.planning.displaced.placements import Placements
from fastlege.planning.explaining import Explanation


def write_placements(placements: Placements, path: Path, *, language: str) -> None:
    """Write the rows and, in the column `told`, the words for each person; whole or not at all."""
    if path.is_dir():
        raise DataError("is a folder; the table is a file.", where=str(path), remedy="Name a file.")
    rows = placements.rows
    told = [Explanation(row["explanation_key"], row).in_words(language) for row in rows.iter_rows(named=True)]
    with whole_file(path) as part:
        rows.with_columns(pl.Series("told", told, dtype=pl.String)).write_csv(part)
