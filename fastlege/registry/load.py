"""Loading a snapshot into the register: all tables or none, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pyarrow as pa
from django.db import DatabaseError, connection, transaction

from fastlege.access.models import TABLES as LOGINS
from fastlege.database.copy import copy_in
from fastlege.database.guards import Guards, put_back, take_off
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.kernel.snapshot_tables import ALL_TABLES
from fastlege.messages.models import TABLES as MESSAGES
from fastlege.registry.journal import EventKind, record
from fastlege.registry.links import Links
from fastlege.registry.models import Change, Event, RegisterState
from fastlege.registry.state import lock_register, note_snapshot

Report = Callable[[str, float], None]
"""Called with what is being done and the share that is done, 0 to 1."""

# Memberships before lists: the lengths of the lists are counted as the memberships pass.
_ORDER = (
    *("municipalities", "basic_units", "persons", "offices", "doctors", "memberships", "lists", "doctor_periods"),
    *("queue", "unplaced", "switches", "custody", "care_orders", "protected_addresses", "offers"),
)
_KNOWN = frozenset({
    *("persons", "offices", "doctors", "lists", "doctor_periods", "queue", "unplaced", "switches"),
    *("custody", "care_orders", "protected_addresses"),
})  # fmt: skip
_IDENTITIES = {
    "persons": "person_id",
    "offices": "office_id",
    "doctors": "doctor_id",
    "lists": "list_id",
    "doctor_periods": "id",
    "switches": "id",
}
_RENAMED = {"from_list": "from_list_id", "to_list": "to_list_id"}
_JOURNAL = (
    *("history", "events", "snapshot_records", "register_state"),
    *("extra_switches", "receipts"),
    *MESSAGES,
    *LOGINS,
)
_RESTING = """
select distinct c.conrelid::regclass::text from pg_constraint c
where c.contype = 'f' and c.confrelid = any(%(tables)s::regclass[]) and not c.conrelid = any(%(tables)s::regclass[])
order by 1
"""
_ASKED_FIRST = """
update queue q set accept_in_advance = false from asked_first a
where a.person_id = q.person_id and a.list_id = q.list_id
"""
_BATCH = 1 << 18
_COPY_SHARE = 0.55


def load_snapshot(
    snapshot: Snapshot, *, by: str, replace: bool = False, report: Report = lambda *_: None
) -> dict[str, int]:
    """Load every table of a snapshot and say how many rows each has.

    Raises `DataError` when the register holds something already, unless it is to be replaced, and when the rows
    break a rule of the register. Whatever fails, the register is as it was before.
    """
    report("reading", 0.0)
    digest = snapshot.digest()
    try:
        with transaction.atomic():
            lock_register()
            if not replace and RegisterState.objects.exists():
                raise DataError(
                    "the register is not empty.", remedy="Load with --replace to give up what it holds, or use another."
                )
            with connection.cursor() as wrapped:
                return _Loading(wrapped.cursor, snapshot, report).run(digest, by)
    except (DatabaseError, psycopg.Error) as error:
        raise _explained(error, snapshot) from error


class _Loading:
    """One load, within its transaction."""

    def __init__(self, cursor: psycopg.Cursor, snapshot: Snapshot, report: Report) -> None:
        self._cursor, self._snapshot, self._report = cursor, snapshot, report
        self._links = Links(snapshot.path("memberships"), snapshot.as_of)

    def run(self, digest: str, by: str) -> dict[str, int]:
        """Empty the register, fill it, make its guards again, and note what was loaded."""
        guards = self._empty()
        total = sum(self._snapshot.rows(name) for name in _ORDER) or 1
        rows: dict[str, int] = {}
        for name in _ORDER:
            self._report(f"loading {name}", _COPY_SHARE * sum(rows.values()) / total)
            rows[name] = self._copy(name)
        self._note_asked_first()
        put_back(self._cursor, guards, report=self._report_guard)
        self._finish(digest, by)
        self._report("committing", 1.0)
        return rows

    def _empty(self) -> Guards:
        tables = [*_ORDER, *_JOURNAL]
        self._refuse_what_rests(tables)
        guards = take_off(self._cursor, tables)
        self._cursor.execute(f"truncate {', '.join(tables)}")
        return guards

    def _refuse_what_rests(self, tables: list[str]) -> None:
        """Records that are kept for good, such as payments, would speak of lists that are gone."""
        for (table,) in self._cursor.execute(_RESTING, {"tables": tables}).fetchall():
            if self._cursor.execute(f"select from {table} limit 1").fetchall():
                raise DataError(
                    f"the register cannot be replaced: {table.replace('_', ' ')} are kept for good and rest on it.",
                    remedy="Use another database: set FASTLEGE_HOME or FASTLEGE_DATABASE_URL.",
                )

    def _copy(self, name: str) -> int:
        columns = self._widened(name, pa.RecordBatch.from_pylist([], ALL_TABLES[name].schema)).schema.names
        batches = (self._widened(name, batch) for batch in self._snapshot.batches(name, rows=_BATCH))
        # Emptied in this transaction, so rows can be written as settled: nobody sees them before it ends.
        return copy_in(
            self._cursor, name, [_RENAMED.get(column, column) for column in columns], batches, options="freeze"
        )

    def _note_asked_first(self) -> None:
        """A column of the queue here, a table of its own in a snapshot."""
        batches = self._snapshot.batches("asked_first", rows=_BATCH)
        self._cursor.execute("create temporary table asked_first (person_id bigint, list_id bigint) on commit drop")
        if copy_in(self._cursor, "asked_first", ["person_id", "list_id"], batches):
            self._cursor.execute(_ASKED_FIRST)

    def _widened(self, name: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the columns that the register adds."""
        if name == "memberships":
            return self._links.widen(batch)
        if name == "lists":
            lengths = [self._links.lengths[number] for number in batch["list_id"].to_pylist()]
            batch = batch.append_column("member_count", pa.array(lengths, pa.int32()))
        if name in _KNOWN:
            # Rows that came with the snapshot have always been there.
            batch = batch.append_column("known_on", pa.nulls(batch.num_rows, pa.date32()))
        return batch

    def _report_guard(self, name: str, share: float) -> None:
        self._report(f"guarding: {name}", _COPY_SHARE + (0.97 - _COPY_SHARE) * share)

    def _finish(self, digest: str, by: str) -> None:
        for table, column in _IDENTITIES.items():
            self._cursor.execute(
                f'select setval(pg_get_serial_sequence(%s, %s), coalesce((select max({column}) from "{table}"), 0) + 1,'
                " false)",
                [table, column],
            )
        self._cursor.execute(f"analyze {', '.join(_ORDER)}")
        day = self._snapshot.as_of
        change = Change.objects.create(on=day)
        RegisterState.objects.create(begins=day, meta=dict(self._snapshot.meta))
        note_snapshot(digest, on=day, change=change.pk, made="load")
        record(Event(kind=EventKind.REGISTER_LOADED, on=day, by=by, details={"digest": digest}))


def _explained(error: Exception, snapshot: Snapshot) -> DataError:
    """What the database refused, by the name of the rule; never with the values of a row."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    diagnosis = cause.diag if isinstance(cause, psycopg.Error) else None
    rule = diagnosis.constraint_name if diagnosis else None
    message = (diagnosis.message_primary if diagnosis else None) or str(error).splitlines()[0]
    what = f"the rows break the rule {rule} of the register ({message})." if rule else f"cannot be loaded ({message})."
    return DataError(
        what,
        where=str(snapshot.folder),
        remedy="The register is as it was before. "
        + ("Mend the snapshot, or build it again." if rule else "Mend what is named there, then load again."),
    )
