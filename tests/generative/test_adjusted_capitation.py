"""The adjusted model: columns and person by person agree to the øre, and every amount follows from its trace."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from capitation_case import ListCase, membership, person, snapshot_of, with_weights
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastlege.kernel.periods import age_on
from fastlege.rules.capitation.adjusted.columns import adjusted_amounts
from fastlege.rules.capitation.adjusted.socioeconomy import classes_by_unit
from fastlege.rules.capitation.adjusted.weights import PARTS, PRACTICE, read_weights
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.lines import counts_of, run_month
from fastlege.rules.capitation.one_list import (
    Resident,
    adjusted_capitation_of_month,
    amount_of_trace,
    split_like,
)
from fastlege.rules.capitation.register_day import register_day
from fastlege.rules.capitation.terms import month_terms
from fastlege.rules.parameters import load_rulebook

BOOK, SCHEME, DAY = load_rulebook(), load_cells(), date(2025, 8, 1)
TOWNS = {"0301": 1, "1144": 6, "1145": 6}
people = st.lists(
    st.tuples(
        st.integers(0, 3),  # which list
        st.dates(date(1925, 1, 1), date(2025, 7, 31)),
        st.sampled_from([1, 2]),
        st.integers(0, 30),
        st.sampled_from(sorted(TOWNS)),
        st.dates(date(2023, 1, 1), date(2025, 8, 1)),
        st.booleans(),  # came from abroad
    ),
    max_size=25,
)


@st.composite
def books(draw):
    """The rulebook with other weights, another damping, other measures, and sometimes an extra for newcomers."""
    weights = draw(st.lists(st.decimals(0, 4, places=3), min_size=83, max_size=83))
    book = with_weights(BOOK, lambda name, value: Decimal("0.001") + weights.pop())
    changed = {
        "capitation.damping_factor": draw(st.decimals(0, 1, places=2)),
        "capitation.newcomer_extra": draw(st.integers(0, 2)),
        "capitation.centrality_measure": draw(st.sampled_from(["residence", "practice"])),
        "capitation.socioeconomy_measure": draw(st.sampled_from(["composite", "education"])),
    }
    rows = [replace(book.row(name, on=DAY), value=value, source="test") for name, value in changed.items()]
    return book.with_rows(rows)


def scene(folder, rows):
    persons, memberships = [], []
    for number, (place, born, sex, use, town, since, is_new) in enumerate(rows, start=1):
        persons.append(person(number, born=born, sex=sex, municipality=town, gp_use=use))
        own = membership(number, place + 1, start=since)
        memberships.append({**own, "begin_reason": "immigration" if is_new else "chosen_direct"})
    lists = [ListCase(n + 1, 0, municipality=town) for n, town in enumerate(["0301", "1144", "1145", "0301"])]
    return snapshot_of(folder, *lists, day=DAY, people=persons, memberships=memberships), lists


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people, books())
def test_columns_and_person_by_person_agree_to_the_ore(tmp_path_factory, rows, book):
    snapshot, lists = scene(tmp_path_factory.mktemp("s") / "s", rows)
    terms = month_terms(book, DAY)
    weights, day = terms.capitation.weights, register_day(snapshot)
    counts = counts_of(snapshot, day, terms, SCHEME)
    found = adjusted_amounts(day, counts, weights, Fraction(terms.capitation.below), terms.part_of_year)
    classes = classes_by_unit(weights.socioeconomy_measure)
    for place, case in enumerate(lists):
        residents = [
            Resident(
                age=age_on(born, DAY),
                sex=sex,
                use=use,
                centrality=TOWNS[case.municipality if weights.centrality_measure == PRACTICE else town],
                unit_class=classes[f"{town}0100"],
                is_newcomer=is_new and since > date(2024, 8, 1),
            )
            for own, born, sex, use, town, since, is_new in rows
            if own == place
        ]
        expected = adjusted_capitation_of_month(
            residents, terms=terms.capitation, scheme=SCHEME, part_of_year=terms.part_of_year
        )
        assert {part: int(found.parts[part][place]) for part in PARTS} == expected


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people, books())
def test_every_amount_follows_from_its_trace_and_is_its_parts(tmp_path_factory, rows, book):
    snapshot, _ = scene(tmp_path_factory.mktemp("s") / "s", rows)
    for line in run_month(snapshot, DAY, book).lines.to_pylist():
        assert amount_of_trace(json.loads(line["trace"])) == line["amount_ore"]
        if line["kind"] == "capitation":
            assert sum(line[f"{part}_ore"] for part in PARTS) == line["amount_ore"]


@settings(max_examples=30, deadline=None)
@given(books(), st.integers(1, 12))
def test_the_mean_of_the_reference_nation_is_the_national_mean(book, month):
    on = date(2025, month, 1)
    weights = read_weights(book, on, SCHEME)
    rows = {row.parameter: row.value for row in weights.rows}
    prefix = "capitation.reference."
    reference = {name.removeprefix(prefix): int(n) for name, n in rows.items() if name.startswith(prefix)}
    newcomers = reference.pop("newcomers")
    points = dict.fromkeys(PARTS, 0)
    for name, people in reference.items():
        kind, _, last = name.partition(".")
        part = {"residence": "centrality", "practice": "centrality"}.get(kind, "socioeconomy")
        if kind in ("female", "male"):
            part, weight = "sex_age_use", rows[f"capitation.weight.{name}"]
        else:
            weight = rows[f"capitation.weight.{part}.{last}"]
        points[part] += people * weight
    scales = {part: Fraction(weights.points[part][0]) for part in PARTS}
    first = {"sex_age_use": "male.0-5.0", "centrality": "centrality.1", "socioeconomy": "socioeconomy.1"}
    points = {
        part: Fraction(own) * scales[part] / Fraction(rows[f"capitation.weight.{first[part]}"])
        for part, own in points.items()
        if part in first
    }
    points["newcomers"] = newcomers
    nation = sum(reference.values()) // 3
    assert sum(weights.parts(nation, points).values()) == nation


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5), st.integers(0, 10**9))
def test_an_amount_split_like_others_is_whole(parts, amount):
    if sum(parts) == 0:
        amount = 0
    split = split_like(amount, parts)
    assert sum(split) == amount
    assert all(own >= 0 for own in split)
