"""Reading surveys: who has been asked, who has answered, what they said, what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError
from fastlege.surveys.given import Given, given_surveys
from fastlege.surveys.levels import Level, Said
from fastlege.surveys.models import Address, Answer, Invitation, Letter, Publication, Survey


@dataclass(frozen=True)
class Published:
    """A survey for everyone to see: one of ours in its latest version, or one that a source gives."""

    key: str
    previous: str | None
    day: date
    said: Mapping[str, Said]
    version: int = 1
    note: str = ""
    asked: int | None = None
    given: Given | None = None

    def count(self, level: Level) -> int:
        """How many municipalities answered this."""
        return sum(said.level is level for said in self.said.values())


@dataclass(frozen=True)
class Standing:
    """One municipality that is asked, and how far it has come: nothing about what it says."""

    municipality: str
    invited_at: datetime
    letters: int
    letter_state: str
    answered_at: datetime | None
    has_draft: bool


@dataclass(frozen=True)
class Answered:
    """All that one municipality sent in: for those who run the survey, since only the level is published."""

    municipality: str
    level: Level
    vacant_posts: int | None
    without_applicants: int | None
    comment: str
    sent_at: datetime


def known_surveys() -> list[str]:
    """The keys of all surveys, the oldest first."""
    return [*given_surveys(), *Survey.objects.order_by("opened_on", "id").values_list("key", flat=True)]


def survey_with_key(key: str) -> Survey:
    """One of our own surveys; a `DataError` for any other name."""
    found = Survey.objects.filter(key=key).first()
    if found is None:
        ours = ", ".join(Survey.objects.order_by("opened_on").values_list("key", flat=True)) or "none yet"
        raise DataError(f"there is no survey {key!r} to work with.", remedy=f"Those that were opened here: {ours}.")
    return found


def current_answer(invitation: Invitation) -> Answer | None:
    """The draft when there is one, else what was sent in last."""
    return invitation.answers.order_by("-version").first()


def said_in(survey: Survey) -> dict[str, Said]:
    """What every municipality sent in last; drafts do not count."""
    sent = Answer.objects.filter(invitation__survey=survey, sent_at__isnull=False).order_by("version")
    rows = sent.values_list("invitation__municipality", "level")
    return {code: Said(Level(level)) for code, level in rows if level}


def standings(key: str, viewer: Viewer) -> list[Standing]:
    """Who has been asked and who has answered, by municipality. For those who run the survey."""
    if viewer.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER}:
        raise PermissionDenied
    invitations = survey_with_key(key).invitations.order_by("municipality").prefetch_related("letters", "answers")
    return [_standing(each) for each in invitations]


def answers_in(key: str, viewer: Viewer) -> list[Answered]:
    """All that each municipality sent in last: for those who run the survey, to read before it is published."""
    if viewer.role not in {Role.ADMINISTRATOR, Role.CASE_WORKER}:
        raise PermissionDenied
    sent = Answer.objects.filter(invitation__survey=survey_with_key(key), sent_at__isnull=False).order_by("version")
    last = {each.invitation.municipality: each for each in sent.select_related("invitation")}
    return [_answered(code, each) for code, each in sorted(last.items())]


def _answered(municipality: str, answer: Answer) -> Answered:
    if answer.level is None or answer.sent_at is None:
        raise LookupError("an answer was sent in without a level")
    numbers = answer.vacant_posts, answer.without_applicants
    return Answered(municipality, Level(answer.level), *numbers, answer.comment, answer.sent_at)


def without_address(codes: set[str]) -> list[str]:
    """Municipalities that cannot be asked: nobody has given an address."""
    return sorted(codes - set(Address.objects.values_list("municipality", flat=True)))


def letters_by_state(key: str) -> dict[str, int]:
    """How many letters of a survey are in each state."""
    counts: dict[str, int] = {}
    for state in Letter.objects.filter(invitation__survey__key=key).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def published_surveys() -> list[Published]:
    """All surveys that anyone may see, the latest first."""
    ours = [found for survey in Survey.objects.order_by("opened_on", "id") if (found := _latest(survey))]
    return [*reversed(ours), *reversed([_of_source(given) for given in given_surveys().values()])]


def published_survey(key: str) -> Published | None:
    """One survey that anyone may see."""
    return next((each for each in published_surveys() if each.key == key), None)


def _standing(invitation: Invitation) -> Standing:
    letters = sorted(invitation.letters.all(), key=lambda each: each.number)
    answers = list(invitation.answers.all())
    sent = [answer.sent_at for answer in answers if answer.sent_at]
    return Standing(
        invitation.municipality,
        invitation.invited_at,
        len(letters),
        letters[-1].state if letters else "",
        max(sent, default=None),
        any(answer.sent_at is None for answer in answers),
    )


def _latest(survey: Survey) -> Published | None:
    found: Publication | None = survey.publications.order_by("-version").first()
    if found is None:
        return None
    said = {code: Said(Level(level)) for code, level in sorted(found.rows.items())}
    asked = survey.invitations.count()
    # A survey that was closed early is of the day it was closed.
    day = min(survey.answer_by, localdate(survey.closed_at)) if survey.closed_at else survey.answer_by
    return Published(survey.key, survey.previous, day, said, found.version, found.note, asked)


def _of_source(given: Given) -> Published:
    keys = list(given_surveys())
    at = keys.index(given.key)
    return Published(given.key, keys[at - 1] if at else None, given.day, given.said, asked=given.asked, given=given)
