"""Building a report: one edition of a snapshot, in one language and all forms, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_folder
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.coverage import refuse_other_parts
from fastlege.reporting.door import door_for
from fastlege.reporting.report.comparing import Series
from fastlege.reporting.report.counting import Counts, count
from fastlege.reporting.report.document import Sources, write
from fastlege.reporting.report.model import Document
from fastlege.reporting.report.outputs.open_data import write_open_data
from fastlege.reporting.report.outputs.pages import write_pages
from fastlege.reporting.report.outputs.paper import as_pdf
from fastlege.reporting.report.outputs.workbook import write_workbook
from fastlege.reporting.report.plan import Plan
from fastlege.rules.parameters import load_rulebook

META, FORMAT = "report.json", "1"


def count_series(
    plan: Plan,
    snapshot: Snapshot,
    earlier: Sequence[Snapshot] = (),
    *,
    after: Sequence[Path] = (),
    round_to: int = 1,
) -> Series:
    """Count an edition for its snapshot and for earlier ones.

    One that is not earlier, or is of another part of the country, is a `DataError`.

    `after`: editions and reports of the same day that are out, earlier versions of this one too.
    """
    for each in earlier:
        if each.as_of >= snapshot.as_of:
            raise DataError(
                f"holds {each.as_of}, which is not before {snapshot.as_of}.",
                where=str(each.folder),
                remedy="Name snapshots of earlier days.",
            )
    refuse_other_parts(snapshot, earlier)
    book = load_rulebook()
    olds: list[Counts] = [count(plan, each, book) for each in sorted(earlier, key=lambda each: each.as_of)]
    door = door_for(snapshot, book, after=after, round_to=round_to)
    return Series(count(plan, snapshot, book, door), tuple(olds))


def build_report(plan: Plan, series: Series, out: Path, *, language: str) -> None:
    """Write the report to the folder `out`. An older one there is replaced in one step; anything else is left alone."""
    out = Path(out)
    if out.exists() and not (out / META).exists() and (out.is_file() or any(out.iterdir())):
        raise DataError(
            "exists and is not a report, so it is not replaced.", where=str(out), remedy="Name another folder."
        )
    sources = Sources(series.now.snapshot.digest(), load_rulebook().digest())
    document = write(plan, series, language, sources)
    with whole_folder(out) as part:
        write_forms(document, part)
        meta = {
            "format": FORMAT,
            "edition": plan.name,
            "language": language,
            "as_of": series.now.as_of.isoformat(),
            "snapshot_digest": sources.snapshot_digest,
            "rules_digest": sources.rules_digest,
            "software": version("fastlege"),
            "tables": len(document.tables()),
            "charts": len(document.charts()),
            "periods": sorted({series.now.period(key[0]) for key in series.now.cells}),
            "round_to": series.now.door.round_to,
            "given_away": len(set(series.now.door.given_away)),
            "lacking": sorted({table for tables in series.now.lacking.values() for table in tables}),
            "files": digests(part),
        }
        (part / META).write_bytes(orjson.dumps(meta, option=orjson.OPT_INDENT_2))


def write_forms(document: Document, folder: Path) -> None:
    """Write a report in every form: pages, PDF, workbook, open data."""
    write_pages(document, folder)
    (folder / "report.pdf").write_bytes(as_pdf(document))
    write_workbook(document, folder / "report.xlsx")
    write_open_data(document, folder)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder but `report.json`, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / META)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def read_meta(folder: Path) -> Mapping[str, Any]:
    """What a report says of itself; a folder that holds none, or a damaged one, is a `DataError`."""
    remedy = "Build it with `fastlege report build`."
    try:
        meta = dict(orjson.loads((folder / META).read_bytes()))
    except FileNotFoundError as error:
        raise DataError("there is no report here.", where=str(folder), remedy=remedy) from error
    except (OSError, TypeError, ValueError) as error:
        raise DataError(f"is damaged ({error}).", where=str(folder), remedy=remedy) from error
    if meta.get("format") != FORMAT:
        raise DataError(
            f"is a report of format {meta.get('format')}; this software reads {FORMAT}.",
            where=str(folder),
            remedy=remedy,
        )
    if meta.get("files") != digests(folder):
        raise DataError("is damaged: its files are not those that were built.", where=str(folder), remedy=remedy)
    return meta
