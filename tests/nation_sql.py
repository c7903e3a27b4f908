"""A snapshot read with plain SQL: an oracle beside the code that makes it and the figures that count it."""

import duckdb

from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import TABLES

# One row a list: its length, whether it has a GP, and how long it has been without.
_LISTS = """
create table list_state as
select lists.*, coalesce(size, 0) as length, cap - coalesce(size, 0) as room, with_gp,
       not with_gp and vacant_since <= as_of - interval 1 year as over_year, county, county_name, size_group, centrality
from lists
cross join (select cast(value as date) as as_of from meta where key = 'as_of')
join municipalities using (municipality)
left join (select list_id, count(*) as size from memberships where "end" is null group by list_id) using (list_id)
left join (select list_id, coalesce(bool_or(relationship = 'regular' and "end" is null), false) as with_gp,
                  max("end") filter (relationship = 'regular') as vacant_since
           from doctor_periods group by list_id) using (list_id)
"""
_CAPACITY = """
select count(*) filter (with_gp), count(*), coalesce(sum(length) filter (not with_gp), 0), sum(length),
       coalesce(sum(length) filter (over_year), 0),
       greatest(0, coalesce(sum(room) filter (with_gp), 0)), greatest(0, sum(room))
from list_state where {where}
"""


def open_snapshot(folder):
    """A connection with a view for each table, and `list_state`."""
    snapshot = Snapshot(folder)
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    for name in TABLES:
        connection.execute(f"create view {name} as select * from read_parquet('{snapshot.path(name)}')")
    connection.execute(_LISTS)
    return connection


def printed_and_counted(connection, capacity, *, totals):
    """For each printed row of the capacity table: its name, what is printed and what is counted, as equal tuples."""
    for row in capacity.iter_rows(named=True):
        where = _where(row)
        is_total = row["level"] != "municipality"
        if row["lists"] is None or (is_total and not totals):
            continue
        gps, lists, vacant, residents, over_year, free, free_all = connection.execute(
            _CAPACITY.format(where=where)
        ).fetchone()
        if not lists:
            continue
        percent = (200 * vacant + residents) // (2 * residents)
        printed = [row[name] or 0 for name in (
            "lists_with_gp", "lists", "residents_vacant", "residents_vacant_over_year", "free_with_gp", "free_all",
            "pct_vacant",
        )]  # fmt: skip
        counted = [gps, lists, vacant, over_year, free, free_all, percent]
        # The source forgot the share of one size group, though its residents are printed.
        if is_total and row["pct_vacant"] is None and row["residents_vacant"]:
            printed[-1] = counted[-1]
        yield f"{row['level']} {row['county']} {row['size_group']} {row['code']}", tuple(printed), tuple(counted)


def _where(row):
    if row["level"] == "municipality":
        return f"municipality = '{row['code']}'"
    if row["level"] == "country":
        return "true"
    county = f"county_name = '{row['county']}'"
    return county if row["level"] == "county" else f"{county} and size_group = '{row['size_group']}'"
