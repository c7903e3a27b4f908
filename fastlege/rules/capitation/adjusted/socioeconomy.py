"""The socio-economic class of each basic unit, as rows of a file.

The official classes are not public. The shipped ones are drawn: a chance of its own for each unit, and a slope by the
centrality of its municipality; see `docs/capitation.md`. An official file with the same columns takes their place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import mix
from fastlege.rules.dated_rows import DATA, read_lines, refuse_problems
from fastlege.rules.geography import basic_units, centrality_on
from fastlege.rules.geography.tables import COUNTED_ON

FILE = DATA / "capitation" / "socioeconomy.csv"
MEASURES = ("composite", "education")
"""What a class may be read from: all socio-economic traits together, or education alone."""

HEADER = ("basic_unit", *MEASURES, "confidence", "source")
CLASSES = 5
"""Classes of a fifth of the people each, 5 the one with most need."""

_SEED = 0
_SLOPE = {"composite": 0.40, "education": 0.55}
"""How much higher the score is in the least central class than in the most central; the chance spreads over 1."""
_OWN = {"composite": 0.0, "education": 0.5}
"""How much of the chance is the measure's own, and not shared with the other."""
_SOURCE = "drawn; docs/capitation.md"


@cache
def classes_by_unit(measure: str, path: Traversable = FILE) -> Mapping[str, int]:
    """The class of each basic unit by one measure."""
    lines = read_lines(path, HEADER)
    classes = {line.cells["basic_unit"]: line.whole(measure) for line in lines}
    wrong = [
        line.problem(f"{measure} is not a class from 1 to {CLASSES}.")
        for line in lines
        if not 1 <= line.whole(measure) <= CLASSES
    ]
    last = {line.cells["basic_unit"]: line for line in lines}
    twice = [
        line.problem("the basic unit has another row.") for line in lines if last[line.cells["basic_unit"]] != line
    ]
    refuse_problems([*wrong, *twice])
    return classes


def drawn_classes() -> str:
    """The shipped file, made again: CSV with a row for each basic unit."""
    units = basic_units().sort_by("basic_unit")
    codes = units["basic_unit"].to_pylist()
    people = units["population"].to_numpy().astype(np.int64)
    centrality = centrality_on(COUNTED_ON)
    remoteness = np.array([(centrality[code] - 1) / 5 for code in units["municipality"].to_pylist()])
    classes = {measure: _fifths(_scores(measure, codes, remoteness), people) for measure in MEASURES}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    for place, code in enumerate(codes):
        writer.writerow([code, *(int(classes[measure][place]) for measure in MEASURES), "assumed", _SOURCE])
    return stream.getvalue()


def _scores(measure: str, codes: list[str], remoteness: NDArray[np.float64]) -> NDArray[np.float64]:
    subject = np.array([int(code) for code in codes])
    shared, own = (mix(_SEED, name, subject) / 2.0**64 for name in ("socioeconomy", f"socioeconomy {measure}"))
    return (1 - _OWN[measure]) * shared + _OWN[measure] * own + _SLOPE[measure] * remoteness


def _fifths(scores: NDArray[np.float64], people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Classes 1 to 5 by rising score, a fifth of the people in each."""
    order = np.argsort(scores, kind="stable")
    before = np.cumsum(people[order]) - people[order] / 2
    classes = np.empty(len(scores), dtype=np.int64)
    classes[order] = np.minimum(before * CLASSES // people.sum(), CLASSES - 1) + 1
    return classes
