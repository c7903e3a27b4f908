"""Who may open a page. Whether they may see the person or list that it is about is for the queries to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from fastlege.access.viewers import Role
from fastlege.web.login.refusals import login_ended
from fastlege.web.login.visitors import VisitorRequest

View = Callable[..., HttpResponse]
RETURN_TO, AGAIN = "til", "igjen"


def anyone(view: View) -> View:
    """Say that a page is for anyone, logged in or not. It is only said, for the test that counts the pages."""
    view.roles = frozenset(Role)  # type: ignore[attr-defined]
    return view


def resident_required(view: View) -> View:
    """A page for residents who have logged in."""
    return _required(view, {Role.RESIDENT: "resident"})


def office_required(view: View) -> View:
    """A page for health personnel of an office who have logged in."""
    return _required(view, {Role.OFFICE: "office"})


def logged_in_required(view: View) -> View:
    """A page for anyone who has logged in."""
    return _required(view, {Role.RESIDENT: "resident", Role.OFFICE: "office"})


def roles_of(view: View) -> frozenset[Role] | None:
    """The roles that a page is for, as its decorator says; none for a page without one."""
    return getattr(view, "roles", None)


def login_address(request: VisitorRequest, kind: str | None, *, again: bool = False) -> str:
    """Where to log in and come back to this page. With `again` the provider asks anew, whatever it remembers."""
    query = {RETURN_TO: request.get_full_path()} | ({AGAIN: "1"} if again else {})
    place = reverse("login-start", args=[kind]) if kind else reverse("login")
    return f"{place}?{urlencode(query)}"


def _required(view: View, kinds: Mapping[Role, str]) -> View:
    """Guard a page for some roles, each with the kind of provider that logs it in."""
    kind = next(iter(kinds.values())) if len(kinds) == 1 else None

    @wraps(view)
    def guarded(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.viewer.role in kinds:
            return view(request, *args, **kwargs)
        if request.login is not None:
            raise PermissionDenied
        if request.login_ended or request.method not in {"GET", "HEAD"}:
            return login_ended(request, login_address(request, kind, again=True))
        return HttpResponseRedirect(login_address(request, kind))

    guarded.roles = frozenset(kinds)  # type: ignore[attr-defined]
    return guarded
