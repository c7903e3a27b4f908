"""A GP's own statements."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.settlement.queries import statements
from fastlege.settlement.queries.statements import Statement
from fastlege.settlement.statements.shown import in_words
from fastlege.settlement.statements.wording import month_row
from fastlege.web.login import office_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.money.answers import SECTION, csv_of, first_of, pdf_of, with_lines

_NAME, _HOME = "fastlege", "office-statements"


@office_required
@require_safe
def months(request: VisitorRequest) -> HttpResponse:
    """The months with a statement."""
    rows = [month_row(each) for each in statements.months_of_gp(request.viewer, _own(request))]
    context = {"heading": _("Oppgjør for listen din"), "months": rows, "reader": "office", "section": SECTION}
    return render(request, "web/money/months.html", context)


@office_required
@require_safe
def statement(request: VisitorRequest, year: int, number: int) -> HttpResponse:
    """One month: each amount with its arithmetic, its rules and the counts behind it."""
    found = _statement(request, year, number)
    context = {
        "shown": in_words(found),
        "month": f"{found.month:%Y-%m}",
        "year": year,
        "number": number,
        "section": SECTION,
    }
    return render(request, "web/money/office.html", context)


@office_required
@require_safe
def download_csv(request: VisitorRequest, year: int, number: int) -> HttpResponse:
    """The month as CSV."""
    return csv_of(_statement(request, year, number), _NAME)


@office_required
@require_safe
def download_pdf(request: VisitorRequest, year: int, number: int) -> HttpResponse:
    """The month as PDF."""
    return pdf_of(_statement(request, year, number), _NAME)


def _own(request: VisitorRequest) -> int:
    if request.viewer.doctor_id is None:
        raise PermissionDenied
    return request.viewer.doctor_id


def _statement(request: VisitorRequest, year: int, number: int) -> Statement:
    month = first_of(year, number, leads_to=_HOME)
    return with_lines(statements.statement_of_gp(request.viewer, _own(request), month), leads_to=_HOME)
