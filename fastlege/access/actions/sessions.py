"""Logins: the attempt at an identity provider, the session that it begins, and how a session ends.

Keys, states and browsers are long random texts that only the visitor has; the tables hold their digests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from fastlege.access.models import LoginAttempt, Session, UsedToken
from fastlege.access.protection import protection
from fastlege.access.viewers import Role, Viewer
from fastlege.database.prepared import ask

# To the minute is near enough for when a session was last in use, and spares a write a page.
_TOUCHED = timedelta(minutes=1)
_HELD = """
select role, viewer, person_id, doctor_id, office_ids, provider, provider_subject, provider_session, level,
    logout_address, started_at, ends_at, seen_at < statement_timestamp() - %(touched)s
from access_session
where key_digest = %(key)s and ended_at is null and ends_at > statement_timestamp()
    and seen_at > statement_timestamp() - %(idle)s
"""


class EndReason(StrEnum):
    """Why a session ended before its time was out."""

    LOGGED_OUT = "logged out"
    PROVIDER = "logged out at the provider"
    NEW_LOGIN = "new login in the same browser"
    # Written by a trigger of the register's persons, whoever records the death.
    DEATH = "the person has died"


@dataclass(frozen=True)
class Origin:
    """Where a login comes from: the provider, its names for the person and the session, and how sure it is."""

    provider: str
    subject: str
    session: str | None
    level: str
    logout_address: str | None = None


@dataclass(frozen=True)
class Login:
    """A session that holds: who it is, where it came from, and until when."""

    viewer: Viewer
    origin: Origin
    started_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Attempt:
    """What was remembered of a visitor who was sent to a provider."""

    provider: str
    nonce: str
    code_verifier: str
    return_to: str


def new_key() -> str:
    """A text that nobody guesses."""
    return token_urlsafe(32)


def start_attempt(attempt: Attempt, *, state: str, browser: str) -> None:
    """Remember that a browser was sent to a provider with a state; forget those that have waited too long."""
    LoginAttempt.objects.filter(started_at__lt=Now() - protection().attempt).delete()
    LoginAttempt.objects.create(
        state_digest=_digest(state),
        browser_digest=_digest(browser),
        provider=attempt.provider,
        nonce=attempt.nonce,
        code_verifier=attempt.code_verifier,
        return_to=attempt.return_to,
    )


def take_attempt(*, state: str, browser: str, provider: str) -> Attempt | None:
    """The attempt of this state and browser, once: it is gone afterwards. None when there is none, or it is too old."""
    with transaction.atomic():
        mine = LoginAttempt.objects.select_for_update().filter(
            state_digest=_digest(state),
            browser_digest=_digest(browser),
            provider=provider,
            started_at__gte=Now() - protection().attempt,
        )
        found = mine.first()
        if found is None:
            return None
        found.delete()
    return Attempt(found.provider, found.nonce, found.code_verifier, found.return_to)


@transaction.atomic
def begin_session(viewer: Viewer, origin: Origin, *, instead_of: str | None = None) -> str:
    """Begin a session and give its new key. `instead_of` is the key that the browser had: that session ends."""
    if instead_of is not None:
        end_session(instead_of, EndReason.NEW_LOGIN)
    limits = protection()
    Session.objects.filter(ends_at__lt=Now() - limits.kept).delete()
    key = new_key()
    Session.objects.create(
        key_digest=_digest(key),
        role=viewer.role.value,
        viewer=viewer.name,
        person_id=viewer.person_id,
        doctor_id=viewer.doctor_id,
        office_ids=list(viewer.office_ids),
        level=origin.level,
        provider=origin.provider,
        provider_session=origin.session,
        provider_subject=origin.subject,
        logout_address=origin.logout_address,
        ends_at=Now() + limits.longest,
    )
    return key


def touch_session(key: str) -> Login | None:
    """The session of a key if it still holds, and note that it is in use. None when there is none that holds."""
    digest, limits = _digest(key), protection()
    # Sent at every request of everybody who has logged in.
    held = ask(_HELD, {"key": digest, "touched": _TOUCHED, "idle": limits.idle})
    if not held:
        return None
    role, name, person_id, doctor_id, office_ids, *came_from, started_at, ends_at, touch = held[0]
    if touch:
        Session.objects.filter(pk=digest).update(seen_at=Now())
    viewer = Viewer(name, Role(role), person_id=person_id, doctor_id=doctor_id, office_ids=tuple(office_ids))
    return Login(viewer, Origin(*came_from), started_at, min(ends_at, started_at + limits.longest))


def end_session(key: str, reason: EndReason) -> None:
    """End the session of a key. One that has ended stays as it is."""
    _end(Session.objects.filter(key_digest=_digest(key)), reason)


@transaction.atomic
def end_sessions_of_provider(provider: str, *, token_id: str, session: str | None, subject: str | None) -> bool:
    """End what a logout token names: one session of a provider, or all of a subject. False for a token seen before."""
    UsedToken.objects.filter(used_at__lt=Now() - protection().kept).delete()
    try:
        with transaction.atomic():
            UsedToken.objects.create(token_id=f"{provider} {token_id}")
    except IntegrityError:
        return False
    named = Q(provider_session=session) if session is not None else Q(provider_subject=subject)
    _end(Session.objects.filter(named, provider=provider), EndReason.PROVIDER)
    return True


def _end(sessions: QuerySet[Session], reason: EndReason) -> None:
    sessions.filter(ended_at__isnull=True).update(ended_at=Now(), end_reason=reason.value)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
