"""Every figure of a scheme that can be counted by hand: see `tests/figures_scheme.py`."""

from __future__ import annotations

from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest
from figures_scheme import MUNICIPALITIES, ON, write_scheme
from test_figures_of_a_year import EXPECTED as FURTHER

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.counting.by_area import count_different
from fastlege.figures.engine import RESULT, compute, compute_many, countable
from fastlege.figures.facts import BASES
from fastlege.figures.levels import Areas, Level
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import TABLES

# figure: Eigersund, Stavanger, Bergen | Rogaland, Vestland | country. Bygland has no lists, and is not shown.
EXPECTED = {
    "gps": [1, 1, 1, 2, 1, 2],
    "gps_specialist": [1, 0, 1, 1, 1, 1],
    "share_gps_specialist": [100, 0, 100, 50, 100, 50],
    "share_gps_women": [100, 0, 100, 50, 100, 50],
    "gps_per_1000": [55.56, 41.67, 100, 47.62, 100, 38.46],
    "substitutes": [1, 0, 1, 1, 1, 1],
    "lists": [2, 2, 2, 4, 2, 6],
    "lists_with_gp": [1, 2, 1, 3, 1, 4],
    "lists_vacant": [1, 0, 1, 1, 1, 2],
    "lists_vacant_over_year": [0, 0, 1, 0, 1, 1],
    "share_lists_vacant": [50, 0, 50, 25, 50, 33.3],
    "share_lists_vacant_over_year": [0, 0, 50, 0, 50, 16.7],
    "lists_salaried": [1, 0, 2, 1, 2, 3],
    "lists_self_employed": [1, 2, 0, 3, 0, 3],
    "share_salaried_lists_with_gp": [0, 0, 100, 0, 100, 25],
    "share_salaried_all_lists": [50, 0, 100, 25, 100, 50],
    "residents": [18, 24, 10, 42, 10, 52],
    "residents_with_gp": [10, 24, 7, 34, 7, 41],
    "residents_without_gp": [8, 0, 3, 8, 3, 11],
    "residents_vacant_over_year": [0, 0, 3, 0, 3, 3],
    "share_residents_without_gp": [44.4, 0, 30, 19, 30, 21.2],
    "unplaced": [0, 1, 0, 1, 0, 1],
    "mean_list_length": [9, 12, 5, 11, 5, 9],
    "mean_list_length_with_gp": [10, 12, 7, 11, 7, 10],
    "mean_cap_with_gp": [12, 15, 10, 14, 10, 13],
    "mean_cap_minus_length": [2, 3, 3, 3, 3, 3],
    # Eigersund has 2 free and 3 too many: none at home, and the one below nought is deducted in the county.
    "free_places": [0, 6, 10, 5, 10, 15],
    "free_places_with_gp": [2, 6, 3, 8, 3, 11],
    "free_places_open": [2, 6, 3, 8, 3, 11],
    "free_places_per_1000": [0, 250, 1000, 119, 1000, 288.5],
    "free_places_with_gp_per_1000": [111.1, 250, 300, 190.5, 300, 211.5],
    "free_places_open_per_1000": [111.1, 250, 300, 190.5, 300, 211.5],
    # Persons 1 and 2 wait in two municipalities: once in each, once in the country.
    "waiting_persons": [1, 8, 3, 9, 3, 10],
    "waiting_persons_per_1000": [55.6, 333.3, 300, 214.3, 300, 192.3],
    "queue_places": [1, 8, 3, 9, 3, 12],
}
SHOWN = (Level.MUNICIPALITY, Level.COUNTY, Level.COUNTRY)


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_scheme(tmp_path_factory.mktemp("figures") / "scheme")


@pytest.fixture(scope="module")
def everything(scheme: Snapshot) -> dict[str, list[float]]:
    table = compute_many([definition(figure) for figure in EXPECTED], scheme, by=SHOWN, threshold=0)
    return {figure: _of(table, figure)["value"].to_pylist() for figure in EXPECTED}


