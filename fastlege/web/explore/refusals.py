"""Answers of Tallene where there is nothing to show: no figures yet, a bad choice, a figure that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fastlege.reporting.edition import Edition
from fastlege.web.formats import day
from fastlege.web.pages import errors
from fastlege.web.parameters import ParameterError


def not_yet(request: HttpRequest) -> HttpResponse:
    """There is no edition."""
    return errors.unavailable(request, _("Tallene er ikke regnet ut ennå."))


def refused(request: HttpRequest, problem: ParameterError) -> HttpResponse:
    """What the address asks for cannot be understood, or is not there."""
    return errors.explain(request, 400, _("Valget kan ikke vises"), str(problem), leads_to="figures")


def unknown(request: HttpRequest) -> HttpResponse:
    """No figure has that name."""
    text = _("Det finnes ikke noe tall med det navnet. Finn det i oversikten over alle tallene.")
    return errors.explain(request, 404, _("Tallet finnes ikke"), text, leads_to="figures")


def without(request: HttpRequest, editions: Sequence[Edition]) -> HttpResponse:
    """The edition that is asked for lacks the figure."""
    days = ", ".join(day(each.as_of) for each in editions)
    text = _("Registeret hadde ikke det som trengs for å regne ut tallet i den utgaven. Utgavene er: %(days)s.")
    heading = _("Tallet finnes ikke i utgaven")
    return errors.explain(request, 404, heading, text % {"days": days}, leads_to="figures")
