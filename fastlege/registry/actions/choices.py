"""A person's own choices: switch, queue, withdraw, leave the scheme and come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.timezone import localdate

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.kernel.vocabulary import PersonStatus, Reason
from fastlege.registry.actions import facts, writing
from fastlege.registry.actions.writing import Case
from fastlege.registry.journal import EventKind, on_day
from fastlege.registry.models import Person
from fastlege.rules.admission import Applicant, ListFacts, check_admission, is_child_of_member
from fastlege.rules.custody import ChoiceFacts, check_decider
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.rights import check_opt_in, check_opt_out, check_right_to_list
from fastlege.rules.switching import SwitchCause, check_other_list, check_switch, effective_day
from fastlege.rules.waiting import Wish, check_may_wait_for, check_queue_place


@dataclass(frozen=True)
class Consent:
    """What stands behind a choice for a child."""

    custodians_consent: bool = False
    child_agrees: bool = False
    care_order: bool = False


def switch_gp(person_id: int, *, to: int, on: date, by: Viewer, consent: Consent = Consent()) -> date:
    """Give a person a place on another list, and return the day from which it holds."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        current = writing.open_membership(person_id)
        own_list = current.list_id if current else None
        wanted = writing.lock_lists(to, own_list)[to]
        start = effective_day(on, book=case.book)
        cause = facts.cause_of_switch(person, on=on)
        applicant, list_facts = facts.applicant(person, wanted), facts.list_facts(wanted)
        refuse_if(
            check_right_to_list(PersonStatus(person.status), on=on, book=case.book)
            + _check_decider(person, consent, case)
            + check_other_list(own_list, to)
            + check_switch(facts.own_switches(person), cause=cause, on=start, book=case.book)
            + check_admission(list_facts, applicant, on=on, book=case.book)
        )
        reason = _reason(list_facts, applicant, case)
        writing.end_membership(person, end=start, reason=reason, case=case)
        writing.start_membership(person, gp_list=to, start=start, reason=reason, case=case)
        own_choice = cause == SwitchCause.OWN_CHOICE
        writing.note_switch(person, from_list=own_list, to_list=to, on=start, reason=reason, chosen=own_choice)
        details = {"from_day": start.isoformat()}
        case.record(EventKind.SWITCHED, person, from_list_id=own_list, to_list_id=to, reason=reason, details=details)
    return start


def queue_for_list(person_id: int, *, wish: Wish, at: datetime, by: Viewer, consent: Consent = Consent()) -> None:
    """Put a person in the queue of a list, with a rank among the person's wishes; the moment decides who is before."""
    case = Case(localdate(at), by, load_rulebook())
    with on_day(case.on):
        person = writing.lock_person(person_id)
        current = writing.open_membership(person_id)
        wanted = writing.lock_lists(wish.list_id)[wish.list_id]
        refuse_if(
            check_right_to_list(PersonStatus(person.status), on=case.on, book=case.book)
            + _check_decider(person, consent, case)
            + check_queue_place(
                wish,
                facts.list_facts(wanted),
                facts.wishes(person),
                own_list=current.list_id if current else None,
                on=case.on,
                book=case.book,
            )
            + check_may_wait_for(
                removed_by_gp=facts.applicant(person, wanted).removed_by_gp, on=case.on, book=case.book
            )
        )
        writing.join_queue(person, wish, at=at)
        case.record(EventKind.QUEUED, person, to_list_id=wish.list_id, details={"rank": wish.rank})


def withdraw_from_queue(person_id: int, *, from_list: int, on: date, by: Viewer, consent: Consent = Consent()) -> None:
    """Give up a place in a queue; the person's later wishes move up."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        refuse_if(_check_decider(person, consent, case))
        if not writing.leave_queue(person_id, from_list):
            raise DataError(f"the person has no place in the queue of list {from_list}.", remedy="Check the list.")
        case.record(EventKind.WITHDRAWN, person, from_list_id=from_list)


def opt_out(person_id: int, *, on: date, by: Viewer, consent: Consent = Consent()) -> date:
    """Take a person out of the scheme; the place on the list ends with the month. Returns the day it ends."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        current = writing.open_membership(person_id)
        writing.lock_lists(current.list_id if current else None)
        refuse_if(
            check_opt_out(PersonStatus(person.status), on=on, book=case.book) + _check_decider(person, consent, case)
        )
        end = effective_day(on, book=case.book)
        writing.end_membership(person, end=end, reason=Reason.OPTED_OUT, case=case)
        writing.leave(person, PersonStatus.OPTED_OUT)
        from_list = current.list_id if current else None
        case.record(EventKind.OPTED_OUT, person, from_list_id=from_list, reason=Reason.OPTED_OUT)
    return end


def opt_in(person_id: int, *, on: date, by: Viewer, consent: Consent = Consent()) -> None:
    """Take a person back into the scheme, without a list until one is given."""
    case = Case(on, by, load_rulebook())
    with on_day(on):
        person = writing.lock_person(person_id)
        refuse_if(
            check_opt_in(PersonStatus(person.status), on=on, book=case.book) + _check_decider(person, consent, case)
        )
        writing.set_status(person, PersonStatus.RESIDENT)
        writing.note_unplaced(person, since=on)
        case.record(EventKind.OPTED_IN, person, reason=Reason.OPTED_IN)


def _check_decider(person: Person, consent: Consent, case: Case) -> list[Violation]:
    asked_by = facts.requester(person, case)
    if asked_by is None:
        return []
    choice = ChoiceFacts(
        birth_date=person.birth_date,
        requester=asked_by,
        custodians_consent=consent.custodians_consent,
        child_agrees=consent.child_agrees,
        care_order=consent.care_order,
    )
    return check_decider(choice, on=case.on, book=case.book)


def _reason(gp_list: ListFacts, person: Applicant, case: Case) -> Reason:
    """Which rule lets the person in: the room on the list first, then the exceptions for closed lists."""
    as_anyone = replace(person, parent_is_member=False, left_list_on=None)
    if not check_admission(gp_list, as_anyone, on=case.on, book=case.book):
        return Reason.CHOSEN_DIRECT
    is_child = is_child_of_member(person, on=case.on, book=case.book)
    return Reason.CHILD_OF_MEMBER if is_child else Reason.RETURNED_WITHIN_3_YEARS
