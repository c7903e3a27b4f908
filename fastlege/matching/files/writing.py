"""Writing the result of a round, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from fastlege.kernel.files import whole_file
from fastlege.matching.market import How, Ints, RoundResult


def write_result(folder: Path, result: RoundResult) -> None:
    """Write `result.csv` and `prices.csv`."""
    moves, prices = result.moves, result.prices
    words = pa.array([how.word for how in How])
    table = pa.table(
        {
            "person_id": moves.person_id,
            "from_list": _or_empty(moves.from_list),
            "to_list": moves.to_list,
            "reason": words.take(pa.array(moves.how)),
            "cycle_id": _or_empty(moves.cycle),
        }
    )
    proof = pa.table({"list_id": prices.list_id, "price": prices.price})
    with whole_file(folder / "result.csv") as first, whole_file(folder / "prices.csv") as second:
        _write(table, first)
        _write(proof, second)


def _or_empty(numbers: Ints) -> pa.Array:
    return pa.array(numbers, mask=numbers == 0)


def _write(table: pa.Table, path: Path) -> None:
    header = ",".join(table.column_names) + "\n"
    with path.open("wb") as stream:
        stream.write(header.encode())
        csv.write_csv(table, stream, csv.WriteOptions(include_header=False, quoting_style="none"))
