"""The further figures of the hand-made scheme and its year of contacts: see `tests/figures_year.py`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from figures_year import given, write_year

from fastlege.figures.bases.tables import working_days
from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.dimensions import DIMENSIONS, dimension_named
from fastlege.figures.engine import bases_of, compute_all, compute_many, countable
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Level
from fastlege.figures.measures import MEASURES
from fastlege.figures.splits import LARGE, SPLIT_RESULT, compute_split, levels_of, split_of
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import CLAIM_TABLES

SHOWN = (Level.MUNICIPALITY, Level.COUNTY, Level.COUNTRY)
MONEY = {each.id for each in definitions() if each.theme == "expenditure"}
# figure: Eigersund, Stavanger, Bergen | Rogaland, Vestland | country; of money the numerators, in øre.
EXPECTED: dict[str, list[float | None]] = {
    "gps_by_kind": [1, 1, 1, 2, 1, 2],
    "gps_new": [1, 0, 0, 1, 0, 1],
    "gps_left": [1, 0, 1, 1, 1, 2],
    "gp_median_tenure": [5021, 5021, 0, 5021, 0, 5021],
    "substitutes_of_year": [1, 0, 2, 1, 2, 2],
    "substitute_days": [273, 0, 516, 273, 516, 789],
    "substitute_days_per_1000": [15166.7, 0, 51600, 6500, 51600, 15173.1],
    "substitute_full_time": [0.7, 0, 1.4, 0.7, 1.4, 2.2],
    "share_substitute_days_vacant": [100, None, 100, 100, 100, 100],
    "substitute_days_overlapping": [0, 0, 243, 0, 243, 243],
    "vacant_lists_by_kind": [1, 0, 1, 1, 1, 2],
    "population": [18, 42, 0, 60, 0, 60],
    "share_of_population": [100, 100, None, 100, None, 100],
    "share_lists_by_length": [100, 100, 100, 100, 100, 100],
    "mean_list_length_by_gp": [10, 12, 7, 11, 7, 10],
    "mean_list_length_men": [None, 12, None, 12, None, 12],
    "mean_list_length_women": [10, None, 7, 10, 7, 9],
    "median_list_length": [10, 12, 7, 10, 7, 8.5],
    "share_waiting_other_than_gp": [100, 100, 66.7, 100, 66.7, 90],
    "share_waiting_other_than_home": [100, 100, 100, 100, 100, 100],
    "queue_places_other_than_gp": [1, 8, 2, 9, 2, 11],
    "queue_places_per_person": [1, 1, 1, 1, 1, 1.2],
    "wait_median": [92, None, 10, 92, 10, 51],
    "wait_longest_tenth": [92, None, 10, 92, 10, 92],
    "places_from_queue": [1, 0, 1, 1, 1, 2],
    "share_of_waits": [100, None, 100, 100, 100, 100],
    "switches": [2, 1, 1, 3, 1, 4],
    "switches_per_1000": [111.1, 41.7, 100, 71.4, 100, 76.9],
    "share_own_gp": [42.9, 66.7, None, 50, None, 50],
    "share_own_list": [85.7, 66.7, None, 80, None, 80],
    "usual_provider_index": [0.875, None, None, 0.875, None, 0.875],
    "continuity_of_care_index": [0.75, None, None, 0.75, None, 0.75],
    "sequential_continuity_index": [0.667, None, None, 0.667, None, 0.667],
    "list_continuity_index": [0.75, 0.5, None, 0.625, None, 0.625],
    "gp_relation_median": [5021, 5021, 0, 5021, 0, 5021],
    "gp_relations": [10, 24, 7, 34, 7, 41],
    "contacts": [8, 6, 0, 14, 0, 14],
    "contacts_per_100": [44.4, 14.3, None, 23.3, None, 23.3],
    "contacts_gp": [7, 4, 0, 11, 0, 11],
    "contacts_out_of_hours": [1, 2, 0, 3, 0, 3],
    "consultations": [8, 5, 0, 13, 0, 13],
    "consultations_per_100": [44.4, 11.9, None, 21.7, None, 21.7],
    "consultations_gp": [7, 3, 0, 10, 0, 10],
    "consultations_gp_per_100": [38.9, 7.1, None, 16.7, None, 16.7],
    "consultations_out_of_hours": [1, 2, 0, 3, 0, 3],
    "consultations_out_of_hours_per_100": [5.6, 4.8, None, 5, None, 5],
    "e_consultations_gp": [2, 1, 0, 3, 0, 3],
    "share_e_consultations_gp": [28.6, 33.3, None, 30, None, 30],
    "share_e_consultations_evening": [50, 0, None, 33.3, None, 33.3],
    "home_visits": [1, 1, 0, 2, 0, 2],
    "home_visits_gp": [1, 0, 0, 1, 0, 1],
    "home_visits_out_of_hours": [0, 1, 0, 1, 0, 1],
    "out_of_hours_by_day": [0, 1, 0, 1, 0, 1],
    "out_of_hours_in_evening": [1, 0, 0, 1, 0, 1],
    "share_contacts_delegated": [0, 25, None, 9.1, None, 9.1],
    "diagnoses": [8, 5, 0, 13, 0, 13],
    "diagnoses_by_text": [1, 0, 0, 1, 0, 1],
    "diagnoses_by_phone": [1, 0, 0, 1, 0, 1],
    "diagnoses_by_video": [0, 1, 0, 1, 0, 1],
    "expenditure": [180000, 98001, 0, 278001, 0, 278001],
    "expenditure_fixed": [180000, 98001, 0, 278001, 0, 278001],
    "expenditure_scheme": [140000, 78000, 0, 218000, 0, 218000],
    "expenditure_scheme_fixed": [140000, 78000, 0, 218000, 0, 218000],
    "expenditure_lis1": [0, 0, 0, 0, 0, 0],
    "expenditure_lis1_fixed": [0, 0, 0, 0, 0, 0],
    "expenditure_out_of_hours": [40000, 20001, 0, 60001, 0, 60001],
    "expenditure_out_of_hours_fixed": [40000, 20001, 0, 60001, 0, 60001],
    "basic_funding": [100000, 50000, 0, 150000, 0, 150000],
    "expenditure_per_resident": [180000, 98001, 0, 278001, 0, 278001],
    "expenditure_per_resident_fixed": [180000, 98001, 0, 278001, 0, 278001],
}
# figure, dimension: the country's groups
SPLITS: dict[tuple[str, str], dict[str, float | None]] = {
    ("gps_left", "gp_sex"): {"female": 1, "male": 1},
    ("vacant_lists_by_kind", "vacancy"): {"0184_0365": 1, "0366_0731": 1},
    ("vacant_lists_by_kind", "substitute"): {"yes": 2},
    ("share_lists_by_length", "length"): {"0000_0500": 100},
    ("share_lists_by_length", "pay_form"): {"self_employed": 75, "salaried": 25},
    ("mean_list_length_by_gp", "gp_sex"): {"female": 9, "male": 12},
    ("median_list_length", "gp_sex"): {"female": 8.5, "male": 12},
    ("share_of_waits", "wait"): {"0000_0031": 50, "0032_0092": 50},
    ("switches_per_1000", "cause"): {"chosen_direct": 19.2, "chosen_queue": 38.5, "gp_left": 19.2},
    ("population", "age"): {"10_14": 18, "40_44": 42},
    # The population is divided by age too, but by month it is whole.
    ("contacts_per_100", "age"): {"10_14": 44.4, "40_44": 14.3},
    ("contacts_per_100", "half_year"): {"H1": 5, "H2": 18.3},
    ("consultations", "contact_type"): {"physical_consultation": 8, "e_consultation": 3, "home_visit": 2},
    ("consultations", "month"): {"01": 1, "02": 1, "03": 1, "07": 4, "08": 6},
    ("contacts", "service"): {"gp": 11, "out_of_hours_service": 3},
    ("consultations", "time_of_day"): {"day": 10, "evening": 3},
    ("e_consultations_gp", "medium"): {"text": 1, "phone": 1, "video": 1},
    ("share_e_consultations_gp", "month"): {"07": 50, "08": 33.3},
    ("share_own_gp", "age"): {"10_14": 42.9, "40_44": 66.7},
    ("usual_provider_index", "age"): {"10_14": 0.875},
    # The most frequent first, and where two are as frequent in the order of their codes.
    ("diagnoses", "diagnosis"): {"A04": 5, "R74": 5, "P76": 2, "P02": 1},
}
EXPENSES = {
    "base_and_capitation_grants": 100000,
    "equalisation_grant": 50000,
    "fee_reimbursements": 30000,
    "exemption_card_copayment_reimbursements": 10000,
    "other_copayment_reimbursements": 10000,
    "nav_l_fee_reimbursements": 5000,
    "copayments": 10000,
    "self_payment": 3000,
}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_year(tmp_path_factory.mktemp("year") / "scheme")


@pytest.fixture(scope="module")
def everything(year: Snapshot) -> dict[str, list[float | None]]:
    figures = [definition(figure) for figure in EXPECTED]
    table = compute_many(figures, year, by=SHOWN, threshold=0, given=given())
    found: dict[str, list[float | None]] = {figure: [] for figure in EXPECTED}
    for row in table.to_pylist():
        found[row["figure"]].append(row["numerator" if row["figure"] in MONEY else "value"])
    return found


@pytest.mark.parametrize("figure", list(EXPECTED))
def test_figure_is_as_counted_by_hand(figure: str, everything: dict[str, list[float | None]]) -> None:
    assert everything[figure] == EXPECTED[figure]


@pytest.mark.parametrize(("figure", "dimension"), list(SPLITS))
def test_groups_are_as_counted_by_hand(figure: str, dimension: str, year: Snapshot) -> None:
    table = compute_split(definition(figure), year, dimension_named(dimension), by=[Level.COUNTRY], threshold=0)
    assert table.schema == SPLIT_RESULT
    # Groups in their order; one that the base table has, but this figure nothing of, is nought.
    found = [(row["group"], row["value"]) for row in table.to_pylist() if row["value"]]
    assert found == list(SPLITS[figure, dimension].items())


def test_every_expense_is_as_counted_by_hand(year: Snapshot) -> None:
    scheme = definition("expenditure_scheme")
    table = compute_split(scheme, year, dimension_named("expense"), by=[Level.COUNTRY], threshold=0, given=given())
    assert {row["group"]: row["numerator"] for row in table.to_pylist()} == EXPENSES


def test_fixed_prices_divide_by_the_level_of_the_year_of_the_claims(year: Snapshot) -> None:
    figures = [definition("expenditure_per_resident"), definition("expenditure_per_resident_fixed")]
    now, fixed = compute_many(figures, year, by=[Level.COUNTRY], threshold=0, given=given())["value"].to_pylist()
    # 278 001 øre on 60 residents are 46 kroner; the prices of 2023 are 0.916654 of those of 2025.
    assert (now, fixed) == (46, 51)


def test_a_year_without_a_price_level_is_one_clear_error(tmp_path: Path) -> None:
    snapshot = write_year(tmp_path / "scheme")
    snapshot.meta = {**snapshot.meta, "claims_year": "1999"}
    with pytest.raises(DataError, match=r"no price level for 1999, only for 2019-2025"):
        compute_many([definition("expenditure_fixed")], snapshot, by=[Level.COUNTRY], threshold=0, given=given())


def _one_figure_of_each_base_and_split() -> list[tuple[str, str]]:
    chosen = {(*sorted(bases_of([each])), name): (each.id, name) for each in definitions() for name in each.splits}
    return sorted(chosen.values())


@pytest.mark.parametrize(("figure", "name"), _one_figure_of_each_base_and_split())
def test_every_split_can_be_made_and_sums_add_up(figure: str, name: str, year: Snapshot) -> None:
    each = definition(figure)
    rows = BaseRows(year, bases_of([each]), given=given())
    table = split_of(each, rows, DIMENSIONS[name], by=[Level.COUNTRY], threshold=0)
    if each.denominator is None and each.theme in ("activity", "expenditure", "switches"):
        whole = compute_many([each], year, by=[Level.COUNTRY], threshold=0, given=given())["numerator"][0].as_py()
        assert sum(table["numerator"].to_pylist()) == whole


def test_a_figure_is_divided_only_by_what_its_base_tables_have() -> None:
    for each in definitions():
        of_numerator = MEASURES[each.numerator]
        assert set(each.splits) <= set(BASES[of_numerator.base].dimensions), each.id


def test_figures_of_persons_are_divided_only_where_areas_are_large(year: Snapshot) -> None:
    assert levels_of(definition("consultations")) == LARGE
    assert levels_of(definition("population")) == tuple(Level)
    with pytest.raises(DataError, match="not divided by age for each municipality: too few persons"):
        compute_split(definition("consultations"), year, DIMENSIONS["age"], by=[Level.MUNICIPALITY], threshold=6)


def test_a_small_group_is_hidden_with_what_would_tell_it(year: Snapshot) -> None:
    table = compute_split(definition("contacts"), year, DIMENSIONS["service"], by=[Level.COUNTRY], threshold=6)
    # Three contacts out of hours are few, and the eleven at GPs' would tell them from the fourteen.
    assert table["suppressed"].to_pylist() == [True, True]
    assert table["value"].to_pylist() == [None, None]


def test_money_paid_for_few_contacts_is_hidden_with_what_would_tell_it(year: Snapshot) -> None:
    names = ("expenditure", "expenditure_scheme", "expenditure_out_of_hours", "expenditure_lis1", "basic_funding")
    chosen = [definition(name) for name in names]
    rows = compute_many(chosen, year, by=[Level.COUNTRY], threshold=6, given=given()).to_pylist()
    # Money was paid for five contacts at GPs' and for two out of hours; for none with a doctor in training.
    assert [row["suppressed"] for row in rows] == [True, True, True, False, False]
    assert [row["numerator"] is None for row in rows] == [True, True, True, False, False]
    # Three of the seven were paid for the patient: their kinds are hidden, and so is one that would tell them.
    split = compute_split(
        chosen[0], year, DIMENSIONS["expense"], by=[Level.COUNTRY], threshold=6, given=given()
    ).to_pylist()
    hidden = {row["group"] for row in split if row["suppressed"]}
    assert {"exemption_card_copayment_reimbursements", "other_copayment_reimbursements"} <= hidden
    assert all(row["value"] is None for row in split if row["suppressed"])


def test_a_dimension_that_a_figure_is_not_divided_by_is_refused_with_those_it_is(year: Snapshot) -> None:
    with pytest.raises(DataError, match=r"population is not divided by month\. It can be divided by age, sex"):
        compute_split(definition("population"), year, DIMENSIONS["month"], by=[Level.COUNTRY], threshold=0)
    with pytest.raises(DataError, match=r"no dimension 'months'\. Did you mean month\?"):
        dimension_named("months")


def test_without_claims_their_figures_are_left_out_and_asking_for_one_says_what_is_missing(
    year: Snapshot, tmp_path: Path
) -> None:
    assert {each.id for each in countable(year, given())} == {each.id for each in definitions()}
    snapshot = write_year(tmp_path / "scheme")
    snapshot.path("contacts").unlink()
    assert {each.theme for each in definitions()} - {each.theme for each in countable(snapshot, given())} == {
        "activity"
    }
    assert "contacts" not in compute_all(snapshot, by=[Level.COUNTRY], threshold=0)["figure"].to_pylist()
    with pytest.raises(DataError, match=r"table contacts is missing.*fastlege claims classify"):
        compute_many([definition("contacts")], snapshot, by=[Level.COUNTRY], threshold=0)


def test_contacts_with_unknown_people_are_refused(tmp_path: Path) -> None:
    snapshot = write_year(tmp_path / "scheme")
    persons = snapshot.table("persons")
    with snapshot.path("persons").open("wb") as file:
        pq.write_table(persons.slice(0, 19), file)
    with pytest.raises(DataError, match=r"contacts are found in municipalities .* lacks: unknown"):
        compute_many([definition("contacts")], snapshot, by=[Level.COUNTRY], threshold=0)


def test_working_days_leave_out_weekends_and_public_holidays() -> None:
    # Maundy Thursday, Good Friday and Easter Monday fall in this April, two Sundays of Easter do no harm.
    assert working_days(date(2023, 4, 3), date(2023, 4, 17)) == 10 - 3
    assert working_days(date(2023, 5, 17), date(2023, 5, 18)) == 0


def test_a_share_is_paid_for_the_patient_only_where_the_bill_names_a_ground(tmp_path: Path) -> None:
    """What is paid too little without a ground is the state's fee; another ground than a free card is told apart."""
    year = write_year(tmp_path / "year")
    path = year.path("claim_details")
    details = pq.read_table(path).to_pylist()
    kept = [row | {"exemption": "S"} for row in details if row["exemption"] == "F"]
    pq.write_table(pa.Table.from_pylist(kept, CLAIM_TABLES["claim_details"].schema), path)
    rows = BaseRows(year, ["expenses"], given=given()).whole("expenses").to_pylist()
    found: dict[str, int] = {}
    for row in (row for row in rows if row["part"] == "gp_scheme"):
        found[row["expense"]] = found.get(row["expense"], 0) + row["ore"]
    assert {name: found[name] for name in EXPENSES} == EXPENSES | {
        "fee_reimbursements": 40000,
        "exemption_card_copayment_reimbursements": 0,
        "other_copayment_reimbursements": 10000,
    }
