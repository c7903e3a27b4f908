"""Building an edition from a snapshot: every figure at every level, in one folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fastlege.figures.catalogue import Definition, definitions
from fastlege.figures.counting.base_rows import BaseRows
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.disclosure.clearing import LARGE
from fastlege.figures.disclosure.door import Door, GivenAway
from fastlege.figures.engine import bases_of, compute_many, countable
from fastlege.figures.levels import Areas, Level
from fastlege.figures.splits import compute_splits
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import alone, whole_folder
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.corrections import keep_earlier, next_version, versions
from fastlege.reporting.door import door_for
from fastlege.reporting.edition import AREA_COLUMNS, AREAS, FIGURES, GROUPS, META, VERSION
from fastlege.reporting.given import given_tables
from fastlege.rules.parameters import load_rulebook


def build_edition(
    snapshot: Snapshot, out: Path, *, groups: bool = True, after: Sequence[Path] = (), round_to: int = 1, note: str = ""
) -> tuple[GivenAway, ...]:
    """Compute every figure of a snapshot at every level, and write the edition to the folder `out`.

    With `groups`, the figures are also divided by age, sex and whatever else they can be, for large areas. `after` are
    editions and reports of the same day that are out: what they show is known, and what they hide stays hidden. Given
    back are the small cells that follow from them, whatever this edition hides. Counts of persons are rounded to
    multiples of `round_to`.
    An edition that is there already is corrected, which needs a `note` that says why: what its versions show is known
    too, and they are kept inside the new one. Anything else there is left alone, with a `DataError`.
    """
    out = Path(out)
    version_of = next_version(out, snapshot.as_of, note)
    book = load_rulebook()
    door = door_for(snapshot, book, after=[*after, *versions(out)], round_to=round_to)
    given = given_tables(snapshot, book)
    chosen = countable(snapshot, given)
    rows = BaseRows(snapshot, bases_of(chosen), given=given)
    figures = compute_many(chosen, rows, by=tuple(Level), threshold=door)
    divided = _by_group(chosen, rows, door) if groups else None
    meta = {
        **{key: value for key, value in snapshot.meta.items() if key != "version"},
        "as_of": snapshot.as_of.isoformat(),
        "rules_digest": book.digest(),
        "snapshot_digest": snapshot.digest(),
        "software": version("fastlege"),
        "threshold": str(door.threshold),
        **({"round_to": str(round_to)} if round_to > 1 else {}),
        "version": VERSION,
        **version_of,
    }
    # Between the beginning and now another may have published here.
    with alone(out.parent), whole_folder(out) as part:
        if next_version(out, snapshot.as_of, note) != version_of:
            raise DataError("has got another version meanwhile.", where=str(out), remedy="Build the correction again.")
        keep_earlier(out, part)
        pq.write_table(with_unit_and_day(figures, snapshot), part / FIGURES, compression="zstd")
        if divided is not None:
            pq.write_table(divided, part / GROUPS, compression="zstd")
        pq.write_table(_area_names(Areas.of(snapshot)), part / AREAS, compression="zstd")
        (part / META).write_bytes(orjson.dumps(meta, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return tuple(dict.fromkeys(door.given_away))


def _by_group(chosen: Sequence[Definition], rows: BaseRows, door: Door) -> pa.Table:
    """Every figure divided by each of its dimensions, at the levels whose areas are large."""
    wanted = [(each, DIMENSIONS[name]) for each in chosen for name in each.splits]
    return compute_splits(wanted, rows, by=LARGE, threshold=door)


def with_unit_and_day(figures: pa.Table, snapshot: Snapshot) -> pa.Table:
    """The result of the engine, with the unit of each figure and the day that it holds for."""
    units = {each.id: each.unit for each in definitions()}
    names = pc.unique(figures["figure"]).to_pylist()
    positions = pc.index_in(figures["figure"], pa.array(names, pa.string()))
    unit = pa.array([units[name] for name in names], pa.string()).take(positions)
    day = pa.repeat(pa.scalar(snapshot.as_of, pa.date32()), figures.num_rows)
    return figures.append_column("unit", unit).append_column("as_of", day)


def _area_names(areas: Areas) -> pa.Table:
    rows = [
        {"level": level.value, "area": code, "nb": name.nb, "nn": name.nn, "en": name.en}
        for level in Level
        for code, shown in zip(areas.codes(level), areas.shown(level), strict=True)
        if shown
        for name in [areas.name(level, code)]
    ]
    text = pa.string()
    return pa.Table.from_pylist(rows, pa.schema([(name, text) for name in AREA_COLUMNS]))
