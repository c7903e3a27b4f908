"""Who must move because of a case, and where to: worked out by `planning` from a snapshot, and stored for reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import connection, transaction
from django.db.models.functions import Now

from fastlege.casework.actions import someone
from fastlege.casework.cases.steps import open_case
from fastlege.casework.cases.telling import DRAWN, grown_before
from fastlege.casework.models import CaseKind, Displacement, ListCase
from fastlege.database.copy import copy_in
from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.kernel.snapshot import Snapshot
from fastlege.messages.actions import queue_selected
from fastlege.planning.closure import close_lists, take_over
from fastlege.planning.displaced.draw_file import read_draw, write_draw
from fastlege.planning.displaced.draw_record import DrawRecord
from fastlege.planning.displaced.placements import Placements
from fastlege.planning.reduction import Reduction, draw_reduction, place_drawn
from fastlege.registry import state
from fastlege.registry.models import GPContract, SnapshotRecord
from fastlege.rules.parameters import Rulebook

NOT_DRAWN = "case.not_drawn"
DRAWN_ALREADY = "case.drawn_already"
NOT_A_REDUCTION = "case.not_a_reduction"

_STORED = pa.schema(
    [
        ("case_id", pa.int64()),
        *((name, pa.int64()) for name in ("person_id", "from_list_id", "to_list_id")),
        ("reason", pa.string()),
        ("chosen", pa.bool_()),
        ("rule", pa.string()),
        ("explanation_key", pa.string()),
        ("queued_since", pa.date32()),
        ("rank", pa.int16()),
        ("metres", pa.int64()),
    ]
)


def draw_case(case_id: int, snapshot: Snapshot, *, by: str, book: Rulebook) -> ListCase:
    """Draw who must leave a list that is to be shorter, once, and tell them. The tag may be made known after this."""
    with transaction.atomic():
        case = open_case(case_id)
        refuse_if([] if case.kind == CaseKind.REDUCTION else [Violation(NOT_A_REDUCTION)])
        refuse_if([Violation(DRAWN_ALREADY)] if case.drawn_at else [])
        _refuse_unknown(snapshot, case)
        asked = Reduction(case.list_ids[0], case.tag, case.notice, cap=case.cap, agreed=case.agreed)
        record = draw_reduction(snapshot, asked, on=case.on, book=book)
        with _as_file(record) as path:
            case.draw = json.loads(path.read_bytes())
        case.drawn_by, case.drawn_at = someone(by, does="makes the draw"), Now()
        case.save(update_fields=["draw", "drawn_by", "drawn_at"])
        drawn = place_drawn(snapshot, record, book=book).rows
        _tell_drawn(case, drawn["person_id"].to_list(), snapshot, book)
        return case


def plan_case(case_id: int, snapshot: Snapshot, *, by: str, book: Rulebook) -> ListCase:
    """Work out who goes where, and store it for reading and signing. Doing it again replaces what was not applied."""
    with transaction.atomic():
        case = open_case(case_id)
        _refuse_unknown(snapshot, case)
        placed = _placements(case, snapshot, book)
        Displacement.objects.filter(case=case).delete()
        if placed is not None:
            _store(case, placed)
        case.planned_by, case.planned_at = someone(by, does="plans the case"), Now()
        case.input_digest, case.rule_digest = snapshot.digest(), book.digest()
        case.signed_by = case.signed_at = None
        case.save(update_fields=["planned_by", "planned_at", "input_digest", "rule_digest", "signed_by", "signed_at"])
        return case


def publish_draw(case: ListCase, path: Path) -> None:
    """Write the draw to a file from which anybody can draw again with `fastlege draw verify`."""
    refuse_if([] if case.drawn_at else [Violation(NOT_DRAWN)])
    write_draw(draw_of(case), path)


def draw_of(case: ListCase) -> DrawRecord:
    """The draw of a case."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "draw"
        path.write_text(json.dumps(case.draw))
        return read_draw(path)


def _placements(case: ListCase, snapshot: Snapshot, book: Rulebook) -> Placements | None:
    if case.kind == CaseKind.CLOSURE:
        return close_lists(snapshot, case.list_ids, on=case.on, seed=case.tag, book=book)
    if case.kind == CaseKind.TAKEOVER:
        return take_over(snapshot, case.list_ids[0], successor=case.successor_id or 0, on=case.on, book=book)
    if case.drawn_at:
        return place_drawn(snapshot, draw_of(case), book=book)
    # Those who have left meanwhile may have made the draw needless.
    gp_list = GPContract.objects.get(pk=case.list_ids[0])
    refuse_if([Violation(NOT_DRAWN)] if gp_list.member_count > (case.cap or 0) else [])
    return None


def _store(case: ListCase, placed: Placements) -> None:
    rows = placed.rows.select(
        pl.lit(case.pk).cast(pl.Int64).alias("case_id"),
        "person_id",
        pl.col("from_list").alias("from_list_id"),
        pl.col("to_list").cast(pl.Int64).alias("to_list_id"),
        *("reason", "chosen", "rule", "explanation_key", "queued_since", "rank", "metres"),
    )
    table = rows.to_arrow().select(_STORED.names).cast(_STORED)
    with connection.cursor() as wrapped:
        copy_in(wrapped.cursor, "displacements", _STORED.names, table.to_batches())


def _refuse_unknown(snapshot: Snapshot, case: ListCase) -> None:
    """The snapshot is one of this register, taken after the case was recorded: so no one picks a lucky older one."""
    if not SnapshotRecord.objects.filter(digest=snapshot.digest(), at__gt=case.recorded_at).exists():
        raise DataError(
            "is not a snapshot of this register that was taken after the case was recorded.",
            where=str(snapshot.folder),
            remedy="Export the register with `fastlege register export DIR --on"
            f" {max(filter(None, (case.notice, state.last_day())))}`, the day of its last change, or a later day.",
        )


def _tell_drawn(case: ListCase, persons: list[int], snapshot: Snapshot, book: Rulebook) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table moving (person_id bigint, to_list bigint) on commit drop")
        cursor.execute("insert into moving (person_id) select unnest(%s::bigint[])", [persons])
    queue_selected(
        DRAWN,
        {
            "key": f"case:{case.pk}:drawn",
            "on": max(snapshot.as_of, case.notice),
            "effective": case.on,
            "case": case.pk,
            "list": case.list_ids[0],
            "grown": grown_before(case.on, book),
        },
    )


@contextmanager
def _as_file(record: DrawRecord) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "draw"
        write_draw(record, path)
        yield path


def shown(case: ListCase) -> dict[str, Any]:
    """What a case comes to, as a case worker reads it before signing: numbers, nobody's name."""
    counts: dict[str, int] = {}
    for key in Displacement.objects.filter(case=case).values_list("explanation_key", flat=True):
        counts[key] = counts.get(key, 0) + 1
    step = next(
        name
        for name, at in (
            ("withdrawn", case.withdrawn_at),
            ("applied", case.applied_at),
            ("signed", case.signed_at),
            ("placed", case.planned_at),
            ("drawn", case.drawn_at),
            ("recorded", True),
        )
        if at
    )
    return {
        "case": case.pk,
        "kind": case.kind,
        "step": step,
        "lists": case.list_ids,
        "successor": case.successor_id,
        "cap": case.cap,
        "on": case.on,
        "notice": case.notice,
        "agreed": case.agreed,
        "commitment": case.commitment,
        "tag": case.tag if case.drawn_at else None,
        "people": counts,
    }
