"""The columnar amounts are those of the plain arithmetic for one list, where all residents count alike."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.kernel.periods import age_on
from fastlege.rules.capitation.amounts import month_amounts
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.counting import CellCounts, cells_of
from fastlege.rules.capitation.one_list import (
    base_grant_of_month,
    capitation_of_month,
    equalisation_of_month,
    has_base_grant,
)
from fastlege.rules.capitation.register_day import RegisterDay
from fastlege.rules.capitation.terms import (
    CapitationTerms,
    CapLimit,
    EqualisationAmount,
    ListLimit,
    MeanList,
    month_terms,
)
from fastlege.rules.parameters import load_rulebook

SCHEME = load_cells()
BOOK = load_rulebook()
MONTHS = [date(2016, 8, 1), date(2020, 5, 1), date(2022, 2, 1), date(2023, 10, 1), date(2024, 2, 1), date(2026, 5, 1)]
TOWNS = ("1144", "1145", "1146")
SERVED_TOO = 700
rates = st.decimals(min_value=0, max_value=2000, places=3)
lists = st.lists(
    st.tuples(
        st.integers(0, 2600) | st.sampled_from([499, 500, 501]),  # members
        st.integers(0, len(TOWNS) - 1),
        st.integers(400, 2500) | st.sampled_from([499, 500, 501]),  # cap
        st.dates(date(2012, 1, 1), date(2026, 12, 31)),  # agreement
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def months(draw):
    """Terms of a real month, now and then with other rates, another knee or the other mean list."""
    terms = month_terms(BOOK, draw(st.sampled_from(MONTHS)))
    terms = replace(terms, capitation=replace(terms.capitation, weights=None))
    if draw(st.booleans()):
        one = draw(rates)
        knee = draw(st.none() | st.integers(1, 2000))
        terms = replace(terms, capitation=CapitationTerms(one, one if knee is None else draw(rates), knee))
    if terms.equalisation and draw(st.booleans()):
        readings = {
            "mean_list": draw(st.sampled_from(MeanList)),
            "amount_for": draw(st.sampled_from(EqualisationAmount)),
        }
        terms = replace(terms, equalisation=replace(terms.equalisation, rate=draw(rates), **readings))
    if terms.base_grant and draw(st.booleans()):
        readings = {"list_limit": draw(st.sampled_from(ListLimit)), "cap_limit": draw(st.sampled_from(CapLimit))}
        terms = replace(terms, base_grant=replace(terms.base_grant, **readings))
    return terms


def register(rows, day, populations):
    members, towns, caps, agreements = zip(*rows, strict=True)
    counts = np.zeros((len(rows), SCHEME.size), dtype=np.int64)
    # Spread over some cells: equal rates must not care which.
    for place, number in enumerate(members):
        counts[place] = np.bincount(np.arange(number) * 7 % SCHEME.size, minlength=SCHEME.size)
    ids = np.arange(1, len(rows) + 1)
    facts = RegisterDay(
        day=day,
        list_ids=ids,
        municipality=np.array(towns),
        cap=np.array(caps),
        salaried=np.zeros(len(rows), dtype=bool),
        has_gp=np.ones(len(rows), dtype=bool),
        agreement_date=np.array(agreements, dtype="datetime64[D]"),
        municipalities=TOWNS,
        population=np.array(populations),
        centrality=np.array([1, 3, 6]),
        served=np.array(populations) + SERVED_TOO,
    )
    return facts, CellCounts(SCHEME, ids, counts)


@settings(max_examples=150, deadline=None)
@given(lists, months(), st.lists(st.integers(100, 6000), min_size=3, max_size=3))
def test_columns_and_plain_arithmetic_agree_to_the_ore(rows, terms, populations):
    facts, counts = register(rows, terms.month, populations)
    amounts = month_amounts(facts, counts, terms)
    part = terms.part_of_year
    for place, (members, town, cap, agreement) in enumerate(rows):
        capitation = capitation_of_month(members, terms=terms.capitation, part_of_year=part)
        assert amounts.capitation[place] == capitation
        grant = 0
        if terms.base_grant and has_base_grant(
            members, cap=cap, agreement_date=agreement, on=terms.month, terms=terms.base_grant
        ):
            grant = base_grant_of_month(terms=terms.base_grant, capitation=terms.capitation, part_of_year=part)
        assert amounts.base_grant[place] == (grant if grant > capitation else 0)
        own = [row for row in rows if row[1] == town]
        expected = 0
        if terms.equalisation:
            expected = equalisation_of_month(
                members=sum(row[0] for row in own),
                lists=len(own),
                population=populations[town],
                served=populations[town] + SERVED_TOO,
                terms=terms.equalisation,
                part_of_year=part,
            )
        assert amounts.equalisation[place] == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(1900, 1, 1), date(2024, 12, 31)),
            st.integers(0, 3),
            st.integers(0, 40),
            st.sampled_from([*TOWNS, "9999"]),
        ),
        max_size=30,
    ),
    st.dates(date(2016, 1, 1), date(2026, 12, 31)),
)
def test_the_cell_of_a_person_is_the_one_that_age_sex_use_and_municipality_name(rows, on):
    centrality = dict(zip(TOWNS, (1, 3, 6), strict=True))
    persons = pa.table(
        {
            "birth_date": pa.array([row[0] for row in rows], pa.date32()),
            "sex": pa.array([row[1] for row in rows], pa.int8()),
            "gp_use": pa.array([row[2] for row in rows], pa.int16()),
            "municipality": pa.array([row[3] for row in rows], pa.string()),
        }
    )
    expected = [
        SCHEME.cell(age=age_on(born, on), sex=sex, use=use, centrality=centrality.get(town, 0))
        for born, sex, use, town in rows
    ]
    found = cells_of(persons, centrality, SCHEME, on=on).tolist()
    assert found == [SCHEME.size if cell is None else cell for cell in expected]


@settings(max_examples=60, deadline=None)
@given(rates, st.integers(0, 2600))
def test_twelve_months_differ_from_the_year_by_less_than_a_krone(rate, members):
    terms = CapitationTerms(rate, rate, None)
    parts = [month_terms(BOOK, date(2025, month, 1)).part_of_year for month in range(1, 13)]
    year = sum(capitation_of_month(members, terms=terms, part_of_year=part) for part in parts)
    assert abs(Fraction(year) - Fraction(Decimal(rate) * members) * 100) <= 6
