"""The fixed words of reports are the same set in both languages, and a title says its unit once."""

import pytest

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.engine import tables_of
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.reporting.report.back_matter import glossary, method
from fastlege.reporting.report.wording import period_words, since_words, words
from fastlege.reporting.report.wording.numbers import says, with_unit


def shape(tree):
    return {key: shape(value) if isinstance(value, dict) else "" for key, value in tree.items()}


def test_both_languages_have_the_same_words():
    assert shape(words("nb")) == shape(words("en"))


def test_glossary_and_method_are_in_both_languages_and_in_order():
    assert len(glossary("nb")) == len(glossary("en")) > 20
    assert len(method("nb")) == len(method("en"))
    assert [term.word for term in glossary("en")] == sorted((term.word for term in glossary("en")), key=str.casefold)


def test_periods_are_told_in_words():
    assert [period_words(each, "nb") for each in ("2024", "2019Q4", "2023H1", "2026-05")] == [
        "2024", "4. kvartal 2019", "1. halvår 2023", "mai 2026"
    ]  # fmt: skip
    assert [period_words(each, "en") for each in ("2019Q4", "2023H1", "2023-01/2023-07")] == [
        "4th quarter 2019", "half-year 1 of 2023", "January 2023–July 2023"
    ]  # fmt: skip
    assert [since_words(each, "en") for each in ("2019Q4", "2024")] == ["the 4th quarter of 2019", "2024"]
    assert [period_words(each, "nn") for each in ("2019Q4", "2023H2")] == ["4. kvartal 2019", "2. halvår 2023"]


@pytest.mark.parametrize(
    ("title", "unit", "expected"),
    [
        ("Lists", "lists", "Lists"),
        ("Share vacant", "per cent", "Share vacant (per cent)"),
        ("Free places per 1,000, all lists", "per 1,000 residents", "Free places per 1,000 residents, all lists"),
        ("Days per 1 000", "dager per 1 000 innbyggere", "Days per 1\u00a0000 innbyggere"),
    ],
)
def test_a_title_says_its_unit_once(title, unit, expected):
    assert with_unit(title, unit) == expected
    assert says(with_unit(title, unit).replace("\u00a0", " "), unit)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_table_that_a_snapshot_may_lack_is_told_in_words(language):
    may_lack = {table for each in definitions() for table in tables_of(definition(each.id))} - set(TABLES)
    assert may_lack <= set(words(language)["tables_lacking"])
