"""A plan as a Parquet file: the moves, and the header in the file's metadata."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.planning.plan import MOVES, Header, Plan

_FORMAT, _HEADER, _VERSION = b"fastlege.format", b"fastlege.plan", b"plan/1"
_REMEDY = "Make it again with `fastlege round plan`."


def write_plan(plan: Plan, path: Path) -> None:
    """Write the file whole or not at all; the same plan is the same bytes."""
    described = plan.moves.replace_schema_metadata({_FORMAT: _VERSION, _HEADER: plan.header.to_json().encode()})
    if path.is_dir():
        raise DataError("is a folder; a plan is a file.", where=str(path), remedy="Name a file.")
    with whole_file(path) as part:
        pq.write_table(described, part, compression="zstd", compression_level=1)


def read_plan(path: Path) -> Plan:
    """Read a plan, and refuse one that is not whole or was altered after it was made."""
    try:
        table = pq.read_table(path, partitioning=None)
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=_REMEDY) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError("is not a plan, or is damaged.", where=str(path), remedy=_REMEDY) from error
    metadata = table.schema.metadata or {}
    if metadata.get(_FORMAT) != _VERSION or _HEADER not in metadata:
        raise DataError("is not a plan of this version.", where=str(path), remedy=_REMEDY)
    plan = Plan(_header(metadata[_HEADER], path), table.replace_schema_metadata())
    if not plan.moves.schema.equals(MOVES) or plan.computed_digest() != plan.header.digest:
        raise DataError("has been altered since it was made: its digest does not fit.", where=str(path), remedy=_REMEDY)
    return plan


def _header(text: bytes, path: Path) -> Header:
    try:
        return Header.from_json(text.decode())
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("has a header that cannot be read.", where=str(path), remedy=_REMEDY) from error
