"""Statements that are sent at every request: planned once a connection, seen by who watches, whole after an error."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fastlege.database.prepared import ask

HALVES = "select 12 / %(by)s::int, %(name)s::text"

pytestmark = pytest.mark.django_db


def kept_plans():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like 'select 12 /%'")
        return cursor.fetchone()[0]


def test_a_statement_is_planned_once_whatever_its_values():
    assert ask(HALVES, {"by": 2, "name": "half"}) == [(6, "half")]
    assert ask(HALVES, {"by": 3, "name": "a third's %x"}) == [(4, "a third's %x")]
    assert kept_plans() == 1


def test_an_error_is_djangos_and_the_next_one_is_answered():
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        ask(HALVES, {"by": 0, "name": ""})
    assert ask(HALVES, {"by": 4, "name": ""}) == [(3, "")]


def test_nothing_is_sent_in_a_transaction_that_has_to_be_undone():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            ask(HALVES, {"by": 1, "name": ""})


def test_who_counts_or_watches_statements_sees_them_and_the_rows_are_the_same():
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(params)
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection) as counted, connection.execute_wrapper(watch):
        assert ask(HALVES, {"by": 6, "name": "x"}) == [(2, "x")]
    assert (len(counted), seen) == (1, [{"by": 6, "name": "x"}])
