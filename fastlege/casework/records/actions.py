"""Sending a prepared request for a record to the former office, with the consent logged."""

from __future__ import annotations

from datetime import date

from fastlege.access.viewers import Viewer
from fastlege.casework.models import RecordsRequest
from fastlege.casework.records.queries import PreparedRequest, read_prepared
from fastlege.kernel.errors import Refused, Violation, refuse_if
from fastlege.messages.actions import queue_message
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions.choice import NO_CONSENT, Consent, choosing
from fastlege.registry.actions.switching import check_choice
from fastlege.registry.actions.telling import tell

NEEDS_CONSENT = "records.needs_consent"
NOTHING = "records.nothing_to_send"
PROTECTED = "records.protected_address"


def request_records(
    person_id: int, *, agrees: bool, on: date, by: Viewer, consent: Consent = NO_CONSENT
) -> PreparedRequest:
    """Ask the former office to send the record to the new one. `agrees` is the consent, without which nothing is sent.

    Asked again, nothing more is sent. A person with a protected address is refused: the request would tell the former
    office where the person now goes.
    """
    with choosing([person_id], on=on, by=by) as choice:
        standing = choice.people[person_id]
        refuse_if(check_choice(choice, standing, consent))
        prepared = _sendable(read_prepared(person_id), agrees=agrees)
        if prepared.asked_on is not None:
            return prepared
        request = RecordsRequest.objects.create(
            person_id=person_id,
            from_office_id=prepared.from_office,
            to_office_id=prepared.to_office,
            from_list=prepared.from_list,
            on=on,
            consented_by=by.name,
            capacity=standing.capacity or "case worker",
            child_agrees=consent.child_agrees,
        )
        queue_message(
            MessageKind.RECORDS_WANTED,
            key=f"records_wanted:{request.pk}",
            on=on,
            facts={"list_name": prepared.from_list_called, "new_office_name": prepared.to_office_name},
            office_id=prepared.from_office,
            concerns_id=person_id,
        )
        facts = {"office_name": prepared.from_office_name, "new_office_name": prepared.to_office_name}
        tell(choice, standing, MessageKind.RECORDS_REQUESTED, facts)
    return prepared


def _sendable(prepared: PreparedRequest | None, *, agrees: bool) -> PreparedRequest:
    if prepared is None:
        raise Refused([Violation(NOTHING)])
    refuse_if(([Violation(PROTECTED)] if prepared.protected else []) + ([] if agrees else [Violation(NEEDS_CONSENT)]))
    return prepared
