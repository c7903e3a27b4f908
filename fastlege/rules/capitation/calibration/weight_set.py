"""A fitted set of weights as rows of rule parameters, in the form of `parameters.csv`, with source and confidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.weights import (
    COMPONENTS,
    DAMPING,
    NEWCOMER_MONTHS,
    PRACTICE,
    RESIDENCE,
    SET,
    weight_names,
)
from fastlege.rules.capitation.calibration.fit import Fitted, fit, make_problem
from fastlege.rules.capitation.calibration.nation import ReferenceNation, reference_nation
from fastlege.rules.capitation.calibration.published import published_sums, targets
from fastlege.rules.parameter_file import HEADER
from fastlege.rules.parameters import Rulebook

YEAR = 2025
"""The year whose sums are published by component."""

_TABLE = "Helsedirektoratet annual report on general practice 2025 with status May 2026 table 8.5"
_OF_A_PART = "; fitted on a part of the country to sums of the whole nation"
_FITTED = "fitted to table 8.5 and to use by age and sex (fastlege pay calibrate)"


@dataclass(frozen=True)
class WeightSet:
    """A named set: its rows as text, what the fit came to, and the nation it was fitted on."""

    name: str
    text: str
    fitted: Fitted
    nation: ReferenceNation


def calibrate(snapshot: Snapshot, name: str, book: Rulebook) -> WeightSet:
    """Fit the weights on a nation, and write them as rows that hold from the day the adjusted model began."""
    start = book.history("capitation.adjusted_start")[0].period.start
    months = book.whole(NEWCOMER_MONTHS, on=start)
    nation = reference_nation(snapshot, months)
    fitted = fit(make_problem(nation, published_sums()[YEAR], targets(), book, YEAR))
    counted = f"members of lists of {snapshot.meta.get('title', 'a snapshot')} ({snapshot.as_of})"
    rows = [
        *_named(name, nation),
        *_weights(nation, fitted),
        *((name, number, "persons", counted, "assumed", "") for name, number in _reference(nation)),
    ]
    return WeightSet(name, _text(rows, start), fitted, nation)


_Row = tuple[str, object, str, str, str, str]


def _named(name: str, nation: ReferenceNation) -> Iterator[_Row]:
    note = "the official weights are not public" + ("" if nation.is_whole else _OF_A_PART)
    yield SET, name, "id", _FITTED, "assumed", note
    sums = published_sums()[YEAR]
    for parameter in COMPONENTS:
        part = parameter.rsplit(".", 1)[1]
        whole = sum(amount for (_, _, own), amount in sums.items() if own == part)
        yield parameter, whole, "relative", _TABLE, "seed", "thousand kroner in 2025; only the shares matter"
    damping = targets()["damping_factor"]
    yield DAMPING, _number(float(damping.value)), "share", damping.source, damping.confidence, "1 is no damping"


def _weights(nation: ReferenceNation, fitted: Fitted) -> Iterator[_Row]:
    parts = (
        ("", weight_names(nation.scheme), fitted.sex_age_use),
        ("centrality.", [one.name for one in nation.scheme.dimensions[3].classes], fitted.centrality),
        ("socioeconomy.", range(1, len(fitted.socioeconomy) + 1), fitted.socioeconomy),
    )
    for part, names, weights in parts:
        for name, weight in zip(names, weights, strict=True):
            yield f"capitation.weight.{part}{name}", _number(weight), "relative", _FITTED, "assumed", ""


def _reference(nation: ReferenceNation) -> Iterator[tuple[str, int]]:
    counted: dict[str, tuple[Iterable[object], NDArray[np.int64]]] = {
        "": (weight_names(nation.scheme), nation.cells),
        f"{RESIDENCE}.": ([one.name for one in nation.scheme.dimensions[3].classes], nation.residence),
        f"{PRACTICE}.": ([one.name for one in nation.scheme.dimensions[3].classes], nation.practice),
        **{f"{measure}.": (range(1, own.shape[1] + 1), own) for measure, own in nation.units.items()},
    }
    for part, (names, people) in counted.items():
        for name, number in zip(names, people.sum(axis=0).tolist(), strict=True):
            yield f"capitation.reference.{part}{name}", number
    yield "capitation.reference.newcomers", nation.newcomers


def _number(weight: float) -> str:
    return f"{weight:.3f}"


def _text(rows: Iterable[_Row], start: date) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    for parameter, value, unit, source, confidence, note in rows:
        writer.writerow([parameter, value, unit, start.isoformat(), "", source, confidence, note])
    return stream.getvalue()
