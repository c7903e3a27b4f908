"""The lines of claims, read along with the claims."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.contacts.columns import Positions, positions_of

_PART = 1 << 20


class LineReader:
    """The lines of claims, read as far as the claims go; codes are numbered as they first come."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._where = str(snapshot.path("claim_lines"))
        if not snapshot.has("claim_lines"):
            raise DataError(
                "the table claim_lines is missing.", where=str(snapshot.folder), remedy="Name a folder with claims."
            )
        file = pq.ParquetFile(snapshot.path("claim_lines"), read_dictionary=["tariff"])
        self._batches = file.iter_batches(_PART, columns=["claim_id", "tariff"])
        self._codes: dict[str, int] = {}
        self._positions = positions_of([])
        self._claims, self._numbers = np.empty(0, np.int64), np.empty(0, np.int32)

    def up_to(self, claim: int) -> tuple[NDArray[np.int64], NDArray[np.int32], Positions]:
        """The lines up to and with a claim that have not been read before: claims, codes, and what codes stand for."""
        claims, numbers = [self._claims], [self._numbers]
        while not len(claims[-1]) or claims[-1][-1] <= claim:
            batch = next(self._batches, None)
            if batch is None:
                break
            claims.append(batch["claim_id"].to_numpy())
            numbers.append(self._numbered(batch["tariff"]))
        all_claims, all_numbers = np.concatenate(claims), np.concatenate(numbers)
        cut = int(np.searchsorted(all_claims, claim, side="right"))
        self._claims, self._numbers = all_claims[cut:], all_numbers[cut:]
        return all_claims[:cut], all_numbers[:cut], self._positions

    def refuse_rest(self) -> None:
        """Lines of claims that are not there are an error."""
        if len(self._claims) or next(self._batches, None) is not None:
            raise DataError(
                "has lines of claims that are not there.", where=self._where, remedy="Make the claims again."
            )

    def _numbered(self, tariffs: pa.DictionaryArray) -> NDArray[np.int32]:
        known = len(self._codes)
        number = np.array(
            [self._codes.setdefault(code, len(self._codes)) for code in tariffs.dictionary.to_pylist()], np.int32
        )
        if len(self._codes) > known:
            self._positions = positions_of(list(self._codes))
        return number[tariffs.indices.to_numpy()]
