"""Who chooses the GP of a child, and on which parent's list a child stands when nobody has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fastlege.kernel.errors import DataError, Violation
from fastlege.kernel.periods import age_on
from fastlege.rules.parameters import Rulebook

DECIDES_ALONE = "child.decides_alone"
NEEDS_CUSTODY = "child.needs_custody"
NEEDS_CONSENT = "child.needs_consent"
NEEDS_CHILDS_SAY = "child.needs_childs_say"
CHILD_WELFARE_DECIDES = "child.child_welfare_decides"
NOT_ON_OWN = "child.not_on_own"


class Requester(StrEnum):
    """Who asks for a choice of GP on behalf of a person."""

    SELF = "self"
    CUSTODIAN = "custodian"
    GUARDIAN = "guardian"
    CHILD_WELFARE = "child welfare service"
    OTHER = "other"


class Parent(StrEnum):
    """The parent whose list a child is placed on."""

    MOTHER = "mother"
    FATHER = "father"


@dataclass(frozen=True)
class ChoiceFacts:
    """What decides who may choose: age, who asks, consent given by the custodians or by the child, a care order."""

    birth_date: date
    requester: Requester
    custodians_consent: bool = False
    child_agrees: bool = False
    care_order: bool = False


@dataclass(frozen=True)
class ParentFacts:
    """Whether a parent has custody, and lives at the child's registered address."""

    has_custody: bool
    same_address: bool


def check_decider(facts: ChoiceFacts, *, on: date, book: Rulebook) -> list[Violation]:
    """From 16 a person chooses alone; before that the custodians do, from 12 together with the child.

    Under a care order the child welfare service takes the custodians' place. A guardian by appointment chooses for
    the ward, whatever the age.
    """
    age = age_on(facts.birth_date, on)
    alone_from = book.whole("child.decides_alone_from_age", on=on)
    is_guardian = facts.requester == Requester.GUARDIAN and book.truth("guardian.chooses_for_ward", on=on)
    if age >= alone_from:
        return (
            [] if is_guardian or facts.requester == Requester.SELF else [Violation(DECIDES_ALONE, {"age": alone_from})]
        )
    if facts.requester == Requester.SELF:
        return _check_own_request(facts, age, on=on, book=book)
    has_say = Requester.GUARDIAN if is_guardian else Requester.CUSTODIAN
    return _check_request_for_child(facts, age, has_say, on=on, book=book)


def _check_own_request(facts: ChoiceFacts, age: int, *, on: date, book: Rulebook) -> list[Violation]:
    own_from = book.whole("child.own_request_with_consent_from_age", on=on)
    if age < own_from:
        return [Violation(NOT_ON_OWN, {"age": own_from})]
    return [] if facts.custodians_consent else [Violation(NEEDS_CONSENT)]


def _check_request_for_child(
    facts: ChoiceFacts, age: int, has_say: Requester, *, on: date, book: Rulebook
) -> list[Violation]:
    found = []
    if facts.care_order and facts.requester != Requester.CHILD_WELFARE:
        found.append(Violation(CHILD_WELFARE_DECIDES))
    elif not facts.care_order and facts.requester != has_say:
        found.append(Violation(NEEDS_CUSTODY))
    say_from = book.whole("child.parent_decides_under_age", on=on)
    if age >= say_from and not facts.child_agrees:
        found.append(Violation(NEEDS_CHILDS_SAY, {"age": say_from}))
    return found


def parent_to_follow(mother: ParentFacts | None, father: ParentFacts | None, *, on: date, book: Rulebook) -> Parent:
    """The parent whose list a child is placed on when nobody has chosen.

    The one with custody; with shared custody the one at the child's registered address; the mother when both live
    there, or neither does.
    """
    parents = [(Parent.MOTHER, mother), (Parent.FATHER, father)]
    known = [(parent, facts) for parent, facts in parents if facts is not None]
    if not known:
        raise DataError("A child without a known parent follows nobody: it is placed like anyone without a list.")
    with_custody = [one for one in known if one[1].has_custody] or known
    at_home = [parent for parent, facts in with_custody if facts.same_address]
    if len(at_home) == 1:
        return at_home[0]
    preferred = Parent(book.text("child.default_shared_custody_same_address", on=on))
    among = at_home or [parent for parent, _ in with_custody]
    return preferred if preferred in among else among[0]
