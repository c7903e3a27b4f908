"""Waits in words: short, the same in three languages, and never more exact than they are."""

import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from fastlege.kernel.errors import DataError
from fastlege.planning.waits.basis import WaitBasis
from fastlege.planning.waits.words import LANGUAGES, Wait, in_words

TEXTS = tomllib.loads((files("fastlege.planning.waits") / "words.toml").read_text())


@pytest.mark.parametrize(
    ("low", "median", "high", "basis", "words"),
    [
        (91, 152, 213, "estimated", "mellom 3 og 7 måneder, oftest rundt 5"),
        (30, 30, 30, "estimated", "trolig ved neste månedsskifte"),
        (30, 61, 122, "estimated", "opptil 4 måneder, oftest rundt 2"),
        (61, 61, 61, "estimated", "rundt 2 måneder"),
        (91, 365, None, "estimated", "minst 3 måneder, oftest rundt 12 måneder, men det kan ta mer enn 2 år"),
        (30, 365, None, "estimated", "oftest rundt 12 måneder, men det kan ta mer enn 2 år"),
        (365, None, None, "beyond_horizon", "trolig mer enn 2 år"),
        (None, None, None, "beyond_horizon", "mer enn 2 år"),
    ],
)
def test_a_wait_reads_as_people_would_say_it(low, median, high, basis, words):
    assert in_words(Wait(low, median, high, basis), "nb") == words


def test_the_other_languages_say_the_same():
    wait = Wait(91, 152, 213, "estimated")
    assert in_words(wait, "nn") == "mellom 3 og 7 månader, oftast rundt 5"
    assert in_words(wait, "en") == "between 3 and 7 months, most often about 5"


@pytest.mark.parametrize("basis", [basis for basis in WaitBasis if basis.value in TEXTS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_without_a_number(basis, language):
    words = in_words(Wait(None, None, None, basis.value), language)
    assert words
    assert not any(letter.isdigit() for letter in words)


def test_every_basis_without_days_is_in_the_catalogue():
    assert {basis.value for basis in WaitBasis} - set(TEXTS) == {"estimated", "beyond_horizon"}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_stands_in_all_languages_with_the_same_facts(key):
    assert list(TEXTS[key]) == list(LANGUAGES)
    facts = {language: {name for _, name, _, _ in Formatter().parse(TEXTS[key][language])} for language in LANGUAGES}
    assert facts["nb"] == facts["nn"] == facts["en"]


def test_an_unknown_language_is_refused():
    with pytest.raises(DataError, match="no language 'de'"):
        in_words(Wait(30, 30, 30, "estimated"), "de")
