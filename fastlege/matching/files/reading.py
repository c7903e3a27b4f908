"""Reading the files of a round, strictly and fast."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from fastlege.kernel.errors import DataError
from fastlege.matching.files.faults import REMEDY, not_json, unreadable
from fastlege.matching.files.plain import read_members as plain_members
from fastlege.matching.files.plain import read_requests as plain_requests
from fastlege.matching.market import (
    How,
    Ints,
    Lists,
    Market,
    Members,
    Moves,
    Prices,
    Requests,
    RoundResult,
    Terms,
)

_NUMBER, _TEXT, _MOMENT = pa.int64(), pa.string(), pa.timestamp("s", tz="UTC")
_COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "lists.csv": {"list_id": _NUMBER, "municipality": _TEXT, "cap": _NUMBER, "has_gp": _NUMBER, "open": _NUMBER},
    "members.csv": {"person_id": _NUMBER, "list_id": _NUMBER, "municipality": _TEXT, "unallocated_since": _TEXT},
    "requests.csv": {
        "person_id": _NUMBER,
        "list_id": _NUMBER,
        "rank": _NUMBER,
        "requested_at": _MOMENT,
        "family_id": _NUMBER,
    },
    "result.csv": {
        "person_id": _NUMBER,
        "from_list": _NUMBER,
        "to_list": _NUMBER,
        "reason": _TEXT,
        "cycle_id": _NUMBER,
    },
    "prices.csv": {"list_id": _NUMBER, "price": _NUMBER},
}
_Columns = TypeVar("_Columns")
_Value = TypeVar("_Value")
_TIME, _DAY = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"


def read_market(folder: Path) -> Market:
    """Read `lists.csv`, `members.csv`, `requests.csv` and `round.json` of a folder."""
    terms = _read_terms(folder / "round.json")
    lists = _read(folder / "lists.csv")
    codes = {"": 0}
    read_lists = Lists(
        list_id=_numbers(lists, "list_id", "lists.csv"),
        municipality=_codes(lists["municipality"], codes, "lists.csv", np.arange(lists.num_rows)),
        cap=_numbers(lists, "cap", "lists.csv"),
        has_gp=_numbers(lists, "has_gp", "lists.csv", among=(0, 1)) == 1,
        is_open=_numbers(lists, "open", "lists.csv", among=(0, 1)) == 1,
    )
    members = _read_members(folder / "members.csv", codes)
    return Market(terms, read_lists, members, _read_requests(folder / "requests.csv"))


def read_result(folder: Path) -> RoundResult:
    """Read `result.csv` and `prices.csv` as somebody wrote them."""
    rows, proof = _read(folder / "result.csv"), _read(folder / "prices.csv")
    codes = {how.word: int(how) for how in How if how != How.NOT_MOVED}
    unknown = [i for i, word in enumerate(rows["reason"].to_pylist()) if word not in codes]
    if unknown:
        raise _wrong("result.csv", unknown[0], "the reason is none of " + ", ".join(codes) + ".")
    moves = Moves(
        person_id=_numbers(rows, "person_id", "result.csv"),
        from_list=_numbers(rows, "from_list", "result.csv", empty=0),
        to_list=_numbers(rows, "to_list", "result.csv"),
        how=np.array([codes[word] for word in rows["reason"].to_pylist()], np.int64),
        cycle=_numbers(rows, "cycle_id", "result.csv", empty=0),
    )
    prices = Prices(_numbers(proof, "list_id", "prices.csv"), _numbers(proof, "price", "prices.csv"))
    return RoundResult(moves, prices)


def _wrong(file: str, row: int, what: str) -> DataError:
    return DataError(what, where=f"{file}, row {row + 2}", remedy=REMEDY)


def _if_there(reader: Callable[[Path], _Columns], path: Path) -> _Columns:
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=REMEDY) from error
    except OSError as error:
        raise DataError(f"cannot be read ({error}).", where=str(path), remedy=REMEDY) from error


def _read(path: Path) -> pa.Table:
    try:
        return _parse(path, path.name, threads=True)
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=REMEDY) from error
    except KeyError as error:
        raise DataError(f"a column is missing ({error.args[0]}).", where=str(path), remedy=REMEDY) from error
    except (pa.ArrowInvalid, OSError):
        pass
    try:
        # Only one thread can say in which row the fault is.
        return _parse(path, path.name, threads=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise unreadable(path, error) from error


def _parse(source: Path | pa.NativeFile, file: str, *, threads: bool) -> pa.Table:
    columns = _COLUMNS[file]
    return csv.read_csv(
        source,
        read_options=csv.ReadOptions(use_threads=threads, block_size=1 << 22),
        convert_options=csv.ConvertOptions(
            column_types=columns, include_columns=list(columns), null_values=[""], strings_can_be_null=False
        ),
    )


def _numbers(
    table: pa.Table, name: str, file: str, *, empty: int | None = None, among: tuple[int, ...] | None = None
) -> Ints:
    """A column as whole numbers. An empty field is refused unless `empty` stands for it; then numbers start at 1."""
    column = table[name]
    if column.null_count and empty is None:
        row = int(pc.index(column.is_null(), True).as_py())
        raise _wrong(file, row, f"{name} is empty.")
    numbers: Ints = column.fill_null(0).to_numpy() if column.null_count else column.to_numpy()
    if empty is not None and int(np.count_nonzero(numbers <= 0)) != column.null_count:
        row = int(np.flatnonzero((numbers <= 0) & ~column.is_null().to_numpy())[0])
        raise _wrong(file, row, f"{name} is not a positive number.")
    if among is not None and not np.isin(numbers, among).all():
        row = int(np.flatnonzero(~np.isin(numbers, among))[0])
        raise _wrong(file, row, f"{name} is not one of {', '.join(map(str, among))}.")
    return numbers


def _codes(column: pa.ChunkedArray, codes: dict[str, int], file: str, rows: Ints) -> Ints:
    """Municipality codes as numbers: the same text, the same number. `rows` are the rows the texts stand in."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    numbers = np.array([codes.setdefault(text, len(codes)) for text in texts], np.int64)
    result: Ints = numbers[encoded.indices.to_numpy()] if texts else np.empty(0, np.int64)
    if not result.all():
        raise _wrong(file, int(rows[np.flatnonzero(result == 0)[0]]), "the municipality is empty.")
    return result


