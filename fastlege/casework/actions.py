"""Every write of case work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.db.models.functions import Now

from fastlege.casework.applying import write_moves
from fastlege.casework.models import Round
from fastlege.casework.queries import round_of
from fastlege.kernel.errors import DataError
from fastlege.planning.plan import Plan
from fastlege.registry import journal, state
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Event, RegisterState
from fastlege.rules.parameters import Rulebook

_PLAN_AGAIN = "Export the register with `fastlege register export` and make a new plan."


@dataclass(frozen=True)
class Applied:
    """What applying a plan came to. `now` is false when the plan had been applied before: then nothing was done."""

    now: bool
    moves: int
    signed_by: str
    applied_by: str


def sign_round(plan: Plan, *, by: str) -> Round:
    """Record that someone has read a plan and answers for it. Signing twice changes nothing: the first one stands."""
    header, loaded_at = plan.header, _register_loaded_at()
    Round.objects.bulk_create(
        [
            Round(
                digest=header.digest,
                register_loaded_at=loaded_at,
                on=header.on,
                input_digest=header.input_digest,
                rule_digest=header.rule_digest,
                header={"counts": dict(header.counts), "exceptions": dict(header.exceptions), "seed": header.seed}
                | {"unusual": dict(header.unusual), "software": header.software},
                signed_by=_someone(by),
            )
        ],
        ignore_conflicts=True,
    )
    return Round.objects.get(digest=header.digest, register_loaded_at=loaded_at)


def apply_round(plan: Plan, *, by: str, book: Rulebook) -> Applied:
    """Apply a plan in one transaction: all of its moves, or none. A plan that nobody has signed is signed by `by`.

    A plan that has been applied before is left alone. Raises `DataError` when the register has changed since the
    snapshot that the plan was made from, and when the rules are not those that it was made with.
    """
    someone = _someone(by)
    if plan.computed_digest() != plan.header.digest:
        raise DataError("the plan has been altered since it was made: its digest does not fit.", remedy=_PLAN_AGAIN)
    try:
        # The lock comes before anything is read: of two who apply at once, the second finds what the first has done.
        with journal.on_day(plan.header.on, alone=True):
            earlier = round_of(someone, plan.header.digest)
            if earlier is not None and earlier.applied_at is not None:
                return _applied(earlier, plan, now=False)
            _refuse_outdated(plan, book)
            signed = sign_round(plan, by=someone)
            write_moves(plan, by=someone)
            details = {"digest": plan.header.digest, "counts": dict(plan.header.counts)}
            journal.record(Event(kind=EventKind.ROUND_APPLIED, on=plan.header.on, by=someone, details=details))
            signed.applied_by, signed.applied_at = someone, Now()
            signed.save(update_fields=["applied_by", "applied_at"])
            return _applied(signed, plan, now=True)
    except DatabaseError as error:
        raise DataError(
            f"the database refused the round, and nothing was written: {str(error).splitlines()[0]}",
            remedy="`fastlege register check` finds what is wrong in the register.",
        ) from error


def _refuse_outdated(plan: Plan, book: Rulebook) -> None:
    if plan.header.rule_digest != book.digest():
        raise DataError(
            "the plan was made with other rules than those in force here.", remedy="Make a new plan with these rules."
        )
    if not state.is_current(plan.header.input_digest):
        raise DataError(
            "the register has changed since the snapshot that the plan was made from, or holds something else.",
            remedy=_PLAN_AGAIN,
        )


def _register_loaded_at() -> datetime:
    """When the register got what it holds: a plan is signed for that, and not for what another load brings."""
    loaded_at = RegisterState.objects.values_list("loaded_at", flat=True).first()
    if loaded_at is None:
        raise DataError("the register is empty.", remedy="Load a snapshot with `fastlege register load`.")
    return loaded_at


def _someone(by: str) -> str:
    name = by.strip()
    if not name:
        raise DataError("nobody is named who signs the plan.", remedy="Give a name with --by.")
    return name


def _applied(done: Round, plan: Plan, *, now: bool) -> Applied:
    return Applied(now=now, moves=plan.moves.num_rows, signed_by=done.signed_by, applied_by=done.applied_by or "")
