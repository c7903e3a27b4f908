"""What a request is refused with: problem details (RFC 9457), in the language that the program asks for."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

ROOT = "/api/v1/"
MEDIA = "application/problem+json"
EXPLAINED = (400, 404, 405, 406, 410, 429, 503)
"""The refusals that the page for people explains, each under a name of its own."""
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}
"""Any page anywhere may read what is open."""


class ProblemError(Exception):
    """A refusal. The detail is for people and never repeats what was sent; `parameter` is the one that is wrong."""

    def __init__(
        self, status: int, detail: str = "", *, parameter: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.headers = dict(headers or {})


def is_asked(request: HttpRequest) -> bool:
    """Whether a request is for the open data, so that a program reads the answer."""
    return request.path_info.startswith(ROOT)


def language_of(request: HttpRequest) -> str:
    """The language that a program asks for in its headers: the address has none."""
    return get_language_from_request(request)


def refuse(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    """The refusal as an answer."""
    language = language_of(request)
    with override(language):
        content: dict[str, object] = {
            "type": f"/api/#problem-{problem.status}" if problem.status in EXPLAINED else "about:blank",
            "title": title(problem.status),
            "status": problem.status,
            "detail": problem.detail or _usual(problem.status),
        }
    if problem.parameter:
        content["parameter"] = problem.parameter
    headers = {"Content-Language": language, "Cache-Control": "no-store", **OPEN, **problem.headers}
    body = b"" if request.method == "HEAD" else orjson.dumps(content)
    response = HttpResponse(body, status=problem.status, content_type=MEDIA, headers=headers)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def title(status: int) -> str:
    """What a status means, the same for every refusal with it."""
    return {
        400: _("Forespørselen kan ikke leses"),
        404: _("Det finnes ikke"),
        405: _("Bare lesing er mulig"),
        406: _("Formen finnes ikke"),
        410: _("Det du leste i, er byttet ut"),
        411: _("Forespørselen kan ikke leses"),
        412: _("Forutsetningen holder ikke"),
        413: _("Forespørselen er for stor"),
        429: _("For mange forespørsler"),
        503: _("Ikke klart ennå"),
    }.get(status, _("Noe gikk galt hos oss"))


def _usual(status: int) -> str:
    return {
        400: _("Adressen eller en verdi i den kan ikke leses. Beskrivelsen i openapi.json sier hva som kan stå der."),
        404: _("Det finnes ikke noe på denne adressen. Begynn på /api/v1/, som har alle adressene."),
        405: _("Åpne data kan hentes med GET og HEAD, og ikke endres."),
        411: _("Forespørselen sier ikke hvor stor den er, så den ble ikke tatt imot."),
        412: _("Det som hentes, er ikke det som forespørselen forutsetter i If-Match eller If-Unmodified-Since."),
        413: _("En forespørsel om åpne data har ikke noe innhold, og dette er større enn noen forespørsel her."),
    }.get(status, _("Feilen ligger hos oss og er skrevet i loggen. Prøv igjen om litt."))
