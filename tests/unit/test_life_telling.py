"""What a life is told as: measures, people compared, pictures with their tables, texts in three languages."""

from __future__ import annotations

import itertools
import re
import tomllib
from datetime import UTC, date, datetime
from importlib.resources import files
from types import SimpleNamespace
from xml.etree import ElementTree

import polars as pl
import pytest

from fastlege.kernel.errors import DataError
from fastlege.simulation.life.policies.catalogue import POLICIES
from fastlege.simulation.life.telling.comparison import classes, compare, summary
from fastlege.simulation.life.telling.measures import measure
from fastlege.simulation.life.telling.pictures import Bar, Caption, Line, Part, bars, lines, round_step
from fastlege.simulation.life.telling.spells import Spells
from fastlege.simulation.life.telling.wording import LANGUAGES, wording_in
from fastlege.simulation.recipe import life_table

CAPTION = Caption("queue", "People & queues", "From 5 to 3.")
MOMENT = pl.Datetime("ms", "UTC")


def at(day):
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def spells(*rows):
    schema = {"person_id": pl.Int64, "month": pl.Int32, "outcome": pl.String, "size_group": pl.String}
    table = pl.DataFrame(list(rows), schema=schema, orient="row")
    return table.with_columns(waiting_since=pl.lit(at("2026-01-01")).cast(MOMENT))


def compared(one, other):
    return compare(spells(*one), spells(*other)).sort("person_id")


def test_a_person_served_in_another_month_is_that_much_later_or_earlier():
    one = [(1, 5, "served", "a"), (2, 5, "served", "a"), (3, 5, "served", "a")]
    other = [(1, 7, "served", "a"), (2, 5, "served", "a"), (3, 1, "served", "a")]
    assert compared(one, other)["months"].to_list() == [2, 0, -4]


def test_who_only_one_policy_serves_is_later_or_earlier_by_at_least_what_is_seen():
    one = [(1, 5, "served", "a"), (2, 9, "waiting", "a"), (3, 9, "served", "a"), (4, 9, "waiting", "a")]
    other = [(1, 9, "waiting", "a"), (2, 6, "served", "a"), (3, 9, "waiting", "a"), (4, 9, "withdrawn", "a")]
    rows = compared(one, other)
    assert rows["months"].to_list() == [4, -3, 1, 0]
    assert rows["at_least"].to_list() == [True, True, True, False]
    assert rows["served_by_any"].to_list() == [True, True, True, False]


def test_a_spell_that_only_one_policy_knows_is_not_compared():
    assert compared([(1, 5, "served", "a")], [(2, 5, "served", "a")]).is_empty()


def test_sums_by_size_of_municipality_add_up_to_the_whole():
    one = [(n, 5, "served", "ab"[n % 2]) for n in range(20)]
    other = [(n, 5 + n % 4 - 1, "served", "ab"[n % 2]) for n in range(20)]
    rows = compared(one, other)
    whole, parts = summary(rows), summary(rows, "size_group")
    for name in ("people", "earlier", "same", "later", "not_served"):
        assert whole[name].item() == parts[name].sum()
    assert whole.select("earlier", "same", "later").row(0) == (5, 5, 10)


@pytest.mark.parametrize(
    ("months", "step"),
    [(0, 0), (1, 1), (2, 1), (3, 3), (11, 6), (12, 12), (60, 24), (-1, -1), (-2, -1), (-3, -3), (-24, -24)],
)
def test_differences_fall_in_classes_named_by_their_end_nearest_to_none(months, step):
    rows = pl.DataFrame({"months": [months]}, schema={"months": pl.Int32})
    assert classes(rows).rows() == [(step, 1)]


def month(queue, moves, number=1, day=date(2026, 2, 1), left=(), open_lists=()):
    key = {"person_id": pl.Int64, "rank": pl.Int8, "waiting_since": MOMENT}
    return SimpleNamespace(
        number=number,
        day=day,
        policy="round",
        queue=pl.DataFrame(queue, schema=key, orient="row"),
        moves=pl.DataFrame(moves, schema={**key, "reason": pl.String}, orient="row").with_columns(
            direct=pl.col("reason").is_in(["chosen_direct"]) | pl.col("person_id").is_in(list(open_lists))
        ),
        left=pl.DataFrame(list(left), schema={**key, "why": pl.String}, orient="row"),
        lists=pl.DataFrame({"length": [10], "status": ["open"], "has_gp": [True], "in_force": [True]}),
        unplaced=pl.DataFrame([(9, date(2025, 11, 1))], schema={"person_id": pl.Int64, "since": pl.Date}, orient="row"),
    )


OLD, NEW = at("2025-01-27"), at("2026-01-12")


def test_measures_count_people_not_places_and_leave_direct_choices_out_of_waits():
    told = measure(
        month(
            queue=[(1, 1, OLD), (1, 2, OLD), (2, 1, NEW)],
            moves=[(3, 1, NEW, "chosen_queue"), (4, 2, OLD, "cycle"), (5, 1, NEW, "chosen_direct")],
        )
    )
    assert (told["waiting"], told["places"], told["served"]) == (2, 3, 3)
    assert (told["wait_mean"], told["wait_max"]) == (195.0, 370.0)
    assert (told["served_wait_mean"], told["served_wait_p90"]) == (195.0, 370.0)
    # Of persons 2 and 3, who asked in the month, one was served.
    assert (told["pct_within_month"], told["pct_first_wish"]) == (50.0, 66.7)
    assert (told["without_list"], told["without_list_longest"]) == (1, 92)


