"""How far messages, bills, control and payment have come: closed vocabularies, after those of the national interface
(parameters `claim.bill_statuses`, `claim.control_statuses` and `claim.payment_statuses`)."""

from __future__ import annotations

from enum import StrEnum


class MessageStatus(StrEnum):
    """Whether a message was taken. A refused one is kept with its errors, and none of its bills is looked at."""

    RECEIVED = "received"
    REFUSED = "refused"


class ControlStatus(StrEnum):
    """Whether the rules have been asked."""

    WAITING = "waiting"
    FINISHED = "finished"


class BillStatus(StrEnum):
    """What was decided about a bill or a credit note."""

    IN_PROCESS = "in_process"
    APPROVED = "approved"
    REFUSED = "refused"
    CREDITED = "credited"


class PaymentStatus(StrEnum):
    """How far the money has come."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    PAID = "paid"
    NO_PAYMENT = "no_payment"


class PayoutState(StrEnum):
    """How far one payout, of many bills together, has come."""

    SENT = "sent"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What a payment is for: a bill, or the taking back of one that was paid and then credited."""

    BILL = "bill"
    CREDIT = "credit"
