"""Rows that go into PostgreSQL by binary COPY come out as they were, whatever they hold."""

from datetime import UTC, date, datetime

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from fastlege.database.copy import copy_in
from fastlege.database.fetch import fetch_batches

SCHEMA = pa.schema(
    [
        ("small", pa.int8()), ("short", pa.int16()), ("whole", pa.int32()), ("large", pa.int64()), ("yes", pa.bool_()),
        ("real", pa.float64()), ("day", pa.date32()), ("moment", pa.timestamp("ms", tz="UTC")), ("word", pa.string()),
        ("words", pa.list_(pa.string())),
    ]
)  # fmt: skip
TABLE = """
create temp table copied (small smallint, short smallint, whole int, large bigint, yes boolean, real float8, day date,
    moment timestamptz, word text, words text[]) on commit drop
"""
QUERY = sql.SQL(
    "select small, short, whole, large, yes, real, day, (extract(epoch from moment) * 1000)::bigint, word,"
    " to_json(words) from copied"
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def whole(bits):
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


ROW = st.fixed_dictionaries(
    {
        name: st.none() | values
        for name, values in {
            "small": whole(8), "short": whole(16), "whole": whole(32), "large": whole(64), "yes": st.booleans(),
            "real": st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
            "day": st.dates(date(1800, 1, 1), date(2200, 1, 1)),
            "moment": st.datetimes(  # naive bounds, as Hypothesis wants them
                datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001
            ).map(
                lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            ),
            "word": TEXT, "words": st.lists(TEXT, max_size=3),
        }.items()
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(server):
    with psycopg.connect(server.conninfo()) as connection:
        yield connection


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=20))
def test_rows_come_back_as_they_went(connection, rows):
    table = pa.Table.from_pylist(rows, SCHEMA)
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(TABLE)
        assert copy_in(cursor, "copied", SCHEMA.names, table.to_batches()) == len(rows)
        back = pa.Table.from_batches(list(fetch_batches(cursor, QUERY, SCHEMA)), SCHEMA)
    assert back.to_pylist() == table.to_pylist()
