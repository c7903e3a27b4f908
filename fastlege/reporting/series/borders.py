"""Which borders a series stands on, and what became of the municipalities of an older snapshot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pyarrow as pa

from fastlege.figures.other_borders.areas import OnBorders, on_borders
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.geography.borders import codes_on
from fastlege.rules.geography.tables import municipalities_on


def municipalities_for(snapshots: Collection[Snapshot], on: date) -> pa.Table:
    """The municipalities of a day: those of the newest snapshot where it has the same, else those of the rulebook.

    A day whose borders nobody knows is a `DataError`.
    """
    newest = max(snapshots, key=lambda each: each.as_of).table("municipalities")
    codes = set(newest["municipality"].to_pylist())
    days = [each.as_of for each in snapshots]
    if min(days) <= on <= max(days) and all(codes == _codes(each) for each in snapshots):
        return newest
    known = municipalities_on(on)
    return newest if set(known["municipality"].to_pylist()) == codes else known


def placed(snapshot: Snapshot, municipalities: pa.Table, on: date) -> OnBorders:
    """A snapshot on the borders of a day, which `municipalities` are those of."""
    codes = _codes(snapshot)
    same = codes == set(municipalities["municipality"].to_pylist())
    after = {} if same else {code: codes_on(code, was_on=snapshot.as_of, on=on) for code in sorted(codes)}
    return on_borders(snapshot, municipalities, after)


def _codes(snapshot: Snapshot) -> set[str]:
    return set(snapshot.table("municipalities", ["municipality"])["municipality"].to_pylist())
