"""Pictures drawn by hand: lengths follow the values, words stand for them, and scales are round."""

import re

import pytest

from fastlege.reporting.pictures.charts import Along, Item, Line, Shown, bar_chart, column_chart, line_chart

SHOWN = Shown("c", "A <title>", "10 & 20")


def tick(value, places):
    return f"{value:.{places}f}"


def test_bars_are_as_long_as_their_values_and_text_is_escaped():
    svg = bar_chart([Item("a", 10.0, "10"), Item("b", 20.0, "20"), Item("<c>", None, ":")], SHOWN)
    lengths = [float(each) for each in re.findall(r'width="([\d.]+)" height="11" fill="#0b5394"', svg)]
    assert lengths == [240.0, 480.0]
    assert "A &lt;title&gt;" in svg
    assert "&lt;c&gt;" in svg
    assert 'aria-labelledby="c-t c-d"' in svg
    assert "style" not in svg


def test_a_negative_bar_lies_to_the_left_of_nought():
    svg = bar_chart([Item("a", -10.0, "-10"), Item("b", 30.0, "30")], SHOWN)
    assert re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="11" fill="#(?:e07b00|0b5394)"', svg) == [
        ("0.0", "120.0"), ("120.0", "360.0")
    ]  # fmt: skip


def test_columns_stand_on_a_round_scale_from_nought():
    svg = column_chart(["x", "y"], [Line("one", (37.0, None))], SHOWN, tick)
    assert re.findall(r'text-anchor="end"[^>]*>(\d+)<', svg) == ["0", "10", "20", "30", "40"]
    assert svg.count('fill="#0b5394"') == 1


def test_large_numbers_on_the_axis_stand_inside_the_picture():
    svg = column_chart(["x"], [Line("one", (1_900_000.0,))], SHOWN, lambda value, _: f"{value:,.0f}")
    ends = [(float(x), text) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>([\d,]+)<', svg)]
    assert ends[-1][1] == "2,000,000"
    # At 13 units a digit of the type is a little over seven and a half wide.
    assert all(x - len(text) * 7.6 > 0 for x, text in ends)


def test_several_lines_have_a_legend_and_a_missing_value_no_point():
    svg = line_chart(["x", "y"], [Line("one", (1.0, 2.0)), Line("two", (None, 3.0))], SHOWN, tick)
    assert svg.count("<circle") == 3
    assert ">two</text>" in svg


def test_a_line_leaves_a_gap_where_a_value_is_missing():
    svg = line_chart(["a", "b", "c", "d", "e"], [Line("one", (1.0, 2.0, None, 3.0, None))], SHOWN, tick)
    assert [len(points.split()) for points in re.findall(r'<polyline points="([^"]*)"', svg)] == [2]
    assert svg.count("<circle") == 3


def test_points_stand_as_far_apart_as_their_days_and_breaks_between_them():
    along = Along(places=(0.0, 0.25, 1.0), breaks=(0.5,))
    svg = line_chart(["a", "b", "c"], [Line("one", (1.0, 2.0, 3.0))], SHOWN, tick, along)
    first, second, last = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg))
    assert (second - first) / (last - first) == pytest.approx(0.25, abs=0.001)
    (mark,) = re.findall(r'<line x1="([\d.]+)"[^>]*stroke-dasharray', svg)
    assert (float(mark) - first) / (last - first) == pytest.approx(0.5, abs=0.001)


def test_a_chart_of_nothing_but_noughts_is_still_drawn():
    assert "<rect" in column_chart(["x"], [Line("one", (0.0,))], SHOWN, tick)
    assert "<rect" in bar_chart([Item("a", 0.0, "0")], SHOWN)
