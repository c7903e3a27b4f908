"""Centrality class by municipality and day, from `centrality.csv`; an official file may take its place."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.rules.dated_rows import DATA, read_lines, read_validity
from fastlege.rules.geography.borders import all_municipalities, codes_on, populations_on
from fastlege.rules.geography.centrality_fit import BORDERS_NEW, fit_centrality
from fastlege.rules.geography.reach import chosen_reach

COLUMNS = ("municipality", "centrality", "valid_from", "valid_to", "source", "confidence", "note")
FILE = "centrality.csv"

_SOURCE = "derived from population within reach, fitted to tables V1.1 (2023), 11.2 and 11.3 (2025)"


@cache
def centrality_on(day: date) -> Mapping[str, int]:
    """Centrality class, 1 (most central) to 6, by the municipality codes of a day."""
    lines = [line for line in read_lines(DATA / FILE, COLUMNS) if read_validity(line).period.contains(day)]
    if not lines:
        raise DataError(f"No centrality classes are known on {day}.", remedy=f"Add them, with their source, to {FILE}.")
    return {line.cells["municipality"]: line.whole("centrality") for line in lines}


def write_centrality(path: Path) -> float:
    """Derive the classes anew and write them as a file that can stand for `centrality.csv`; the misfit that is left."""
    classes, misfit = fit_centrality(chosen_reach())
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in all_municipalities():
            last = one.period.last_day or ""
            kind = _class_of(one.code, one.period.start, classes)
            writer.writerow([one.code, kind, one.period.start, last, _SOURCE, "assumed", ""])
    return misfit


def _class_of(code: str, start: date, classes: Mapping[str, int]) -> int:
    people = populations_on(BORDERS_NEW)
    # A municipality that was divided later had the class of its largest part.
    return classes[max(codes_on(code, was_on=start, on=BORDERS_NEW), key=people.__getitem__)]
