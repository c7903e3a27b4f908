"""The frame of every choice: one transaction in which persons and lists are locked and the rules' facts are read.

Persons come before lists and both in the order of their ids, so that no two choices wait for each other. Whom a
resident may choose for is decided by the database: nobody else is locked, read or named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from fastlege.access.viewers import Role, Viewer
from fastlege.database.prepared import ask
from fastlege.kernel.errors import DataError
from fastlege.kernel.vocabulary import ListStatus
from fastlege.messages.actions import NewMessage, queue_messages
from fastlege.registry.standing import Standing, standing_of
from fastlege.rules.admission import ListFacts
from fastlege.rules.caps import status_after
from fastlege.rules.parameters import Rulebook, load_rulebook

_BEGIN = "select begin_choice(%s, %s, %s, %s, %s, %s)"


class NoSuchListError(DataError):
    """A list that the register does not have, or not yet."""

    def __init__(self, list_id: int) -> None:
        super().__init__(f"there is no list {list_id} in the register.", remedy="Check the id.")


@dataclass(frozen=True)
class Consent:
    """What stands behind a choice for a child. A care order that the register knows holds, whatever is said here."""

    custodians_consent: bool = False
    child_agrees: bool = False
    care_order: bool = False


@dataclass(frozen=True)
class Form:
    """What came with a confirmed page: consents by person, a key that is used once, and what the page had shown.

    `start` is the day of effect that it showed, and `lists` the list of each person; left out, nothing is compared.
    """

    consents: Mapping[int, Consent] = field(default_factory=dict)
    key: UUID | None = None
    start: date | None = None
    lists: Mapping[int, int | None] = field(default_factory=dict)

    def consent(self, person_id: int) -> Consent:
        """What stands behind the choice for one person."""
        return self.consents.get(person_id, Consent())


NO_CONSENT, NO_FORM = Consent(), Form()


@dataclass(frozen=True)
class Receipt:
    """What came of a choice. `already` says that the same key had been used: then nothing was done again."""

    kind: str
    on: date
    facts: Mapping[str, Any]
    key: UUID | None = None
    already: bool = False


@dataclass
class ChosenList:
    """A locked list. Its length grows and shrinks as the choice goes through its persons."""

    list_id: int
    called: str | Mapping[str, str]
    """What messages call it: the name of its regular GP, or that it has none."""
    cap: int
    length: int
    status: ListStatus
    start: date
    end: date | None
    office_id: int
    office_name: str
    reserved: int
    change: int = 0

    def facts(self, *, more: int = 0) -> ListFacts:
        """The list as the rules see it, with some more members: places that have been offered are not free."""
        length = self.length + self.change + self.reserved + more
        return ListFacts(cap=self.cap, length=length, status=self.status, end=self.end)


@dataclass
class Choice:
    """A running choice: the day, who makes it, the rules, the persons and lists that are locked, and what was done."""

    on: date
    by: Viewer
    book: Rulebook
    people: Mapping[int, Standing]
    lists: Mapping[int, ChosenList]
    key: UUID | None = None
    done: Receipt | None = None
    messages: list[NewMessage] = field(default_factory=list)
    number: str = field(default_factory=lambda: str(uuid4()))

    @property
    def alone_from(self) -> int:
        """The age from which one chooses alone."""
        return alone_from(self.book, self.on)

    def lengths(self) -> list[dict[str, object]]:
        """The lists whose length changes, with the status that follows."""
        return [
            {"list_id": one.list_id, "change": one.change, "status": self._status(one).value}
            for one in self.lists.values()
            if one.change
        ]

    def _status(self, one: ChosenList) -> ListStatus:
        length = one.length + one.change + one.reserved
        return status_after(one.status, cap=one.cap, length=length, on=self.on, book=self.book)

    def receipt(self, kind: str, facts: Mapping[str, object]) -> Receipt:
        """The receipt of what is being done."""
        return Receipt(kind, self.on, facts, self.key)

    def receipt_row(self, receipt: Receipt) -> str | None:
        """The receipt as the database keeps it; none without a key."""
        if receipt.key is None:
            return None
        row = {"key": str(receipt.key), "viewer": self.by.person_id, "kind": receipt.kind, "facts": receipt.facts}
        return json.dumps(row)


def alone_from(book: Rulebook, on: date) -> int:
    """The age from which one chooses alone, and acts for others."""
    return book.whole("child.decides_alone_from_age", on=on)


@contextmanager
def choosing(
    ids: Sequence[int], *, lists: Sequence[int] = (), on: date, by: Viewer, key: UUID | None = None
) -> Iterator[Choice]:
    """One transaction for a choice of some persons, about some lists; the first one is that to be entered.

    `done` is what was done with the same key before, if anything. Raises `PermissionDenied` when a resident may not
    act for one of the persons, whether or not there is one; `DataError` for unknown persons and lists otherwise.
    Messages that the choice has gathered are queued at its end.
    """
    book = load_rulebook()
    asking = _asking(by, key)
    with transaction.atomic():
        values = [asking, list(ids), list(lists), on, alone_from(book, on), key]
        ((answer,),) = ask(_BEGIN, values)
        found = json.loads(answer) if isinstance(answer, str) else answer
        _refuse_early(found["begins"], on)
        people = {row["person_id"]: standing_of(row) for row in found["persons"]}
        _refuse_strangers(ids, people, by)
        known = {row["id"]: _chosen_list(row) for row in found["lists"]}
        for number in lists:
            if number not in known:
                raise NoSuchListError(number)
        done = _earlier(found["receipt"], key, by)
        choice = Choice(on, by, book, people, known, key, done)
        yield choice
        queue_messages(choice.messages)


def keep_receipt(choice: Choice, receipt: Receipt) -> Receipt:
    """Keep a receipt under the choice's key, if it has one."""
    if choice.key is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                'insert into receipts (key, viewer_id, "on", kind, facts) values (%s, %s, %s, %s, %s)',
                [choice.key, choice.by.person_id, choice.on, receipt.kind, json.dumps(receipt.facts)],
            )
    return receipt


