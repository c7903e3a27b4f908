"""Who may open a page. Whether they may see the person or list that it is about is for the queries to say."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from fastlege.access.viewers import Role
from fastlege.web.login.refusals import form_not_taken, login_ended
from fastlege.web.login.visitors import VisitorRequest

View = Callable[..., HttpResponse]
RETURN_TO, AGAIN = "til", "igjen"
_KINDS = {Role.RESIDENT: "resident", Role.OFFICE: "office", Role.MUNICIPALITY: "employee"}
"""Each role with a login, and the kind of provider that it comes from."""


def anyone(view: View) -> View:
    """Say that a page is for anyone, logged in or not. It is only said, for the test that counts the pages."""
    view.roles = frozenset(Role)  # type: ignore[attr-defined]
    return view


def resident_required(view: View) -> View:
    """A page for residents who have logged in."""
    return _required(view, frozenset({Role.RESIDENT}))


def office_required(view: View) -> View:
    """A page for health personnel of an office who have logged in."""
    return _required(view, frozenset({Role.OFFICE}))


def municipality_required(view: View) -> View:
    """A page for employees of a municipality who have logged in."""
    return _required(view, frozenset({Role.MUNICIPALITY}))


def logged_in_required(view: View) -> View:
    """A page for anyone who has logged in."""
    return _required(view, frozenset(_KINDS))


def roles_of(view: View) -> frozenset[Role] | None:
    """The roles that a page is for, as its decorator says; none for a page without one."""
    return getattr(view, "roles", None)


def form_not_from_here(request: VisitorRequest, reason: str = "") -> HttpResponse:
    """The answer to a form that is not tied to this browser. One left from a login that has ended says so instead."""
    match = request.resolver_match
    roles = roles_of(match.func) if match else None
    if request.login is None and roles is not None and Role.PUBLIC not in roles:
        return login_ended(request, login_address(request, _kind_of(roles), again=True))
    return form_not_taken(request)


def login_address(request: VisitorRequest, kind: str | None, *, again: bool = False) -> str:
    """Where to log in and come back to this page. With `again` the provider asks anew, whatever it remembers."""
    query = {RETURN_TO: request.get_full_path()} | ({AGAIN: "1"} if again else {})
    place = reverse("login-start", args=[kind]) if kind else reverse("login")
    return f"{place}?{urlencode(query)}"


def _kind_of(roles: frozenset[Role]) -> str | None:
    """The kind of provider that logs in for a page; none where a visitor has to choose."""
    kinds = [_KINDS[role] for role in roles if role in _KINDS]
    return kinds[0] if len(kinds) == 1 else None


def _required(view: View, roles: frozenset[Role]) -> View:
    @wraps(view)
    def guarded(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.viewer.role in roles:
            return view(request, *args, **kwargs)
        if request.login is not None:
            raise PermissionDenied
        kind = _kind_of(roles)
        if request.login_ended or request.method not in {"GET", "HEAD"}:
            return login_ended(request, login_address(request, kind, again=True))
        return HttpResponseRedirect(login_address(request, kind))

    guarded.roles = roles  # type: ignore[attr-defined]
    return guarded
