"""A unit's people as rows of the snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import PersonStatus, Reason
from fastlege.simulation.columns import NO_DAY, days, days_or_none, ids_or_none, words
from fastlege.simulation.months import day_number, day_of_month_number, month_number
from fastlege.simulation.nation import Nation
from fastlege.simulation.people.block import Block
from fastlege.simulation.people.granted import Granted
from fastlege.simulation.people.placing import OPTED_OUT, UNPLACED
from fastlege.simulation.people.queue import QueuePlaces
from fastlege.simulation.people.tenure import CHOSEN, QUEUED, REASONS

_STATUSES = (PersonStatus.RESIDENT.value, PersonStatus.OPTED_OUT.value)
_REASONS = pa.array([*(reason.value for reason in REASONS), None], pa.string())
_NO_REASON = len(REASONS)
_DIRECT = REASONS.index(Reason.CHOSEN_DIRECT)


@dataclass(frozen=True)
class Writing:
    """What the rows of all units share."""

    nation: Nation
    basic_units: pa.Array
    municipalities: pa.Array
    kept_lists: NDArray[np.bool_]
    """Lists that the snapshot holds: all, or those of the area."""


def writing_for(nation: Nation, kept_lists: NDArray[np.bool_]) -> Writing:
    """Prepare the vocabularies of codes."""
    units = nation.territory.basic_units
    return Writing(
        nation,
        pa.array(units["basic_unit"].to_list(), pa.string()),
        pa.array(units["municipality"].to_list(), pa.string()),
        kept_lists,
    )


def person_rows(writing: Writing, block: Block) -> pa.Table:
    """Rows of `persons`."""
    people = block.people
    ids = block.first_id + np.arange(len(people))
    return pa.Table.from_arrays(
        [
            pa.array(ids),
            days(block.born),
            pa.array(people.sex),
            words(block.basic_unit, writing.municipalities),
            words(block.basic_unit, writing.basic_units),
            pa.array(block.first_id + people.household.astype(np.int64)),
            _relatives(block, people.mother),
            _relatives(block, people.father),
            words((block.list_ == OPTED_OUT).astype(np.int8), _STATUSES),
            pa.array(block.use),
        ],
        schema=TABLES["persons"].schema,
    )


def membership_rows(block: Block) -> pa.Table:
    """Rows of `memberships`: the present one, and before it the one that was left in the last year."""
    tenure = block.tenure
    earlier = np.flatnonzero(tenure.previous_list >= 0)
    total = len(block.members) + len(earlier)
    before = (tenure.previous_list >= 0).astype(np.int64)
    present = np.arange(len(block.members)) + np.cumsum(before)
    past = present[earlier] - 1
    start_day = day_of_month_number(tenure.start)
    person, list_ = np.empty(total, np.int64), np.empty(total, np.int64)
    start, end = np.empty(total, np.int32), np.full(total, NO_DAY, np.int32)
    began, ended = np.empty(total, np.uint8), np.full(total, _NO_REASON, np.uint8)
    person[present], list_[present] = block.members, block.list_[block.members]
    start[present], began[present] = start_day, tenure.reason
    person[past], list_[past] = block.members[earlier], tenure.previous_list[earlier]
    start[past], end[past] = day_of_month_number(tenure.previous_start[earlier]), start_day[earlier]
    began[past] = _earlier_reason(block, earlier)
    ended[past] = tenure.reason[earlier]
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + person),
            pa.array(list_ + 1),
            days(start),
            days_or_none(end),
            words(began, _REASONS),
            words(ended, _REASONS),
        ],
        schema=TABLES["memberships"].schema,
    )


def switch_rows(nation: Nation, block: Block, granted: Granted) -> pa.Table:
    """Rows of `switches`: the changes of list in the twelve months up to the day, and those of the coming month."""
    tenure = block.tenure
    changed = np.flatnonzero(tenure.previous_list >= 0)
    reason = tenure.reason[changed]
    on = day_of_month_number(tenure.start[changed])
    waited = 20 + (block.use[block.members[changed]].astype(np.int64) * 2654435761 + changed * 40503) % 500
    since = np.where(reason == QUEUED, on - waited, NO_DAY).astype(np.int32)
    many = len(granted.person)
    coming = day_of_month_number(np.full(many, month_number(nation.recipe.as_of) + 1))
    person = np.concatenate([block.members[changed], granted.person])
    reason = np.concatenate([reason, np.full(many, _DIRECT, np.uint8)])
    # Stable: of one person's rows the coming one, which is last here, stays last.
    order = np.argsort(person, kind="stable")
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + person[order]),
            pa.array(
                np.concatenate([tenure.previous_list[changed], block.list_[granted.person]])[order] + 1, pa.int64()
            ),
            pa.array(np.concatenate([block.list_[block.members[changed]], granted.to])[order] + 1, pa.int64()),
            days(np.concatenate([on, coming])[order]),
            words(reason[order], _REASONS),
            pa.array(CHOSEN[reason[order]]),
            days_or_none(np.concatenate([since, np.full(many, NO_DAY, np.int32)])[order]),
        ],
        schema=TABLES["switches"].schema,
    )


def queue_rows(writing: Writing, block: Block, queue: QueuePlaces) -> pa.Table:
    """Rows of `queue`, but for places on lists that the snapshot does not hold."""
    kept = np.flatnonzero(writing.kept_lists[queue.list_])
    family = queue.family[kept]
    return pa.Table.from_arrays(
        [
            pa.array(block.first_id + queue.person[kept]),
            pa.array(queue.list_[kept] + 1),
            pa.array(queue.rank[kept]),
            pa.array(queue.requested[kept], pa.timestamp("ms", tz="UTC")),
            ids_or_none(np.where(family < 0, 0, block.first_id + family)),
        ],
        schema=TABLES["queue"].schema,
    )


def unplaced_rows(block: Block, as_of: date, rng: np.random.Generator) -> pa.Table:
    """Rows of `unplaced`: most since a few months, nobody since before birth."""
    persons = np.flatnonzero(block.list_ == UNPLACED)
    since = day_number(as_of) - 1 - (rng.exponential(75, len(persons))).astype(np.int32)
    since = np.minimum(np.maximum(since, block.born[persons] + 1), day_number(as_of))
    return pa.Table.from_arrays(
        [pa.array(block.first_id + persons), days(since.astype(np.int32))], schema=TABLES["unplaced"].schema
    )


def _relatives(block: Block, places: NDArray[np.int32]) -> pa.Array:
    return pa.array(block.first_id + places.astype(np.int64), mask=places < 0)


def _earlier_reason(block: Block, earlier: NDArray[np.int64]) -> NDArray[np.uint8]:
    """People who were on the former list from birth came by birth; of the others most chose it."""
    born = block.born[block.members[earlier]]
    start = day_of_month_number(block.tenure.previous_start[earlier])
    birth, chosen = (REASONS.index(reason) for reason in ("birth", "chosen_direct"))
    return np.where(start - born <= 31, birth, chosen).astype(np.uint8)
