"""The attack on hidden cells fails: all totals of all tables solved together do not tell that a cell is small."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.figures.counting.by_area import Counted
from fastlege.figures.disclosure import by_price
from fastlege.figures.disclosure.attack import least_and_most, recovered
from fastlege.figures.disclosure.cells import Cells, Group
from fastlege.figures.disclosure.clearing import clear_whole
from fastlege.figures.disclosure.door import Door, Earlier, Name
from fastlege.figures.disclosure.suppression import suppress
from fastlege.figures.disclosure.tables import Hidden, Tables, within
from fastlege.figures.levels import Areas, Level
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import SizeGroup

THRESHOLD = 6
MEASURE: Name = ("unplaced", "", "")
"""A measure that counts persons and is in no sum with another."""


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


def cleared(counts: dict[Level, np.ndarray], areas: Areas, *before: Earlier) -> Hidden:
    """What editions hide of one measure, at all levels."""
    name = MEASURE[0]
    counted = Counted({(name, level): column for level, column in counts.items()})
    return clear_whole([name], counted, areas, Door(THRESHOLD, before))[name]


def cells_of(counts: dict[Level, np.ndarray], areas: Areas) -> Cells:
    """One measure at all levels, one after another, with every area as the total of those within it."""
    column = np.concatenate([counts[level] for level in Level]).astype(np.int64)
    return Tables({MEASURE: column}, within(areas, tuple(Level))).cells


@st.composite
def crossed_tables(draw: st.DrawFn) -> Cells:
    """Two tables that share their margins: areas by age and areas by sex, each with sums both ways."""
    areas, ages, sexes = draw(st.integers(1, 3)), draw(st.integers(1, 3)), 2
    size = areas * ages * sexes
    each = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    cube = np.array(each, dtype=np.int64).reshape(areas, ages, sexes)
    by_age = np.pad(cube.sum(axis=2), ((0, 1), (0, 1)))
    by_age[-1], by_age[:, -1] = by_age.sum(axis=0), by_age.sum(axis=1)
    by_age[-1, -1] = cube.sum()
    by_sex = cube.sum(axis=1)
    counts = np.concatenate([by_age.ravel(), by_sex.ravel(), by_sex.sum(axis=0)])
    at = np.arange(by_age.size, dtype=np.intp).reshape(by_age.shape)
    sex_at = by_age.size + np.arange((areas + 1) * sexes, dtype=np.intp).reshape(areas + 1, sexes)
    groups = [Group(int(at[-1, age]), at[:-1, age]) for age in range(ages + 1)]
    groups += [Group(int(at[area, -1]), at[area, :-1]) for area in range(areas + 1)]
    groups += [Group(int(sex_at[-1, sex]), sex_at[:-1, sex]) for sex in range(sexes)]
    groups += [Group(int(at[area, -1]), sex_at[area]) for area in range(areas + 1)]
    return Cells(counts, groups)


@settings(max_examples=80, deadline=None)
@given(countries())
def test_small_cells_are_hidden_and_nought_is_shown(country: tuple[Areas, dict[Level, np.ndarray]]) -> None:
    areas, counts = country
    hidden = cleared(counts, areas)
    for level in Level:
        assert hidden[level][(counts[level] > 0) & (counts[level] < THRESHOLD)].all()
        assert not hidden[level][counts[level] == 0].any()


@settings(max_examples=60, deadline=None)
@given(countries())
def test_all_levels_solved_together_tell_of_no_small_cell(country: tuple[Areas, dict[Level, np.ndarray]]) -> None:
    areas, counts = country
    hidden = cleared(counts, areas)
    mask = np.concatenate([hidden[level] for level in Level])
    assert not len(recovered(cells_of(counts, areas), mask, THRESHOLD, whole=True))


@settings(max_examples=60, deadline=None)
@given(crossed_tables())
def test_tables_that_share_their_margins_are_safe_together(cells: Cells) -> None:
    done = suppress(cells, THRESHOLD)
    assert not len(done.given_away)
    assert not len(recovered(cells, done.hidden, THRESHOLD, whole=True))


@settings(max_examples=60, deadline=None)
@given(crossed_tables())
def test_cells_that_cost_little_are_tried_first_as_safely(cells: Cells) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_price, "_FEW", 0)
        patch.setattr(by_price, "_PRICES", (3, 12, by_price._PRICES[-1]))
        done = suppress(cells, THRESHOLD)
    assert not len(done.given_away)
    assert not len(recovered(cells, done.hidden, THRESHOLD, whole=True))


@settings(max_examples=60, deadline=None)
@given(crossed_tables(), st.data())
def test_a_cell_is_never_given_up_that_could_rise(cells: Cells, data: st.DataObject) -> None:
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))))
    hidden = chosen & (cells.counts > 0)
    rises = by_price.most(cells, hidden, THRESHOLD)[hidden]
    assert (rises >= np.minimum(least_and_most(cells, hidden)[1] - cells.counts[hidden], THRESHOLD) - 1e-6).all()
    assert not by_price.most(cells, hidden, THRESHOLD)[~hidden].any()


@settings(max_examples=60, deadline=None)
@given(countries())
def test_without_a_small_cell_nothing_is_hidden(country: tuple[Areas, dict[Level, np.ndarray]]) -> None:
    areas, counts = country
    ample = {level: np.where(counts[level] > 0, counts[level] + THRESHOLD, 0) for level in Level}
    hidden = cleared(ample, areas)
    assert not any(cells.any() for cells in hidden.values())


@settings(max_examples=60, deadline=None)
@given(countries(), st.data())
def test_two_editions_of_one_day_held_together_tell_no_more(country, data) -> None:
    # Given an edition that hides more than it had to, and another of the same day after it
    areas, counts = country
    cells = cells_of(counts, areas)
    more = np.array(data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))))
    first = suppress(cells, THRESHOLD, keep=more & (cells.counts > 0)).hidden
    places = [(level.value, code) for level in Level for code in areas.codes(level)]
    shown = [None if hidden else int(count) for hidden, count in zip(first, cells.counts, strict=True)]
    second = cleared(counts, areas, Earlier({MEASURE: dict(zip(places, shown, strict=True))}))
    # Then what both hide is still safe, as if there were one
    both = first & np.concatenate([second[level] for level in Level])
    assert not len(recovered(cells, both, THRESHOLD, whole=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(0, 1))
def test_the_attack_finds_what_trying_every_table_finds(parts: list[int], spare: int) -> None:
    # Given one total that is shown over hidden cells, and perhaps a cell that is shown
    counts = np.array([sum(parts) + spare, *parts, spare], dtype=np.int64)
    cells = Cells(counts, [Group(0, np.arange(1, len(counts), dtype=np.intp))])
    hidden = np.zeros(len(counts), dtype=np.bool_)
    hidden[1 : 1 + len(parts)] = True
    # When every table that fits is tried
    fits = [guess for guess in product(range(1, sum(parts) + 1), repeat=len(parts)) if sum(guess) == sum(parts)]
    # Then the programme's bounds are the same
    least, most = least_and_most(cells, hidden, whole=True)
    assert least.round().tolist() == [min(column) for column in zip(*fits, strict=True)]
    assert most.round().tolist() == [max(column) for column in zip(*fits, strict=True)]


def test_an_attack_on_too_little_succeeds() -> None:
    # One small cell hidden alone under its total is found by one subtraction.
    cells = Cells(np.array([20, 3, 17]), [Group(0, np.array([1, 2]))])
    assert recovered(cells, np.array([False, True, False]), THRESHOLD).tolist() == [1]
    assert suppress(cells, THRESHOLD).hidden.tolist() == [False, True, True]


def test_what_is_out_already_is_reported() -> None:
    cells = Cells(np.array([20, 3, 17]), [Group(0, np.array([1, 2]))])
    done = suppress(cells, THRESHOLD, known=np.array([True, False, True]))
    assert done.given_away.tolist() == [1]
