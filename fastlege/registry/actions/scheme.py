"""Leaving the scheme and coming back."""

from __future__ import annotations

from datetime import date

from fastlege.access.viewers import Viewer
from fastlege.kernel.errors import refuse_if
from fastlege.kernel.vocabulary import PersonStatus, Reason
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions import writing
from fastlege.registry.actions.choice import NO_CONSENT, Consent, choosing
from fastlege.registry.actions.switching import check_choice
from fastlege.registry.actions.telling import tell
from fastlege.registry.actions.writing import Case
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Person
from fastlege.rules.rights import check_opt_in, check_opt_out
from fastlege.rules.switching import effective_day


def opt_out(person_id: int, *, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> date:
    """Take a person out of the scheme; the place on the list ends with the month. Returns the day it ends.

    What was pending falls: a coming switch, queue places and offers.
    """
    with choosing([person_id], on=on, by=by) as choice:
        standing, case = choice.people[person_id], Case(on, by, choice.book)
        refuse_if(
            check_opt_out(standing.status, on=on, book=choice.book)
            + check_choice(choice, standing, consent, with_right=False)
        )
        person, end = Person.objects.get(pk=person_id), effective_day(on, book=choice.book)
        writing.end_membership(person, end=end, reason=Reason.OPTED_OUT, case=case)
        writing.leave(person, PersonStatus.OPTED_OUT, case=case)
        case.record(EventKind.OPTED_OUT, person, from_list_id=standing.list_id, reason=Reason.OPTED_OUT)
        tell(choice, standing, MessageKind.OPTED_OUT, {"from_day": end.isoformat()})
    return end


def opt_in(person_id: int, *, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> None:
    """Take a person back into the scheme, without a list until one is given."""
    with choosing([person_id], on=on, by=by) as choice:
        standing, case = choice.people[person_id], Case(on, by, choice.book)
        refuse_if(
            check_opt_in(standing.status, on=on, book=choice.book)
            + check_choice(choice, standing, consent, with_right=False)
        )
        person = Person.objects.get(pk=person_id)
        writing.set_status(person, PersonStatus.RESIDENT)
        writing.note_unplaced(person, since=on)
        case.record(EventKind.OPTED_IN, person, reason=Reason.OPTED_IN)
        tell(choice, standing, MessageKind.OPTED_IN, {"from_day": on.isoformat()})
