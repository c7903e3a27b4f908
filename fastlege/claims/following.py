"""How far the bills of one message have come: control, decision and payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from django.core.exceptions import PermissionDenied
from django.db import connection

from fastlege.access.viewers import Role, Viewer
from fastlege.claims.answering import answers_to, status_of
from fastlege.claims.models import Message
from fastlege.registry.models import Doctor
from fastlege.rules.claims.messages.statuses import BillStatus, ControlStatus, MessageStatus, PaymentStatus

_BILLS: LiteralString = """
select b.bill_number, r.approved, c.credit_id is not null, b.amount_ore > b.share_ore, o.state, o.run, t.run
from claim_bills b
left join claim_results r on r.bill_id = b.id
left join claim_credit_results c on c.bill_id = b.id and c.approved
left join claim_payments p on p.bill_id = b.id and p.part = 'bill' and not p.withdrawn
left join claim_payouts o on o.id = p.payout_id
left join claim_payments k on k.bill_id = b.id and k.part = 'credit' and not k.withdrawn
left join claim_payouts t on t.id = k.payout_id
where b.message_id = %s order by b.position
"""


@dataclass(frozen=True)
class BillProgress:
    """How far one bill has come. `run` names the payout of its amount, `taken_back_in` that of its credit note."""

    bill_number: str
    control: ControlStatus
    status: BillStatus
    payment: PaymentStatus
    run: str | None
    taken_back_in: str | None


@dataclass(frozen=True)
class Progress:
    """How far one message has come."""

    message_id: str
    status: MessageStatus
    received_on: date
    bills: tuple[BillProgress, ...]


def answer(viewer: Viewer, message_id: str) -> dict[str, object] | None:
    """The answer to a message, as its sender gets it; none for an id that has not come here.

    For the doctor who sent it and those who look after claims.
    """
    found = _message(viewer, message_id)
    return None if found is None else next(answers_to(bytes.fromhex(found.digest)))


def progress(viewer: Viewer, message_id: str) -> Progress | None:
    """How far a message and its bills have come; none for an id that has not come here."""
    found = _message(viewer, message_id)
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, [found.pk])
        bills = tuple(_bill(row) for row in cursor.fetchall())
    return Progress(message_id, MessageStatus(found.status), found.received_on, bills)


def _message(viewer: Viewer, message_id: str) -> Message | None:
    """The received message with this id, or else the last one that was refused."""
    if viewer.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER} and viewer.doctor_id is None:
        raise PermissionDenied
    found = Message.objects.filter(message_id=message_id).order_by("status", "-pk").first()
    if found is not None and viewer.doctor_id is not None:
        mine = Doctor.objects.filter(pk=viewer.doctor_id, hpr=found.practitioner).exists()
        return found if mine else None
    return found


def _bill(row: tuple[Any, ...]) -> BillProgress:
    number, approved, credited, has_amount, state, run, taken_back_in = row
    return BillProgress(
        number,
        ControlStatus.WAITING if approved is None else ControlStatus.FINISHED,
        BillStatus.CREDITED if credited else status_of(approved),
        _payment(approved, credited, has_amount, state),
        run,
        taken_back_in,
    )


def _payment(approved: bool | None, credited: bool, has_amount: bool, state: str | None) -> PaymentStatus:
    if state is not None:
        return PaymentStatus(state)
    if approved is False or credited or not has_amount:
        return PaymentStatus.NO_PAYMENT
    return PaymentStatus.NOT_SENT
