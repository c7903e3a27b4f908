"""The weights of the adjusted model as rows: what is read, what is refused, and what the shipped ones say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from capitation_case import ListCase, person, snapshot_of

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.adjusted.socioeconomy import (
    CLASSES,
    FILE,
    HEADER,
    MEASURES,
    classes_by_unit,
    drawn_classes,
)
from fastlege.rules.capitation.adjusted.weights import DAMPING, SET, read_weights
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.comparing import checks
from fastlege.rules.capitation.comparing.scenarios import book_with
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.terms import month_terms
from fastlege.rules.dated_rows import DATA
from fastlege.rules.geography import basic_units
from fastlege.rules.parameters import load_rulebook

BOOK, MONTH = load_rulebook(), date(2025, 8, 1)


def read(**changed):
    rows = [
        replace(BOOK.row(f"capitation.{name}", on=MONTH), value=value, source="test") for name, value in changed.items()
    ]
    return read_weights(BOOK.with_rows(rows), MONTH, load_cells())


def test_the_adjusted_model_holds_from_may_2023():
    assert month_terms(BOOK, date(2023, 4, 1)).capitation.weights is None
    assert month_terms(BOOK, date(2023, 5, 1)).capitation.weights.name == "calibrated-2025"


def test_every_weight_is_marked_as_fitted_and_assumed():
    rows = [row for row in read().rows if row.parameter.startswith("capitation.weight.")]
    assert len(rows) == 72 + 6 + 5
    assert {row.confidence for row in rows} == {"assumed"}


def test_without_damping_nobody_counts_alike():
    assert read(damping_factor=1).per_person == 0
    assert read(damping_factor=0).per_point["sex_age_use"] == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"centrality_measure": "the moon"}, "'the moon', which cannot be computed"),
        ({"socioeconomy_measure": "wealth"}, "'wealth', which cannot be computed"),
        ({"damping_factor": Decimal("-0.1")}, "it cannot be below zero"),
        ({"reference.residence.1": 5}, "the reference nation is not one"),
        ({"newcomer_months": Decimal("1.5")}, "must be a whole number"),
        ({f"weight.centrality.{number}": 0 for number in range(1, 7)}, "have no mean"),
    ],
)
def test_weights_that_make_no_sense_are_refused(changed, said):
    with pytest.raises(DataError, match=said):
        read(**changed)


def test_a_month_without_a_set_of_weights_is_refused_by_name():
    book = type(BOOK)(row for name in BOOK.names if name != SET for row in BOOK.history(name))
    with pytest.raises(DataError, match=SET):
        month_terms(book, MONTH)


def test_the_rows_behind_the_weights_are_those_that_a_run_names():
    assert {DAMPING, SET} <= {row.parameter for row in read().rows}


@pytest.mark.parametrize("measure", MEASURES)
def test_every_basic_unit_has_a_class_and_each_class_a_fifth_of_the_people(measure):
    classes, units = classes_by_unit(measure), basic_units().to_pylist()
    assert classes.keys() == {unit["basic_unit"] for unit in units}
    people = sum(unit["population"] for unit in units)
    for number in range(1, CLASSES + 1):
        own = sum(unit["population"] for unit in units if classes[unit["basic_unit"]] == number)
        assert 0.19 < own / people < 0.21


def test_the_shipped_classes_are_those_that_are_drawn():
    assert FILE.read_text(encoding="utf-8") == drawn_classes()


def test_a_class_outside_the_five_is_refused(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text("basic_unit,composite,education,confidence,source\n03010100,6,1,assumed,x\n")
    with pytest.raises(DataError, match="line 2: composite is not a class from 1 to 5"):
        classes_by_unit("composite", path)


def test_a_member_in_a_basic_unit_without_a_class_stops_the_run(tmp_path):
    people = [{**person(1), "basic_unit": "99999999"}]
    rows = [{"person_id": 1, "list_id": 1, "start": date(2020, 1, 1), "begin_reason": "birth"}]
    snapshot = snapshot_of(tmp_path / "s", ListCase(1, 0), day=MONTH, people=people, memberships=rows)
    with pytest.raises(DataError, match="1 members live in basic units without a socio-economic class"):
        run_month(snapshot, MONTH, BOOK)


def test_a_unit_without_a_class_and_a_scenario_of_nonsense_are_named(monkeypatch):
    assert list(checks.capitation_problems()) == []
    without = {unit: number for unit, number in classes_by_unit("composite").items() if unit != "03010100"}
    monkeypatch.setattr(checks, "classes_by_unit", lambda measure: without)
    monkeypatch.setattr(checks, "scenario_names", lambda: ["nonsense"])
    found = list(checks.capitation_problems())
    assert found[0] == "socioeconomy.csv: 1 basic units have no class, the first is 03010100."
    assert "scenario nonsense: " in found[2]


def test_a_set_of_weights_that_would_count_a_class_twice_is_refused(tmp_path):
    shipped = (DATA / "capitation" / "calibrated-2025.csv").read_text(encoding="utf-8").splitlines()
    row = next(line for line in shipped if line.startswith("capitation.weight.centrality.1,"))
    file = tmp_path / "mine.csv"
    file.write_text("\n".join([*shipped, row.replace("2023-05-01", "2026-01-01")]) + "\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=rf"mine.csv, line {len(shipped) + 1}: capitation.weight.centrality.1: it overlaps"
    ):
        book_with(weights=file)


def test_a_basic_unit_with_two_classes_is_refused(tmp_path):
    file = tmp_path / "socioeconomy.csv"
    file.write_text(",".join(HEADER) + "\n03010100,1,1,assumed,x\n03010100,2,1,assumed,x\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2: the basic unit has another row"):
        classes_by_unit("composite", file)
