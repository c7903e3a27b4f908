"""Sentences follow the direction and the size of what they tell, in both languages."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.levels import Level, Words
from fastlege.reporting.report.comparing import Past, Series, periods
from fastlege.reporting.report.counting import Cell, Counts
from fastlege.reporting.report.plan import Sentence, Text
from fastlege.reporting.report.sentences import Teller


class Areas:
    names = {"11": "Rogaland", "46": "Vestland"}

    def __init__(self, codes):
        self._codes = codes

    def codes(self, level):
        return self._codes

    def shown(self, level):
        return [True] * len(self._codes)

    def name(self, level, code):
        return Words(*[self.names.get(code, code)] * 3)


def counts(cells, month="2023-10", groups=None, codes=("11", "46")):
    snapshot = SimpleNamespace(as_of=date.fromisoformat(f"{month}-01"), meta={"areas": "part"})
    whole = {(figure, level, area, by, group): cell for (figure, level, area, by, group), cell in cells.items()}
    return Counts(snapshot, Areas(list(codes)), 6, whole, {}, groups or {})


def in_country(figure, value, by="", group=""):
    return {(figure, Level.COUNTRY, "country", by, group): Cell(value)}


def told(text, series, language="en"):
    return Teller(series, language).told(Sentence(Text(text, text), compares=True))


@pytest.mark.parametrize(
    ("before", "after", "nb", "en"),
    [
        (100, 100, "er uendret på 100", "has stayed at 100"),
        (1000, 1005, "har økt svakt, fra 1\u00a0000 til 1\u00a0005", "has risen slightly, from 1,000 to 1,005"),
        (100, 105, "har økt fra 100 til 105", "has risen from 100 to 105"),
        (100, 110, "har økt mye, fra 100 til 110", "has risen much, from 100 to 110"),
        (1000, 995, "har gått svakt ned", "has fallen slightly"),
        (100, 95, "har gått ned fra 100 til 95", "has fallen from 100 to 95"),
        (100, 50, "har gått mye ned", "has fallen much"),
        (0, 3, "har økt mye, fra 0 til 3", "has risen much, from 0 to 3"),
    ],
)
def test_a_change_is_told_by_its_direction_and_size(before, after, nb, en):
    series = Series(counts(in_country("gps", after)), (counts(in_country("gps", before), "2022-10"),))
    for language, expected in (("nb", nb), ("en", en)):
        text = told("X {gps.moved}.", series, language)
        assert text.startswith(f"X {expected}")
        assert {"nb": "siden oktober 2022", "en": "since October 2022"}[language] in text


def test_shares_change_by_percentage_points():
    series = Series(
        counts(in_country("share_lists_vacant", 4.0)), (counts(in_country("share_lists_vacant", 5.5), "2022-10"),)
    )
    assert told("It {share_lists_vacant.moved}.", series) == (
        "It has fallen much, from 5.5 to 4.0 per cent since October 2022 (1.5 percentage points down)."
    )


def test_nothing_is_said_of_a_change_without_a_past():
    assert told("It {gps.moved}.", Series(counts(in_country("gps", 5)))) is None


def test_published_values_stand_in_for_a_past_of_the_whole_country_only():
    part = counts(in_country("gps", 5767), "2026-06")
    whole = replace(part, snapshot=SimpleNamespace(as_of=part.snapshot.as_of, meta={}))
    assert Series(part).past("gps") == []
    assert Series(whole).past("gps")[-1] == Past("2026-05", Cell(5767.0), published=True)


def test_of_years_before_the_last_published_state_stands_and_of_this_year_all():
    october = replace(counts(in_country("gps", 5224)), snapshot=SimpleNamespace(as_of=date(2023, 10, 1), meta={}))
    may = replace(october, snapshot=SimpleNamespace(as_of=date(2026, 5, 1), meta={}))
    assert [past.period for past in Series(october).past("gps")] == [
        "2020Q4", "2021Q4", "2022Q4", "2023Q1", "2023Q2", "2023Q3"
    ]  # fmt: skip
    assert [past.period for past in Series(may).past("gps")] == [f"{year}Q4" for year in range(2020, 2026)]


def test_a_period_that_few_rows_have_gets_no_column():
    quarter, month = (Past(at, Cell(1.0), published=True) for at in ("2022Q4", "2022-09"))
    assert periods([[quarter]] * 4 + [[month]] + [[]]) == [("2022Q4", True)]
    assert periods([[quarter]] * 3 + [[month]]) == [("2022-09", True), ("2022Q4", True)]


def test_a_figure_is_written_with_the_decimals_that_were_published_of_it():
    money = definition("expenditure_scheme")
    year = SimpleNamespace(as_of=date(2026, 5, 1), meta={"claims_year": "2025"})
    whole = replace(counts({}), snapshot=year)
    part = replace(counts({}), snapshot=SimpleNamespace(as_of=year.as_of, meta=year.meta | {"areas": "56"}))
    assert (money.decimals, Series(whole).decimals(money), Series(part).decimals(money)) == (1, 0, 1)


@pytest.mark.parametrize(("value", "expected"), [(0, "There are none."), (3, "There are 3."), (None, None)])
def test_a_sentence_may_wait_for_its_figure_to_be_nought_or_not(value, expected):
    cells = {} if value is None else in_country("unplaced", value)
    sentences = [
        Sentence(Text("", "There are none."), compares=False, of="unplaced", states=("nought",)),
        Sentence(Text("", "There are {unplaced}."), compares=False, of="unplaced", states=("some",)),
    ]
    assert (Teller(Series(counts(cells)), "en").paragraph(sentences) or None) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"11": 3.0, "46": 7.5}, "From 3.0 per cent in Rogaland to 7.5 per cent in Vestland."),
        ({"11": 3.0, "46": 3.0}, "3.0 per cent everywhere."),
        ({"11": 3.0, "46": None}, "3.0 per cent in Rogaland."),
    ],
)
def test_a_spread_names_the_lowest_and_the_highest(values, expected):
    cells = {("share_lists_vacant", Level.COUNTY, area, "", ""): Cell(value) for area, value in values.items()}
    now = counts(cells | in_country("share_lists_vacant", 5.0))
    assert told("{share_lists_vacant.spread.county}.", Series(now)) == expected


@pytest.mark.parametrize(
    ("men", "expected"), [(1000, "The same as 1,000"), (1040, "40 more than 1,000"), (990, "10 less than 1,000")]
)
def test_two_figures_are_held_against_each_other(men, expected):
    now = counts(in_country("mean_list_length_men", men) | in_country("mean_list_length_women", 1000))
    assert told("{mean_list_length_men.against.mean_list_length_women}", Series(now)) == expected


def test_the_largest_groups_come_first():
    values = {"phone": 5, "video": 9, "text": 2, "office": 1}
    cells = in_country("contacts", 17)
    for group, value in values.items():
        cells |= in_country("contacts", value, "medium", group)
    now = counts(cells, groups={("contacts", "medium"): tuple(values)})
    assert told("{contacts.largest.medium}", Series(now), "nb") == "Video (9), telefon (5) og tekst (2)"


def test_groups_whose_names_hold_a_comma_are_parted_by_semicolons():
    cells = in_country("contacts", 17)
    for group, value in {"phone": 5, "unspecified": 9, "text": 2}.items():
        cells |= in_country("contacts", value, "medium", group)
    now = counts(cells, groups={("contacts", "medium"): ("phone", "unspecified", "text")})
    assert told("{contacts.largest.medium}", Series(now)) == "Digital, not stated how (9); telephone (5) and text (2)"


def test_nothing_is_said_of_what_cannot_be_divided():
    assert told("Now {share_lists_vacant}.", Series(counts(in_country("share_lists_vacant", None)))) is None


def test_a_number_that_may_not_be_shown_is_not_told():
    hidden = {("unplaced", Level.COUNTRY, "country", "", ""): Cell(None, suppressed=True)}
    assert told("Now {unplaced}.", Series(counts(hidden))) == "Now a number that is not shown."


def test_a_published_total_that_holds_more_is_not_set_beside_ours():
    cells = in_country("expenditure", 17623.0) | in_country("expenditure", 16177.0, "part", "gp_scheme")
    nation = counts(cells, "2025-01")
    nation.snapshot.meta = {}
    series = Series(nation)
    assert series.past("expenditure") == []
    assert [each.cell.value for each in series.past("expenditure", by="part", group="gp_scheme")][-1] == 15353


def test_figures_whose_published_totals_hold_more_say_so_in_a_break():
    wider = [each for each in definitions() if each.published_wider]
    assert wider
    assert all(any("8.11" in one.nb for one in each.breaks) for each in wider)
