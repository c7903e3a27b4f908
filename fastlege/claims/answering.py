"""The answer to a message, from the rows of what was decided: the same however often it is asked for.

A remark goes by what was known on the day of the control, and not by free cards that are given or moved later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, LiteralString

import orjson
from django.db import connection

from fastlege.claims.receiving.receiving import DIGEST_BYTES
from fastlege.rules.claims.messages.answers import bill_as_json, credit_as_json, message_as_json
from fastlege.rules.claims.messages.message import MessageError
from fastlege.rules.claims.messages.statuses import BillStatus
from fastlege.rules.claims.messages.stored import breach_from_json, not_checked_from_json
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.shares.exemptions import check_free_card

_AT_A_TIME = 500

_MESSAGES: LiteralString = "select id, digest, message_id, errors from claim_messages where digest = any(%s)"
_BILLS: LiteralString = """
select b.message_id, b.bill_number, r.approved, r.breaches, r.not_checked, b."on", r.counted_ore,
    f.from_on, f.from_time, f.issued_on
from claim_bills b left join claim_results r on r.bill_id = b.id
left join lateral (
    select f.from_on, f.from_time, f.issued_on from free_cards f
    where r.counted_ore > 0 and f.person_id = b.person_id and f.year = extract(year from b."on")
        and (f.from_on, f.from_time) < (b."on", b."time") and f.issued_on <= r."on"
    order by f.from_on, f.from_time limit 1) f on true
where b.message_id = any(%s) order by b.message_id, b.position
"""
_CREDITS: LiteralString = """
select k.message_id, k.credit_number, k.bill_number, r.approved, r.breaches
from claim_credits k left join claim_credit_results r on r.credit_id = k.id
where k.message_id = any(%s) order by k.message_id, k.position
"""


def answers_to(digests: bytes) -> Iterator[dict[str, Any]]:
    """The answers to the messages with these digests, one after the other, in their order."""
    step = DIGEST_BYTES * _AT_A_TIME
    for start in range(0, len(digests), step):
        part = digests[start : start + step]
        wanted = [part[at : at + DIGEST_BYTES].hex() for at in range(0, len(part), DIGEST_BYTES)]
        found = _answers(wanted)
        yield from (found[digest] for digest in wanted)


def _answers(digests: Sequence[str]) -> dict[str, dict[str, Any]]:
    book = load_rulebook()
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [list(digests)])
        messages = cursor.fetchall()
        ids = [row[0] for row in messages]
        bills: dict[int, list[dict[str, Any]]] = defaultdict(list)
        cursor.execute(_BILLS, [ids])
        for message, number, approved, breaches, not_checked, *share_and_card in cursor.fetchall():
            bills[message].append(
                bill_as_json(
                    number,
                    status_of(approved),
                    map(breach_from_json, _kept(breaches)),
                    map(not_checked_from_json, _kept(not_checked)),
                    check_free_card(*share_and_card, book=book),
                )
            )
        credits: dict[int, list[dict[str, Any]]] = defaultdict(list)
        cursor.execute(_CREDITS, [ids])
        for message, number, of_bill, approved, breaches in cursor.fetchall():
            credits[message].append(
                credit_as_json(number, of_bill, status_of(approved), map(breach_from_json, _kept(breaches)))
            )
    return {
        digest: message_as_json(name, (MessageError(**one) for one in _kept(errors)), bills[number], credits[number])
        for number, digest, name, errors in messages
    }


def _kept(text: str | None) -> list[dict[str, Any]]:
    # Django's connection gives JSON as its text.
    return [] if text is None else orjson.loads(text)


def status_of(approved: bool | None) -> BillStatus:
    """What a decision says; none has been made yet."""
    if approved is None:
        return BillStatus.IN_PROCESS
    return BillStatus.APPROVED if approved else BillStatus.REFUSED
