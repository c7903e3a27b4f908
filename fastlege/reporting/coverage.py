"""Which part of the country figures cover, so that only those of the same part are set beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.geography.borders import codes_on, municipalities_by_code

AREAS = "areas"
"""What snapshots and editions call the part that they cover, in what they say of themselves; the whole is empty."""


def refuse_other_parts(snapshot: Snapshot, earlier: Iterable[Snapshot]) -> None:
    """Refuse earlier snapshots of another part of the country: what grew or fell would only be the part."""
    for each in earlier:
        if not same_part(snapshot.meta, each.meta, now=snapshot.as_of, then=each.as_of):
            raise DataError(
                f"covers {_said(each)}, and {snapshot.folder} covers {_said(snapshot)}.",
                where=str(each.folder),
                remedy="Name snapshots of the same part of the country.",
            )


def refuse_part(snapshot: Snapshot) -> None:
    """Refuse a snapshot of a part of the country where what it is held against is of the whole."""
    if snapshot.meta.get(AREAS):
        raise DataError(
            f"covers {_said(snapshot)}, and what was published is of the whole country.",
            where=str(snapshot.folder),
            remedy="Name a snapshot of the whole country.",
        )


def same_part(one: Mapping[str, Any], other: Mapping[str, Any], *, now: date, then: date) -> bool:
    """Whether two snapshots or editions, by what they say of themselves, cover the same part of the country.

    A county under another number, or a municipality that was merged or divided, is the same part.
    """
    here, there = str(one.get(AREAS, "")), str(other.get(AREAS, ""))
    if not here or not there:
        return here == there
    return _covered(here, now, now) == _covered(there, then, now)


def _covered(areas: str, was_on: date, on: date) -> frozenset[str]:
    """The municipalities of some areas of a day, on the borders of another."""
    named = set(areas.split())
    own = [each.code for each in municipalities_by_code(was_on).values() if each.code in named or each.county in named]
    return frozenset(now for code in own for now in codes_on(code, was_on=was_on, on=on))


def _said(snapshot: Snapshot) -> str:
    return str(snapshot.meta.get(AREAS, "")) or "the whole country"
