"""The personal link of an invitation. Who has it may answer; it cannot be guessed, and is written down nowhere."""

from __future__ import annotations

from hmac import compare_digest

from django.utils.crypto import salted_hmac

from fastlege.surveys.models import Invitation

ANSWER = "svar"
"""The first part of the address where a survey is answered."""

_LENGTH = 32


def link_key(invitation: Invitation) -> str:
    """The last part of the link: the invitation's number, and what only this installation can work out for it."""
    return f"{invitation.pk}-{_proof(invitation)}"


def link_path(invitation: Invitation, language: str) -> str:
    """The personal link without the address of the site: bokmål has no prefix, the others have theirs in front."""
    prefix = "" if language == "nb" else f"/{language}"
    return f"{prefix}/{ANSWER}/{link_key(invitation)}/"


def invitation_of(key: str) -> Invitation | None:
    """The invitation that a link is for; None for every link that we have not made."""
    number, _, proof = key.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    found = Invitation.objects.select_related("survey").filter(pk=int(number)).first()
    return found if found and compare_digest(_proof(found), proof) else None


def _proof(invitation: Invitation) -> str:
    told = f"{invitation.pk}:{invitation.salt}"
    return salted_hmac("fastlege.surveys", told, algorithm="sha256").hexdigest()[:_LENGTH]
