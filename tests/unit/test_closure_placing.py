"""Placing households on lists with free places: small cases followed by hand."""

import numpy as np

from fastlege.matching.closure.placing import NOWHERE, Displaced, Way, place_units


def place(sizes, points, metres, free, wishes=None):
    displaced = Displaced(np.array(sizes, np.int64), np.array(points, np.int64), tuple(wishes or [() for _ in sizes]))
    return place_units(displaced, np.array(metres, np.int64).reshape(len(metres), len(free)), np.array(free, np.int64))


def test_the_total_way_counts_not_the_first_come():
    # The first unit is nearest to list 0 by a little; the second would have far to the other.
    placing = place([1, 1], [0, 1], [[10, 11], [10, 100]], [1, 1])
    assert placing.place.tolist() == [1, 0]
    assert placing.metres == placing.bound == 21


def test_wishes_are_met_first_best_first_and_in_the_order_of_the_units():
    placing = place([1, 1, 1], [0, 0, 0], [[1, 5, 9]], [1, 1, 5], wishes=[(2,), (1, 0), (1, 2)])
    assert placing.place.tolist() == [2, 1, 2]
    assert placing.way.tolist() == [Way.WISH] * 3
    assert placing.metres == 0


def test_a_wish_without_room_for_the_whole_household_is_not_met():
    placing = place([2], [0], [[1, 5]], [1, 2], wishes=[(0,)])
    assert (placing.place.tolist(), placing.way.tolist()) == ([1], [Way.NEAR])


def test_a_household_that_the_cheapest_flow_divides_stays_whole():
    placing = place([2], [0], [[1, 5]], [1, 2])
    assert placing.place.tolist() == [1]
    assert (placing.bound, placing.metres) == (1 + 5, 10)


def test_those_who_live_alone_fill_what_families_leave():
    placing = place([1, 3], [0, 0], [[1, 9]], [3, 3])
    assert placing.place.tolist() == [1, 0]


def test_where_places_are_short_as_many_as_possible_are_placed_and_the_rest_is_told():
    placing = place([1, 1, 1], [0, 0, 1], [[5], [90]], [2])
    assert placing.place.tolist() == [0, 0, NOWHERE]
    assert placing.way.tolist() == [Way.NEAR, Way.NEAR, Way.NO_PLACE]
    assert placing.bound_placed == 2


def test_at_one_point_the_first_in_order_gets_the_nearest_place():
    placing = place([1, 1], [0, 0], [[5, 3]], [1, 1])
    assert placing.place.tolist() == [1, 0]


def test_a_list_over_its_cap_takes_nobody():
    assert place([1], [0], [[5]], [-3]).place.tolist() == [NOWHERE]


def test_without_people_or_without_lists_nothing_is_placed():
    assert place([], [], [], [4]).place.tolist() == []
    assert place([2], [0], np.empty((1, 0)), []).place.tolist() == [NOWHERE]
