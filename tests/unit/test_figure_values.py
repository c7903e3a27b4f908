"""Rounding, and the words that every definition must have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from fastlege.figures.catalogue import LANGUAGES, UNITS, Disclosure, definition, definitions, parse, read
from fastlege.figures.engine import PRICE_LEVEL, bases_of
from fastlege.figures.levels import Level, level_named
from fastlege.figures.measures import MEASURES, guard
from fastlege.figures.values import numerators, values
from fastlege.kernel.errors import DataError


def counts(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_a_share_is_rounded_once_from_whole_numbers_halves_away_from_zero() -> None:
    share = definition("share_lists_vacant")
    assert values(share, counts(1, 1, 2001), counts(3, 2000, 2000)).tolist() == [33.3, 0.1, 100.1]


def test_a_mean_may_be_negative_and_rounds_away_from_zero() -> None:
    mean = definition("mean_cap_minus_length")
    assert values(mean, numerators(mean, counts(-5, 5)), counts(2, 2)).tolist() == [-3.0, 3.0]


def test_room_below_nought_counts_as_nought() -> None:
    assert numerators(definition("free_places"), counts(-7, 0, 9)).tolist() == [0, 0, 9]


def test_nothing_to_divide_by_gives_no_value() -> None:
    assert np.isnan(values(definition("mean_list_length"), counts(0), counts(0))).all()


def test_the_catalogue_is_in_order_and_uses_every_measure() -> None:
    orders = [each.order for each in definitions()]
    assert orders == sorted(set(orders))
    used = {measure for each in definitions() for measure in (*each.measures, guard(each.numerator))}
    assert used | {PRICE_LEVEL} == set(MEASURES)


def test_figures_of_one_theme_stand_together() -> None:
    themes = [theme for theme, _ in groupby(definitions(), key=lambda each: each.theme)]
    assert len(themes) == len(set(themes))


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each.id)
def test_every_definition_says_all_it_must(each) -> None:
    texts = [each.title, each.question, each.why, each.numerator_words, *each.breaks]
    texts += [each.denominator_words] if each.denominator_words else []
    for text in texts:
        assert all(text.in_language(language).strip() for language in LANGUAGES)
    assert each.question.en.endswith("?")
    assert each.unit in UNITS
    assert each.next_review > date(2026, 1, 1)
    assert bool(each.denominator) == bool(each.denominator_words)


def test_counts_of_people_waiting_or_unplaced_are_protected_and_rates_of_them_too() -> None:
    protected = {each.id for each in definitions() if each.disclosure is Disclosure.PERSONS}
    assert {"unplaced", "waiting_persons", "waiting_persons_per_1000", "queue_places", "switches"} <= protected
    assert {each.id for each in definitions() if each.theme in ("waiting", "switches", "activity")} <= protected
    # A measure that is hidden in one figure is hidden in all, above the line or below it.
    hidden = {guard(each.numerator) for each in definitions() if each.disclosure is Disclosure.PERSONS}
    for each in definitions():
        assert (each.disclosure is Disclosure.PERSONS) == (guard(each.numerator) in hidden)
        assert each.disclosure is Disclosure.PERSONS or each.denominator not in hidden


def test_an_unknown_figure_gets_near_ones_suggested() -> None:
    with pytest.raises(DataError, match="Did you mean free_places or"):
        definition("free_place")


def test_an_unknown_level_names_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"no level 'counties'\. Did you mean county\? The levels are municipality, "):
        level_named("counties")
    assert level_named("size-group") is Level.SIZE_GROUP


RAW = {
    "order": 1, "theme": "lists", "unit": "lists", "direction": "neither", "status": "draft", "disclosure": "public",
    "author": "A", "reviewer": "B", "next_review": date(2027, 1, 1), "numerator": "lists", "sources": [],
    **{name: {"nb": "b?", "nn": "n?", "en": "e?"} for name in ("title", "question", "why", "numerator_words")},
}  # fmt: skip


def test_a_definition_is_read_with_its_defaults() -> None:
    read = parse("x", RAW, "x.toml")
    assert (read.scale, read.decimals, read.floor_at_zero, read.denominator, read.breaks) == (1, 0, False, None, ())
    assert replace(read, id="y") != read


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "furlongs"}, "unknown unit furlongs"),
        ({"title": {"nb": "b", "nn": "n"}}, "a text is missing in en"),
        ({"direction": "up"}, "'up' is not a valid Direction"),
        ({"divisor": 0}, "0 is not a whole number above nought"),
        ({"scale": -1}, "-1 is not a whole number above nought"),
        ({"next_review": "soon"}, "'soon' is not a day"),
        ({"denominator": "lists"}, "must name the denominator both as a measure and in words"),
        ({"colour": "red"}, "unknown entries: colour"),
    ],
)
def test_a_faulty_definition_is_refused_by_file_and_reason(change: dict, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        parse("x", RAW | change, "x.toml")
    assert refused.value.where == "x.toml"


def test_a_definition_that_lacks_something_says_what() -> None:
    with pytest.raises(DataError, match=r"x\.toml: lacks why"):
        parse("x", {key: value for key, value in RAW.items() if key != "why"}, "x.toml")


def test_a_definition_that_counts_no_known_measure_is_refused_by_its_names() -> None:
    with pytest.raises(DataError, match="lists: counts 'nothing', which is no measure"):
        bases_of([replace(definition("lists"), numerator="nothing")])


@pytest.mark.parametrize("content", [None, b"order = ", b"\xff"])
def test_a_definition_that_is_missing_or_no_toml_is_refused_by_name(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "definition.toml").write_bytes(content)
    with pytest.raises(DataError, match=f"figures/definitions/{tmp_path.name}/definition.toml: cannot be read"):
        read(tmp_path)
