"""Identity numbers: known numbers, known faults, and nothing of a person in messages."""

from datetime import date

import numpy as np
import pytest

from fastlege.kernel import identifiers
from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers import (
    Fault,
    PersonNumberKind,
    Series,
    are_organisation_numbers,
    are_person_numbers,
    county_of,
    digits_of,
    mask_person_numbers_in,
    parse_hpr_number,
    parse_municipality_code,
    parse_organisation_number,
    parse_person_number,
    person_number_fault,
    synthetic_hpr_numbers,
    synthetic_organisation_numbers,
    synthetic_person_number,
    synthetic_person_numbers,
    synthetic_person_numbers_of_keys,
)
from fastlege.kernel.identifiers.persons import FIRST_WEIGHTS, LENGTH, SECOND_WEIGHTS
from fastlege.rules.parameters import load_rulebook

# Synthetic numbers with the check digits worked out by hand and by the labour administration's public validator.
TENOR, TENOR_D, TENOR_2032 = "17858500303", "57858500488", "17858500583"


@pytest.mark.parametrize(
    ("digits", "kind", "series", "form_2032"),
    [
        (TENOR, PersonNumberKind.BIRTH_NUMBER, Series.TENOR, False),
        (TENOR_D, PersonNumberKind.D_NUMBER, Series.TENOR, False),
        (TENOR_2032, PersonNumberKind.BIRTH_NUMBER, Series.TENOR, True),
        ("17 85 85 00303", PersonNumberKind.BIRTH_NUMBER, Series.TENOR, False),
    ],
)
def test_a_number_is_told_by_kind_series_and_form(digits, kind, series, form_2032):
    number = parse_person_number(digits)
    assert (number.kind, number.series, number.form_2032) == (kind, series, form_2032)


@pytest.mark.parametrize(
    ("add", "series"),
    [(0, Series.REAL), (40, Series.NAV_OR_HELP), (65, Series.NHN), (80, Series.TENOR)],
)
def test_the_series_is_told_by_what_is_added_to_the_month(add, series):
    nine = f"01{1 + add:02d}00"
    number = next(
        text for tail in range(100_000) if person_number_fault(text := f"{nine}{tail:05d}", accept_2032=False) is None
    )
    assert parse_person_number(number).series == series


def test_a_common_help_number_has_no_day():
    number = next(text for tail in range(1000) if person_number_fault(text := f"99999900{tail:03d}") is None)
    assert parse_person_number(number).kind == PersonNumberKind.COMMON_HELP_NUMBER


@pytest.mark.parametrize(
    ("digits", "fault"),
    [
        ("1785850030", Fault.NOT_ELEVEN_DIGITS),
        ("1785850030a", Fault.NOT_ELEVEN_DIGITS),
        ("١٧٨٥٨٥٠٠٣٠٣", Fault.NOT_ELEVEN_DIGITS),
        ("17858500304", Fault.CHECK_DIGITS),
        ("17858500313", Fault.CHECK_DIGITS),
        ("32858500303", Fault.NO_SUCH_DAY),
        ("00858500303", Fault.NO_SUCH_DAY),
        ("40858500303", Fault.NO_SUCH_DAY),
        ("17138500303", Fault.NO_SUCH_DAY),
        ("29820100303", Fault.NO_SUCH_DAY),
        ("31840100303", Fault.NO_SUCH_DAY),
    ],
)
def test_a_faulty_number_is_told_by_its_fault(digits, fault):
    assert person_number_fault(digits) == fault


def test_29_february_is_a_day_of_leap_years_only():
    assert person_number_fault("29820000000") == Fault.CHECK_DIGITS
    assert person_number_fault("29820400000") == Fault.CHECK_DIGITS
    assert person_number_fault("29820300000") == Fault.NO_SUCH_DAY


def test_the_form_of_2032_passes_only_when_accepted():
    assert person_number_fault(TENOR_2032) is None
    assert person_number_fault(TENOR_2032, accept_2032=False) == Fault.CHECK_DIGITS


def test_no_message_or_text_form_holds_the_number():
    with pytest.raises(DataError) as refusal:
        parse_person_number("17858500304")
    number = parse_person_number(TENOR)
    for text in (str(refusal.value), str(number), repr(number)):
        assert not any(part in text for part in ("17858500304", TENOR, "178585"))
    assert str(number) == "*********03"


