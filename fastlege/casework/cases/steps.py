"""The steps of a case before it changes who stands where: recorded, drawn, placed, signed, or withdrawn.

Each step is one transaction, says who takes it, and is refused out of turn. `on` is the day on which it is done.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from fastlege.casework.actions import register_loaded_at, someone
from fastlege.casework.models import CaseKind, ListCase
from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.kernel.periods import months_later
from fastlege.kernel.vocabulary import ListStatus
from fastlege.messages.actions import NewMessage, queue_messages
from fastlege.messages.kinds import MessageKind
from fastlege.registry import journal
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Event, GPContract
from fastlege.registry.resident.overview import called_on
from fastlege.rules.caps import check_cap, check_reduction_notice
from fastlege.rules.parameters import Rulebook

LIST_BUSY = "case.list_busy"
CAP_NOT_LOWER = "case.cap_not_lower"
DAY = "case.day"
CLOSURE_NOTICE = "case.closure_notice"
NOT_PLANNED = "case.not_planned"
FINISHED = "case.finished"


@dataclass(frozen=True)
class Asked:
    """What is asked for: on which day it is asked, when it is to take effect, and why.

    `agreed` says that the municipality agrees to a shorter notice and to a low cap; then grounds are needed.
    """

    notice: date
    on: date
    grounds: str
    agreed: bool = False


def record_reduction(list_id: int, *, cap: int, asked: Asked, by: str, book: Rulebook) -> ListCase:
    """Record that a GP asks for a lower cap. The draw is bound at once: its commitment can be made known."""
    with transaction.atomic():
        [gp_list] = _lists([list_id])
        lower = [] if cap < gp_list.cap else [Violation(CAP_NOT_LOWER, {"cap": cap, "now": gp_list.cap})]
        refuse_if(
            _check_asked([list_id], asked, book=book)
            + lower
            + check_cap(cap, municipality_agrees=asked.agreed, on=asked.on, book=book)
            + check_reduction_notice(asked.on, shorter_agreed=asked.agreed, on=asked.notice, book=book)
        )
        case = _recorded(CaseKind.REDUCTION, [list_id], asked, by=by, cap=cap)
        facts: dict[str, object] = {"list_name": called_on(list_id, asked.notice), "cap": cap, "from_day": asked.on}
        _tell_offices([gp_list], MessageKind.REDUCTION_RECORDED, facts, case=case, on=asked.notice)
        return case


def record_closure(list_ids: Sequence[int], *, asked: Asked, by: str, book: Rulebook) -> ListCase:
    """Record that lists end on a day. They are locked at once, so that nobody new comes to them."""
    with _written_on(asked.notice):
        lists = _lists(list_ids)
        refuse_if(_check_ending(list_ids, asked, book=book))
        _lock(lists, on=asked.notice, by=by)
        return _recorded(CaseKind.CLOSURE, list_ids, asked, by=by)


def record_takeover(list_id: int, *, successor: int, asked: Asked, by: str, book: Rulebook) -> ListCase:
    """Record that a list ends on a day and that a successor takes it over whole."""
    if list_id == successor:
        raise DataError("a list cannot take over itself.", remedy="Name the successor's list.")
    with _written_on(asked.notice):
        lists = _lists([list_id, successor])
        refuse_if(_check_ending([list_id], asked, book=book) + _check_stays(successor))
        _lock([each for each in lists if each.pk == list_id], on=asked.notice, by=by)
        return _recorded(CaseKind.TAKEOVER, [list_id], asked, by=by, successor_id=successor)


def sign_case(case_id: int, *, by: str) -> ListCase:
    """Record that someone has read who goes where and answers for it. Signing twice changes nothing."""
    with transaction.atomic():
        case = open_case(case_id)
        refuse_if([] if case.planned_at else [Violation(NOT_PLANNED)])
        if case.signed_at is None:
            case.signed_by, case.signed_at = someone(by, does="signs the case"), Now()
            case.save(update_fields=["signed_by", "signed_at"])
        return case


def withdraw_case(case_id: int, *, on: date, by: str) -> ListCase:
    """Give up a case. A list that it had locked is closed, and opens by the rule when its length changes."""
    with _written_on(on):
        case = open_case(case_id)
        if case.kind != CaseKind.REDUCTION:
            locked = GPContract.objects.select_for_update().filter(pk__in=case.list_ids, status=ListStatus.LOCKED)
            for gp_list in locked:
                _set_status(gp_list, ListStatus.CLOSED, EventKind.LIST_UNLOCKED, on=on, by=by)
        case.withdrawn_by, case.withdrawn_at = someone(by, does="withdraws the case"), Now()
        case.save(update_fields=["withdrawn_by", "withdrawn_at"])
        return case


def open_case(case_id: int) -> ListCase:
    """A case of this register, locked, that has neither been applied nor withdrawn; others are refused."""
    case = locked_case(case_id)
    refuse_if([Violation(FINISHED)] if case.applied_at or case.withdrawn_at else [])
    return case


def locked_case(case_id: int) -> ListCase:
    """A case of this register, locked. Raises `DataError` when there is none."""
    return _found(ListCase.objects.select_for_update(), case_id)


def cases() -> Sequence[ListCase]:
    """The cases of this register, the first one first."""
    return list(ListCase.objects.filter(register_loaded_at=register_loaded_at()).order_by("pk"))


def case_of(case_id: int) -> ListCase:
    """A case of this register, to read. Raises `DataError` when there is none."""
    return _found(ListCase.objects.all(), case_id)


def _found(cases: QuerySet[ListCase], case_id: int) -> ListCase:
    found = cases.filter(register_loaded_at=register_loaded_at(), pk=case_id).first()
    if found is None:
        raise DataError(f"there is no case {case_id} in this register.", remedy="`fastlege case list` shows them.")
    return found


@contextmanager
def _written_on(day: date) -> Iterator[None]:
    """One transaction that is recorded on a day; what the database refuses is told in words."""
    try:
        with journal.on_day(day):
            yield
    except DatabaseError as error:
        raise DataError(
            f"the database refused it, and nothing was written: {str(error).splitlines()[0]}",
            remedy="Give a later day, where the lists have been changed on a later one already.",
        ) from error


def _lists(list_ids: Sequence[int]) -> list[GPContract]:
    if len(set(list_ids)) < len(list_ids) or not list_ids:
        raise DataError("name each list once, and at least one.")
    found = list(GPContract.objects.select_for_update().filter(pk__in=list_ids, end=None).order_by("pk"))
    if missing := sorted(set(list_ids) - {each.pk for each in found}):
        raise DataError(f"there is no list {missing[0]} in force in the register.", remedy="Check its number.")
    return found


def _check_asked(list_ids: Sequence[int], asked: Asked, *, book: Rulebook) -> list[Violation]:
    """The day is one on which lists change, after the notice; and none of the lists has another case under way."""
    if asked.agreed and not asked.grounds.strip():
        raise DataError("what has been agreed needs its grounds.", remedy="Say why, with --grounds TEXT.")
    day = book.whole("list.updated_day", on=asked.on)
    found = [] if asked.on.day == day and asked.on > asked.notice else [Violation(DAY, {"day": day})]
    for case in _under_way().filter(list_ids__overlap=list(list_ids)).order_by("pk"):
        both = min(set(case.list_ids) & set(list_ids))
        found.append(Violation(LIST_BUSY, {"list": both, "case": case.pk}))
    return found


def _check_ending(list_ids: Sequence[int], asked: Asked, *, book: Rulebook) -> list[Violation]:
    """Lists may end: as for every case, after the notice for giving up a contract, and none is to take over another."""
    heirs = _under_way().filter(successor_id__in=list_ids).order_by("pk")
    taking_over = [Violation(LIST_BUSY, {"list": case.successor_id, "case": case.pk}) for case in heirs]
    return _check_asked(list_ids, asked, book=book) + _check_closure_notice(asked, book=book) + taking_over


def _check_stays(successor: int) -> list[Violation]:
    """A list that takes over another is not one that is to end itself."""
    ending = _under_way().exclude(kind=CaseKind.REDUCTION.value).filter(list_ids__contains=[successor])
    return [Violation(LIST_BUSY, {"list": successor, "case": case.pk}) for case in ending.order_by("pk")]


def _under_way() -> QuerySet[ListCase]:
    return ListCase.objects.filter(register_loaded_at=register_loaded_at(), applied_at=None, withdrawn_at=None)


def _check_closure_notice(asked: Asked, *, book: Rulebook) -> list[Violation]:
    """A contract is given up with some months' notice, unless otherwise agreed."""
    months = book.whole("agreement.notice_both_sides", on=asked.notice)
    earliest = months_later(asked.notice, months)
    return [] if asked.agreed or asked.on >= earliest else [Violation(CLOSURE_NOTICE, {"earliest": earliest})]


