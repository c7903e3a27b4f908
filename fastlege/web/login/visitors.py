"""A request that says who asks."""

from __future__ import annotations

from django.http import HttpRequest

from fastlege.access.actions import Login
from fastlege.access.viewers import Viewer


class VisitorRequest(HttpRequest):
    """What every page of ours gets: the middleware has found out who asks. It is only a type, for the checker."""

    viewer: Viewer
    login: Login | None
    login_ended: bool
    """Whether the browser sent the key of a login that has ended."""
