"""Pages for what login and the guards refuse: what happened, that nothing was changed, and what to do now."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fastlege.web.login.oidc.refusal import Reason

logger = logging.getLogger(__name__)


def login_ended(request: HttpRequest, log_in: str) -> HttpResponse:
    """401: the login has ended, perhaps in the middle of a form."""
    if request.method in {"GET", "HEAD"}:
        text = _("Du er logget ut, fordi det har gått for lang tid eller fordi du har logget ut et annet sted.")
    else:
        text = _("Du er logget ut, så det du sendte inn nå, er ikke lagret. Ingenting er endret.")
    return _page(request, 401, _("Du må logge inn igjen"), text, (log_in, _("Logg inn og fortsett")))


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page, or the person it is about, is not for this viewer. It does not say whether there is one."""
    text = _("Siden finnes ikke for deg. Det kan være fordi den gjelder en annen person, eller en annen rolle.")
    return _page(request, 403, _("Du har ikke tilgang"), text)


def form_not_taken(request: HttpRequest) -> HttpResponse:
    """403: a form without the token that ties it to this browser, most often one that was open for too long."""
    text = _("Skjemaet var for gammelt eller kom ikke herfra. Ingenting er endret. Åpne siden på nytt og prøv igjen.")
    return _page(request, 403, _("Skjemaet kunne ikke tas imot"), text)


def too_fast(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: more requests from one place than a person makes."""
    text = _("Det kommer uvanlig mange forespørsler fra nettet ditt. Vent litt, og prøv igjen.")
    response = _page(request, 429, _("For mange forespørsler"), text)
    response.headers["Retry-After"] = str(seconds)
    return response


def not_set_up(request: HttpRequest) -> HttpResponse:
    """503: this installation has named no identity provider of that kind."""
    text = _("Innlogging er ikke satt opp her. Alt det åpne innholdet kan brukes uten.")
    return _page(request, 503, _("Du kan ikke logge inn her"), text)


def login_refused(request: HttpRequest, reason: Reason, kind: str) -> HttpResponse:
    """The answer of a provider logs nobody in. Which reason is logged; who it was is not."""
    logger.warning("login refused: %s", reason.value)
    status, heading, text = _words(reason)
    again = reverse("login-start", args=[kind]) + "?igjen=1"
    return _page(request, status, heading, text, (again, _("Prøv å logge inn på nytt")))


def _words(reason: Reason) -> tuple[int, str, str]:
    match reason:
        case Reason.NO_ATTEMPT | Reason.EXPIRED:
            text = _("Innloggingen tok for lang tid, eller den ble begynt i en annen nettleser. Begynn på nytt.")
            return 400, _("Innloggingen gjelder ikke lenger"), text
        case Reason.CANCELLED:
            return 400, _("Du er ikke logget inn"), _("Innloggingen ble avbrutt. Du kan prøve igjen når du vil.")
        case Reason.LEVEL:
            text = _("Her trengs det høyeste sikkerhetsnivået, for eksempel BankID. Logg inn på nytt med det.")
            return 403, _("Innloggingen er ikke sikker nok"), text
        case Reason.UNKNOWN | Reason.DEAD | Reason.TOO_YOUNG | Reason.NO_OFFICE:
            return 403, *_who(reason)
        case Reason.NO_ANSWER:
            text = _("Tjenesten som logger deg inn, svarer ikke som den skal. Ingenting er endret. Prøv igjen om litt.")
            return 502, _("Innloggingen svarer ikke"), text
        case _:
            text = _("Svaret fra innloggingstjenesten kunne ikke godtas, så du er ikke logget inn. Begynn på nytt.")
            return 400, _("Innloggingen ble avvist"), text


def _who(reason: Reason) -> tuple[str, str]:
    """What is said to one whom the provider knows, and who has no login here."""
    match reason:
        case Reason.UNKNOWN:
            text = _("Innloggingen gikk bra, men du står ikke i registeret her. Er det feil, kan kommunen rette det.")
            return _("Vi finner deg ikke i registeret"), text
        case Reason.DEAD:
            text = _("Personen er registrert som død, så ingen kan logge inn. Folkeregisteret retter det som er feil.")
            return _("Innloggingen gjelder en som er registrert som død"), text
        case Reason.TOO_YOUNG:
            text = _("Du kan logge inn selv fra du er 16 år. Til da kan foreldrene dine logge inn for deg.")
            return _("Du må være eldre for å logge inn"), text
        case _:
            text = _("Innloggingen gikk bra, men du er ikke knyttet til et legekontor i registeret i dag.")
            return _("Vi finner ikke kontoret ditt"), text


def _page(
    request: HttpRequest, status: int, heading: str, text: str, action: tuple[str, str] | None = None
) -> HttpResponse:
    context = {"heading": heading, "text": text, "action": action}
    return render(request, "web/login/refusal.html", context, status=status)