def _asking(by: Viewer, key: UUID | None) -> int | None:
    """The resident who asks; none for a case worker, who carries out what has been decided."""
    if by.role == Role.CASE_WORKER:
        if not by.purpose:
            raise PermissionDenied
        if key is not None:
            raise DataError("keys of receipts are for residents.", remedy="Leave the key out.")
        return None
    if by.role != Role.RESIDENT or by.person_id is None:
        raise PermissionDenied
    return by.person_id


def _refuse_early(begins: str | None, on: date) -> None:
    if begins is not None and on < date.fromisoformat(begins):
        raise DataError(
            f"the register's history begins on {begins}; nothing can be recorded on {on}.", remedy="Give a later day."
        )


def _refuse_strangers(ids: Sequence[int], people: Mapping[int, Standing], by: Viewer) -> None:
    missing = [number for number in ids if number not in people]
    if missing and by.role == Role.CASE_WORKER:
        raise DataError(f"there is no person {missing[0]} in the register.", remedy="Check the id.")
    if missing:
        raise PermissionDenied


def _earlier(row: Mapping[str, Any] | None, key: UUID | None, by: Viewer) -> Receipt | None:
    if row is None:
        return None
    if row["viewer"] != by.person_id:
        raise PermissionDenied
    return Receipt(row["kind"], date.fromisoformat(row["on"]), row["facts"], key, already=True)


def _chosen_list(row: Mapping[str, Any]) -> ChosenList:
    return ChosenList(
        list_id=row["id"],
        called=row["called"],
        cap=row["cap"],
        length=row["length"],
        status=ListStatus(row["status"]),
        start=date.fromisoformat(row["start"]),
        end=None if row["end"] is None else date.fromisoformat(row["end"]),
        office_id=row["office"],
        office_name=row["office_name"],
        reserved=row["reserved"],
    )
