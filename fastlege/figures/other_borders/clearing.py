"""What may be shown of counts of persons on other borders than the snapshot's own.

The figures on its own borders are out, or may be published any day. What is shown on other borders is therefore cleared
together with them: a reader who has both must not be able to work out a hidden cell of either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from scipy.sparse import block_diag, csr_array, vstack

from fastlege.figures.catalogue import Definition
from fastlege.figures.counting.by_area import Counted
from fastlege.figures.disclosure.cells import Mask
from fastlege.figures.disclosure.door import Door, Name, door_of
from fastlege.figures.disclosure.families import FAMILY_OF
from fastlege.figures.disclosure.suppression import suppress
from fastlege.figures.disclosure.tables import Hidden, Tables, within
from fastlege.figures.engine import hidden_by_measure, protected_measures
from fastlege.figures.levels import Level
from fastlege.figures.other_borders.areas import OnBorders
from fastlege.figures.values import Counts

ByLevel = Mapping[Level, Counts]
_LEVELS = tuple(Level)


def hidden_on(
    borders: OnBorders, figures: Sequence[Definition], own: Counted, counted: Counted, door: Door
) -> dict[str, Hidden]:
    """For each measure that counts persons, which areas on other borders may not be shown.

    `own` are the counts on the snapshot's own borders, `counted` those on the others. Editions that are out stand on
    the own borders, where the door knows them.
    """
    hidden_own = hidden_by_measure(figures, own, borders.own, door)
    if not borders.moved:
        return hidden_own
    found: dict[str, Hidden] = {}
    for name in sorted({name for each in figures for name in protected_measures(each)}):
        together = FAMILY_OF[name].up_to(name)
        if not found.keys() >= set(together):
            both = {one: (_levels(own, one), _levels(counted, one)) for one in together}
            tables = tables_of_both(borders, both)
            found |= hidden_beside(borders, tables, {one: hidden_own[one] for one in together}, door)
    return found


def tables_of_both(borders: OnBorders, both: Mapping[str, tuple[ByLevel, ByLevel]]) -> Tables:
    """The counts of a family on the own borders, and then on the others, with all that adds up to what."""
    counts = {
        (name, "", ""): np.concatenate([side[level] for side in sides for level in _LEVELS]).astype(np.int64)
        for name, sides in both.items()
    }
    inside = block_diag([within(borders.own, _LEVELS), within(borders.areas, _LEVELS)], format="csr")
    first = next(iter(both.values()))
    family = FAMILY_OF.get(next(iter(both)))
    sums = (
        [((total, "", ""), tuple((part, "", "") for part in parts)) for total, parts in family.sums] if family else []
    )
    whole = csr_array(vstack([inside, _across(borders, first)], format="csr"))
    return Tables(counts, whole, sums, family.unguarded if family else frozenset())


def hidden_beside(
    borders: OnBorders, tables: Tables, hidden_own: Mapping[str, Hidden], threshold: int | Door
) -> dict[str, Hidden]:
    """What to hide on the other borders, beside the own, which are out."""
    lengths = [len(borders.areas.codes(level)) for level in _LEVELS]
    out = {
        (name, "", ""): np.concatenate([*(hidden[level] for level in _LEVELS), np.zeros(sum(lengths), np.bool_)])
        for name, hidden in hidden_own.items()
    }
    others = np.arange(tables.inside.shape[1]) >= tables.inside.shape[1] - sum(lengths)
    door = door_of(threshold)
    told = {name: _told(borders, tables, name, door) for name in out}
    known = tables.spread({name: (~mask | told[name]) & ~others for name, mask in out.items()})
    found = suppress(tables.cells, door.threshold, known=known, keep=tables.spread(out) & ~known)
    # What cannot be protected beside what is out already is not shown at all.
    mask = found.hidden | bool(len(found.given_away))
    ends = np.cumsum(lengths)[:-1]
    return {
        name: dict(zip(_LEVELS, np.split(tables.of(mask, (name, "", ""))[others], ends), strict=True))
        for name in hidden_own
    }


def _told(borders: OnBorders, tables: Tables, name: Name, door: Door) -> Mask:
    """Which cells on the own borders an edition that is out shows, whatever is hidden now."""
    found = np.zeros(tables.inside.shape[1], dtype=np.bool_)
    for edition in door.before:
        shown = np.concatenate([edition.of(name, level, borders.own.codes(level)) for level in _LEVELS])
        found[: len(shown)] |= edition.tells(tables.counts[name][: len(shown)], shown)
    return found


def _levels(counted: Counted, name: str) -> ByLevel:
    return {level: counted.of(name, level) for level in _LEVELS}


def _across(borders: OnBorders, sides: tuple[ByLevel, ByLevel]) -> csr_array:
    """Each municipality on the other borders is the sum of those that are counted in it."""
    sizes = [[len(side[level]) for level in _LEVELS] for side in sides]
    before = sum(sizes[0][: _LEVELS.index(Level.MUNICIPALITY)])
    later = sum(sizes[0]) + sum(sizes[1][: _LEVELS.index(Level.MUNICIPALITY)])
    codes = pa.array(borders.own.codes(Level.MUNICIPALITY), pa.string())
    places = borders.areas.places(codes).to_numpy().astype(np.intp)
    totals, rows = np.unique(places, return_inverse=True)
    signs = np.concatenate([np.ones(len(places)), -np.ones(len(totals))])
    at = np.concatenate([rows, np.arange(len(totals))])
    columns = np.concatenate([before + np.arange(len(places)), later + totals])
    return csr_array((signs, (at, columns)), shape=(len(totals), sum(map(sum, sizes))))