def _recorded(kind: CaseKind, list_ids: Sequence[int], asked: Asked, *, by: str, **more: int) -> ListCase:
    # Nobody can foresee the draw, nor change it after: the tag is chosen now, and its digest made known.
    tag = secrets.token_hex(16)
    return ListCase.objects.create(
        kind=kind.value,
        register_loaded_at=register_loaded_at(),
        list_ids=sorted(list_ids),
        on=asked.on,
        notice=asked.notice,
        agreed=asked.agreed,
        grounds=asked.grounds.strip(),
        tag=tag,
        commitment=sha256(tag.encode()).hexdigest(),
        recorded_by=someone(by, does="records the case"),
        **more,
    )


def _lock(lists: Sequence[GPContract], *, on: date, by: str) -> None:
    for gp_list in lists:
        if gp_list.status != ListStatus.LOCKED:
            _set_status(gp_list, ListStatus.LOCKED, EventKind.LIST_LOCKED, on=on, by=by)


def _set_status(gp_list: GPContract, status: ListStatus, kind: EventKind, *, on: date, by: str) -> None:
    GPContract.objects.filter(pk=gp_list.pk).update(status=status.value, member_count=F("member_count"))
    journal.record(Event(kind=kind, on=on, by=by, to_list_id=gp_list.pk))


def _tell_offices(
    lists: Sequence[GPContract], kind: MessageKind, facts: dict[str, object], *, case: ListCase, on: date
) -> None:
    queue_messages(
        [NewMessage(kind, f"case:{case.pk}:{kind}:{each.pk}", on, facts, office_id=each.office_id) for each in lists]
    )
