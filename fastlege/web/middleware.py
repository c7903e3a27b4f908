"""Requests that PostgreSQL could not store are refused before any page sees them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


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
