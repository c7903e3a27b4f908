"""What a provider says of itself: its addresses and its keys, kept in each process and read again when they change."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import requests
from joserfc.jwk import KeySet, KeySetSerialization

from fastlege.web.login.oidc.refusal import LoginRefused, Reason

T = TypeVar("T")
TIMEOUT_SECONDS = 10
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class _Kept(Generic[T]):
    value: T
    read_at: float


class Provider:
    """The provider of one issuer."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._lock = Lock()
        self._metadata: _Kept[dict[str, Any]] | None = None
        self._keys: _Kept[KeySet] | None = None

    def metadata(self) -> dict[str, Any]:
        """The provider's own description. Raises `LoginRefused` when it does not answer, or is another one."""
        with self._lock:
            if self._metadata is None or monotonic() - self._metadata.read_at > _KEPT_SECONDS:
                found = _get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise LoginRefused(Reason.NO_ANSWER)
                self._metadata = _Kept(found, monotonic())
            return self._metadata.value

    def keys(self, key_id: str | None, *, at_least_seconds: float = 0.0) -> KeySet:
        """The provider's keys, read again when they do not hold the one that is asked for.

        Give `at_least_seconds` where anyone could send the token: they are not read more often than that.
        """
        address = self.metadata()["jwks_uri"]
        with self._lock:
            kept = self._keys
            age = monotonic() - kept.read_at if kept is not None else 0.0
            known = kept is not None and any(key.kid == key_id for key in kept.value.keys)
            if kept is None or age > _KEPT_SECONDS or (not known and age >= at_least_seconds):
                kept = self._keys = _Kept(KeySet.import_key_set(cast(KeySetSerialization, _get(address))), monotonic())
            return kept.value


_providers: dict[str, Provider] = {}


def provider(issuer: str) -> Provider:
    """The provider of an issuer, the same one for the life of the process."""
    return _providers.setdefault(issuer, Provider(issuer))


def _get(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise LoginRefused(Reason.NO_ANSWER) from error
    if not isinstance(found, dict):
        raise LoginRefused(Reason.NO_ANSWER)
    return found
