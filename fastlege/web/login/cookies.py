"""The two cookies of a login: the session's key, and the browser that an attempt was made from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fastlege.access.protection import protection

_LONGEST = 200
# With the prefix a browser takes the cookie over TLS only, for this host only: no neighbouring site can set it.
_PREFIX = "__Host-" if settings.PRODUCTION else ""
SESSION = f"{_PREFIX}fastlege_session"
BROWSER = f"{_PREFIX}fastlege_login"


def session_key(request: HttpRequest) -> str | None:
    """The session's key that the browser sends; none for one that is no key of ours."""
    return _read(request, SESSION)


def browser_key(request: HttpRequest) -> str | None:
    """The text that ties login attempts to this browser."""
    return _read(request, BROWSER)


def set_session(response: HttpResponse, key: str) -> None:
    """Give the browser the key of its session. It forgets it when it is closed."""
    _set(response, SESSION, key, None)


def set_browser(response: HttpResponse, key: str) -> None:
    """Tie the login attempts that follow to this browser."""
    _set(response, BROWSER, key, int(protection().attempt.total_seconds()))


def forget_session(response: HttpResponse) -> None:
    """Take the session's key away from the browser."""
    response.set_cookie(SESSION, "", max_age=0, secure=settings.PRODUCTION, httponly=True, samesite="Lax")


def _read(request: HttpRequest, name: str) -> str | None:
    value = request.COOKIES.get(name, "")
    return value if 0 < len(value) <= _LONGEST else None


def _set(response: HttpResponse, name: str, value: str, seconds: int | None) -> None:
    # Lax: the answer of the identity provider is a visit from another site, and brings the cookies with it.
    response.set_cookie(name, value, max_age=seconds, secure=settings.PRODUCTION, httponly=True, samesite="Lax")
