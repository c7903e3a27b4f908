"""Identity numbers: the check of one and the check of a column agree, and what is made is valid."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastlege.kernel.identifiers import (
    PersonNumberKind,
    Series,
    are_person_numbers,
    digits_of,
    key_of_synthetic_person_number,
    parse_person_number,
    person_number_fault,
    synthetic_person_number,
    synthetic_person_numbers_of_keys,
)

NEAR_NUMBERS = st.builds(
    lambda day, month, rest: day * 10**9 + month * 10**7 + rest,
    st.integers(0, 75), st.integers(0, 95), st.integers(0, 10**7 - 1),
)  # fmt: skip
ANY_NUMBERS = st.one_of(NEAR_NUMBERS, st.integers(0, 10**11 - 1))


@given(st.lists(ANY_NUMBERS, min_size=1, max_size=50), st.booleans())
def test_one_and_a_column_are_checked_alike(numbers, accept_2032):
    column = are_person_numbers(np.array(numbers), accept_2032=accept_2032).tolist()
    assert column == [person_number_fault(f"{each:011d}", accept_2032=accept_2032) is None for each in numbers]


@given(st.dates(date(1900, 1, 1), date(2039, 12, 31)), st.integers(0, 300), st.booleans(), st.booleans())
def test_what_is_made_is_valid_synthetic_and_of_its_kind(birth_date, ordinal, d_number, form_2032):
    number = parse_person_number(synthetic_person_number(birth_date, ordinal, d_number=d_number, form_2032=form_2032))
    assert number.series == Series.TENOR
    assert number.form_2032 == form_2032
    assert number.kind == (PersonNumberKind.D_NUMBER if d_number else PersonNumberKind.BIRTH_NUMBER)


@given(st.lists(st.integers(0, 19_000_000), min_size=1, max_size=30, unique=True))
def test_different_keys_have_different_numbers_whatever_stands_beside_them(keys):
    numbers = synthetic_person_numbers_of_keys(np.array(keys)).tolist()
    assert len(set(numbers)) == len(keys)
    assert numbers[-1:] == synthetic_person_numbers_of_keys(np.array(keys[-1:])).tolist()


@given(st.lists(st.integers(0, 10**11 - 1), max_size=20))
def test_digits_keep_their_leading_zeros(numbers):
    assert digits_of(np.array(numbers, dtype=np.int64)).tolist() == [f"{each:011d}" for each in numbers]


@given(st.sampled_from(["17858500303", "57858500488"]), st.integers(0, 10), st.integers(1, 9))
def test_a_change_of_one_digit_is_never_taken_for_the_same_number(digits, place, step):
    changed = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    assert person_number_fault(changed, accept_2032=False) is not None


@given(st.integers(0, 18_900_000))
def test_the_key_of_a_number_is_the_key_that_it_was_made_from(key):
    number = str(digits_of(synthetic_person_numbers_of_keys(np.array([key])))[0])
    assert key_of_synthetic_person_number(number) == key


@given(ANY_NUMBERS)
def test_a_number_that_was_never_made_from_a_key_has_none(number):
    key = key_of_synthetic_person_number(f"{number:011d}")
    assert key is None or synthetic_person_numbers_of_keys(np.array([key])).tolist() == [number]


@given(st.text(max_size=12))
def test_a_text_that_is_no_number_has_no_key(text):
    assert key_of_synthetic_person_number(text) is None or text.isdigit()
