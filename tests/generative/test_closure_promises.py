"""What a placing and a draw promise, on cases of all shapes."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.matching.closure.placing import NOWHERE, Displaced, Way, place_units
from fastlege.matching.reduction import DrawUnit, draw

POINTS, LISTS = 3, 3


@st.composite
def cases(draws, largest=4):
    units = draws(st.integers(0, 6))
    sizes = draws(st.lists(st.integers(1, largest), min_size=units, max_size=units))
    points = draws(st.lists(st.integers(0, POINTS - 1), min_size=units, max_size=units))
    wishes = draws(
        st.lists(
            st.lists(st.integers(0, LISTS - 1), unique=True, max_size=2).map(tuple), min_size=units, max_size=units
        )
    )
    metres = draws(st.lists(st.integers(0, 40), min_size=POINTS * LISTS, max_size=POINTS * LISTS))
    free = draws(st.lists(st.integers(-1, 6), min_size=LISTS, max_size=LISTS))
    displaced = Displaced(np.array(sizes, np.int64), np.array(points, np.int64), tuple(wishes))
    return displaced, np.array(metres, np.int64).reshape(POINTS, LISTS), np.array(free, np.int64)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_nobody_is_placed_twice_or_beyond_the_free_places_and_nobody_in_vain_left_out(case):
    displaced, metres, free = case
    placing = place_units(displaced, metres, free)
    placed = placing.place != NOWHERE
    taken = np.bincount(placing.place[placed], displaced.size[placed], minlength=LISTS)
    left = np.maximum(free, 0) - taken
    assert (left >= 0).all()
    assert ((placing.way == Way.NO_PLACE) == ~placed).all()
    for unit in np.flatnonzero(placing.way == Way.WISH).tolist():
        assert placing.place[unit] in displaced.wishes[unit]
    for unit in np.flatnonzero(~placed).tolist():
        assert (left < displaced.size[unit]).all()


@given(cases())
@settings(max_examples=150, deadline=None)
def test_no_more_are_placed_than_the_bound_and_when_as_many_the_way_is_no_shorter(case):
    displaced, metres, free = case
    placing = place_units(displaced, metres, free)
    near = int(displaced.size[placing.way == Way.NEAR].sum())
    assert near <= placing.bound_placed
    if near == placing.bound_placed:
        assert placing.metres >= placing.bound


@given(cases(largest=1))
@settings(max_examples=100, deadline=None)
def test_for_those_who_live_alone_the_way_is_the_shortest_there_is(case):
    displaced, metres, free = case
    lone = Displaced(displaced.size[:4], displaced.point[:4], ((),) * min(4, len(displaced.size)))
    placing = place_units(lone, metres, free)
    options = product(range(NOWHERE, LISTS), repeat=len(lone.size))
    best = min(cost for choice in options if (cost := _cost(choice, lone, metres, free)) is not None)
    assert (int((placing.place == NOWHERE).sum()), placing.metres) == best


def _cost(choice, displaced, metres, free):
    """People left out and metres of one way to place single persons, or None when it does not fit."""
    counts = [choice.count(place) for place in range(LISTS)]
    if any(count > max(0, int(room)) for count, room in zip(counts, free, strict=True)):
        return None
    way = sum(int(metres[point, to]) for point, to in zip(displaced.point, choice, strict=True) if to != NOWHERE)
    return choice.count(NOWHERE), way


@given(
    sizes=st.lists(st.integers(1, 5), max_size=30),
    persons=st.integers(0, 60),
    tag=st.text(min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_a_draw_takes_whole_units_up_to_the_number_and_passes_over_only_what_does_not_fit(sizes, persons, tag):
    units = [DrawUnit(number, 0, size) for number, size in enumerate(sizes, start=1)]
    lots = draw(units, persons, tag=tag, list_id=3)
    wanted = persons
    for lot in lots:
        assert lot.drawn == (lot.unit.size <= wanted)
        wanted -= lot.unit.size * lot.drawn
    assert wanted >= 0
    assert sorted(lot.unit for lot in lots) == units
