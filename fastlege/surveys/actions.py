"""Every write of surveys: open, ask, remind, answer, close, publish. Each is one transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.db.models.functions import Now

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.rules.geography.borders import municipalities_by_code
from fastlege.surveys.levels import Level
from fastlege.surveys.models import Address, Answer, Invitation, Letter, Publication, Survey
from fastlege.surveys.queries import known_surveys, said_in, survey_with_key

LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True)
class Filled:
    """What a form holds."""

    level: Level | None
    vacant_posts: int | None = None
    without_applicants: int | None = None
    comment: str = ""


class SurveyClosedError(Exception):
    """The survey takes no answers: it is closed, or its day has passed."""


def open_survey(key: str, *, on: date, answer_by: date, previous: str, by: Viewer) -> Survey:
    """Open a survey that is compared with `previous`."""
    _only_staff(by)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", key):
        raise DataError(f"{key!r} cannot name a survey.", remedy="Use small letters, digits and hyphens, such as 2026.")
    if key in known_surveys():
        raise DataError(f"there is a survey {key} already.", remedy="Choose another name.")
    if previous not in known_surveys():
        raise DataError(f"there is no survey {previous!r}.", remedy=f"There are {', '.join(known_surveys())}.")
    if answer_by < on:
        raise DataError(f"the last day to answer, {answer_by}, is before {on}.", remedy="Give a later day.")
    return Survey.objects.create(key=key, previous=previous, opened_on=on, answer_by=answer_by, opened_by=by.name)


@transaction.atomic
def set_addresses(rows: Iterable[Mapping[str, str]], *, on: date, where: str) -> int:
    """Set where municipalities get their letters: municipality, email, language (nb when empty). All or none."""
    known, addresses = set(municipalities_by_code(on)), {}
    for line, row in enumerate(rows, 2):
        code, email = (row.get("municipality") or "").strip(), (row.get("email") or "").strip()
        language = (row.get("language") or "").strip() or "nb"
        place = f"{where}, line {line}"
        if code not in known:
            raise DataError(f"there is no municipality {code!r} on {on}.", where=place, remedy="Correct the code.")
        if code in addresses:
            raise DataError(f"municipality {code} stands there twice.", where=place, remedy="Keep one of them.")
        if language not in LANGUAGES:
            raise DataError(f"{language!r} is not a language.", where=place, remedy=f"Use {', '.join(LANGUAGES)}.")
        try:
            EmailValidator()(email)
        except ValidationError as error:
            raise DataError("the e-mail address cannot be one.", where=place, remedy="Correct it.") from error
        addresses[code] = Address(municipality=code, email=email, language=language)
    Address.objects.bulk_create(
        addresses.values(), update_conflicts=True, unique_fields=["municipality"], update_fields=["email", "language"]
    )
    return len(addresses)


@transaction.atomic
def invite(key: str, *, on: date, by: Viewer) -> int:
    """Write a letter to every municipality that has an address and is not asked yet; how many."""
    _only_staff(by)
    survey = survey_with_key(key)
    _still_open(survey, on)
    asked = set(survey.invitations.values_list("municipality", flat=True))
    known = set(municipalities_by_code(on))
    new = [
        Invitation(survey=survey, municipality=code, salt=secrets.token_hex(16))
        for code in Address.objects.order_by("municipality").values_list("municipality", flat=True)
        if code in known and code not in asked
    ]
    Letter.objects.bulk_create(Letter(invitation=each, number=0) for each in Invitation.objects.bulk_create(new))
    return len(new)


@transaction.atomic
def remind(key: str, *, on: date, by: Viewer) -> int:
    """Write another letter to those who have been asked and have not answered; how many."""
    _only_staff(by)
    survey = survey_with_key(key)
    _still_open(survey, on)
    silent = survey.invitations.select_for_update().exclude(answers__sent_at__isnull=False)
    letters = []
    for invitation in silent.prefetch_related("letters"):
        sent = list(invitation.letters.all())
        # One at a time: a reminder of a letter that has not gone out yet would come with it.
        if not any(letter.state == "waiting" for letter in sent):
            letters.append(Letter(invitation=invitation, number=len(sent)))
    Letter.objects.bulk_create(letters)
    return len(letters)


def save_draft(invitation: Invitation, filled: Filled, *, on: date) -> Answer:
    """Keep what has been filled in so far; it counts when it is sent in."""
    return _save(invitation, filled, on=on, send=False)


def send_answer(invitation: Invitation, filled: Filled, *, on: date) -> Answer:
    """Send the answer in. The same again changes nothing; another one is a new version."""
    if filled.level is None:
        raise DataError("an answer needs a level.", remedy="Choose one.")
    return _save(invitation, filled, on=on, send=True)


@transaction.atomic
def _save(invitation: Invitation, filled: Filled, *, on: date, send: bool) -> Answer:
    # One at a time for an invitation: two windows cannot both make the same version.
    locked = Invitation.objects.select_for_update().select_related("survey").get(pk=invitation.pk)
    _still_open(locked.survey, on)
    last = locked.answers.order_by("-version").first()
    if last and last.sent_at and _same(last, filled):
        return last
    if last and last.sent_at is None:
        answer = last
    else:
        answer = Answer(invitation=locked, version=last.version + 1 if last else 1)
    answer.level = filled.level
    answer.vacant_posts, answer.without_applicants = filled.vacant_posts, filled.without_applicants
    answer.comment = filled.comment
    answer.saved_at = Now()
    answer.sent_at = Now() if send else None
    answer.save()
    answer.refresh_from_db()
    return answer


@transaction.atomic
def close(key: str, *, by: Viewer) -> None:
    """Take no more answers. Drafts that were not sent in stay drafts."""
    _only_staff(by)
    survey = Survey.objects.select_for_update().get(pk=survey_with_key(key).pk)
    if survey.closed_at is not None:
        raise DataError(f"the survey {key} is closed already.", remedy="Publish it with `fastlege survey publish`.")
    survey.closed_at = Now()
    survey.save(update_fields=["closed_at"])


@transaction.atomic
def publish(key: str, *, note: str, by: Viewer) -> Publication:
    """Publish a closed survey as it stands. The first time needs no note; a correction says what was corrected."""
    _only_staff(by)
    survey = Survey.objects.select_for_update().get(pk=survey_with_key(key).pk)
    if survey.closed_at is None:
        raise DataError(f"the survey {key} still takes answers.", remedy="Close it with `fastlege survey close`.")
    rows = {code: said.level for code, said in said_in(survey).items()}
    last = survey.publications.order_by("-version").first()
    if last and last.rows == rows:
        raise DataError(f"version {last.version} of {key} says the same.", remedy="There is nothing to publish.")
    if last and not note:
        raise DataError(
            f"{key} is published, and a correction needs a note.", remedy="Say with --note what was corrected."
        )
    version = last.version + 1 if last else 1
    return Publication.objects.create(survey=survey, version=version, note=note, rows=rows, published_by=by.name)


def _same(answer: Answer, filled: Filled) -> bool:
    return (answer.level, answer.vacant_posts, answer.without_applicants, answer.comment) == (
        *(filled.level, filled.vacant_posts, filled.without_applicants, filled.comment),
    )


def _still_open(survey: Survey, on: date) -> None:
    if survey.closed_at is not None or on > survey.answer_by:
        raise SurveyClosedError(survey.key)


def _only_staff(by: Viewer) -> None:
    if by.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER}:
        raise PermissionDenied
