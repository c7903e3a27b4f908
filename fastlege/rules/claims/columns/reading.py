"""Bills from the tables of claims, a part at a time, the next part read while this one is at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.checks.amounts import EXEMPT_BY_FREE_CARD
from fastlege.rules.claims.columns import arrays
from fastlege.rules.claims.columns.arrays import Bills
from fastlege.rules.claims.columns.codes import CodeBook
from fastlege.rules.claims.columns.instructions import SETTINGS, bit_of

PART = 1 << 20
"""Claims read at a time."""

_CLAIMS = ["claim_id", "doctor_id", "performer_id", "list_id", "person_id", "date", "time", "place"]
_LINES = ["claim_id", "tariff", "count", "amount", "patient_share"]
_DETAILS = ["claim_id", "minutes", "exemption", "circumstances", "group_size", "distance_m"]
MAKE_AGAIN = "Make the claims again."

Item = TypeVar("Item")


def read_bills(snapshot: Snapshot, book: CodeBook, *, rows: int = PART) -> Iterator[tuple[NDArray[np.int64], Bills]]:
    """The claims of a snapshot in parts, each with its claim ids. The code book learns the codes as they come."""
    for name in ("claims", "claim_lines"):
        if not snapshot.has(name):
            raise DataError(
                f"the table {name} is missing.", where=str(snapshot.folder), remedy="Name a folder with claims."
            )
    lines = Following(snapshot, "claim_lines", _LINES, texts=["tariff"])
    details = Following(snapshot, "claim_details", _DETAILS, texts=["exemption", "circumstances"])
    for claims, own_lines, own_details in in_advance(_parts(snapshot, lines, details, rows)):
        ids = claims["claim_id"].to_numpy()
        yield ids, _bills(ids, claims, own_lines, own_details, book)


def in_advance(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, each made by another thread while the one before it is at work."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield item


class Following:
    """A table sorted by claim, read as far as the claims go."""

    def __init__(self, snapshot: Snapshot, name: str, columns: Sequence[str], *, texts: Sequence[str] = ()) -> None:
        self._where = str(snapshot.path(name))
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._left = snapshot.table(name, columns, as_dictionary=texts).slice(0, 0) if not snapshot.has(name) else None
        if snapshot.has(name):
            file = pq.ParquetFile(snapshot.path(name), read_dictionary=list(texts), page_checksum_verification=True)
            self._batches = file.iter_batches(PART, columns=list(columns))

    def up_to(self, claim: int) -> pa.Table:
        """The rows up to and with a claim that have not been read before."""
        parts = [self._left] if self._left is not None else []
        while not parts or parts[-1].num_rows == 0 or parts[-1]["claim_id"][-1].as_py() <= claim:
            batch = next(self._batches, None)
            if batch is None:
                break
            parts.append(pa.Table.from_batches([batch]))
        rows = pa.concat_tables(parts)
        cut = int(np.searchsorted(rows["claim_id"].to_numpy(), claim, side="right"))
        self._left = rows.slice(cut)
        return rows.slice(0, cut)

    def refuse_rest(self) -> None:
        """Rows of claims that are not there are an error."""
        if (self._left is not None and self._left.num_rows) or next(self._batches, None) is not None:
            raise DataError("has rows of claims that are not there.", where=self._where, remedy=MAKE_AGAIN)


def _parts(
    snapshot: Snapshot, lines: Following, details: Following, rows: int
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    file = pq.ParquetFile(snapshot.path("claims"), read_dictionary=["place"], page_checksum_verification=True)
    for batch in file.iter_batches(rows, columns=_CLAIMS):
        last = batch["claim_id"][-1].as_py()
        yield pa.Table.from_batches([batch]), lines.up_to(last), details.up_to(last)
    lines.refuse_rest()
    details.refuse_rest()


def _bills(ids: NDArray[np.int64], claims: pa.Table, lines: pa.Table, details: pa.Table, book: CodeBook) -> Bills:
    first, used = _first_lines(ids, lines["claim_id"].to_numpy())
    if used != lines.num_rows:
        raise DataError("a claim line has no claim, or is not in order.", where="claim_lines", remedy=MAKE_AGAIN)
    at = np.searchsorted(ids, details["claim_id"].to_numpy())
    if np.any(at >= len(ids)) or not np.array_equal(ids[at], details["claim_id"].to_numpy()):
        raise DataError("details have no claim.", where="claim_details", remedy=MAKE_AGAIN)
    bills = np.empty(len(ids), arrays.BILL)
    bills["at"], bills["first"], bills["lines"] = np.arange(len(ids)), first[:-1], np.diff(first)
    for name, column in (("person", "person_id"), ("doctor", "doctor_id"), ("minute", "time")):
        bills[name] = claims[column].to_numpy()
    bills["gp_list"] = pc.fill_null(claims["list_id"], 0).to_numpy()
    bills["day"] = claims["date"].cast(pa.int32()).to_numpy()
    bills["setting"] = _by_word(claims["place"], {str(one): number for number, one in enumerate(SETTINGS)})
    bills["nurse"] = claims["performer_id"].is_valid().to_numpy()
    bills["exempt"], bills["circumstances"] = arrays.NOT_EXEMPT, 0
    # The tables of claims do not say where the work was done.
    bills["municipality"] = arrays.NOTHING
    bills["exempt"][at] = _by_word(details["exemption"], _Exempt())
    bills["circumstances"][at] = _by_word(details["circumstances"], _Bits())
    for name in ("minutes", "group_size", "distance_m"):
        bills[name] = arrays.NOTHING
        bills[name][at] = pc.fill_null(details[name], arrays.NOTHING).to_numpy()
    rows = np.empty(lines.num_rows, arrays.LINE)
    rows["code"], rows["times"] = book.numbers(lines["tariff"]), lines["count"].to_numpy()
    rows["amount"], rows["patient_share"] = lines["amount"].to_numpy(), lines["patient_share"].to_numpy()
    return Bills(bills, rows)


class _Exempt(dict[str, int]):
    """The number of each ground for paying nothing."""

    def __missing__(self, ground: str) -> int:
        if not ground:
            return arrays.NOT_EXEMPT
        return arrays.BY_FREE_CARD if ground == EXEMPT_BY_FREE_CARD else arrays.OTHERWISE_EXEMPT


class _Bits(dict[str, int]):
    """The bits of circumstances with blanks between them."""

    def __missing__(self, words: str) -> int:
        return sum(bit_of(word) for word in words.split())


def _by_word(column: pa.ChunkedArray, number: dict[str, int]) -> NDArray[np.int64]:
    parts = [np.empty(0, np.int64)]
    for chunk in column.dictionary_encode().chunks:
        words = chunk.dictionary.to_pylist()
        parts.append(np.array([number[word] for word in words], np.int64)[chunk.indices.to_numpy()])
    return np.concatenate(parts)


@numba.njit(cache=True, nogil=True)
def _first_lines(claims, line_claims):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Where the lines of each claim begin; and how many lines have their claim, in order."""
    first = np.empty(len(claims) + 1, np.int64)
    at = 0
    for claim in range(len(claims)):
        first[claim] = at
        while at < len(line_claims) and line_claims[at] == claims[claim]:
            at += 1
    first[len(claims)] = at
    return first, at
