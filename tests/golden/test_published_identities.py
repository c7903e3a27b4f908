"""The identities of the published tables that definitions carry: recomputed cell by cell from the printed values.

What printed values cannot give exactly, because they are rounded themselves, they must give within their rounding.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.prices import SAME, price_levels
from tools.published.identities.expenditure import PEOPLE

Cells = dict[tuple[str, str], Fraction]
HALF = Fraction(1, 2)
# Each pair of tables in current and in fixed prices, with the figures that carry them.
PRICES = (
    ("expenditure", "8.1", "8.2"),
    ("expenditure_scheme", "8.3", "8.4"),
    ("expenditure_lis1", "8.6", "8.7"),
    ("expenditure_out_of_hours", "8.8", "8.9"),
)


def printed(figure: str, table: str) -> Cells:
    """The printed values of a figure by period and group."""
    found = [each for each in definition(figure).references if each.table == table]
    return {(each.period, each.group): Fraction(each.value) for each in found}


@pytest.mark.parametrize(("figure", "nominal", "fixed"), PRICES)
def test_fixed_prices_are_current_ones_at_the_level_of_the_year(figure: str, nominal: str, fixed: str) -> None:
    now, then = printed(figure, nominal), printed(f"{figure}_fixed", fixed)
    assert now.keys() == then.keys()
    assert len(now) >= 28
    for (year, group), value in now.items():
        level = Fraction(price_levels()[int(year)], SAME)
        low, high = (value - HALF) / level - HALF, (value + HALF) / level + HALF
        assert low <= then[year, group] <= high, (figure, year, group)


def test_table_8_1_has_the_totals_of_tables_8_3_8_6_and_8_8() -> None:
    whole = printed("expenditure", "8.1")
    parts = {"gp_scheme": ("expenditure_scheme", "8.3"), "lis1": ("expenditure_lis1", "8.6"),
             "out_of_hours": ("expenditure_out_of_hours", "8.8")}  # fmt: skip
    compared = 0
    for part, (figure, table) in parts.items():
        for (year, group), value in printed(figure, table).items():
            if not group:
                compared += 1
                assert whole[year, part] == value, (part, year)
    assert compared == 21


@pytest.mark.parametrize(
    ("figure", "table"), [(figure, table) for figure, now, fixed in PRICES[1:] for table in (now,)]
)
def test_the_expenses_of_each_table_add_up_to_its_total(figure: str, table: str) -> None:
    cells = printed(figure, table)
    for year in sorted({year for year, _ in cells}):
        parts = [value for (of, group), value in cells.items() if of == year and group]
        assert abs(sum(parts) - cells[year, ""]) <= HALF * (len(parts) + 1), (figure, year)


def test_basic_funding_adds_up_by_component_pay_form_and_gp() -> None:
    cells = printed("basic_funding", "8.5")
    dimensions = [DIMENSIONS[name] for name in ("item", "pay_form", "gp_on_list")]
    for dimension in dimensions:
        parts = [cells[key] for code, _ in dimension.groups if (key := ("2025", code)) in cells]
        assert abs(sum(parts) - cells["2025", ""]) <= Fraction(len(parts), 1000), dimension.id


@pytest.mark.parametrize(("figure", "whole", "table"), [
    ("expenditure_per_resident", ("expenditure", "8.1"), "8.12"),
    ("expenditure_per_resident_fixed", ("expenditure_fixed", "8.2"), "8.13"),
])  # fmt: skip
def test_amounts_per_resident_divide_by_the_people_on_1_january(
    figure: str, whole: tuple[str, str], table: str
) -> None:
    amounts = printed(*whole)
    for (year, group), value in printed(figure, table).items():
        low = (amounts[year, group] - HALF) * 10**6 / PEOPLE[year] - HALF
        high = (amounts[year, group] + HALF) * 10**6 / PEOPLE[year] + HALF
        assert low <= value <= high, (figure, year, group)


def test_consultations_at_gps_and_out_of_hours_add_up_to_table_12_1() -> None:
    whole, gp, out = printed("consultations", "12.1"), printed("consultations_gp", "12.2"), printed(
        "consultations_out_of_hours", "12.3"
    )  # fmt: skip
    assert len(whole) == 28
    for (year, group), value in whole.items():
        assert gp[year, group] + out[year, group] == value
    for (year, _), value in printed("home_visits", "12.1").items():
        assert gp[year, "home_visit"] + out[year, "home_visit"] == value
    for cells in (gp, out):
        for year in sorted({year for year, _ in cells}):
            assert sum(value for (of, group), value in cells.items() if of == year and group) == cells[year, ""]


def test_every_group_of_a_printed_value_is_one_that_the_figure_is_divided_by() -> None:
    for each in definitions():
        groups = {code for name in each.splits for code, _ in DIMENSIONS[name].groups}
        found = any(not DIMENSIONS[name].groups for name in each.splits)
        for reference in each.references:
            assert found or reference.group in groups | {""}, (each.id, reference)
            Fraction(reference.value)
