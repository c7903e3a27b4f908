"""Reads of applications, for the one they are about and those who choose for them, and for case workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied

from fastlege.access.viewers import Role, Viewer
from fastlege.casework.models import Application, ApplicationState, Attachment
from fastlege.registry.queries import person


def applications_of(viewer: Viewer, person_id: int, *, on: date) -> Sequence[Application]:
    """A person's applications, the latest first."""
    person(viewer, person_id, on=on)
    return list(Application.objects.filter(person_id=person_id).order_by("-id"))


def application(viewer: Viewer, application_id: int, *, on: date) -> tuple[Application, Sequence[Attachment]]:
    """One application with its attachments. Raises `PermissionDenied` for others, whether or not there is one."""
    found = Application.objects.filter(pk=application_id).first()
    if found is None:
        raise PermissionDenied
    person(viewer, found.person_id, on=on)
    return found, list(Attachment.objects.filter(application=found).defer("content").order_by("id"))


def attachment(viewer: Viewer, attachment_id: int, *, on: date) -> Attachment:
    """One attachment with its content."""
    found = Attachment.objects.filter(pk=attachment_id).select_related("application").first()
    if found is None:
        raise PermissionDenied
    person(viewer, found.application.person_id, on=on)
    return found


def waiting_applications(viewer: Viewer) -> Sequence[Application]:
    """Those that wait for an answer, the oldest first, for a case worker with a purpose."""
    if viewer.role != Role.CASE_WORKER or not viewer.purpose:
        raise PermissionDenied
    return list(Application.objects.filter(state=ApplicationState.SUBMITTED).order_by("at", "id"))
