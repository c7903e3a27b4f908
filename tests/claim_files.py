"""Claim messages as a doctor's system would send them, for the register of `register_scene`."""

import copy
from io import BytesIO
from itertools import count
from uuid import UUID

import numpy as np
import orjson

from fastlege.kernel.identifiers import digits_of, synthetic_person_numbers_of_keys

LINE = {"code": "2ad", "count": 1, "amount": 19_400, "patient_share": 17_900}
CHILD_LINE = {**LINE, "patient_share": 0}
_ids = count(1)


def number_of(person_id: int) -> str:
    """The number that a synthetic person has."""
    return str(digits_of(synthetic_person_numbers_of_keys(np.array([person_id], np.int64)))[0])


def bill(number, person=11, at="2026-08-03T10:12:00", **different):
    """A day consultation of eighteen minutes; person 11 is the mother of `register_scene`."""
    usual = {
        "bill_number": str(number), "at": at, "setting": "gp", "place": "4204",
        "patient": {"number": number_of(person)}, "diagnoses": [{"system": "ICPC-2", "code": "R74"}], "minutes": 18,
        "lines": [copy.deepcopy(LINE)],
    }  # fmt: skip
    return {**usual, **different}


def credit_note(number, of_bill, amount=19_400):
    """A credit note of a whole bill."""
    return {"credit_number": str(number), "bill_number": str(of_bill), "amount": amount}


def message(*bills, **different):
    """A message of doctor 2, with an id of its own."""
    usual = {
        "message_id": str(UUID(int=next(_ids))), "sent_at": "2026-08-05T09:00:00+02:00", "practice_id": "p1",
        "currency": "NOK", "practitioner": {"hpr": "9000002"}, "bills": list(bills),
    }  # fmt: skip
    return {**usual, **different}


def lines(*messages) -> bytes:
    """A file of messages; bytes stand as they are."""
    return b"\n".join(one if isinstance(one, bytes) else orjson.dumps(one) for one in messages) + b"\n"


def file_of(*messages) -> BytesIO:
    """The same as something to read."""
    return BytesIO(lines(*messages))