def test_numbers_in_other_peoples_words_are_masked():
    words = f"Gjelder {TENOR} og 178585 00303, saksnummer 123456789012."
    assert mask_person_numbers_in(words) == "Gjelder *********03 og *********03, saksnummer 123456789012."


def test_the_check_digits_are_those_of_the_rulebook():
    book, day = load_rulebook(), date(2026, 1, 1)
    assert tuple(map(int, book.words("nin.check1_weights", on=day))) == FIRST_WEIGHTS
    assert tuple(map(int, book.words("nin.check2_weights", on=day))) == SECOND_WEIGHTS
    assert book.whole("nin.length", on=day) == LENGTH
    assert book.whole("nin.synthetic_month_add_tenor", on=day) == 80


def test_nothing_reads_sex_or_birth_date_out_of_a_number():
    words = {word for name in identifiers.__all__ for word in name.lower().split("_")}
    assert words & {"sex", "gender", "birth", "birthday", "age", "century"} == set()
    assert {field for field in parse_person_number(TENOR).__dataclass_fields__} == {
        "digits", "kind", "series", "form_2032",
    }  # fmt: skip


def test_a_synthetic_number_is_the_same_one_by_one_and_in_columns():
    days = np.array(["1985-05-17", "2001-02-03", "1985-05-17"], dtype="datetime64[D]")
    ordinals = np.array([3, 3, 4])
    column = digits_of(synthetic_person_numbers(days, ordinals)).tolist()
    assert column == [synthetic_person_number(day.item(), int(o)) for day, o in zip(days, ordinals, strict=True)]
    assert column[0] == TENOR


def test_an_empty_column_has_no_numbers():
    assert synthetic_person_numbers_of_keys(np.array([], dtype=np.int64)).tolist() == []


@pytest.mark.parametrize("birth_date", [date(1899, 12, 31), date(2040, 1, 1)])
def test_synthetic_numbers_are_made_for_days_from_1900_to_2039(birth_date):
    with pytest.raises(DataError, match="birth dates from 1900-01-01 to 2039-12-31"):
        synthetic_person_number(birth_date, 0)


@pytest.mark.parametrize("ordinal", [-1, 1000])
def test_a_day_has_room_for_some_hundred(ordinal):
    with pytest.raises(DataError, match=r"has room for [34][0-9][0-9] synthetic"):
        synthetic_person_number(date(1920, 5, 17), ordinal)


def test_two_hundred_thousand_keys_have_as_many_valid_numbers():
    # Keys a whole number of days apart share a day: two thousand days with a hundred numbers each.
    numbers = synthetic_person_numbers_of_keys(np.add.outer(np.arange(2_000), np.arange(100) * 48_213).ravel())
    assert len(np.unique(numbers)) == 200_000
    assert are_person_numbers(numbers, accept_2032=False).all()


@pytest.mark.parametrize("text", ["974760673", "974 760 673"])
def test_a_known_organisation_number_is_accepted(text):
    assert parse_organisation_number(text) == "974760673"


@pytest.mark.parametrize(("text", "why"), [("974760674", "check digit"), ("97476067", "nine digits"), ("x", "nine")])
def test_a_faulty_organisation_number_is_refused(text, why):
    with pytest.raises(DataError, match=why):
        parse_organisation_number(text)


def test_synthetic_organisation_numbers_are_valid_different_and_start_with_3():
    numbers = synthetic_organisation_numbers(np.arange(20_000) * 50)
    assert are_organisation_numbers(numbers).all()
    assert len(np.unique(numbers)) == 20_000
    assert set(numbers // 10**8) == {3}
    with pytest.raises(DataError, match="keys from 0"):
        synthetic_organisation_numbers(np.array([1_000_000]))


def test_hpr_numbers_are_up_to_nine_digits():
    assert parse_hpr_number("914 4889") == "9144889"
    for text in ("0123", "1234567890", "12a", ""):
        with pytest.raises(DataError, match="is not an HPR number"):
            parse_hpr_number(text)
    assert synthetic_hpr_numbers(np.array([0, 7])).tolist() == [990_000_000, 990_000_007]
    with pytest.raises(DataError, match="keys from 0"):
        synthetic_hpr_numbers(np.array([-1]))


def test_a_municipality_code_has_four_digits_and_starts_with_its_county():
    assert parse_municipality_code(" 0301 ") == "0301"
    assert county_of("4204") == "42"
    for text in ("301", "03011", "0001", "4200", "oslo"):
        with pytest.raises(DataError, match="is not a municipality code"):
            parse_municipality_code(text)