def _of(table: pa.Table, figure: str) -> pa.Table:
    return table.filter(pa.array([name == figure for name in table["figure"].to_pylist()]))


def test_every_figure_of_the_catalogue_is_counted_by_hand_here() -> None:
    assert set(EXPECTED) | set(FURTHER) == {each.id for each in definitions()}


@pytest.mark.parametrize("figure", list(EXPECTED))
def test_figure_is_as_counted_by_hand(figure: str, everything: dict[str, list[float]]) -> None:
    assert everything[figure] == EXPECTED[figure]


def test_the_result_names_figure_level_area_and_both_sides_of_the_ratio(scheme: Snapshot) -> None:
    table = compute("share_lists_vacant", scheme, by=Level.COUNTY, threshold=0)
    assert table.schema == RESULT
    assert table.to_pylist() == [
        {"figure": "share_lists_vacant", "level": "county", "area": area, "numerator": 1, "denominator": of,
         "value": value, "suppressed": False}
        for area, of, value in (("11", 4, 25.0), ("46", 2, 50.0))
    ]  # fmt: skip


def test_all_levels_divide_the_same_lists(scheme: Snapshot) -> None:
    areas = Areas.of(scheme)
    table = compute_many([definition("lists")], scheme, by=list(Level), threshold=0)
    found = dict(zip(zip(table["level"].to_pylist(), table["area"].to_pylist(), strict=True),
                     table["value"].to_pylist(), strict=True))  # fmt: skip
    assert found["county_size_group", "11:50000_plus"] == 2
    assert found["size_group", "50000_plus"] == 4
    assert found["centrality", "1"] == 4
    for level in Level:
        assert sum(found.get((level.value, code), 0) for code in areas.codes(level)) == 6


def test_areas_without_lists_are_not_shown_but_the_country_always_is(scheme: Snapshot) -> None:
    areas = Areas.of(scheme)
    assert areas.shown(Level.MUNICIPALITY).tolist() == [True, True, False, True]
    assert areas.shown(Level.SIZE_GROUP).tolist() == [False, True, True]
    nobody = Areas(scheme.table("municipalities"), served=set())
    assert nobody.shown(Level.COUNTY).tolist() == [False, False]
    assert nobody.shown(Level.COUNTRY).tolist() == [True]


def test_small_counts_of_persons_leave_only_where_they_cannot_be_worked_out(scheme: Snapshot) -> None:
    table = compute("waiting_persons", scheme, by=Level.MUNICIPALITY, threshold=6)
    # One and three are too few, and eight would tell the one from the county's nine.
    assert table["value"].to_pylist() == [None, None, None]
    assert table["numerator"].to_pylist() == [None, None, None]
    assert table["suppressed"].to_pylist() == [True, True, True]


def test_a_rate_is_hidden_in_the_same_areas_as_its_count(scheme: Snapshot) -> None:
    count, rate = (
        compute(figure, scheme, by=Level.MUNICIPALITY, threshold=6)["suppressed"]
        for figure in ("waiting_persons", "waiting_persons_per_1000")
    )
    assert count == rate


def test_public_figures_are_never_hidden(scheme: Snapshot) -> None:
    table = compute("residents_without_gp", scheme, by=Level.MUNICIPALITY, threshold=1000)
    assert table["suppressed"].to_pylist() == [False] * 3


def test_a_level_computed_alone_hides_what_it_hides_among_all(scheme: Snapshot) -> None:
    chosen = [each for each in definitions() if each.theme in ("lists", "residents", "waiting")]
    everywhere = compute_many(chosen, scheme, by=list(Level), threshold=6)
    for level in Level:
        alone = compute_many(chosen, scheme, by=[level], threshold=6)
        rows = pa.array([name == level.value for name in everywhere["level"].to_pylist()])
        assert everywhere.filter(rows).equals(alone)


