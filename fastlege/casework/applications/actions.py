"""Every write of applications. Each is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied

from fastlege.access.viewers import Role, Viewer
from fastlege.casework.applications.attachments import File, check_files
from fastlege.casework.models import Application, ApplicationState, Attachment
from fastlege.kernel.errors import DataError, Violation, refuse_if
from fastlege.kernel.vocabulary import PersonStatus
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions.choice import NO_CONSENT, Choice, Consent, choosing
from fastlege.registry.actions.extra import note_extra_switch
from fastlege.registry.actions.switching import check_choice
from fastlege.registry.actions.telling import tell
from fastlege.registry.standing import Standing
from fastlege.rules.switching import check_switch, effective_day

NOT_NEEDED = "application.not_needed"
NO_REASONS = "application.no_reasons"
TOO_LONG = "application.too_long"
MOST_SIGNS = 4000


@dataclass(frozen=True)
class Asked:
    """What an application says."""

    reasons: str
    wanted_list: int | None = None
    files: Sequence[File] = ()


def apply_for_switch(
    person_id: int, *, asked: Asked, on: date, by: Viewer, consent: Consent = NO_CONSENT
) -> Application:
    """Apply for one switch more than the year's number. One that waits for an answer is given back as it is.

    Raises `Refused` when there are switches left, no reasons are given, or a file is not what may be attached.
    """
    lists = [] if asked.wanted_list is None else [asked.wanted_list]
    with choosing([person_id], lists=lists, on=on, by=by) as choice:
        standing = choice.people[person_id]
        refuse_if(check_choice(choice, standing, consent))
        waiting = Application.objects.filter(person_id=person_id, state=ApplicationState.SUBMITTED).first()
        if waiting is not None:
            return waiting
        refuse_if(_check_need(choice, standing) + _check_words(asked.reasons) + check_files(asked.files))
        application = Application.objects.create(
            person_id=person_id,
            asked_by=by.name,
            on=on,
            reasons=asked.reasons.strip(),
            wanted_list=asked.wanted_list,
        )
        for file in {file.digest: file for file in asked.files}.values():
            Attachment.objects.create(
                application=application,
                name=file.safe_name,
                kind=str(file.kind),
                digest=file.digest,
                content=file.content,
            )
        tell(choice, standing, MessageKind.APPLICATION_RECEIVED, {})
    return application


def withdraw_application(application_id: int, *, on: date, by: Viewer) -> None:
    """Take an application back. One that has been taken back stays so; one that is answered stays answered."""
    found = Application.objects.filter(pk=application_id).first()
    if found is None:
        raise PermissionDenied
    with choosing([found.person_id], on=on, by=by):
        application = Application.objects.select_for_update().get(pk=application_id)
        if application.state == ApplicationState.SUBMITTED:
            _answer(application, ApplicationState.WITHDRAWN, on=on, by=by, answer=None)


def decide_application(application_id: int, *, grant: bool, reason: str, on: date, by: Viewer) -> ApplicationState:
    """Answer an application, with a reason. Granted, it lets the person switch once more. Returns what became of it.

    It lapses when the person may not stand on a list any more. Raises `DataError` when it has been answered.
    """
    if by.role != Role.CASE_WORKER or not by.purpose:
        raise PermissionDenied
    if not reason.strip():
        raise DataError("an application is answered with a reason.", remedy="Give one.")
    found = Application.objects.filter(pk=application_id).first()
    if found is None:
        raise DataError(f"there is no application {application_id}.", remedy="Check the number.")
    with choosing([found.person_id], on=on, by=by) as choice:
        application = Application.objects.select_for_update().get(pk=application_id)
        if application.state != ApplicationState.SUBMITTED:
            raise DataError(f"the application is {application.state} already.", remedy="Nothing was done.")
        standing = choice.people[found.person_id]
        state = ApplicationState.GRANTED if grant else ApplicationState.REFUSED
        if standing.status != PersonStatus.RESIDENT:
            state = ApplicationState.LAPSED
        _answer(application, state, on=on, by=by, answer=reason.strip())
        if state == ApplicationState.GRANTED:
            note_extra_switch(found.person_id, reason=reason.strip(), on=on, by=by)
        if state in _TOLD:
            tell(choice, standing, _TOLD[state], {})
    return state


_TOLD = {
    ApplicationState.GRANTED: MessageKind.APPLICATION_GRANTED,
    ApplicationState.REFUSED: MessageKind.APPLICATION_REFUSED,
}


def _answer(application: Application, state: ApplicationState, *, on: date, by: Viewer, answer: str | None) -> None:
    application.state, application.answered_on = state.value, on
    application.answered_by, application.answer = by.name, answer
    application.save(update_fields=["state", "answered_on", "answered_by", "answer"])


def _check_need(choice: Choice, standing: Standing) -> list[Violation]:
    """There is nothing to apply for while a switch is left, or the next one would not count."""
    start = effective_day(choice.on, book=choice.book)
    cause = standing.cause(choice.on)
    spent = check_switch(standing.other_switches(start), cause=cause, on=start, book=choice.book)
    return [] if spent and not standing.extra_switches else [Violation(NOT_NEEDED)]


def _check_words(reasons: str) -> list[Violation]:
    if not reasons.strip():
        return [Violation(NO_REASONS)]
    return [Violation(TOO_LONG, {"max": MOST_SIGNS})] if len(reasons.strip()) > MOST_SIGNS else []
