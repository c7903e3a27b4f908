"""A plan as Parquet files: moves with the header in the metadata, and beside them the queue places and the lists."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.planning.plan import LISTS, MOVES, PLACES, Header, Plan

_FORMAT, _HEADER, _VERSION = b"fastlege.format", b"fastlege.plan", b"plan/2"
_REMEDY = "Make it again with `fastlege round plan`."


def places_path(path: Path) -> Path:
    """The file of the queue places that belongs to a plan."""
    return path.with_name(f"{path.name}.places.parquet")


def lists_path(path: Path) -> Path:
    """The file of the lists that belongs to a plan."""
    return path.with_name(f"{path.name}.lists.parquet")


def write_plan(plan: Plan, path: Path) -> None:
    """Write the files whole or not at all; the same plan is the same bytes."""
    described = plan.moves.replace_schema_metadata({_FORMAT: _VERSION, _HEADER: plan.header.to_json().encode()})
    if path.is_dir():
        raise DataError("is a folder; a plan is a file.", where=str(path), remedy="Name a file.")
    # Written from within, the plan last: it names the digests of the other two, so that one half-way is refused.
    with whole_file(path) as moves, whole_file(places_path(path)) as places, whole_file(lists_path(path)) as lists:
        for table, part in ((described, moves), (plan.places, places), (plan.lists, lists)):
            pq.write_table(table, part, compression="zstd", compression_level=1)


def read_plan(path: Path) -> Plan:
    """Read a plan, and refuse one that is not whole or was altered after it was made."""
    table = _read(path)
    metadata = table.schema.metadata or {}
    if metadata.get(_FORMAT) != _VERSION or _HEADER not in metadata:
        raise DataError("is not a plan of this version.", where=str(path), remedy=_REMEDY)
    plan = Plan(
        _header(metadata[_HEADER], path),
        table.replace_schema_metadata(),
        _read(places_path(path)).replace_schema_metadata(),
        _read(lists_path(path)).replace_schema_metadata(),
    )
    columns = ((plan.moves, MOVES), (plan.places, PLACES), (plan.lists, LISTS))
    if any(not part.schema.equals(schema) for part, schema in columns) or plan.computed_digest() != plan.header.digest:
        raise DataError("has been altered since it was made: its digest does not fit.", where=str(path), remedy=_REMEDY)
    return plan


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path, partitioning=None)
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=_REMEDY) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError("is not a plan, or is damaged.", where=str(path), remedy=_REMEDY) from error


def _header(text: bytes, path: Path) -> Header:
    try:
        return Header.from_json(text.decode())
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("has a header that cannot be read.", where=str(path), remedy=_REMEDY) from error
