"""Every write of rounds: sign a plan, and apply it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError
from django.db.models.functions import Now

from fastlege.casework.models import Round
from fastlege.casework.queries import dropped_moves, round_of
from fastlege.casework.rounds.applying import values_of, write_moves, write_standings
from fastlege.casework.rounds.auditing import audited, snapshot_of
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.plan import Plan
from fastlege.registry import journal, state
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Event, RegisterState, SnapshotRecord
from fastlege.rules.parameters import Rulebook

_PLAN_AGAIN = "Export the register with `fastlege register export` and make a new plan."
_OR_DROP = _PLAN_AGAIN + " Or apply what still holds: `--if-changed drop`."


class IfChanged(StrEnum):
    """What to do when the register has changed since the snapshot that a plan was made from."""

    REFUSE = "refuse"
    DROP = "drop"
    """Carry out all that still holds, and drop, with the reason, what somebody has made impossible."""


@dataclass(frozen=True)
class Applied:
    """What applying a plan came to. `now` is false when the plan had been applied before: then nothing was done."""

    now: bool
    moves: int
    signed_by: str
    applied_by: str
    dropped: int = 0


@dataclass(frozen=True)
class Signed:
    """A signed round. `now` is false when it had been signed before: nothing was done then, and the first stands."""

    now: bool
    round: Round


def sign_round(plan: Plan, *, by: str) -> Signed:
    """Record that someone has read a plan and answers for it. Signing twice changes nothing."""
    header, name = plan.header, someone(by, does="signs the plan")
    signed, now = Round.objects.get_or_create(
        digest=header.digest,
        register_loaded_at=register_loaded_at(),
        defaults={
            "on": header.on,
            "input_digest": header.input_digest,
            "rule_digest": header.rule_digest,
            "header": {"counts": dict(header.counts), "exceptions": dict(header.exceptions), "seed": header.seed}
            | {"unusual": dict(header.unusual), "software": header.software},
            "signed_by": name,
        },
    )
    return Signed(now, signed)


def apply_round(
    plan: Plan,
    *,
    by: str,
    book: Rulebook,
    on: date | None = None,
    if_changed: IfChanged = IfChanged.REFUSE,
    snapshot: Snapshot | None = None,
) -> Applied:
    """Apply a plan in one transaction. A plan that nobody has signed is signed by `by`; a second time does nothing.

    `on` is the day on which it is recorded, at the latest the plan's own. With the `snapshot` that the plan was made
    from, every promise of the round is checked first, and a broken one refuses it; the result stays with the round.
    Raises `DataError` when the plan is not for this register or these rules, when another round has been applied since
    its snapshot, and when the register has changed since then, unless what does not hold is to be dropped.
    """
    name = someone(by, does="signs the plan")
    if plan.computed_digest() != plan.header.digest:
        raise DataError("the plan has been altered since it was made: its digest does not fit.", remedy=_PLAN_AGAIN)
    recorded_on = _day_of_recording(plan, on)
    audit = None if snapshot is None else audited(plan, snapshot, book)
    try:
        # The lock comes before anything is read: of two who apply at once, the second finds what the first has done.
        with journal.on_day(recorded_on, alone=True):
            earlier = round_of(name, plan.header.digest)
            if earlier is not None and earlier.applied_at is not None:
                return _applied(earlier, plan, now=False)
            _refuse_foreign(plan, book)
            _refuse_overtaken(plan)
            changed = not state.is_current(plan.header.input_digest)
            if changed and if_changed == IfChanged.REFUSE:
                raise DataError(
                    "the register has changed since the snapshot that the plan was made from.", remedy=_OR_DROP
                )
            signed = sign_round(plan, by=name).round
            signed.recorded_on, signed.audit = recorded_on, audit
            return _carried_out(plan, signed, by=name, book=book, changed=changed)
    except DatabaseError as error:
        raise DataError(
            f"the database refused the round, and nothing was written: {str(error).splitlines()[0]}",
            remedy="`fastlege register check` finds what is wrong in the register.",
        ) from error


def apply_audited(
    plan: Plan,
    *,
    by: str,
    book: Rulebook,
    on: date | None = None,
    if_changed: IfChanged = IfChanged.REFUSE,
    folder: Path | None = None,
) -> Applied:
    """As `apply_round`, always with the audit: on the snapshot in `folder`, or on the register exported once more."""
    earlier = round_of(by, plan.header.digest)
    if earlier is not None and earlier.applied_at is not None:
        return _applied(earlier, plan, now=False)
    _refuse_foreign(plan, book)
    with snapshot_of(plan, folder) as snapshot:
        return apply_round(plan, by=by, book=book, on=on, if_changed=if_changed, snapshot=snapshot)


def _carried_out(plan: Plan, signed: Round, *, by: str, book: Rulebook, changed: bool) -> Applied:
    values = values_of(plan, by=by, round_id=signed.pk, book=book)
    made = write_moves(plan, values, changed=changed)
    write_standings(plan, signed.pk)
    details = {"digest": plan.header.digest, "counts": dict(plan.header.counts)}
    if made < plan.moves.num_rows:
        details["dropped"] = {"moves": plan.moves.num_rows - made}
    journal.record(Event(kind=EventKind.ROUND_APPLIED, on=plan.header.on, by=by, details=details))
    signed.applied_by, signed.applied_at = by, Now()
    signed.save(update_fields=["applied_by", "applied_at", "audit", "recorded_on"])
    return _applied(signed, plan, now=True)


def _day_of_recording(plan: Plan, on: date | None) -> date:
    if on is None or on <= plan.header.on:
        return on or plan.header.on
    raise DataError(
        f"the round takes effect on {plan.header.on}; it cannot be recorded on {on}, when others have acted on it.",
        remedy="Give that day or an earlier one.",
    )


def _refuse_foreign(plan: Plan, book: Rulebook) -> None:
    if plan.header.rule_digest != book.digest():
        raise DataError(
            "the plan was made with other rules than those in force here.", remedy="Make a new plan with these rules."
        )
    if not SnapshotRecord.objects.filter(digest=plan.header.input_digest).exists():
        raise DataError(
            "the register has changed since the snapshot that the plan was made from, or holds something else.",
            remedy=_PLAN_AGAIN,
        )


def _refuse_overtaken(plan: Plan) -> None:
    """A plan from before another round would give places by a queue that has been served since."""
    taken = SnapshotRecord.objects.filter(digest=plan.header.input_digest).order_by("-id").values("at")[:1]
    other = Round.objects.filter(register_loaded_at=register_loaded_at(), applied_at__gt=taken).first()
    if other is not None:
        raise DataError(
            f"another round, for {other.on}, has been applied since the snapshot that the plan was made from.",
            remedy=_PLAN_AGAIN,
        )


def register_loaded_at() -> datetime:
    """When the register got what it holds: a plan is signed for that, and not for what another load brings."""
    loaded_at = RegisterState.objects.values_list("loaded_at", flat=True).first()
    if loaded_at is None:
        raise DataError("the register is empty.", remedy="Load a snapshot with `fastlege register load`.")
    return loaded_at


def someone(by: str, *, does: str) -> str:
    """The name of the one who acts. Raises `DataError` when nobody is named."""
    name = by.strip()
    if not name:
        raise DataError(f"nobody is named who {does}.", remedy="Give a name with --by.")
    return name


def _applied(done: Round, plan: Plan, *, now: bool) -> Applied:
    return Applied(
        now=now,
        moves=plan.moves.num_rows,
        signed_by=done.signed_by,
        applied_by=done.applied_by or "",
        dropped=dropped_moves(done),
    )
