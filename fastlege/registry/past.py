"""The tables of the register as they were on a day: today's rows, with what was later changed put back."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from fastlege.kernel.snapshot_tables import ALL_TABLES

# Tables whose rows are kept in `history` when they change, with the columns that `history` knows them by.
_KEYS: dict[str, tuple[LiteralString, ...]] = {
    "persons": ("person_id",),
    "offices": ("office_id",),
    "doctors": ("doctor_id",),
    "lists": ("list_id",),
    "doctor_periods": ("id",),
    "memberships": ("person_id", "start"),
    "queue": ("person_id", "list_id"),
    "unplaced": ("person_id",),
    "custody": ("child_id", "adult_id", "start"),
    "care_orders": ("child_id", "start"),
    "protected_addresses": ("person_id",),
}
# Tables of a snapshot that are some rows of another table in the register.
_PART_OF: dict[str, tuple[LiteralString, LiteralString]] = {"asked_first": ("queue", "not accept_in_advance")}
_UNCHANGED = frozenset({"municipalities", "basic_units"})

# A membership is known from its start and its end from that day, unless they came with a loaded snapshot.
_MEMBERSHIP: dict[str, LiteralString] = {
    "end": 'case when coalesce(end_known_on, "end") <= %(day)s then "end" end',
    "end_reason": 'case when coalesce(end_known_on, "end") <= %(day)s then end_reason end',
}
_DIFFERENT: dict[str, dict[str, LiteralString]] = {
    "memberships": _MEMBERSHIP,
    "queue": {"requested_at": "(extract(epoch from requested_at) * 1000)::bigint"},
    "offices": {"services": "to_json(services)"},
    "doctors": {"languages": "to_json(languages)"},
    "switches": {"from_list": "from_list_id", "to_list": "to_list_id"},
}


def state_of(table: str, *, changed_later: bool) -> sql.Composed:
    """The query for one snapshot table on `%(day)s`, sorted by its key.

    `changed_later` says whether any row of the table has been changed since that day, so that history is needed.
    """
    kept_in, condition = _PART_OF.get(table, (table, "true"))
    rows = sql.Identifier(kept_in)
    known = sql.SQL("true") if table in _UNCHANGED else sql.SQL(_known(table))
    if changed_later:
        source = sql.SQL(
            "(select * from {rows} t where not exists (select from later where later.key = {key})"
            " union all select old.* from later, jsonb_populate_record(null::{rows}, later.old) old) t"
        ).format(rows=rows, key=_key("t", _KEYS[kept_in]))
    else:
        source = sql.SQL("{} t").format(rows)
    query = sql.SQL("select {columns} from {source} where {known} and {condition} order by {order}").format(
        columns=sql.SQL(", ").join(_column(table, name) for name in ALL_TABLES[table].schema.names),
        source=source,
        known=known,
        condition=sql.SQL(condition),
        order=sql.SQL(", ").join(_order(table, name) for name in ALL_TABLES[table].key),
    )
    return sql.Composed([_later(kept_in), query]) if changed_later else query


def history_of(table: str) -> str | None:
    """The register's table in whose history the rows of a snapshot's table are kept; none if they never change."""
    kept_in, _ = _PART_OF.get(table, (table, ""))
    return kept_in if kept_in in _KEYS else None


def _later(table: str) -> sql.Composed:
    # The first change after the day holds the row as it was on it.
    return sql.SQL(
        "with later as (select distinct on (key) key, old from history"
        ' where table_name = {} and "on" > %(day)s order by key, id) '
    ).format(sql.Literal(table))


def _known(table: str) -> LiteralString:
    if table == "memberships":
        return "coalesce(known_on, start) <= %(day)s"
    if table == "offers":
        return "made_on <= %(day)s and (answered_on is null or answered_on > %(day)s)"
    return "(known_on is null or known_on <= %(day)s)"


def _key(alias: LiteralString, columns: tuple[LiteralString, ...]) -> sql.Composed:
    texts = [sql.SQL("{}.{}::text").format(sql.SQL(alias), sql.Identifier(column)) for column in columns]
    return sql.SQL("array[{}]").format(sql.SQL(", ").join(texts))


def _column(table: str, name: str) -> sql.Composable:
    different = _DIFFERENT.get(table, {}).get(name)
    if different is None:
        return sql.Identifier(name)
    return sql.SQL("{} as {}").format(sql.SQL(different), sql.Identifier(name))


def _order(table: str, name: str) -> sql.Composable:
    is_text = ALL_TABLES[table].schema.field(name).type == "string"
    # Snapshots sort texts by their bytes, whatever the language of the database.
    return sql.SQL('{} collate "C"').format(sql.Identifier(name)) if is_text else sql.Identifier(name)
