"""Runs as folders: what was lived, in tables that other programs read, and the page; whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file, whole_folder
from fastlege.kernel.snapshot import Snapshot
from fastlege.simulation.life.state_snapshot import write_snapshot
from fastlege.simulation.life.telling.page import draw_page
from fastlege.simulation.life.telling.results import Compared, Lived, Origin
from fastlege.simulation.life.telling.wording import Wording

_FORMAT = "fastlege life 1"
_RECORD = "run.json"
_COMPARISONS = ("people", "people_by_size", "people_by_months")
_REMEDY = "Make it again with `fastlege simulate run`, or `dynamics`."


@dataclass(frozen=True)
class Run:
    """One policy's run as read from its folder."""

    scenario: str
    origin: Origin
    measures: pl.DataFrame
    spells: pl.DataFrame


def check_folder(out: Path) -> None:
    """Refuse to replace anything but an older run, before hours are spent on a new one."""
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / _RECORD).exists()):
        raise DataError(
            "exists and is not a run, so it is not replaced.", where=str(out), remedy="Name another folder."
        )


def write_run(out: Path, snapshot: Snapshot, lived: Lived, scenario: str) -> None:
    """Write one policy's months, spells and last state: run.json, months.csv, spells.parquet, snapshot/."""
    with _record(out, lived.origin, [scenario]) as folder:
        lived.of(scenario).write_csv(folder / "months.csv")
        lived.spells[scenario].write_parquet(folder / "spells.parquet")
        write_snapshot(snapshot, lived.last[scenario], folder / "snapshot")


def write_dynamics(out: Path, lived: Lived, compared: Compared, wording: Wording) -> None:
    """Write all policies' months, the comparisons of people, and the page: run.json, *.csv, index.html."""
    with _record(out, lived.origin, list(lived.spells)) as folder:
        lived.measures.write_csv(folder / "months.csv")
        for name, table in zip(_COMPARISONS, (compared.whole, compared.by_size, compared.by_class), strict=True):
            table.write_csv(folder / f"{name}.csv")
        (folder / "index.html").write_text(draw_page(lived, compared, wording), encoding="utf-8")


def read_dynamics(folder: Path) -> tuple[Lived, Compared]:
    """Read what `write_dynamics` wrote, as far as the page needs it."""
    with _readable(folder):
        record = _read_record(folder)
        measures = pl.read_csv(folder / "months.csv", try_parse_dates=True, infer_schema_length=None)
        tables = [pl.read_csv(folder / f"{name}.csv", infer_schema_length=None) for name in _COMPARISONS]
        nothing = pl.DataFrame()
        origin, names = record["origin"], record["scenarios"]
        return Lived(_origin(origin), measures, dict.fromkeys(names, nothing), {}), Compared(*tables)


def rewrite_page(folder: Path, wording: Wording) -> None:
    """Write the page of a run anew, in another language."""
    lived, compared = read_dynamics(folder)
    page = draw_page(lived, compared, wording)
    with whole_file(folder / "index.html") as part:
        part.write_text(page, encoding="utf-8")


def read_run(folder: Path) -> Run:
    """Read what `write_run` wrote."""
    with _readable(folder):
        record = _read_record(folder)
        if len(record["scenarios"]) != 1:
            raise DataError("is not a run of one scenario.", where=str(folder), remedy=_REMEDY)
        measures = pl.read_csv(folder / "months.csv", try_parse_dates=True, infer_schema_length=None)
        spells = pl.read_parquet(folder / "spells.parquet")
        return Run(record["scenarios"][0], _origin(record["origin"]), measures, spells)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    if not folder.is_dir():
        raise DataError("there is no such folder.", where=str(folder), remedy=_REMEDY)
    try:
        yield
    except FileNotFoundError as error:
        missing = Path(error.filename or "").name or "a table"
        raise DataError(f"is not a run: {missing} is missing.", where=str(folder), remedy=_REMEDY) from error
    except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"is not a run, or is damaged ({told}).", where=str(folder), remedy=_REMEDY) from error


def _read_record(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads((folder / _RECORD).read_bytes())
    if record.get("format") != _FORMAT:
        raise DataError("is a run of another version.", where=str(folder), remedy=_REMEDY)
    return record


def _origin(values: dict[str, Any]) -> Origin:
    return Origin(**{**values, "as_of": date.fromisoformat(values["as_of"])})


def check_comparable(one: Run, other: Run) -> None:
    """Refuse runs that did not meet the same events: another snapshot, seed, length or settling."""
    for name in ("input_digest", "seed", "months", "settle"):
        if getattr(one.origin, name) != getattr(other.origin, name):
            raise DataError(
                f"the runs differ in {name.replace('_', ' ')}, so their people did not live through the same.",
                remedy="Run both from one snapshot with the same --months, --seed and --settle.",
            )


@contextmanager
def _record(out: Path, origin: Origin, scenarios: list[str]) -> Iterator[Path]:
    check_folder(out)
    with whole_folder(out) as folder:
        record = {
            "format": _FORMAT,
            "scenarios": scenarios,
            "origin": asdict(origin),
            "software": version("fastlege"),
        }
        (folder / _RECORD).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        yield folder
