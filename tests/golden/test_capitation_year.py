"""A year of the synthetic nation costs what table 8.5 says, and the sums of its parts are its totals to the øre."""

import json
from datetime import date

import pytest

from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.rules.capitation.calibration.published import published_sums
from fastlege.rules.capitation.calibration.weight_set import calibrate
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import payment_header
from fastlege.rules.capitation.year import year_cost
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameters import WEIGHTS, load_rulebook
from fastlege.simulation.population import build_population

pytestmark = pytest.mark.national
BOOK = load_rulebook()
# How far the nation of May 2026 is from the sums of 2025, in per cent. Capitation is above since there are more people
# on lists by then. It has too few new lists far below their cap, and so a third of the base grants: docs/capitation.md.
RESIDUALS = {"sex_age_use": 1.2, "centrality": 1.2, "socioeconomy": 1.2, "equalisation_grant": 1.5, "base_grant": 70}
BY_PAY_FORM = {"salaried": 2, "self_employed": 1}


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("may") / "nation"
    build_population("norway-2026-05", folder)
    return Snapshot(folder)


def published(**wanted):
    return 1000 * sum(
        amount
        for (form, status, part), amount in published_sums()[2025].items()
        if wanted.items() <= {"pay_form": form, "status": status, "component": part}.items()
    )


def test_2025_costs_what_the_annual_report_says(nation):
    cost = year_cost(nation, 2025, BOOK)
    assert cost.total() / 100 == pytest.approx(published(), rel=0.002)
    for part, percent in RESIDUALS.items():
        assert cost.total(component=part) / 100 == pytest.approx(published(component=part), rel=percent / 100)
    for form, percent in BY_PAY_FORM.items():
        assert cost.total(pay_form=form) / 100 == pytest.approx(published(pay_form=form), rel=percent / 100)


def test_the_shipped_weights_are_those_that_the_calibration_finds(nation):
    assert calibrate(nation, "calibrated-2025", BOOK).text == (DATA / WEIGHTS).read_text(encoding="utf-8")


def test_the_national_mean_is_the_national_rate_and_parts_are_totals_to_the_ore(nation):
    book, month = BOOK, date(2025, 10, 1)
    run = run_month(nation, month, book)
    lines, totals = run.lines, payment_header(run, nation, book)["totals"]
    amounts = lines["amount_ore"].to_pylist()
    assert totals["amount_ore"] == sum(amounts) == totals["gp_ore"] + totals["municipality_ore"]
    assert sum(totals["parts"].values()) == totals["kinds"]["capitation"]["amount_ore"]
    # Lists with a base grant, which takes the place of their capitation, are part of the mean.
    rows = lines.to_pylist()
    paid = [row for row in rows if row["kind"] != "equalisation_grant"]
    whole = totals["kinds"]["capitation"]["amount_ore"]
    whole += sum(json.loads(row["trace"]).get("in_place_of_capitation_ore", 0) for row in paid)
    mean = whole / 100 / sum(row["persons"] for row in paid) / float(run.terms.part_of_year)
    assert mean == pytest.approx(993, abs=0.0001)
    for row in rows:
        if row["kind"] == "capitation":
            assert sum(row[f"{part}_ore"] for part in PARTS) == row["amount_ore"]
