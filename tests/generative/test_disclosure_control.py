"""Nothing hidden can be worked out from a total and the cells beside it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.figures.disclosure import hidden_cells, is_exposed
from fastlege.figures.levels import NESTED, Areas, Level
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import SizeGroup

THRESHOLD = 6


@st.composite
def countries(draw: st.DrawFn) -> tuple[Areas, dict[Level, np.ndarray]]:
    """Some municipalities with few or many persons each, and the sums at every level."""
    number = draw(st.integers(1, 14))
    rows = [
        {
            "municipality": f"{place:04d}", "name": "x", "county": draw(st.sampled_from("123")), "county_name": "x",
            "size_group": draw(st.sampled_from(list(SizeGroup))).value, "centrality": draw(st.integers(1, 3)),
            "population": 1, "latitude": 0.0, "longitude": 0.0,
        }
        for place in range(number)
    ]  # fmt: skip
    areas = Areas(pa.Table.from_pylist(rows, schema=TABLES["municipalities"].schema))
    counts = np.array(draw(st.lists(st.integers(0, 12), min_size=number, max_size=number)), dtype=np.int64)
    levels = {}
    for level in Level:
        levels[level] = np.bincount(areas.positions(level), weights=counts, minlength=len(areas.codes(level)))
    return areas, {level: column.astype(np.int64) for level, column in levels.items()}


@settings(max_examples=200, deadline=None)
@given(countries())
def test_small_cells_are_hidden_and_nought_is_shown(country: tuple[Areas, dict[Level, np.ndarray]]) -> None:
    areas, counts = country
    hidden = hidden_cells(counts, areas=areas, threshold=THRESHOLD)
    for level in Level:
        assert hidden[level][(counts[level] > 0) & (counts[level] < THRESHOLD)].all()
        assert not hidden[level][counts[level] == 0].any()


@settings(max_examples=200, deadline=None)
@given(countries())
def test_no_hidden_cell_follows_from_its_total_and_the_cells_beside_it(
    country: tuple[Areas, dict[Level, np.ndarray]],
) -> None:
    areas, counts = country
    hidden = hidden_cells(counts, areas=areas, threshold=THRESHOLD)
    for child, parent in NESTED:
        for total, parts in enumerate(areas.parts(child, parent)):
            assert counts[child][parts].sum() == counts[parent][total]
            veiled = counts[child][parts][hidden[child][parts]]
            if hidden[parent][total]:
                assert len(veiled) or not counts[child][parts].sum()
            elif len(veiled):
                assert len(veiled) > 1
                assert veiled.sum() - len(veiled) + 1 >= THRESHOLD


@settings(max_examples=100, deadline=None)
@given(countries())
def test_without_a_small_cell_nothing_is_hidden(country: tuple[Areas, dict[Level, np.ndarray]]) -> None:
    areas, counts = country
    ample = {level: np.where(counts[level] > 0, counts[level] + THRESHOLD, 0) for level in Level}
    hidden = hidden_cells(ample, areas=areas, threshold=THRESHOLD)
    assert not any(cells.any() for cells in hidden.values())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=3), st.integers(2, 8))
def test_exposed_means_that_a_reader_can_tell_that_some_hidden_cell_is_small(cells: list[int], threshold: int) -> None:
    guesses = [guess for guess in product(range(1, sum(cells) + 1), repeat=len(cells)) if sum(guess) == sum(cells)]
    told = any(
        len({guess[cell] for guess in guesses}) == 1 or max(guess[cell] for guess in guesses) < threshold
        for cell in range(len(cells))
    )
    assert is_exposed(np.array(cells, dtype=np.int64), threshold) is told
