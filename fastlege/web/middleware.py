"""What holds for every request: what is too large or cannot be stored is refused; pages load only what is ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from fastlege.access.protection import protection
from fastlege.web.pages.errors import length_missing, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Say what a page may load. A response's `form_action` is one more place that its forms may end at.

    The words are put together once, not at every request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(HEADER, _policy(getattr(response, "form_action", None)))
        return response

    return middleware


@cache
def _policy(form_action: str | None) -> str:
    # The places are those of the installation's identity providers: there are few.
    return build_policy(update={"form-action": form_action} if form_action else None)


def refuse_too_large(get_response: GetResponse) -> GetResponse:
    """Answer 413 to more than any form of ours carries, and 411 when it is not said how much: nothing of it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return length_missing(request)
        if not (length.isascii() and length.isdigit()) or int(length) > protection().most_bytes:
            return too_large(request)
        return get_response(request)

    return middleware


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """Answer 400 to a NUL character in the address, the query or a form: PostgreSQL has no such text."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            raise BadRequest("NUL character in the request")
        return get_response(request)

    return middleware


def _holds_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "\0" in request.path_info or "%00" in query or "\0" in query:
        return True
    if request.method != "POST":
        return False
    return any("\0" in text for name, values in request.POST.lists() for text in (name, *values))
