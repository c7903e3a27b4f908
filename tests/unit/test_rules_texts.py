"""The catalogue of violations: every code in use has words in three languages and a provision."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fastlege.kernel.errors import DataError, Violation
from fastlege.rules import texts
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameters import load_rulebook

PACKAGE = Path(texts.__file__).parents[1]
BOOK = load_rulebook()


def codes_in(tree):
    """First arguments of `Violation(...)`, as constants or as names of constants of the same module."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Violation" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value
            elif isinstance(first, ast.Name) and first.id in constants:
                yield constants[first.id]


def codes_in_use():
    return {code for path in PACKAGE.rglob("*.py") for code in codes_in(ast.parse(path.read_text()))}


def test_every_violation_in_the_code_is_in_the_catalogue():
    assert codes_in_use() - texts.catalogue().keys() == set()


def test_every_violation_of_the_catalogue_is_in_use():
    assert texts.catalogue().keys() - codes_in_use() == set()


def test_the_catalogue_is_in_order():
    assert list(texts.catalogue_problems(texts.read_catalogue(DATA / texts.FILE), BOOK)) == []


@pytest.mark.parametrize("code", sorted(texts.catalogue()))
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_text_can_be_written_with_its_facts(code, language):
    facts = dict.fromkeys(texts.placeholders(texts.catalogue()[code].words[language]), 3)
    assert "{" not in texts.text(Violation(code, facts), language)


def test_days_numbers_and_years_follow_the_language():
    violation = Violation("list.reduction_notice", {"earliest": date(2026, 5, 1)})
    assert "1. mai 2026" in texts.text(violation, "nb")
    assert "1. mai 2026" in texts.text(violation, "nn")
    assert "1 May 2026" in texts.text(violation, "en")
    assert "12,500" in texts.text(Violation("list.full", {"cap": 12_500}), "en")
    assert "12\xa0500" in texts.text(Violation("list.full", {"cap": 12_500}), "nb")
    assert "0,5" in texts.text(Violation("list.full", {"cap": Decimal("0.5")}), "nn")
    assert "2026" in texts.text(Violation("switch.max_per_year", {"max": 2, "used": 2, "year": 2026}), "en")


def test_the_provision_follows_the_day():
    assert texts.provisions_on("list.cap_max", on=date(2025, 12, 31), book=BOOK) == ("FOR-2012-08-29-842 section 34",)
    assert texts.provisions_on("list.cap_max", on=date(2026, 1, 1), book=BOOK) == ("FOR-2025-12-02-2405 section 10",)


def test_a_violation_without_a_dated_parameter_has_its_one_provision():
    assert texts.provisions_on("waiting.start", on=date(2015, 1, 1), book=BOOK) == (texts.provision("waiting.start"),)


@pytest.mark.parametrize(
    ("violation", "language", "expected"),
    [
        (Violation("list.sold_out"), "nb", "list.sold_out is not in the catalogue"),
        (Violation("list.full"), "nb", "list.full lacks the fact 'cap'"),
        (Violation("list.full", {"cap": 3}), "de", "'de' is not a language"),
    ],
)
def test_what_cannot_be_worded_is_a_clear_error(violation, language, expected):
    with pytest.raises(DataError, match=expected):
        texts.text(violation, language)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"provision": "x", "nb": "a {b}", "nn": "a {b}", "en": "a"}, "same placeholders"),
        ({"provision": "x", "nb": "a", "nn": "a"}, "lacks en"),
        ({"provision": "x", "nb": "a", "nn": "a", "en": "a", "fi": "a"}, "unknown key fi"),
        ({"provision": "x", "nb": "a", "nn": "a", "en": "a", "parameter": "list.cap"}, "list.cap is not a rule"),
        ("words", "expected texts"),
    ],
)
def test_a_faulty_entry_is_named(entry, expected):
    [problem] = texts.catalogue_problems({"list.new": entry}, BOOK)
    assert "list.new" in problem
    assert expected in problem


def test_a_catalogue_that_is_not_toml_is_refused(tmp_path):
    path = tmp_path / "violations.toml"
    path.write_text("= nothing")
    with pytest.raises(DataError, match="cannot be read as TOML"):
        texts.read_catalogue(path)


def test_a_catalogue_with_an_entry_that_lacks_words_is_refused(tmp_path, monkeypatch):
    (tmp_path / texts.FILE).write_text('["list.new"]\nprovision = "x"\n')
    monkeypatch.setattr(texts, "DATA", tmp_path)
    texts.catalogue.cache_clear()
    try:
        with pytest.raises(DataError, match=r"violations.toml, list\.new: expected provision"):
            texts.catalogue()
    finally:
        texts.catalogue.cache_clear()
