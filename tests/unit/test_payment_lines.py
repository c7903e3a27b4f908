"""A month's payment lines: kinds, payees, traces, and sums that are their parts."""

import json
from datetime import date

import pytest
from capitation_case import DAY, EQUAL, ListCase, membership, person, small, snapshot_of

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.lines import LINE_SCHEMA, run_month

NEW = date(2023, 3, 15)


def lines_of(tmp_path, *lists, month=DAY):
    return run_month(snapshot_of(tmp_path / "s", *lists), month, EQUAL).lines.to_pylist()


def brief(lines):
    return [(line["list_id"], line["kind"], line["paid_persons"], line["payee"]) for line in lines]


def test_an_established_list_has_one_line_of_capitation(tmp_path):
    (line,) = lines_of(tmp_path, ListCase(3, 1012))
    trace, source = json.loads(line.pop("trace")), line.pop("source")
    assert line == {
        "list_id": 3,
        "municipality": "0301",
        "month": DAY,
        "kind": "capitation",
        "persons": 1012,
        "paid_persons": "1012",
        "rate": "841.80",
        "amount_ore": 7_235_329,
        "payee": "gp",
        "rule": "capitation.national_mean; capitation.weight_set; capitation.monthly_formula; capitation.part_months",
        "cells": [192],
        "cell_persons": [1012],
        "doctor_id": 3,
        "share": "1",
        "sex_age_use_ore": 6_883_100,
        "centrality_ore": 118_991,
        "socioeconomy_ore": 233_238,
        "newcomers_ore": 0,
    }
    assert trace.pop("counts_for").keys() == {"person", "sex_age_use", "centrality", "socioeconomy", "newcomers"}
    assert trace == {
        "formula": "annual/days_in_year * days_in_month * persons",
        "part_of_year": "31/365",
        "persons": "1012",
        "below": "841.80",
        "points": {"sex_age_use": 1012, "centrality": 1012, "socioeconomy": 1012, "newcomers": 0},
        "by_socioeconomic_class": [0, 1012, 0, 0, 0],
    }
    assert "fitted to table 8.5" in source


def test_a_list_around_the_knee_is_paid_by_both_rates(tmp_path):
    (line,) = lines_of(tmp_path, ListCase(3, 1012), month=date(2023, 3, 1))
    assert (line["rate"], line["amount_ore"]) == ("675/544", 5_788_320)
    assert json.loads(line["trace"])["knee"] == 1000


def test_before_the_base_grant_a_new_short_list_has_capitation(tmp_path):
    (line,) = lines_of(tmp_path, small(3, 100, agreement_date=NEW), month=date(2016, 8, 1))
    # 100 x 442 x 31 / 366 = 3 743.72 kroner
    assert (line["kind"], line["rate"], line["amount_ore"]) == ("capitation", "442", 374_372)


def test_a_new_short_list_has_the_base_grant_in_place_of_capitation(tmp_path):
    (line,) = lines_of(tmp_path, ListCase(3, 100, agreement_date=NEW))
    assert (line["kind"], line["persons"], line["paid_persons"]) == ("base_grant", 100, "500")
    assert line["amount_ore"] == 3_574_767
    assert json.loads(line["trace"])["in_place_of_capitation_ore"] == 714_953
    assert (line["cells"], line["cell_persons"]) == ([192], [100])


def test_each_list_of_a_small_municipality_has_the_same_equalisation_grant(tmp_path):
    lines = lines_of(tmp_path, small(1, 400), small(2, 20, vacant=True), small(3, 380, salaried=True))
    grants = [line for line in lines if line["kind"] == "equalisation_grant"]
    # (1 200 - 800 / 3) x 841.80 x 31 / 365 = 66 728.99 kroner
    assert [(line["list_id"], line["paid_persons"], line["amount_ore"]) for line in grants] == [
        (1, "2800/3", 6_672_899),
        (2, "2800/3", 6_672_899),
        (3, "2800/3", 6_672_899),
    ]
    assert json.loads(grants[0]["trace"]) == {
        "formula": "annual/days_in_year * days_in_month * persons",
        "part_of_year": "31/365",
        "persons": "2800/3",
        "below": "841.80",
        "reference_list": 1200,
        "mean_list": "list residents / lists",
        "municipality_lists": 3,
        "municipality_members": 800,
        "municipality_population": 520,
        "served_population": 520,
    }


