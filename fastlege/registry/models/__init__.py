"""The tables of the register.

They carry the names and columns of the snapshot's tables (`fastlege.kernel.snapshot_tables`), ids included, so that
loading and exporting need no translation. What the register adds:

- `known_on`: the day from which the register knew the row, null for rows that came with a loaded snapshot. The
  database fills it from the day that `journal.on_day` has set, and refuses a write without one.
- `lists.member_count`: persons whose latest membership is on the list and has no end, switches agreed for a coming day
  included. Whoever writes memberships changes it by the difference, in the same transaction.
- `memberships.previous_end`: the end of the same person's membership before this one, null for the first. It ties each
  row to its predecessor, so that no overlap can be written.
- `queue.accept_in_advance`: false for one who wants to be asked before a place is used; a snapshot has `asked_first`.
- `offers`, `extra_switches`, `receipts`: what only the register knows.
- `history`, `changes`, `events`, `register_state`, `snapshot_records`: see `journal`.

The database refuses what must never be: see `migrations/0002_guards.py` and `tests/integration/test_invariants.py`.
"""

from fastlege.registry.models.acting import CareOrder, Custody, ProtectedAddress
from fastlege.registry.models.choosing import ExtraSwitch, Offer, OfferState, Receipt
from fastlege.registry.models.journal import Change, Event, History, RegisterState, SnapshotRecord
from fastlege.registry.models.lists import Doctor, DoctorPeriod, GPContract, Office
from fastlege.registry.models.people import Membership, Person, QueuePlace, Switch, Unplaced
from fastlege.registry.models.places import BasicUnit, Municipality

__all__ = [
    "BasicUnit",
    "CareOrder",
    "Change",
    "Custody",
    "Doctor",
    "DoctorPeriod",
    "Event",
    "ExtraSwitch",
    "GPContract",
    "History",
    "Membership",
    "Municipality",
    "Offer",
    "OfferState",
    "Office",
    "Person",
    "ProtectedAddress",
    "QueuePlace",
    "Receipt",
    "RegisterState",
    "SnapshotRecord",
    "Switch",
    "Unplaced",
]
