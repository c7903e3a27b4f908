"""Who asks: the viewer of every request, from the session's key in the cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

from fastlege.access.actions import Login, touch_session
from fastlege.access.viewers import ANYONE
from fastlege.web.login.cookies import SESSION, forget_session, session_key
from fastlege.web.login.visitors import VisitorRequest

GetResponse = Callable[[HttpRequest], HttpResponse]


def identify(get_response: GetResponse) -> GetResponse:
    """Set `request.viewer` and `request.login`. A visitor without the cookie costs nothing."""

    def middleware(plain: HttpRequest) -> HttpResponse:
        request = cast(VisitorRequest, plain)
        key = session_key(request)
        login = touch_session(key) if key else None
        request.login = login
        request.viewer = login.viewer if login else ANYONE
        request.login_ended = SESSION in request.COOKIES and login is None
        response = get_response(request)
        if login is not None:
            _keep_private(response, login)
        elif request.login_ended and SESSION not in response.cookies:
            forget_session(response)
        return response

    return middleware


def _keep_private(response: HttpResponse, login: Login) -> None:
    """Nobody who comes to the machine afterwards, and no server on the way, gets the page from a store."""
    response.headers["Cache-Control"] = "no-store"
    if login.origin.logout_address:
        # Logging out is a form of ours that ends at the provider; browsers check each step of the way.
        place = login.origin.logout_address.split("?")[0]
        response.form_action = place  # type: ignore[attr-defined]