def test_a_new_request_for_an_open_list_is_a_direct_choice_though_a_ring_met_it():
    told = measure(month([], [(1, 1, NEW, "cycle"), (2, 1, OLD, "cycle")], open_lists=[1]))
    assert (told["served_chosen_direct"], told["served_cycle"], told["served_wait_max"]) == (1, 1, 370.0)


def test_a_month_without_anybody_waiting_has_no_waits():
    told = measure(month([], []))
    assert (told["waiting"], told["wait_mean"], told["served_wait_max"], told["pct_within_month"]) == (
        0,
        None,
        None,
        None,
    )


def test_a_spell_ends_with_the_first_list_obtained_though_a_better_one_is_still_wanted():
    collected = Spells()
    collected.add(month([(1, 1, OLD), (2, 1, NEW)], [(1, 3, OLD, "cycle")]))
    collected.add(month([(2, 1, NEW)], [(1, 1, OLD, "chosen_queue")], number=2, day=date(2026, 3, 1)))
    assert collected.table().select("person_id", "month", "outcome", "rank").rows() == [
        (1, 1, "served", 3),
        (2, 2, "waiting", 1),
    ]


def test_a_spell_ends_when_the_last_place_is_gone_and_says_why():
    collected = Spells()
    collected.add(month([(1, 2, OLD)], [], left=[(1, 1, OLD, "list_ended"), (2, 1, NEW, "death")]))
    assert collected.table().select("person_id", "outcome").rows() == [(1, "waiting"), (2, "death")]


def test_lines_are_a_picture_with_title_and_description_and_a_label_for_each():
    picture = lines(CAPTION, [Line("a", "Ours", [5.0, None, 3.0]), Line("b", "Æ & others", [5.0, 4.0, 3.0])],
                    ["01", "02", "03"], str)  # fmt: skip
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert [root.find("title").text, root.find("desc").text] == ["People & queues", "From 5 to 3."]
    assert {"Ours", "Æ & others"} <= {text.text for text in root.iter("text")}
    assert len(list(root.iter("polyline"))) == 2


def test_labels_at_the_ends_of_lines_do_not_lie_over_each_other():
    rows = [Line("a", f"Line {n}", [1.0, 1.0]) for n in range(8)]
    root = ElementTree.fromstring(lines(CAPTION, rows, ["01", "02"], str))
    heights = sorted(float(text.attrib["y"]) for text in root.iter("text") if text.text.startswith("Line"))
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 16
    assert heights[0] > 0
    assert heights[-1] < 330


def test_bars_have_stretches_in_proportion():
    root = ElementTree.fromstring(bars(CAPTION, [Bar("x", [Part("a", 1), Part("b", 3)], "4"), Bar("y", [], "0")]))
    widths = [float(part.attrib["width"]) for part in root.iter("rect")]
    assert widths[1] == pytest.approx(3 * widths[0], abs=0.2)


@pytest.mark.parametrize(("least", "step"), [(0, 1), (0.3, 0.5), (1, 1), (3, 5), (7, 10), (12, 20), (21000, 50000)])
def test_steps_of_a_scale_are_round(least, step):
    assert round_step(least) == pytest.approx(step)


def test_every_text_is_there_in_three_languages_with_the_same_values():
    texts = tomllib.loads((files("fastlege.simulation.life.telling") / "texts.toml").read_text(encoding="utf-8"))
    pages = [texts["page"][language] for language in LANGUAGES]
    assert pages[0].keys() == pages[1].keys() == pages[2].keys()
    for name, text in pages[0].items():
        holes = [re.findall(r"\{\w+\}", str(page[name])) for page in pages]
        assert sorted(holes[0]) == sorted(holes[1]) == sorted(holes[2]), (name, text)
    assert set(texts["policy"]) == set(POLICIES)
    for group in (*texts["policy"].values(), texts["reason"], texts["size"]):
        assert set(group) == set(LANGUAGES)


def test_numbers_are_written_as_each_language_does():
    assert [wording_in(language).number(-12345.67, 1) for language in ("nb", "en")] == ["−12\u00a0345,7", "−12,345.7"]
    assert wording_in("nn").percent(0.125) == "12,5\u00a0%"
    assert wording_in("nb").number(None) == "–"
    assert wording_in("nb").number(-0.01) == "0"


def test_an_unknown_language_is_refused():
    with pytest.raises(DataError, match="Choose one of: nb, nn, en"):
        wording_in("sv")


def test_every_rate_says_what_it_rests_on():
    rates = life_table("rates")
    assert set(rates["confidence"]) == {"published", "derived", "assumed"}
    assert rates.filter((pl.col("confidence") != "assumed") & pl.col("source").is_null()).is_empty()
    assert rates.filter(pl.col("note").is_null()).is_empty()
    assert rates["name"].is_unique().all()
