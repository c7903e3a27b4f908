"""From a request to an answer: refused in words, not sent again when it has not changed, open to all, and small."""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from fastlege.kernel.errors import DataError
from fastlege.web.login import rates
from fastlege.web.open_data.asking.parameters import Parameter, read_query
from fastlege.web.open_data.problems import OPEN, ProblemError, language_of, refuse
from fastlege.web.open_data.reading.store import Columns, columns_of
from fastlege.web.published import all_published

logger = logging.getLogger(__name__)
METHODS = "GET, HEAD, OPTIONS"
SECONDS_KEPT = 300
"""How long a store on the way may answer without asking us. An edition comes once a month or so."""
_SMALLEST_PACKED = 1_000
_NOT_WANTED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")
_PACKAGE = Path(__file__).parents[2]
_SAID = ("web/open_data", "rules", "figures")
_SOURCES = {".py", ".csv", ".toml"}


@dataclass(frozen=True)
class Asked:
    """A request as its operation sees it: the values of its parameters, and the address without its query."""

    values: Mapping[str, Any]
    address: str
    query: Sequence[tuple[str, str]]

    def next(self, cursor: object) -> str | None:
        """The address of the next page, or None after the last one."""
        if cursor is None:
            return None
        kept = [(name, text) for name, text in self.query if name != "cursor"]
        return f"{self.address}?{urlencode([*kept, ('cursor', str(cursor))])}"


@dataclass(frozen=True)
class Answer:
    """What a request is answered with, written only where it is sent. `next` is the address of the next page."""

    write: Callable[[], bytes]
    next: str | None = None


@dataclass(frozen=True)
class Operation:
    """One address: how it is called, what may stand in it, and what it answers. Also what openapi.json is made from."""

    path: str
    name: str
    tag: str
    summary: str
    text: str
    answer: Callable[[Asked], Answer]
    model: Any
    example: Callable[[], Any]
    parameters: tuple[Parameter, ...] = ()
    place: Parameter | None = None
    """The parameter in the path."""
    media: str = "application/json"
    editions: bool = True
    """Whether the answer depends on which editions there are."""
    refusals: tuple[int, ...] = ()
    """What it may refuse with besides 400, 406 and 429."""


def shown() -> tuple[Columns, ...]:
    """The columns of all editions that the site shows, the oldest day first."""
    return tuple(columns_of(edition) for edition in all_published())


def view_of(operation: Operation) -> Callable[..., HttpResponse]:
    """The view of an operation."""

    @csrf_exempt
    def view(request: HttpRequest, **place: str) -> HttpResponse:
        with override(language_of(request)):
            try:
                return _answer(request, operation, place)
            except ProblemError as problem:
                return refuse(request, problem)
            except DataError as error:
                logger.error("open data cannot be read: %s", error)
                return refuse(request, ProblemError(503, _("Tallene kan ikke leses nå. Feilen er skrevet i loggen.")))

    return view


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404: an address that is no operation, and takes nothing."""
    if request.method not in {"GET", "HEAD"}:
        return refuse(request, ProblemError(405, headers={"Allow": METHODS}))
    return refuse(request, ProblemError(404))


def _answer(request: HttpRequest, operation: Operation, place: Mapping[str, str]) -> HttpResponse:
    if request.method == "OPTIONS":
        return _allowed()
    if request.method not in {"GET", "HEAD"}:
        raise ProblemError(405, headers={"Allow": METHODS})
    _not_too_fast(request)
    if not request.accepts(operation.media):
        detail = _("Denne adressen svarer med %(media)s, og Accept i forespørselen godtar det ikke.")
        raise ProblemError(406, detail % {"media": operation.media})
    values = read_query(request.GET, operation.parameters)
    if operation.place is not None:
        values[operation.place.name] = operation.place.read(place[operation.place.name])
    etag, changed = _version(request, operation)
    if etag in request.headers.get("If-None-Match", ""):
        # Whoever has the tag got it with an answer to this address: it need not be looked at again.
        return _with_headers(HttpResponse(status=304), etag, changed, None)
    query = [(name, text) for name, texts in request.GET.lists() for text in texts]
    answer = operation.answer(Asked(values, request.path, query))
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(changed))
    if unchanged is not None and unchanged.status_code != 304:
        raise ProblemError(412)
    response = unchanged or _full(request, operation, answer)
    return _with_headers(response, etag, changed, answer)


def _full(request: HttpRequest, operation: Operation, answer: Answer) -> HttpResponse:
    body = answer.write()
    packed = len(body) >= _SMALLEST_PACKED and _takes_gzip(request.headers.get("Accept-Encoding", ""))
    if packed:
        body = gzip.compress(body, compresslevel=4, mtime=0)
    charset = "; charset=utf-8" if operation.media.startswith("text/") else ""
    response = HttpResponse(b"" if request.method == "HEAD" else body, content_type=operation.media + charset)
    response.headers["Content-Length"] = str(len(body))
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return _NOT_WANTED.fullmatch(weight) is None
    return False


def _with_headers(response: HttpResponse, etag: str, changed: float, answer: Answer | None) -> HttpResponse:
    headers = {
        **OPEN,
        "ETag": etag,
        "Last-Modified": http_date(changed),
        "Cache-Control": f"public, max-age={SECONDS_KEPT}",
        "Content-Language": "nb, nn, en",
        "Vary": "Accept, Accept-Encoding",
    }
    if answer and answer.next:
        headers["Link"] = f'<{answer.next}>; rel="next"'
    for name, text in headers.items():
        response.headers[name] = text
    return response


def _allowed() -> HttpResponse:
    """What another page's script asks before it reads: it may read, and nothing else."""
    headers = {
        "Allow": METHODS,
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers={**OPEN, **headers})


def _not_too_fast(request: HttpRequest) -> None:
    seconds = rates.buckets_named("open_data").wait(rates.visitor_of(request.META), monotonic())
    if seconds:
        detail = _("Det kommer mange forespørsler fra nettet ditt. Vent så mange sekunder som Retry-After sier.")
        raise ProblemError(429, detail, headers={"Retry-After": str(ceil(seconds))})


def _version(request: HttpRequest, operation: Operation) -> tuple[str, float]:
    """The tag of an answer, and when what it is made from was last changed. Neither needs the answer itself."""
    digest, changed = _software()
    total = sha256(digest)
    if operation.editions:
        for columns in shown():
            total.update(str(columns.key).encode())
            changed = max(changed, columns.written)
        # An edition that was taken away changes the folder, not a file in it.
        if settings.EDITIONS.exists():
            changed = max(changed, settings.EDITIONS.stat().st_mtime)
    total.update(request.get_full_path().encode())
    return f'W/"{total.hexdigest()[:32]}"', changed


@cache
def _software() -> tuple[bytes, float]:
    """A digest of the code and the data that answers are made from besides editions, and the newest of them."""
    files = sorted(path for room in _SAID for path in (_PACKAGE / room).rglob("*") if path.suffix in _SOURCES)
    total = sha256()
    for path in files:
        total.update(path.read_bytes())
    return total.digest(), max(path.stat().st_mtime for path in files)
