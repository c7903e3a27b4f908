"""The site's pictures: maps, bars, strips and spreads."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from fastlege.reporting.pictures.maps import Dot, draw_map, shade
from fastlege.web import formats
from fastlege.web.frame import language_choices
from fastlege.web.pictures.bars import Amount, bars, strip
from fastlege.web.pictures.spread import spread


def circles(svg):
    return [tuple(map(float, found)) for found in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)]


def test_north_is_up_and_east_is_right():
    dots = [Dot(58.0, 8.0, 100, "none"), Dot(70.0, 25.0, 100, "none")]
    (west, south, _), (east, north, _) = circles(draw_map(dots, title="t", description="d"))
    assert west < east
    assert north < south


def test_every_dot_lies_in_the_picture_and_more_people_make_a_larger_one():
    dots = [Dot(58 + n / 10, 5 + n / 7, 10 ** (n % 5), "some") for n in range(60)]
    svg = draw_map(dots, title="t", description="d")
    height = float(re.search(r'viewBox="0 0 600 (\d+)"', svg)[1])
    drawn = circles(svg)
    assert len(drawn) == 60
    assert all(0 <= x <= 600 and 0 <= y <= height for x, y, _ in drawn)
    assert [r for *_, r in drawn] == sorted((r for *_, r in drawn), reverse=True)


@pytest.mark.parametrize("dots", [[], [Dot(60.0, 10.0, 0, "unknown")]])
def test_a_map_of_nothing_or_one_empty_place_is_still_a_picture(dots):
    assert draw_map(dots, title="t", description="d").startswith('<svg viewBox="0 0 600 ')


@pytest.mark.parametrize(
    ("free", "expected"),
    [(None, "unknown"), (0, "none"), (0.1, "few"), (9.99, "few"), (10, "some"), (49.9, "some"), (50, "many")],
)
def test_a_municipality_has_the_shade_of_its_room(free, expected):
    assert shade(free, few=10, many=50) == expected


def test_a_strip_never_runs_past_its_end():
    assert re.findall(r'x="([\d.]+)" width="([\d.]+)"', strip(0.8, 0.7)) == [("0.0", "80.0"), ("80.0", "20.0")]
    assert re.findall(r'x="([\d.]+)" width="([\d.]+)"', strip(-0.1)) == [("0.0", "0.0")]


def test_bars_share_a_scale_and_negative_ones_go_left_of_nought():
    drawn = bars([Amount("a", 30.0, "30"), Amount("b", -10.0, "-10"), Amount("c", None, "skjermet")], mean=10.0)
    found = [re.findall(r'class="bar[^"]*" x="([\d.]+)" width="([\d.]+)"', bar.drawing) for bar in drawn]
    assert found == [[("25.00", "75.00")], [("0.00", "25.00")], []]
    assert all('x1="50.00"' in bar.drawing for bar in drawn)


def test_a_spread_counts_every_value_once():
    with translation.override("nb"):
        rows = spread([0, 0.5, 9.9, 10, 27.3, 99.9])
    assert sum(row.value for row in rows) == 6
    assert [row.label for row in rows][:2] == ["0–10", "10–20"]
    assert [row.value for row in rows][:3] == [3, 1, 1]


def test_a_spread_of_nothing_is_empty_and_of_equal_values_one_row():
    assert spread([]) == []
    with translation.override("nb"):
        assert [(row.label, row.value) for row in spread([3.0, 3.0])] == [("3–4", 2)]


@pytest.mark.parametrize(
    ("language", "number", "negative"),
    [("nb", "1\u00a0234\u00a0567", "\u221212,50"), ("en", "1,234,567", "\u221212.50")],
)
def test_numbers_are_written_as_the_language_does(language, number, negative):
    with translation.override(language):
        assert formats.whole(1234567) == number
        assert formats.decimal(Decimal("-12.5"), 2) == negative


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", ["/", "/nn/", "/en/"]),
        ("/en/", ["/", "/nn/", "/en/"]),
        ("/nn/tall/gps/?a=1", ["/tall/gps/?a=1", "/nn/tall/gps/?a=1", "/en/tall/gps/?a=1"]),
        ("/english/", ["/english/", "/nn/english/", "/en/english/"]),
    ],
)
def test_the_same_page_is_found_in_each_language(address, expected):
    assert [choice.address for choice in language_choices(address)] == expected
