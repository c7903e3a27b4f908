"""Sending the letters of surveys: one sender at a time, and each letter once.

That a letter is being handed over is committed before the mail server gets it. A letter found in that state belongs to
a sender that died: the server may have it, so it is noted as unknown, and the next reminder says the same anyway.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from babel.dates import format_date
from django.db import connection
from django.utils.timezone import now

from fastlege.kernel.errors import DataError
from fastlege.messages.mail.address import MailServer
from fastlege.messages.mail.posting import Outcome, Post
from fastlege.messages.mail.worker import Retries
from fastlege.rules.geography.borders import municipalities_by_code
from fastlege.surveys.links import link_path
from fastlege.surveys.models import Address, Letter

_LOCK = 0x73757276
_STATES = {Outcome.SENT: "sent", Outcome.REFUSED: "refused", Outcome.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Signature:
    """Who asks, at the end of a letter, and where to ask back: a reader must see whom the link is from."""

    name: str
    contact: str = ""


@lru_cache(maxsize=1)
def letter_words() -> Mapping[str, Mapping[str, str]]:
    """The texts by language: subjects, greeting, and how to answer."""
    return tomllib.loads((Path(__file__).parent / "data" / "letters.toml").read_text(encoding="utf-8"))


def written(letter: Letter, address: Address, server: MailServer, signature: Signature) -> EmailMessage:
    """The letter as an e-mail: the link is for this municipality alone."""
    survey = letter.invitation.survey
    words = letter_words()[address.language]
    link = server.site + link_path(letter.invitation, address.language)
    parts = [words["reminder" if letter.number else "invitation"], words["how"], words["signature"]]
    if signature.contact:
        parts.append(words["questions"])
    told = {"signed": signature.name, "contact": signature.contact, "link": link, "municipality": _name(letter)}
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = server.sender, address.email
    mail["Subject"] = words["reminder_subject" if letter.number else "subject"]
    mail["Date"] = format_datetime(letter.changed_at)
    digest = sha256(f"{letter.pk}:{letter.invitation.salt}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<survey.{digest}@{server.domain}>"
    mail.set_content("\n\n".join(parts).format(day=_day(survey.answer_by, address.language), **told))
    # Setting the content clears every header about it, so this comes after.
    mail["Content-Language"] = address.language
    return mail


@contextmanager
def sending(server: MailServer, retries: Retries, signature: Signature) -> Iterator[Callable[[], dict[str, int]]]:
    """A sender of what is due. There is one at a time; a second one is told so."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        [(alone,)] = cursor.fetchall()
    if not alone:
        raise DataError("letters of surveys are being sent already.", remedy="Wait for that to end.")
    post = Post(server)
    try:
        Letter.objects.filter(state="handing_over").update(state="unknown", changed_at=now())
        yield lambda: _send_due(_Sender(post, server, retries, signature))
    finally:
        post.close()
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


@dataclass(frozen=True)
class _Sender:
    post: Post
    server: MailServer
    retries: Retries
    signature: Signature


def _send_due(sender: _Sender) -> dict[str, int]:
    counts: dict[str, int] = {}
    due = Letter.objects.filter(state="waiting", next_at__lte=now(), invitation__survey__closed_at__isnull=True)
    addresses = Address.objects.in_bulk(list(due.values_list("invitation__municipality", flat=True)))
    for letter in due.select_related("invitation__survey").order_by("id"):
        state = _send(letter, addresses[letter.invitation.municipality], sender)
        counts[state] = counts.get(state, 0) + 1
    return counts


def _send(letter: Letter, address: Address, sender: _Sender) -> str:
    mail = written(letter, address, sender.server, sender.signature)
    answer = sender.post.hand_over(mail, on_handing_over=lambda: _note(letter, "handing_over"))
    attempts, later = letter.attempts + 1, letter.next_at
    state = _STATES.get(answer.outcome, "waiting")
    if state == "waiting" and attempts >= sender.retries.attempts:
        state = "refused"
    if state == "waiting":
        later = now() + timedelta(minutes=sender.retries.wait_after(attempts))
    _note(letter, state, attempts=attempts, answer=answer.code, next_at=later)
    return state


def _note(letter: Letter, state: str, **changes: object) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=state, changed_at=now(), **changes)


def _name(letter: Letter) -> str:
    municipality = letter.invitation.municipality
    return municipalities_by_code(letter.invitation.survey.opened_on)[municipality].name


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale={"en": "en_GB"}.get(language, language))
