"""Handing one notice to the mail server, so that it is known at every moment whether the server may have it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256

from fastlege.kernel.errors import DataError
from fastlege.messages.mail.address import MailServer

_TIMEOUT = 30
# The texts of a notice: subject and body. They hold nothing of the message, whom it concerns or what it is about.
_WORDS = {
    "nb": (
        "Du har fått en melding",
        "Du har fått en melding. Logg inn for å lese den:\n\n{site}\n\n"
        "Denne e-posten sier ikke hva meldingen handler om. Du kan slå av slike e-poster der du leser meldingene.\n",
    ),
    "nn": (
        "Du har fått ei melding",
        "Du har fått ei melding. Logg inn for å lese ho:\n\n{site}\n\n"
        "Denne e-posten seier ikkje kva meldinga handlar om. Du kan slå av slike e-postar der du les meldingane.\n",
    ),
    "en": (
        "You have a message",
        "You have a message. Log in to read it:\n\n{site}\n\n"
        "This e-mail does not say what the message is about. You can turn such e-mails off where you read messages.\n",
    ),
}


class Outcome(StrEnum):
    """What came of handing over one notice."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The outcome, and the server's code. Its words are left out: they may repeat the address."""

    outcome: Outcome
    code: str = ""


@dataclass(frozen=True)
class Envelope:
    """To whom a notice goes, in which language, and about which message of when."""

    message_id: int
    queued_at: datetime
    email: str
    language: str


def written(envelope: Envelope, server: MailServer) -> EmailMessage:
    """The e-mail. The same notice has the same Message-ID, whenever it is sent, so that a mailbox can tell."""
    subject, body = _WORDS[envelope.language]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = server.sender, envelope.email, subject
    mail["Date"] = format_datetime(envelope.queued_at)
    digest = sha256(f"{envelope.message_id}:{envelope.queued_at.isoformat()}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<notice.{digest}@{server.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body.format(site=server.site))
    # Setting the content clears every header about it, so this comes after.
    mail["Content-Language"] = envelope.language
    return mail


class Post:
    """A connection to the mail server, opened when it is first needed and again when it is lost."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._session: smtplib.SMTP | None = None

    def hand_over(self, mail: EmailMessage, *, on_handing_over: Callable[[], None]) -> Answer:
        """Send one e-mail. `on_handing_over` is called when the server is ready for it and has not got it yet."""
        handed_over = False
        try:
            session = self._session or self._connect()
            session.rset()
            code, _ = session.mail(self._server.sender)
            if code // 100 != 2:
                return self._after(Answer(Outcome.LATER, str(code)))
            code, _ = session.rcpt(mail["To"])
            if code // 100 != 2:
                return self._after(Answer(Outcome.REFUSED if code // 100 == 5 else Outcome.LATER, str(code)))
            code, _ = session.docmd("DATA")
            if code != 354:
                return self._after(Answer(Outcome.LATER, str(code)))
            on_handing_over()
            handed_over = True
            session.send(_quoted(bytes(mail)))
            code, _ = session.getreply()
        except (OSError, smtplib.SMTPException):
            self.close()
            return Answer(Outcome.UNKNOWN if handed_over else Outcome.LATER, "no answer")
        if code // 100 == 2:
            return Answer(Outcome.SENT, str(code))
        return self._after(Answer(Outcome.REFUSED if code // 100 == 5 else Outcome.LATER, str(code)))

    def close(self) -> None:
        """End the connection."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(OSError, smtplib.SMTPException):
                session.quit()

    def _after(self, answer: Answer) -> Answer:
        # A server that says 421 hangs up; begin afresh after anything that went wrong.
        self.close()
        return answer

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        secure = ssl.create_default_context()
        if server.scheme == "smtps":
            session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=secure)
        else:
            session = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
        session.ehlo_or_helo_if_needed()
        if server.scheme == "smtp+starttls":
            session.starttls(context=secure)
        if server.user:
            self._log_in(session)
        self._session = session
        return session

    def _log_in(self, session: smtplib.SMTP) -> None:
        try:
            session.login(self._server.user, self._server.password)
        except smtplib.SMTPAuthenticationError as error:
            session.close()
            raise DataError(
                f"the mail server does not accept the user and password ({error.smtp_code}).",
                where="FASTLEGE_SMTP_URL",
                remedy="Correct them.",
            ) from error


def _quoted(text: bytes) -> bytes:
    """The message as it goes over the wire: lines that begin with a dot doubled, and a dot alone at the end."""
    lines = text.splitlines()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"