def test_lists_in_an_unknown_municipality_are_refused(tmp_path: Path) -> None:
    scheme = write_scheme(tmp_path / "scheme", municipalities=MUNICIPALITIES[1:])
    with pytest.raises(DataError, match="lists are found in municipalities that the table municipalities lacks: 1101"):
        compute("lists", scheme, by=Level.COUNTRY, threshold=6)


def test_a_snapshot_without_municipalities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the table municipalities is empty"):
        compute("lists", write_scheme(tmp_path / "scheme", municipalities=[]), by=Level.COUNTRY, threshold=6)


def test_a_damaged_table_is_one_clear_error(tmp_path: Path) -> None:
    scheme = write_scheme(tmp_path / "scheme")
    whole = scheme.path("memberships").read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    # The columns are gone, the description of them is not, so that opening the snapshot finds nothing wrong.
    scheme.path("memberships").write_bytes(whole[:4] + bytes(len(whole) - 4 - footer) + whole[-footer:])
    with pytest.raises(DataError, match=r"memberships.parquet: cannot be counted .* Build or export the snapshot"):
        compute("residents", scheme, by=Level.COUNTRY, threshold=6)


# Ibis itself calls what this DuckDB has deprecated.
@pytest.mark.filterwarnings("ignore:fetch_arrow_table")
def test_another_ibis_connection_gives_the_same_figures(scheme: Snapshot) -> None:
    other = ibis.duckdb.connect()
    for table in sorted(TABLES):
        other.read_parquet(scheme.path(table), table_name=table)
    chosen = countable(scheme, {})
    found = compute_many(chosen, scheme, by=[Level.COUNTY], threshold=0, engine=other.to_pyarrow)
    assert found.equals(compute_many(chosen, scheme, by=[Level.COUNTY], threshold=0))


@pytest.mark.parametrize("base", list(BASES))
def test_base_tables_read_the_tables_and_columns_they_say(base: str) -> None:
    made = BASES[base].make(ON)
    query = ibis.to_sql(made, dialect="duckdb")
    read = {table.name for table in made.op().find(ibis.expr.operations.UnboundTable)}
    assert read == set(BASES[base].reads)
    for columns in BASES[base].reads.values():
        assert all(f'"{column}"' in query for column in columns)
    assert set(BASES[base].dimensions) <= set(made.columns)


def test_a_key_counts_once_in_each_area_however_many_rows_it_has_there(scheme: Snapshot) -> None:
    # Municipalities 0 and 1 lie in one county, 2 and 3 in another.
    keys = np.array([7, 7, 7, 2**62, -(2**62), 8, 8], dtype=np.int64)
    places = np.array([0, 0, 1, 2, 0, 1, 3], dtype=np.intp)
    counted = count_different(keys, places, SHOWN, Areas.of(scheme))
    assert counted[Level.MUNICIPALITY].tolist() == [2, 2, 1, 1]
    assert counted[Level.COUNTY].tolist() == [3, 2]
    assert counted[Level.COUNTRY].tolist() == [4]
    nothing = count_different(keys[:0], places[:0], SHOWN, Areas.of(scheme))
    assert nothing[Level.COUNTY].tolist() == [0, 0]


def test_areas_have_names_in_three_languages(scheme: Snapshot) -> None:
    areas = Areas.of(scheme)
    assert areas.name(Level.MUNICIPALITY, "1103").en == "Stavanger"
    assert areas.name(Level.COUNTY, "46").nn == "Vestland"
    assert areas.name(Level.COUNTY_SIZE_GROUP, "46:under_2000").en == "Vestland, under 2,000 residents"
    assert areas.name(Level.CENTRALITY, "4").nb == "4"
    assert areas.name(Level.COUNTRY, "country").nn == "Heile landet"
    assert areas.codes(Level.SIZE_GROUP) == ["under_2000", "10000_49999", "50000_plus"]
