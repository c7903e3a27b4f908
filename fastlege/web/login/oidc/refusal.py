"""Why a login is refused: a closed vocabulary, without anything of what was sent."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an answer of a provider does not log anybody in."""

    NO_ATTEMPT = "no attempt with this state in this browser"
    CANCELLED = "the provider says that it was cancelled or refused"
    NO_ANSWER = "the provider does not answer as agreed"
    CODE = "the provider does not take the code"
    TOKEN = "the token is not valid"  # noqa: S105 (a reason, not a secret)
    NONCE = "the token is an answer to another question"
    EXPIRED = "the token is too old"
    LEVEL = "the level of assurance is too low"
    UNKNOWN = "the register does not know the person"
    DEAD = "the register says that the person is dead"
    TOO_YOUNG = "too young for a login of one's own"
    NO_OFFICE = "no office where the person works"


class LoginRefused(Exception):  # noqa: N818 (the word that users know)
    """A login that is refused. Its text names the reason and nobody."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
