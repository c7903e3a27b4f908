"""Which mail server, from whom, and where the site is: environment variables, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from fastlege.kernel.errors import DataError

SERVER, SENDER, SITE = "FASTLEGE_SMTP_URL", "FASTLEGE_MAIL_FROM", "FASTLEGE_SITE_URL"
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_EXAMPLES = {
    SERVER: "smtp+starttls://user:password@mail.example.org",
    SENDER: "no-reply@example.org",
    SITE: "https://fastlege.example.org",
}


@dataclass(frozen=True)
class MailServer:
    """How to reach the mail server, who the sender is, and the address of the site for the link."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    site: str

    @property
    def domain(self) -> str:
        """The sender's domain, which makes message ids unique."""
        return self.sender.rpartition("@")[2]


def mail_server(environ: Mapping[str, str]) -> MailServer:
    """The mail server that the environment names. Raises `DataError` with every variable that is missing or wrong."""
    if problems := list(mail_problems(environ)):
        raise DataError(
            "no notices can be sent: " + " ".join(problems),
            remedy="Set " + ", ".join(f"{name} (such as {example})" for name, example in _EXAMPLES.items()) + ".",
        )
    parts = urlsplit(environ[SERVER])
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=environ[SENDER],
        site=environ[SITE].rstrip("/"),
    )


def mail_problems(environ: Mapping[str, str], *, strict: bool = False) -> Iterator[str]:
    """What is missing or wrong. `strict` also refuses a connection that others can read. Values are never repeated."""
    yield from (f"{name} is not set." for name in _EXAMPLES if not environ.get(name))
    if environ.get(SERVER):
        yield from _server_problems(environ[SERVER], strict=strict)
    if environ.get(SENDER) and "@" not in environ[SENDER].strip("@"):
        yield f"{SENDER} is not an e-mail address."
    if environ.get(SITE) and (urlsplit(environ[SITE]).scheme not in {"http", "https"} or " " in environ[SITE]):
        yield f"{SITE} does not start with https:// or http://."


def _server_problems(url: str, *, strict: bool) -> Iterator[str]:
    parts = urlsplit(url)
    try:
        known = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        yield f"{SERVER} is not an address that starts with {', '.join(f'{scheme}://' for scheme in _PORTS)}."
    elif strict and parts.scheme == "smtp" and parts.hostname not in _LOCAL:
        yield f"{SERVER} is not encrypted: use smtp+starttls:// or smtps://."