def _read_members(path: Path, codes: dict[str, int]) -> Members:
    plain = _if_there(plain_members, path)
    if plain is not None:
        rows = _parse(pa.BufferReader(plain.lines), path.name, threads=False)
        return _members((plain.person_id, plain.list_id, plain.lacking), rows, codes)
    table = _read(path)
    list_id = _numbers(table, "list_id", "members.csv", empty=0)
    lacking = np.flatnonzero(list_id == 0)
    return _members((_numbers(table, "person_id", "members.csv"), list_id, lacking), table.take(lacking), codes)


def _members(numbers: tuple[Ints, Ints, Ints], rows: pa.Table, codes: dict[str, int]) -> Members:
    """The members from their numbers and the rows of those without a list: nobody else's home and time matter."""
    person_id, list_id, lacking = numbers
    municipality, since = np.zeros(len(person_id), np.int64), np.zeros(len(person_id), np.int64)
    municipality[lacking] = _codes(rows["municipality"], codes, "members.csv", lacking)
    since[lacking] = _moments(rows["unallocated_since"], lacking)
    return Members(person_id, list_id, municipality, since)


def _moments(texts: pa.ChunkedArray, rows: Ints) -> Ints:
    """Seconds since 1970 of moments; a bare day is its first moment. `rows` are the rows the texts stand in."""
    moments = pc.coalesce(*[pc.strptime(texts, format=form, unit="s", error_is_null=True) for form in (_TIME, _DAY)])
    if moments.null_count:
        row = int(rows[pc.index(moments.is_null(), True).as_py()])
        what = "the person has no list, and unallocated_since is not a moment (YYYY-MM-DDTHH:MM:SSZ)."
        raise _wrong("members.csv", row, what)
    seconds: Ints = moments.cast(pa.int64()).to_numpy()
    return seconds


def _seconds(text: str, form: str) -> int:
    return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())


def _read_requests(path: Path) -> Requests:
    plain = _if_there(plain_requests, path)
    if plain is not None:
        return Requests(*plain)
    table = _read(path)
    moments = table["requested_at"].cast(pa.int64())
    table = table.set_column(table.schema.get_field_index("requested_at"), "requested_at", moments)
    return Requests(
        person_id=_numbers(table, "person_id", path.name),
        list_id=_numbers(table, "list_id", path.name),
        rank=_numbers(table, "rank", path.name),
        requested_at=_numbers(table, "requested_at", path.name),
        family_id=_numbers(table, "family_id", path.name, empty=0),
    )


def _read_terms(path: Path) -> Terms:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError("there is no such file.", where=str(path), remedy=REMEDY) from error
    except json.JSONDecodeError as error:
        raise not_json(path, error) from error
    except (ValueError, OSError) as error:
        raise DataError(f"cannot be read ({error}).", where=str(path), remedy=REMEDY) from error
    try:
        return _terms(values)
    except KeyError as error:
        raise DataError(f"{error.args[0]} is missing.", where=str(path), remedy=REMEDY) from error
    except (ValueError, TypeError) as error:
        raise DataError(f"a value is wrong ({error}).", where=str(path), remedy=REMEDY) from error


def _terms(values: Any) -> Terms:
    if not isinstance(values, dict):
        raise TypeError("the file is not an object with names and values")
    seed, intake = str(values["seed"]), values["intake"]
    if not seed.isascii():
        raise ValueError("the seed has letters outside ASCII")
    if intake not in {"open_only", "all"}:
        raise ValueError(f"intake is {intake!r}, not open_only or all")
    return Terms(
        effect=_term(values, "round", "a day (YYYY-MM-DD)", date.fromisoformat),
        cutoff=_term(values, "cutoff", "a moment (YYYY-MM-DDTHH:MM:SSZ)", lambda text: _seconds(text, _TIME)),
        seed=seed,
        intake_all=intake == "all",
    )


def _term(values: Mapping[str, Any], name: str, kind: str, read: Callable[[str], _Value]) -> _Value:
    value = values[name]
    try:
        return read(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} is {value!r}, not {kind}") from error
