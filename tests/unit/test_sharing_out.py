import numpy as np
import pytest

from fastlege.simulation.margins.programme import Programme
from fastlege.simulation.margins.rounding import share_out, share_out_within


def test_the_largest_remainder_gets_the_last_whole_thing():
    assert share_out(10, np.array([1.0, 1.0, 1.1])).tolist() == [3, 3, 4]


def test_equal_remainders_go_to_the_first():
    assert share_out(4, np.array([1.0, 1.0, 1.0])).tolist() == [2, 1, 1]


def test_nothing_to_share_gives_nothing():
    assert share_out(0, np.array([1.0, 2.0])).tolist() == [0, 0]


def test_what_a_bound_turns_away_goes_to_the_others():
    shared = share_out_within(10, np.array([9.0, 1.0]), np.array([0, 0]), np.array([6, 8]))
    assert shared.tolist() == [6, 4]


def test_a_lower_bound_is_filled_first():
    shared = share_out_within(10, np.array([9.0, 1.0]), np.array([0, 4]), np.array([10, 10]))
    assert shared.tolist() == [6, 4]


def test_a_total_outside_the_bounds_is_refused():
    with pytest.raises(ValueError, match="21 cannot be shared out between 0 and 20"):
        share_out_within(21, np.ones(2), np.zeros(2, int), np.array([10, 10]))


def _programme(count, aims):
    return Programme(np.zeros(count), np.full(count, 100.0), np.array(aims, float), np.full(count, 100.0))


def test_values_without_limits_are_at_their_aims():
    assert _programme(3, [1, 20, 5]).solve().tolist() == [1, 20, 5]


def test_a_sum_is_met_and_the_burden_is_spread():
    programme = _programme(2, [10, 10])
    programme.keep_sum(np.array([0, 1]), 24, 24)
    assert programme.solve().tolist() == [12, 12]


def test_a_percent_is_met_as_rounded():
    programme = _programme(2, [3, 9])
    programme.keep_percent(np.array([0]), np.array([1]), 50)
    part, whole = programme.solve().tolist()
    assert (2 * 100 * part + whole) // (2 * whole) == 50


def test_limits_that_contradict_each_other_are_refused():
    programme = _programme(2, [10, 10])
    programme.keep_sum(np.array([0, 1]), 300, 300)
    with pytest.raises(ValueError, match="no values meet the limits"):
        programme.solve()
