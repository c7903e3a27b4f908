"""Small cells of a statement: put together so that none of them can be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlege.settlement.cells import CellsShown, difference, whole_cells, without_small_cells

COUNTS = st.dictionaries(st.integers(0, 40), st.integers(-60, 400).filter(bool), max_size=20)


@pytest.mark.parametrize(
    ("counts", "shown", "together"),
    [
        ({0: 10, 1: 20}, {0: 10, 1: 20}, None),
        # One small cell alone would be read off the total: the next smallest joins it.
        ({0: 10, 1: 2, 2: 20}, {2: 20}, 12),
        ({0: 4, 1: 3, 2: 20}, {2: 20}, 7),
        # Two of one person each: both are known to be one. Others join until each could be large enough.
        ({0: 1, 1: 1, 2: 7, 3: 20}, {3: 20}, 9),
        ({0: 2}, {}, 2),
        ({0: -1, 1: 9}, {}, 8),
    ],
)
def test_small_cells_are_put_together(counts, shown, together):
    assert without_small_cells(counts, 6) == CellsShown(shown, together)


@given(COUNTS, st.integers(2, 10))
def test_nothing_small_is_shown_and_the_sum_stays(counts, threshold):
    found = without_small_cells(counts, threshold)
    assert all(abs(number) >= threshold for number in found.shown.values())
    assert sum(found.shown.values()) + (found.together or 0) == sum(counts.values())
    assert all(counts[cell] == number for cell, number in found.shown.items())


@given(st.dictionaries(st.integers(0, 40), st.integers(1, 400), min_size=2, max_size=20), st.integers(2, 10))
def test_what_is_put_together_could_be_large_in_each_cell_unless_all_of_it_is(counts, threshold):
    found = without_small_cells(counts, threshold)
    hidden = counts.keys() - found.shown.keys()
    if hidden and found.shown:
        assert len(hidden) > 1
        assert found.together - (len(hidden) - 1) >= threshold


def test_differences_leave_out_what_is_equal():
    assert difference({0: 3, 1: 5, 2: 9}, {0: 3, 1: 7, 4: 2}) == {1: -2, 2: 9, 4: -2}


def test_the_gp_sees_every_cell():
    assert whole_cells([3, 7], [1, 900]) == CellsShown({3: 1, 7: 900})
