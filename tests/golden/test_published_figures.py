"""The figures of synthetic nations equal the published tables, cell by cell."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pytest
from published_tables import deviations, national_table, table_11_2, table_11_3, table_v1_15

from fastlege.figures.engine import compute_all
from fastlege.figures.levels import Level
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.contacts.classify import classify
from fastlege.simulation.claims.year import build_year
from fastlege.simulation.population import build_population
from tools.published.counted import COUNTERS
from tools.published.nation import Nation
from tools.published.recounted import kept

COUNTY = "42"
READY = "FASTLEGE_TEST_YEAR"
"""Names a whole nation with the claims of 2025 and their contacts, where there is one: making it takes long."""
THRESHOLD = 6


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Snapshot]:
    """A whole nation of a recipe, built once."""
    built: dict[str, Path] = {}

    def of(recipe: str) -> Snapshot:
        if recipe not in built:
            built[recipe] = tmp_path_factory.mktemp("nations") / recipe
            build_population(recipe, built[recipe])
        return Snapshot(built[recipe])

    return of


def test_a_county_meets_table_v1_15_in_every_municipality_size_group_and_total(tmp_path: Path) -> None:
    build_population("norway-2023-10", tmp_path / "county", areas=[COUNTY])
    figures = compute_all(Snapshot(tmp_path / "county"), threshold=THRESHOLD)
    compared, wrong = deviations((cell for cell in table_v1_15() if cell.area.startswith(COUNTY)), figures)
    assert wrong == []
    # 25 municipalities, one of them without lists; five size groups; the county: seven figures each.
    assert compared == (25 + 5 + 1) * 7


@pytest.mark.national
def test_the_nation_meets_table_v1_15_in_all_350_municipalities_and_every_total(
    nation: Callable[[str], Snapshot],
) -> None:
    figures = compute_all(nation("norway-2023-10"), threshold=THRESHOLD)
    by_municipality = figures.filter(pc.equal(figures["level"], Level.MUNICIPALITY.value))
    assert set(pc.value_counts(by_municipality["figure"]).field("counts").to_pylist()) == {350}
    compared, wrong = deviations(table_v1_15(), figures)
    assert wrong == []
    assert compared == (351 + 48 + 11 + 1) * 7 - 1


@pytest.mark.national
def test_the_nation_meets_table_1_1_of_october_2023(nation: Callable[[str], Snapshot]) -> None:
    figures = compute_all(nation("norway-2023-10"), by=[Level.COUNTRY], threshold=THRESHOLD)
    compared, wrong = deviations(national_table("1.1", "status_report_2023_table_1_1.csv"), figures)
    assert wrong == []
    assert compared == 20


@pytest.mark.national
def test_the_nation_meets_table_11_1_of_may_2026(nation: Callable[[str], Snapshot]) -> None:
    figures = compute_all(nation("norway-2026-05"), by=[Level.COUNTRY], threshold=THRESHOLD)
    compared, wrong = deviations(national_table("11.1", "annual_report_2025_table_11_1.csv"), figures)
    assert wrong == []
    assert compared == 27


@pytest.mark.national
def test_the_nation_meets_table_11_2_by_centrality(nation: Callable[[str], Snapshot]) -> None:
    figures = compute_all(nation("norway-2026-05"), by=[Level.CENTRALITY], threshold=THRESHOLD)
    assert deviations(table_11_2(), figures) == (6, [])


@pytest.mark.national
def test_the_nation_meets_table_11_3_by_county(nation: Callable[[str], Snapshot]) -> None:
    figures = compute_all(nation("norway-2026-05"), by=[Level.COUNTY, Level.COUNTRY], threshold=THRESHOLD)
    assert deviations(table_11_3(), figures) == (16, [])


@pytest.mark.national
@pytest.mark.parametrize(("name", "recipe"), [("autumn", "norway-2023-10"), ("spring", "norway-2026-05")])
def test_a_recount_of_a_nation_is_what_the_page_is_made_of(
    nation: Callable[[str], Snapshot], name: str, recipe: str
) -> None:
    assert list(COUNTERS[name](Nation(nation(recipe).folder))) == kept()[name]


@pytest.mark.national
def test_a_recount_of_a_year_of_claims_is_what_the_page_is_made_of(
    nation: Callable[[str], Snapshot], tmp_path: Path
) -> None:
    folder = Path(os.environ.get(READY, tmp_path / "year"))
    if READY not in os.environ:
        build_year(nation("norway-2026-05"), folder, year=2025)
        classify(Snapshot(folder), folder / "contacts.parquet")
    assert list(COUNTERS["year"](Nation(folder))) == kept()["year"]
