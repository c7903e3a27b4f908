"""Logging in and out, as a visitor meets it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from fastlege.access.actions import EndReason, end_session, start_attempt
from fastlege.access.actions.sessions import Attempt, new_key
from fastlege.access.protection import protection
from fastlege.web.login.answers import answer_address
from fastlege.web.login.cookies import browser_key, forget_session, session_key, set_browser
from fastlege.web.login.guards import AGAIN, RETURN_TO, anyone, logged_in_required
from fastlege.web.login.oidc.exchange import authorisation_address
from fastlege.web.login.oidc.profiles import connection_to, profiles
from fastlege.web.login.oidc.refusal import LoginRefused
from fastlege.web.login.rates import limited
from fastlege.web.login.refusals import login_refused, not_set_up
from fastlege.web.login.visitors import VisitorRequest

_LONGEST_ADDRESS = 1000
_FIRST_PAGE = {"resident": "my", "employee": "municipality-statements"}


@anyone
@require_GET
def choose(request: VisitorRequest) -> HttpResponse:
    """Log in as what? One button for each kind of provider that the installation has."""
    kinds = [name for name in profiles() if connection_to(name) is not None]
    if not kinds:
        return not_set_up(request)
    query = urlencode({RETURN_TO: return_address(request, None)}) if RETURN_TO in request.GET else ""
    return render(request, "web/login/choose.html", {"kinds": kinds, "query": query, "login": request.login})


@anyone
@require_GET
@limited("login")
def start(request: VisitorRequest, kind: str) -> HttpResponse:
    """Send the visitor to the provider."""
    connection = connection_to(kind)
    if connection is None:
        return not_set_up(request)
    state, browser = new_key(), browser_key(request) or new_key()
    attempt = Attempt(kind, new_key(), new_key() + new_key(), return_address(request, kind))
    extra = {"ui_locales": get_language() or "nb"} | ({"prompt": "login"} if request.GET.get(AGAIN) == "1" else {})
    try:
        address = authorisation_address(
            connection, attempt=attempt, state=state, redirect_uri=answer_address(request, kind), extra=extra
        )
    except LoginRefused as refusal:
        return login_refused(request, refusal.reason, kind)
    start_attempt(attempt, state=state, browser=browser)
    response = HttpResponseRedirect(address)
    set_browser(response, browser)
    return response


@logged_in_required
@require_GET
def about(request: VisitorRequest) -> HttpResponse:
    """Who is logged in here, how, and until when."""
    minutes = int(protection().idle.total_seconds() // 60)
    context = {"login": request.login, "idle_minutes": minutes, "role": request.viewer.role.value}
    return render(request, "web/login/about.html", context)


@anyone
@require_http_methods(["GET", "POST"])
def log_out(request: VisitorRequest) -> HttpResponse:
    """End the session here, then at the provider. Only a form does it: no other site can log anybody out."""
    if request.method == "GET":
        return render(request, "web/login/log_out.html", {"login": request.login})
    key, login = session_key(request), request.login
    if key is not None:
        end_session(key, EndReason.LOGGED_OUT)
    response = HttpResponseRedirect(reverse("logged-out"))
    connection = connection_to(login.origin.provider) if login else None
    if login and connection and login.origin.logout_address:
        # The id token would say who it is, and an address must not: the provider asks its own cookie instead.
        query = {
            "client_id": connection.client_id,
            "post_logout_redirect_uri": request.build_absolute_uri(reverse("logged-out")),
            "ui_locales": get_language() or "nb",
        }
        response = HttpResponseRedirect(f"{login.origin.logout_address}?{urlencode(query)}")
    forget_session(response)
    rotate_token(request)
    return response


@anyone
@require_GET
def logged_out(request: VisitorRequest) -> HttpResponse:
    """Where the provider sends one who has logged out."""
    return render(request, "web/login/logged_out.html")


def return_address(request: VisitorRequest, kind: str | None) -> str:
    """The page of ours to come back to, else the first page of the role; what leads elsewhere is not followed."""
    wanted = request.GET.get(RETURN_TO, "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    if is_ours and len(wanted) <= _LONGEST_ADDRESS:
        return wanted
    return reverse(_FIRST_PAGE.get(kind or "", "login-about"))
