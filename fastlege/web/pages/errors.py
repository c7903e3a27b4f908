"""Pages for what cannot be shown. They say what happened and where to go, and never repeat what was sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fastlege.web.open_data.problems import ProblemError, is_asked, refuse


class MissingError(Http404):
    """What is asked for is not there, and the page can say more than that: what it is, and where to go."""

    def __init__(self, heading: str, text: str, *, leads_to: str) -> None:
        super().__init__(heading)
        self.heading, self.text, self.leads_to = heading, text, leads_to


def explain(request: HttpRequest, status: int, heading: str, text: str, *, leads_to: str = "find") -> HttpResponse:
    """A page with a heading, a sentence and a way on; problem details for a program that reads the open data.

    `leads_to` is where the visitor was about to go: `find`, `figures`, `surveys` or the statements of an office or of
    municipalities.
    """
    if is_asked(request):
        return refuse(request, ProblemError(status))
    context = {"heading": heading, "text": text, "leads_to": leads_to}
    return render(request, "web/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be understood."""
    text = _("Adressen inneholder tegn eller verdier som siden ikke kan lese. Begynn gjerne på nytt fra forsiden.")
    return explain(request, 400, _("Forespørselen kunne ikke leses"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, list or figure."""
    if isinstance(exception, MissingError):
        return explain(request, 404, exception.heading, exception.text, leads_to=exception.leads_to)
    text = _("Siden finnes ikke, eller listen er lagt ned. Søk etter fastlegen, eller begynn på nytt fra forsiden.")
    return explain(request, 404, _("Siden finnes ikke"), text)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than any form here carries."""
    text = _("Det du sendte, er for stort til å tas imot. Ingenting er lagret. Prøv med færre eller mindre filer.")
    return explain(request, 413, _("Det du sendte, er for stort"), text)


def length_missing(request: HttpRequest) -> HttpResponse:
    """411: a request that does not say how large it is; no browser sends such a form."""
    text = _("Forespørselen sier ikke hvor stor den er, så den ble ikke tatt imot. Ingenting er lagret.")
    return explain(request, 411, _("Forespørselen kunne ikke leses"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the fault is ours."""
    text = _("Feilen ligger hos oss og er skrevet i loggen. Ingenting er endret. Prøv igjen om litt.")
    return explain(request, 500, _("Noe gikk galt hos oss"), text)


def unavailable(request: HttpRequest, text: str) -> HttpResponse:
    """503: the page needs something that is not there yet, such as this month's figures."""
    return explain(request, 503, _("Ikke klart ennå"), text)
