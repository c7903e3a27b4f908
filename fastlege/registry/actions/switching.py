"""Switching GP: one person, or a family together, in one transaction that reserves the places."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import Violation, refuse_if
from fastlege.kernel.vocabulary import Reason
from fastlege.messages.actions import queue_messages
from fastlege.registry.actions.choice import (
    NO_CONSENT,
    NO_FORM,
    Choice,
    ChosenList,
    Consent,
    Form,
    NoSuchListError,
    Receipt,
    choosing,
)
from fastlege.registry.actions.telling import tell_of_switch
from fastlege.registry.standing import Standing
from fastlege.rules.admission import Applicant, ListFacts, check_admission, is_child_of_member
from fastlege.rules.custody import ChoiceFacts, check_decider
from fastlege.rules.rights import check_right_to_list
from fastlege.rules.switching import SwitchCause, check_other_list, effective_day

CHANGED_MEANWHILE = "switch.changed_meanwhile"
DAY_CHANGED = "switch.day_changed"

_WRITE = "write_switches(%(moves)s, %(to_list)s, %(starts)s, %(day)s, %(by)s, %(lengths)s, %(receipt)s)"


@dataclass(frozen=True)
class _Move:
    """What the rules came to for one person."""

    standing: Standing
    reason: Reason
    cause: SwitchCause
    extra_switch: int | None
    consent: Consent

    def row(self, choice: Choice, to: int) -> dict[str, object]:
        details: dict[str, object] = {"from_day": effective_day(choice.on, book=choice.book).isoformat()}
        if self.standing.capacity not in {None, "self"}:
            details |= {"capacity": self.standing.capacity, "child_agrees": self.consent.child_agrees}
        if self.cause != SwitchCause.OWN_CHOICE:
            details |= {"cause": self.cause.value}
        return {
            "person_id": self.standing.person_id,
            "from_list": self.standing.list_id,
            "reason": self.reason.value,
            "chosen": self.cause == SwitchCause.OWN_CHOICE,
            "extra_switch": self.extra_switch,
            "details": details,
        }


def switch_gp(person_id: int, *, to: int, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> date:
    """Give a person a place on another list, and return the day from which it holds."""
    receipt = switch_together([person_id], to=to, on=on, by=by, form=Form({person_id: consent}))
    return date.fromisoformat(receipt.facts["from_day"])


def switch_together(ids: Sequence[int], *, to: int, on: date, by: Viewer, form: Form = NO_FORM) -> Receipt:
    """Give several persons a place on one list, all of them or none.

    The same key again gives the same receipt. Raises `Refused` with all that stands in the way, also when what the
    page has shown no longer holds; `NoSuchListError` for a list that is not there, or not yet; `PermissionDenied` when
    the viewer may not act for one of them.
    """
    with choosing(ids, lists=[to], on=on, by=by, key=form.key) as choice:
        if choice.done:
            return choice.done
        gp_list, start = choice.lists[to], effective_day(on, book=choice.book)
        if gp_list.start > on:
            raise NoSuchListError(to)
        moves, found = _checked(choice, gp_list, start, form)
        refuse_if(_check_seen(choice, form, start) + found)
        facts = {"to_list": to, "from_day": start.isoformat(), "people": [one.standing.person_id for one in moves]}
        receipt = choice.receipt("switched", facts)
        for one in moves:
            tell_of_switch(choice, one.standing, gp_list, start)
        write_moves(choice, [one.row(choice, to) for one in moves], gp_list, start, receipt)
    return receipt


def check_choice(choice: Choice, standing: Standing, consent: Consent, *, with_right: bool = True) -> list[Violation]:
    """Whether a person has a right to choose, and the one who asks may choose for them."""
    right = check_right_to_list(standing.status, on=choice.on, book=choice.book) if with_right else []
    requester = standing.requester()
    if requester is None:
        return right
    facts = ChoiceFacts(
        birth_date=standing.birth_date,
        requester=requester,
        custodians_consent=consent.custodians_consent,
        child_agrees=consent.child_agrees,
        care_order=consent.care_order or standing.in_care,
    )
    return right + check_decider(facts, on=choice.on, book=choice.book)


def write_moves(
    choice: Choice, rows: Sequence[Mapping[str, Any]], gp_list: ChosenList, start: date, receipt: Receipt
) -> None:
    """Write moves to a list that the rules allow, and queue what has been told so far, by one statement."""
    for row in rows:
        if row["from_list"] is not None:
            choice.lists[row["from_list"]].change -= 1
        gp_list.change += 1
        gp_list.reserved -= gp_list.list_id in choice.people[row["person_id"]].offers
    values = {
        "moves": json.dumps(list(rows)),
        "to_list": gp_list.list_id,
        "starts": start,
        "day": choice.on,
        "by": choice.by.name,
        "lengths": json.dumps(choice.lengths()),
        "receipt": choice.receipt_row(receipt),
    }
    queue_messages(choice.messages, beside=_WRITE, values=values)
    choice.messages.clear()


def _checked(choice: Choice, gp_list: ChosenList, start: date, form: Form) -> tuple[list[_Move], list[Violation]]:
    """One after the other, parents before their children: who enters takes a place, and brings their children along."""
    moves: list[_Move] = []
    found: list[Violation] = []
    entered: set[int] = set()
    for standing in sorted(choice.people.values(), key=lambda one: (one.birth_date, one.person_id)):
        consent = form.consent(standing.person_id)
        inside = gp_list.facts(more=len(entered) - (gp_list.list_id in standing.offers))
        applicant = standing.applicant(parent_enters=not entered.isdisjoint(standing.parents))
        wrong, extra = _check_quota(choice, standing, start)
        wrong = (
            check_choice(choice, standing, consent)
            + check_other_list(standing.list_id, gp_list.list_id)
            + wrong
            + check_admission(inside, applicant, on=choice.on, book=choice.book)
        )
        found += [one for one in wrong if one not in found]
        entered.add(standing.person_id)
        reason = _reason(inside, applicant, choice)
        moves.append(_Move(standing, reason, standing.cause(choice.on), extra, consent))
    return moves, found


def _check_quota(choice: Choice, standing: Standing, start: date) -> tuple[list[Violation], int | None]:
    """The yearly number, and the granted extra switch that is used when it is spent."""
    wrong = standing.check_quota(on=choice.on, start=start, book=choice.book)
    if wrong and standing.extra_switches:
        return [], standing.extra_switches[0]
    return wrong, None


def _check_seen(choice: Choice, form: Form, start: date) -> list[Violation]:
    found = [] if form.start in {None, start} else [Violation(DAY_CHANGED, {"from_day": start})]
    other = any(choice.people[number].list_id != gp_list for number, gp_list in form.lists.items())
    return [*found, Violation(CHANGED_MEANWHILE)] if other else found


def _reason(gp_list: ListFacts, person: Applicant, choice: Choice) -> Reason:
    """Which rule lets the person in: the room on the list first, then the exceptions for closed lists."""
    as_anyone = replace(person, parent_is_member=False, left_list_on=None)
    if not check_admission(gp_list, as_anyone, on=choice.on, book=choice.book):
        return Reason.CHOSEN_DIRECT
    is_child = is_child_of_member(person, on=choice.on, book=choice.book)
    return Reason.CHILD_OF_MEMBER if is_child else Reason.RETURNED_WITHIN_3_YEARS
