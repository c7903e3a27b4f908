"""The control, part by part: each part is one transaction, so that whoever is interrupted goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import LiteralString

import orjson
from django.db import connection, transaction

from fastlege.claims.controlling.crediting import decide_credits
from fastlege.claims.controlling.deciding import Decision, decide
from fastlege.claims.controlling.passing import passing
from fastlege.claims.controlling.rows import read_rows, row_of
from fastlege.claims.locking import lock_decisions
from fastlege.claims.shares.recalculating import recalculate
from fastlege.rules.claims.checks import circumstances
from fastlege.rules.claims.decisions import FILE as DECISIONS
from fastlege.rules.claims.messages.stored import breach_to_json, not_checked_to_json
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.tariffs import claim_rules, fees

Report = Callable[[int], None]
"""Called with how many bills have been controlled."""

_PART = 10_000
_FILES = (fees.FILE, claim_rules.FILE, DECISIONS, circumstances.FILE)

_WAITING: LiteralString = """
select b.id from claim_bills b
where b.id > %s and not exists (select from claim_results r where r.bill_id = b.id) order by b.id limit %s
"""
_OF_MESSAGE: LiteralString = """
select b.id from claim_bills b join claim_messages m on m.id = b.message_id
where m.digest = %s and not exists (select from claim_results r where r.bill_id = b.id) order by b.id
"""


@dataclass(frozen=True)
class Controlled:
    """How many bills were approved, how many refused, and how many taken back by credit notes."""

    approved: int = 0
    refused: int = 0
    credited: int = 0

    @property
    def bills(self) -> int:
        """All bills that were controlled."""
        return self.approved + self.refused

    def __add__(self, other: Controlled) -> Controlled:
        return Controlled(self.approved + other.approved, self.refused + other.refused, self.credited + other.credited)


def control_waiting(*, on: date, report: Report = lambda _: None) -> Controlled:
    """Control all bills and credit notes that wait, whoever received them."""
    total, last = Controlled(), 0
    while True:
        done, last = _control_part(last, on=on)
        total += done
        report(total.bills)
        if not done.bills:
            return total


def control_message(digest: str, *, on: date) -> Controlled:
    """Control the bills of one message that wait, and the credit notes whose bills have been controlled."""
    with transaction.atomic():
        lock_decisions()
        with connection.cursor() as cursor:
            cursor.execute(_OF_MESSAGE, [digest])
            ids = [row[0] for row in cursor.fetchall()]
        return _control(ids, on=on)


@transaction.atomic
def _control_part(after: int, *, on: date) -> tuple[Controlled, int]:
    lock_decisions()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [after, _PART])
        ids = [row[0] for row in cursor.fetchall()]
    return _control(ids, on=on), ids[-1] if ids else after


def _control(ids: Sequence[int], *, on: date) -> Controlled:
    book = load_rulebook()
    rows = read_rows(ids) if ids else []
    passed = passing(rows, book)
    decisions = list(decide([row_of(row) for row in rows if row.id not in passed], book))
    _write(passed, decisions, on=on, digest=rules_digest(book))
    credited = decide_credits(on=on, book=book)
    counted = [bill for bill, share in passed.items() if share]
    counted += [decision.row.raw.id for decision in decisions if decision.counted]
    recalculate([*counted, *credited], on=on, book=book)
    approved = len(passed) + sum(decision.approved for decision in decisions)
    return Controlled(approved, len(rows) - approved, len(credited))


def _write(passed: Mapping[int, int], decisions: Iterable[Decision], *, on: date, digest: str) -> None:
    columns = 'bill_id, approved, "on", counted_ore, breaches, not_checked, rules_digest'
    with (
        connection.cursor() as wrapped,
        wrapped.cursor.copy(f"copy claim_results ({columns}) from stdin") as copy,
    ):
        copy.write("".join(f"{bill}\tt\t{on}\t{share}\t[]\t[]\t{digest}\n" for bill, share in passed.items()))
        for one in decisions:
            copy.write_row((
                *(one.row.raw.id, one.approved, on, one.counted),
                orjson.dumps([breach_to_json(breach) for breach in one.breaches]).decode(),
                orjson.dumps([not_checked_to_json(lacking) for lacking in one.not_checked]).decode(),
                digest,
            ))  # fmt: skip


@cache
def rules_digest(book: Rulebook) -> str:
    """Of all the files of the law by which bills are controlled."""
    total = sha256(book.digest().encode())
    for name in _FILES:
        total.update((DATA / name).read_bytes())
    return total.hexdigest()
