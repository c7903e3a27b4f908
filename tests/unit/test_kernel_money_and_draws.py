"""Money rounds in one way, and keyed draws can be recomputed."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlege.kernel.draws import draw, hash_text, mix, stream
from fastlege.kernel.money import divide_half_up, divide_half_up_columns, to_kroner, to_ore

amounts = st.integers(-(2**60), 2**60)


@pytest.mark.parametrize(
    ("kroner", "ore"),
    [(Decimal("841.80"), 84180), (Decimal("0.005"), 1), (Decimal("-0.005"), -1), (Fraction(1, 3), 33), (12, 1200)],
)
def test_kroner_become_whole_ore_with_halves_away_from_zero(kroner, ore):
    assert to_ore(kroner) == ore


def test_ore_become_kroner_with_two_decimals():
    assert str(to_kroner(84180)) == "841.80"


@given(amounts, st.integers(1, 10**9))
def test_the_column_form_divides_as_the_single_form(numerator, denominator):
    column = divide_half_up_columns(np.array([numerator]), denominator)
    assert column[0] == divide_half_up(numerator, denominator)


@given(amounts, st.integers(1, 10**6))
def test_rounding_is_never_more_than_half_off(numerator, denominator):
    assert abs(Fraction(numerator, denominator) - divide_half_up(numerator, denominator)) <= Fraction(1, 2)


def test_the_draw_is_the_published_hash():
    assert hash_text("example:21") == 0x1AB1DBC1DD44ECA8
    assert draw("example", "reduction", 7, 21) == hash_text("example:reduction:7:21")


def test_nobodys_draw_moves_when_others_are_added():
    few, many = np.array([5, 9]), np.array([1, 5, 7, 9])
    assert list(mix(1, "age", few)) == list(mix(1, "age", many)[[1, 3]])
    assert list(mix(1, "age", few)) != list(mix(2, "age", few))
    assert list(mix(1, "age", few)) != list(mix(1, "sex", few))


def test_draws_are_spread_evenly():
    shares = mix(7, "spread", np.arange(100_000)) / 2**64
    counts = np.histogram(shares, bins=10, range=(0, 1))[0]
    assert counts.min() > 9_700
    assert counts.max() < 10_300


def test_a_stream_is_the_same_each_time_and_its_own_for_each_decision():
    assert stream(3, "moves").integers(0, 2**62) == stream(3, "moves").integers(0, 2**62)
    assert stream(3, "moves").integers(0, 2**62) != stream(3, "births").integers(0, 2**62)
