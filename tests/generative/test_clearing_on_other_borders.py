"""Figures on other borders give nothing away, also to one who has those on the snapshot's own borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from test_disclosure_control import cleared

from fastlege.figures.disclosure.attack import recovered
from fastlege.figures.disclosure.cells import Cells
from fastlege.figures.disclosure.tables import Hidden
from fastlege.figures.levels import Areas, Level
from fastlege.figures.other_borders.areas import OnBorders
from fastlege.figures.other_borders.clearing import hidden_beside, tables_of_both
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import SizeGroup

THRESHOLD = 6


@dataclass(frozen=True)
class Reform:
    """A country before and after its borders were moved, with persons in each municipality of before."""

    borders: OnBorders
    before: dict[Level, np.ndarray]
    after: dict[Level, np.ndarray]


def _areas(codes: list[str], drawn: list[tuple[str, str, int]], now: dict[str, str] | None = None) -> Areas:
    rows = [
        {
            "municipality": code, "name": "x", "county": county, "county_name": "x", "size_group": size,
            "centrality": centrality, "population": 1, "latitude": 0.0, "longitude": 0.0,
        }
        for code, (county, size, centrality) in zip(codes, drawn, strict=False)
    ]  # fmt: skip
    return Areas(pa.Table.from_pylist(rows, schema=TABLES["municipalities"].schema), now=now)


def _sums(areas: Areas, places: np.ndarray, counts: np.ndarray) -> dict[Level, np.ndarray]:
    own = np.bincount(places, weights=counts, minlength=len(areas.codes(Level.MUNICIPALITY)))
    return {
        level: np.bincount(areas.positions(level), weights=own, minlength=len(areas.codes(level))).astype(np.int64)
        for level in Level
    }


@st.composite
def reforms(draw: st.DrawFn) -> Reform:
    """Some municipalities that are merged into fewer, and perhaps given to other counties and groups."""
    number = draw(st.integers(1, 9))
    fewer = draw(st.integers(1, number))
    kind = st.tuples(st.sampled_from("123"), st.sampled_from([each.value for each in SizeGroup]), st.integers(1, 2))
    kinds = st.lists(kind, min_size=number, max_size=number)
    former, later = ([f"{side}{place:03d}" for place in range(size)] for side, size in ((1, number), (2, fewer)))
    # Everyone of the new is made of at least one of the old.
    now = {code: later[at if at < fewer else draw(st.integers(0, fewer - 1))] for at, code in enumerate(former)}
    own, areas = _areas(former, draw(kinds)), _areas(later, draw(kinds), now)
    counts = np.array(draw(st.lists(st.integers(0, 12), min_size=number, max_size=number)), dtype=np.int64)
    places = np.array([later.index(now[code]) for code in former])
    borders = OnBorders(areas, own, {}, {})
    return Reform(borders, _sums(own, np.arange(number), counts), _sums(areas, places, counts))


def _cleared(borders: OnBorders, before: dict, after: dict) -> tuple[Hidden, Hidden, Cells]:
    """What is hidden on the own borders and on the others, and all cells of both."""
    hidden_own = cleared(before, borders.own)
    tables = tables_of_both(borders, {"unplaced": (before, after)})
    return hidden_own, hidden_beside(borders, tables, {"unplaced": hidden_own}, THRESHOLD)["unplaced"], tables.cells


@settings(max_examples=25, deadline=None)
@given(reforms())
def test_a_reader_of_both_borders_finds_no_small_cell(reform: Reform) -> None:
    hidden_own, hidden, cells = _cleared(reform.borders, reform.before, reform.after)
    both = np.concatenate([each[level] for each in (hidden_own, hidden) for level in Level])
    assert recovered(cells, both, THRESHOLD, whole=True).tolist() == []


def test_a_sum_that_would_tell_its_hidden_part_is_hidden() -> None:
    # Before: 2 and 9 in one county, 8 in another, so that 2 and 9 are hidden. After: 2 alone, and the others together.
    own = _areas(["1000", "1001", "1002"], [("1", "under_2000", 1), ("1", "under_2000", 1), ("2", "50000_plus", 2)])
    kinds = [("1", "under_2000", 1), ("2", "50000_plus", 2)]
    areas = _areas(["2000", "2001"], kinds, {"1000": "2000", "1001": "2001", "1002": "2001"})
    borders = OnBorders(areas, own, {}, {"2001": ("1001", "1002")})
    counts = np.array([2, 9, 8])
    before, after = _sums(own, np.arange(3), counts), _sums(areas, np.array([0, 1, 1]), counts)
    hidden_own, hidden, _ = _cleared(borders, before, after)
    assert hidden_own[Level.MUNICIPALITY].tolist() == [True, True, False]
    # 17 less the 8 that are shown would be 9, and so tell the 2.
    assert hidden[Level.MUNICIPALITY].tolist() == [True, True]
    assert hidden[Level.COUNTY].tolist() == [True, True]
