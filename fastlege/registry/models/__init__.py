"""The tables of the register.

They carry the names and columns of the snapshot's tables (`fastlege.kernel.snapshot_tables`), ids included, so that
loading and exporting need no translation. What the register adds:

- `known_on`: the day from which the register knew the row, null for rows that came with a loaded snapshot. The
  database fills it from the day that `journal.on_day` has set, and refuses a write without one.
- `lists.member_count`: persons whose latest membership is on the list and has no end, switches agreed for a coming day
  included. Whoever writes memberships changes it by the difference, in the same transaction.
- `memberships.previous_end`: the end of the same person's membership before this one, null for the first. It ties each
  row to its predecessor, so that no overlap can be written.
- `history`, `changes`, `events`, `register_state`, `snapshot_records`: see `journal`.

The database refuses what must never be: see `migrations/0002_guards.py` and `tests/integration/test_invariants.py`.
"""

from fastlege.registry.models.journal import Change, Event, History, RegisterState, SnapshotRecord
from fastlege.registry.models.lists import Doctor, DoctorPeriod, GPContract, Office
from fastlege.registry.models.people import Membership, Person, QueuePlace, Switch, Unplaced
from fastlege.registry.models.places import BasicUnit, Municipality

__all__ = [
    "BasicUnit",
    "Change",
    "Doctor",
    "DoctorPeriod",
    "Event",
    "GPContract",
    "History",
    "Membership",
    "Municipality",
    "Office",
    "Person",
    "QueuePlace",
    "RegisterState",
    "SnapshotRecord",
    "Switch",
    "Unplaced",
]
