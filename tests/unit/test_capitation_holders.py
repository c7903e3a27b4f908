"""Who is paid what part of a list's month: comers and goers, shared and vacant lists, substitutes, salaried GPs."""

import json
from datetime import date

import pytest
from capitation_case import DAY, EQUAL, ListCase, period, small, snapshot_of
from typer.testing import CliRunner

from fastlege.cli.pay import app
from fastlege.rules.capitation.comparing.scenarios import scenario_rows
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.one_list import amount_of_trace

WHOLE = 7_235_329
"""Øre for 1 012 residents in October 2023."""
NOVEMBER = date(2023, 11, 1)


def lines_of(folder, *periods, case=None, book=EQUAL, month=DAY):
    snapshot = snapshot_of(folder / "s", case or ListCase(1, 1012), periods=list(periods))
    return run_month(snapshot, month, book).lines.to_pylist()


def paid(lines):
    return [(line["doctor_id"], line["share"], line["amount_ore"]) for line in lines]


def test_a_gp_of_the_whole_month_is_paid_all_of_it(tmp_path):
    assert paid(lines_of(tmp_path, period(1, 7))) == [(7, "1", WHOLE)]


def test_a_gp_who_leaves_is_paid_the_days_held_and_the_municipality_keeps_the_rest(tmp_path):
    lines = lines_of(tmp_path, period(1, 7, end=date(2023, 10, 15)))
    # 14 and 17 of 31 days
    assert paid(lines) == [(7, "14/31", 3_267_568), (None, "17/31", WHOLE - 3_267_568)]
    assert [line["payee"] for line in lines] == ["gp", "municipality"]


def test_a_gp_who_comes_is_paid_from_that_day(tmp_path):
    lines = lines_of(tmp_path, period(1, 7, start=date(2023, 10, 15)))
    assert [(doctor, share) for doctor, share, _ in paid(lines)] == [(7, "17/31"), (None, "14/31")]


def test_a_list_that_changes_hands_is_paid_to_both_by_days(tmp_path):
    lines = lines_of(tmp_path, period(1, 9, end=date(2023, 10, 11)), period(1, 7, start=date(2023, 10, 11)))
    assert [(doctor, share) for doctor, share, _ in paid(lines)] == [(7, "21/31"), (9, "10/31")]
    assert sum(line["amount_ore"] for line in lines) == WHOLE


def test_those_who_share_a_list_share_each_day_by_their_percentages(tmp_path):
    first = period(1, 7, percentage=60)
    second = period(1, 8, relationship="part_list", percentage=40)
    assert [(doctor, share) for doctor, share, _ in paid(lines_of(tmp_path, first, second))] == [(7, "3/5"), (8, "2/5")]


def test_one_alone_has_all_whatever_the_percentage(tmp_path):
    assert paid(lines_of(tmp_path, period(1, 7, percentage=50))) == [(7, "1", WHOLE)]


def test_holders_without_a_percentage_share_alike(tmp_path):
    lines = lines_of(tmp_path, period(1, 7, percentage=0), period(1, 8, percentage=0))
    assert [share for _, share, _ in paid(lines)] == ["1/2", "1/2"]


def test_who_holds_lists_in_two_municipalities_is_paid_by_each_for_its_own(tmp_path):
    cases, held = (small(1, 400), ListCase(2, 300)), [period(1, 7), period(2, 7)]
    lines = run_month(snapshot_of(tmp_path / "s", *cases, periods=held), DAY, EQUAL).lines.to_pylist()
    # 841.80 x 31 / 365 kroner: 400 in the small municipality, and the 800 that its mean list lacks; 300 in the other
    assert [(line["municipality"], line["kind"], line["doctor_id"], line["amount_ore"]) for line in lines] == [
        ("1144", "capitation", 7, 2_859_814),
        ("1144", "equalisation_grant", 7, 5_719_627),
        ("0301", "capitation", 7, 2_144_860),
    ]


@pytest.mark.parametrize("relationship", ["substitute", "introduction", "lis1"])
def test_nobody_but_holders_is_paid(tmp_path, relationship):
    other = period(1, 8, relationship=relationship)
    assert paid(lines_of(tmp_path, other)) == [(None, "1", WHOLE)]
    assert paid(lines_of(tmp_path / "beside", period(1, 7), other)) == [(7, "1", WHOLE)]


def test_the_municipality_keeps_all_of_a_salaried_list_whoever_comes_and_goes(tmp_path):
    case = ListCase(1, 1012, salaried=True)
    assert paid(lines_of(tmp_path, period(1, 7, end=date(2023, 10, 15)), case=case)) == [(None, "1", WHOLE)]


def test_every_kind_is_shared_alike_and_follows_from_its_trace(tmp_path):
    case = small(1, 333, agreement_date=date(2023, 3, 15))
    lines = lines_of(tmp_path, period(1, 9, end=date(2023, 10, 8)), period(1, 7, start=date(2023, 10, 20)), case=case)
    assert [(line["kind"], line["doctor_id"]) for line in lines] == [
        (kind, doctor) for kind in ("base_grant", "equalisation_grant") for doctor in (7, 9, None)
    ]
    for line in lines:
        trace = json.loads(line["trace"])
        assert amount_of_trace(trace) == line["amount_ore"]
        assert trace["share"] == line["share"]


def test_the_parts_of_capitation_are_shared_to_the_ore(tmp_path):
    for line in lines_of(tmp_path, period(1, 7, end=date(2023, 10, 15))):
        parts = [line[f"{part}_ore"] for part in ("sex_age_use", "centrality", "socioeconomy", "newcomers")]
        assert sum(parts) == line["amount_ore"]
        assert min(parts) >= 0


def test_the_command_line_explains_each_part(tmp_path):
    def pay(*words):
        return CliRunner().invoke(app, [str(word) for word in words]).stdout

    leaver = [period(1, 7, end=date(2023, 10, 15))]
    folder, file = snapshot_of(tmp_path / "s", ListCase(1, 1012), periods=leaver).folder, tmp_path / "f.parquet"
    pay("run", "--snapshot", folder, "--month", "2023-10", "--out", file)
    told = pay("explain", file, "--list", 1)
    assert "x 31/365 of the year, 14/31 of it = " in told
    assert "x 31/365 of the year, 17/31 of it = " in told
    assert "kroner to the municipality" in told


def test_by_the_other_reading_the_holder_on_the_first_has_the_month(tmp_path):
    book = EQUAL.with_rows(scenario_rows("reading-holder-on-the-first"))
    leaver, comer = period(1, 9, end=date(2023, 10, 11)), period(1, 7, start=date(2023, 10, 11))
    assert paid(lines_of(tmp_path, leaver, comer, book=book)) == [(9, "1", WHOLE)]
    assert paid(lines_of(tmp_path / "vacant", comer, book=book)) == [(None, "1", WHOLE)]


def test_a_calculation_for_another_month_goes_by_the_holders_of_the_snapshots_day(tmp_path):
    lines = lines_of(tmp_path, period(1, 7, end=date(2023, 10, 15)), month=NOVEMBER)
    assert [(doctor, share) for doctor, share, _ in paid(lines)] == [(7, "1")]
