"""The door of a snapshot's numbers: the threshold of the day, what is published already, and whether to round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.figures.disclosure.door import Door, Earlier
from fastlege.figures.earlier import shown_in
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.edition import FIGURES, GROUPS, META
from fastlege.rules.parameters import Rulebook, load_rulebook

THRESHOLD = "stats.count_min_municipality_year"
REPORT = "report.json"
_REMEDY = "Name the folder of an edition (`fastlege figures edition`) or of a report (`fastlege report build`)."


def threshold_for(snapshot: Snapshot, book: Rulebook | None = None) -> int:
    """The smallest count of persons that may be shown on the snapshot's day."""
    return (book or load_rulebook()).whole(THRESHOLD, on=snapshot.as_of)


def door_for(
    snapshot: Snapshot, book: Rulebook | None = None, *, after: Sequence[Path] = (), round_to: int = 1
) -> Door:
    """The door for a snapshot: `after` are editions and reports of the same day that are out, earlier versions too."""
    if round_to < 1:
        raise DataError(f"counts cannot be rounded to {round_to}.", remedy="Give a whole number from 1 on.")
    return Door(threshold_for(snapshot, book), tuple(_earlier(each, snapshot.as_of) for each in after), round_to)


def doors_for(
    snapshots: Sequence[Snapshot], book: Rulebook | None = None, *, after: Sequence[Path] = (), round_to: int = 1
) -> Mapping[Path, Door]:
    """The doors for several snapshots, by their folders; each of `after` counts for the snapshot of its day."""
    days = {each.as_of: each for each in snapshots}
    of_day: dict[date, list[Path]] = defaultdict(list)
    for folder in after:
        day = _day_of(folder)
        if day not in days:
            known = ", ".join(str(each) for each in sorted(days))
            raise DataError(
                f"holds {day}, and the snapshots {known}: what it shows says nothing of those days.",
                where=str(folder),
                remedy="Name editions and reports of the same days only.",
            )
        of_day[day].append(folder)
    return {each.folder: door_for(each, book, after=of_day[each.as_of], round_to=round_to) for each in snapshots}


def _day_of(folder: Path) -> date:
    return _opened(folder)[0]


def _opened(folder: Path) -> tuple[date, dict[str, Any], bool]:
    """The day of an edition or a report, what it says of itself, and whether it is a report."""
    try:
        report = (folder / REPORT).exists()
        meta: dict[str, Any] = orjson.loads((folder / (REPORT if report else META)).read_bytes())
        return date.fromisoformat(meta["as_of"]), meta, report
    except FileNotFoundError as error:
        raise DataError("there is no edition or report here.", where=str(folder), remedy=_REMEDY) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error


def _damaged(folder: Path, error: Exception) -> DataError:
    return DataError(f"is damaged ({error}).", where=str(folder), remedy=_REMEDY)


def _earlier(folder: Path, as_of: date) -> Earlier:
    """What an edition or a report in a folder shows of the snapshot's day."""
    day, meta, report = _opened(folder)
    try:
        round_to = int(meta.get("round_to", 1))
        tables = _tables_of_report(folder, meta) if report else _tables_of_edition(folder)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error
    if day != as_of:
        raise DataError(
            f"holds {day}, and the snapshot {as_of}: what it shows says nothing of that day.",
            where=str(folder),
            remedy="Name editions and reports of the same day only.",
        )
    return shown_in(tables, round_to=round_to)


def _tables_of_edition(folder: Path) -> list[pa.Table]:
    return [pq.read_table(folder / name, partitioning=None) for name in (FIGURES, GROUPS) if (folder / name).exists()]


def _tables_of_report(folder: Path, meta: dict[str, Any]) -> list[pa.Table]:
    """A report shows earlier days and years beside its own, and what others have published."""
    own = set(meta.get("periods", ()))
    tables = [pq.read_table(path, partitioning=None) for path in sorted((folder / "data").glob("*.parquet"))]
    return [
        table.filter(
            pa.array(
                [
                    period in own and not published
                    for period, published in zip(
                        table["period"].to_pylist(), table["published"].to_pylist(), strict=True
                    )
                ],
                pa.bool_(),
            )
        )
        for table in tables
    ]
