"""Bills written straight into the tables of claims, beside the register of `register_scene`."""

from datetime import UTC, date, datetime, time
from itertools import count

from django.db import connection
from register_scene import MOTHER, ROOMY

from fastlege.claims.models import Bill, BillResult, Credit, CreditResult, Line, Message

DAY = date(2026, 8, 3)
HPR = "9000002"
_numbers = count(1)


def add_message(**different) -> Message:
    """A message that was received."""
    number = next(_numbers)
    usual = {
        "digest": f"message {number}", "status": "received", "message_id": f"id {number}", "practitioner": HPR,
        "practice_id": "p1", "sent_at": datetime(2026, 8, 5, tzinfo=UTC), "received_on": DAY, "received_by": "test",
        "errors": [],
    }  # fmt: skip
    return Message.objects.create(**{**usual, **different})


def add_bill(number: int, *, amount=19_400, share=17_900, lines=None, **different) -> Bill:
    """A bill of doctor 2 for the mother, with the lines given or one that adds up to it."""
    lines = [("2ad", 1, amount, share)] if lines is None else lines
    Line.objects.bulk_create(
        Line(bill_id=number, line=place, code=code, count=times, amount_ore=fee, share_ore=part)
        for place, (code, times, fee, part) in enumerate(lines, 1)
    )
    usual = {
        "message": different.pop("message", None) or add_message(), "position": 0, "practitioner": HPR,
        "bill_number": f"b{number}", "content": f"content {number}", "doctor_id": 2, "list_id": ROOMY,
        "person_id": MOTHER, "payee": "gp", "payee_municipality_id": None, "on": DAY, "time": time(10, 0),
        "setting": "gp", "place": "4204", "diagnoses": [], "exemption": "", "circumstances": [],
        "line_count": len(lines), "amount_ore": amount, "share_ore": share,
    }  # fmt: skip
    return Bill.objects.create(id=number, **{**usual, **different})


def approve(bill: Bill, **different) -> BillResult:
    """An approved bill."""
    usual = {"approved": True, "on": DAY, "counted_ore": 0, "breaches": [], "not_checked": [], "rules_digest": "r"}
    return BillResult.objects.create(bill=bill, **{**usual, **different})


def credit(bill: Bill, **different) -> CreditResult:
    """A bill that is taken back."""
    usual = {
        "message": add_message(), "position": 0, "practitioner": bill.practitioner,
        "credit_number": f"k{next(_numbers)}", "bill_number": bill.bill_number, "amount_ore": bill.amount_ore,
    }  # fmt: skip
    note = Credit.objects.create(**{**usual, **different})
    return CreditResult.objects.create(credit=note, bill=bill, approved=True, on=DAY, breaches=[])


def settle_now() -> None:
    """Let the database check at once what it would check at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")
