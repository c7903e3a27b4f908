"""Build a synthetic nation, or a part of it, as a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import SnapshotWriter, new_snapshot
from fastlege.kernel.table_writer import TableWriter
from fastlege.simulation.nation import Nation, make_nation
from fastlege.simulation.people.ages import load_age_tables
from fastlege.simulation.people.block import Block, make_block
from fastlege.simulation.people.granted import draw_granted
from fastlege.simulation.people.queue import draw_queue
from fastlege.simulation.people.tables import (
    Writing,
    membership_rows,
    person_rows,
    queue_rows,
    switch_rows,
    unplaced_rows,
    writing_for,
)
from fastlege.simulation.practice_rows import practice_tables
from fastlege.simulation.recipe import load_recipe
from fastlege.simulation.relations import relation_rows

Report = Callable[[str, float], None]
_STREAMED = (
    *("persons", "memberships", "queue", "unplaced", "switches"),
    *("custody", "care_orders", "protected_addresses"),
)
_MAX_SEED = 2**63 - 1


def build_population(
    recipe: str,
    out: Path,
    *,
    areas: Sequence[str] | None = None,
    seed: int = 1,
    report: Report = lambda step, share: None,
) -> None:
    """Write the nation of a recipe to `out`, or the part on the lists of some municipalities or counties.

    The same recipe and seed give the same bytes, and the people of a part are those of the whole. `report` is told
    what is being done and how much is done, 0 to 1.
    """
    if not 0 <= seed <= _MAX_SEED:
        raise DataError(f"the seed {seed} is not usable.", where="--seed", remedy=f"Give 0 to {_MAX_SEED}.")
    chosen = load_recipe(recipe)
    report("structure", 0.0)
    with new_snapshot(out) as writer:
        nation = make_nation(chosen, seed)
        units = _units(nation, areas)
        kept = np.isin(nation.lists.unit, units)
        writer.write("municipalities", nation.territory.municipality_table())
        writer.write("basic_units", nation.territory.basic_unit_table())
        for name, table in practice_tables(nation, kept).items():
            writer.write(name, table)
        people = _write_people(writer, nation, units, kept, report)
        writer.write_meta(
            chosen.as_of,
            {
                "recipe": chosen.name,
                "title": chosen.title,
                "seed": str(seed),
                "areas": " ".join(sorted(areas)) if areas else "",
                "population": str(people),
                "lists": str(int(kept.sum())),
                "rules": nation.book.digest(),
                "software": version("fastlege"),
            },
        )
    report("done", 1.0)


def _units(nation: Nation, areas: Sequence[str] | None) -> NDArray[np.int64]:
    """Places of the units whose lists lie in the areas, or of all."""
    if not areas:
        return np.arange(len(nation.codes))
    municipality = nation.territory.municipalities["municipality"].to_numpy()
    county = nation.territory.municipalities["county"].to_numpy()
    found: set[int] = set()
    for area in areas:
        inside = np.flatnonzero((municipality == area) | (county == area))
        if not len(inside):
            raise DataError(
                f"{area!r} is neither a municipality nor a county on {nation.recipe.as_of}.",
                where="--area",
                remedy="Give four digits for a municipality, such as 4204, or two for a county, such as 42.",
            )
        found.update(nation.served_by[inside].tolist())
    return np.array(sorted(found))


def _write_people(
    writer: SnapshotWriter, nation: Nation, units: NDArray[np.int64], kept: NDArray[np.bool_], report: Report
) -> int:
    """Write the people unit by unit and return how many they are; one unit is written while the next is made."""
    tables, writing = load_age_tables(), writing_for(nation, kept)
    total, done = int(nation.persons[units].sum()), 0
    with ExitStack() as stack:
        sinks = {name: stack.enter_context(writer.stream(name)) for name in _STREAMED}
        scribe = stack.enter_context(ThreadPoolExecutor(max_workers=1))
        pending: Future[None] | None = None
        for unit in units.tolist():
            rows = _rows(writing, make_block(nation, unit, tables))
            if pending is not None:
                pending.result()
            pending = scribe.submit(_write, sinks, rows)
            done += int(nation.persons[unit])
            report("people", done / total)
        if pending is not None:
            pending.result()
    return total


def _rows(writing: Writing, block: Block) -> dict[str, pa.Table]:
    nation = writing.nation
    queue = draw_queue(nation, block)
    rng = stream(nation.seed, f"unplaced:{nation.codes[block.unit]}")
    return {
        "persons": person_rows(writing, block),
        "memberships": membership_rows(block),
        "queue": queue_rows(writing, block, queue),
        "unplaced": unplaced_rows(block, nation.recipe.as_of, rng),
        "switches": switch_rows(nation, block, draw_granted(nation, block, np.unique(queue.person))),
        **relation_rows(nation, block),
    }


def _write(sinks: Mapping[str, TableWriter], rows: Mapping[str, pa.Table]) -> None:
    for name, table in rows.items():
        sinks[name].write_table(table)
