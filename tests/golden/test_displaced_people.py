"""Reductions and closures on a synthetic area, counted again from the snapshot's tables by SQL."""

from datetime import date

import duckdb
import pytest

from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.closure import close_lists
from fastlege.planning.displaced.draw_record import differences
from fastlege.planning.reduction import Reduction, draw_reduction, place_drawn
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
CLOSES, REDUCED = date(2023, 11, 1), date(2024, 5, 1)


@pytest.fixture(scope="module")
def tables(small_snapshot):
    database = duckdb.connect()
    for name in ("persons", "lists", "memberships", "doctor_periods"):
        database.execute(f"create view {name} as select * from '{small_snapshot}/{name}.parquet'")
    return database


def longest(tables, count):
    """The longest lists on the day."""
    rows = tables.execute(
        'select list_id from memberships where start <= ? and ("end" is null or "end" > ?) '
        "group by list_id order by count(*) desc, list_id limit ?",
        [CLOSES, CLOSES, count],
    )
    return [row[0] for row in rows.fetchall()]


def test_two_closing_lists_are_distributed_within_caps_and_households_whole(small_snapshot, tables):
    lists = longest(tables, 2)
    placed = close_lists(Snapshot(small_snapshot), lists, on=CLOSES, seed="golden", book=BOOK)
    tables.register("placed", placed.rows.to_arrow())
    on_lists, known = tables.execute(
        "select count(*), count(placed.person_id) from memberships m left join placed using (person_id) "
        'where list_contains(?, m.list_id) and m.start <= ? and (m."end" is null or m."end" > ?)',
        [lists, CLOSES, CLOSES],
    ).fetchone()
    assert on_lists == known == placed.rows.height
    assert placed.count("near") > 0
    divided = tables.execute(
        "select household_id from placed join persons using (person_id) "
        "group by household_id having count(distinct coalesce(to_list, 0)) > 1"
    )
    assert divided.fetchall() == []
    beyond = tables.execute(
        """
        with lengths as (
            select list_id, count(*) as length from memberships
            where start <= $day and ("end" is null or "end" > $day) group by list_id
        ), arriving as (select to_list as list_id, count(*) as people from placed where to_list is not null group by 1)
        select list_id from arriving left join lists using (list_id) left join lengths using (list_id)
        where status is distinct from 'open' or coalesce(length, 0) + people > cap or list_id not in (
            select list_id from doctor_periods
            where relationship = 'regular' and start <= $day and ("end" is null or "end" > $day))
        """,
        {"day": CLOSES},
    )
    assert beyond.fetchall() == []


def test_a_reduction_draws_exactly_the_number_and_places_just_those(small_snapshot, tables):
    snapshot, gp_list = Snapshot(small_snapshot), longest(tables, 1)[0]
    asked = Reduction(gp_list, "golden", notice=snapshot.as_of, persons=60)
    record = draw_reduction(snapshot, asked, on=REDUCED, book=BOOK)
    assert (record.drawn, differences(record)) == (60, [])
    placed = place_drawn(snapshot, record, book=BOOK)
    assert placed.rows.height == 60
    assert set(placed.rows["from_list"]) == {gp_list}
    households = {unit.household_id for unit in record.drawn_units}
    tables.register("drawn", placed.rows.to_arrow())
    lived = tables.execute("select distinct household_id from drawn join persons using (person_id)").fetchall()
    assert {row[0] for row in lived} == households
