"""Placing households on lists with free places: small cases followed by hand."""

import numpy as np
import pytest

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


def test_where_places_are_short_families_far_away_do_not_take_them_from_those_who_live_near():
    # Two families from far away, one family and three who live alone close by; four places.
    placing = place([4, 3, 2, 1, 1, 1], [1, 1, 0, 0, 0, 0], [[5], [90]], [4])
    assert placing.place.tolist() == [NOWHERE, NOWHERE, 0, 0, 0, NOWHERE]
    assert placing.metres == placing.bound == 20


def test_a_place_that_only_somebody_from_far_away_can_use_is_used():
    placing = place([3, 2], [0, 1], [[5], [90]], [2])
    assert placing.place.tolist() == [NOWHERE, 0]


@pytest.mark.parametrize("places_for", [0.1, 0.5, 0.9, 1.0, 1.5])
def test_the_way_is_near_the_least_whether_places_are_short_or_not(places_for):
    town = np.random.default_rng(7)
    sizes = town.choice([1, 2, 3, 4, 5], 400, p=[0.45, 0.25, 0.1, 0.15, 0.05])
    metres = town.integers(200, 200_000, (40, 25))
    free = town.multinomial(int(sizes.sum() * places_for), np.full(25, 1 / 25))
    placing = place(sizes, town.integers(0, 40, 400), metres, free)
    assert int(sizes[placing.place != NOWHERE].sum()) == placing.bound_placed
    assert placing.bound <= placing.metres <= 1.05 * placing.bound


def test_a_list_over_its_cap_takes_nobody():
    assert place([1], [0], [[5]], [-3]).place.tolist() == [NOWHERE]


def test_without_people_or_without_lists_nothing_is_placed():
    assert place([], [], [], [4]).place.tolist() == []
    assert place([2], [0], np.empty((1, 0)), []).place.tolist() == [NOWHERE]