def test_the_gp_is_paid_when_self_employed_and_the_municipality_keeps_the_rest(tmp_path):
    lines = lines_of(
        tmp_path,
        small(1, 400),
        small(2, 20, vacant=True, agreement_date=NEW),
        small(3, 380, salaried=True),
        small(4, 10, salaried=True, vacant=True),
        ListCase(5, 30, salaried=True, agreement_date=NEW),
    )
    assert brief(lines) == [
        (1, "capitation", "400", "gp"),
        (1, "equalisation_grant", "3990/4", "gp"),
        (2, "base_grant", "500", "municipality"),
        (2, "equalisation_grant", "3990/4", "municipality"),
        (3, "capitation", "380", "municipality"),
        (3, "equalisation_grant", "3990/4", "municipality"),
        (4, "capitation", "10", "municipality"),
        (4, "equalisation_grant", "3990/4", "municipality"),
        (5, "base_grant", "500", "municipality"),
    ]


@pytest.mark.parametrize(("municipality", "kinds"), [("1145", 2), ("1146", 1)])
def test_the_size_of_the_municipality_decides_the_equalisation_grant(tmp_path, municipality, kinds):
    assert len(lines_of(tmp_path, ListCase(1, 50, municipality=municipality))) == kinds


def test_a_member_counts_where_the_list_is_wherever_they_live(tmp_path):
    people = [person(1, municipality="0301"), person(2, municipality="1144"), person(3, municipality="1144")]
    rows = [membership(1, 1), membership(2, 1), membership(3, 2)]
    snapshot = snapshot_of(tmp_path / "s", small(1, 0), ListCase(2, 0), people=people, memberships=rows)
    lines = run_month(snapshot, DAY, EQUAL).lines.to_pylist()
    # The small municipality pays for the two on its list, and its mean list is of them.
    assert [(line["municipality"], line["kind"], line["persons"], line["paid_persons"]) for line in lines] == [
        ("1144", "capitation", 2, "2"),
        ("1144", "equalisation_grant", 2, "1198/1"),
        ("0301", "capitation", 1, "1"),
    ]


def test_a_list_that_has_ended_or_not_begun_is_not_paid(tmp_path):
    ended, coming = ListCase(1, 0, end=DAY), ListCase(2, 0, start=date(2023, 10, 2))
    last_day, first_day = ListCase(3, 1, end=date(2023, 10, 2)), ListCase(4, 1, start=DAY)
    assert [line["list_id"] for line in lines_of(tmp_path, ended, coming, last_day, first_day)] == [3, 4]


def test_an_empty_list_stands_in_the_run_with_nothing(tmp_path):
    (line,) = lines_of(tmp_path, ListCase(1, 0))
    assert (line["kind"], line["amount_ore"], line["cells"]) == ("capitation", 0, [])


def test_no_lists_is_an_empty_run(tmp_path):
    run = run_month(snapshot_of(tmp_path / "s"), DAY, EQUAL)
    assert run.lines.equals(LINE_SCHEMA.empty_table())


def test_the_cells_of_a_list_add_up_to_its_members(tmp_path):
    for line in lines_of(tmp_path, ListCase(1, 12), small(2, 5), ListCase(3, 7, agreement_date=NEW)):
        if line["cells"] is not None:
            assert sum(line["cell_persons"]) == line["persons"]


def test_a_list_in_an_unknown_municipality_stops_the_run(tmp_path):
    with pytest.raises(DataError, match="municipalities that are not in the table municipalities: 9999"):
        lines_of(tmp_path, ListCase(1, 0, municipality="9999"))
