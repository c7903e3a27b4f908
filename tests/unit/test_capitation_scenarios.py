"""Reforms and older formulas are the same code with other rows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.terms import month_terms
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
OCTOBER = date(2023, 10, 1)


def with_value(name, value):
    row = replace(BOOK.row(name, on=OCTOBER), value=value, valid_from=date(2023, 5, 1), source="scenario")
    return BOOK.with_rows([row])


def test_a_scenario_rate_is_paid():
    assert month_terms(with_value("capitation.national_mean", Decimal(900)), OCTOBER).capitation.below == 900


def test_the_older_formula_pays_a_twelfth_each_month():
    book = with_value("capitation.monthly_formula", "annual/12 * persons")
    assert month_terms(book, OCTOBER).part_of_year == Fraction(1, 12)


@pytest.mark.parametrize(
    "name", ["capitation.monthly_formula", "equalisation.formula", "equalisation.mean_list_definition"]
)
def test_a_formula_that_nobody_has_written_is_not_guessed(name):
    book = with_value(name, "something new")
    if name == "capitation.monthly_formula":
        with pytest.raises(DataError, match="'something new' is not one that can be computed"):
            month_terms(book, OCTOBER)
    else:
        assert "'something new' is not one that can be computed" in "".join(
            month_terms(book, OCTOBER).not_known.values()
        )
