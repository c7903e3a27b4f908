"""The statements of a municipality, for its employees who may read them. Small groups of people are never shown."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.rules.parameters import load_rulebook
from fastlege.settlement.queries import statements
from fastlege.settlement.queries.statements import Statement
from fastlege.settlement.statements.shown import in_words
from fastlege.settlement.statements.wording import month_row, title
from fastlege.web.login import municipality_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.money.answers import SECTION, csv_of, first_of, pdf_of, with_lines

_HOME = "municipality-statements"


@municipality_required
@require_safe
def index(request: VisitorRequest) -> HttpResponse:
    """The municipalities whose statements the reader may see."""
    rows = [{"code": code, "name": name} for code, name in statements.municipalities_of(request.viewer)]
    return render(request, "web/money/municipalities.html", {"rows": rows, "section": SECTION})


@municipality_required
@require_safe
def months(request: VisitorRequest, code: str) -> HttpResponse:
    """The months with a statement."""
    rows = [month_row(each) for each in statements.months_of_municipality(request.viewer, code)]
    name = dict(statements.municipalities_of(request.viewer))[code]
    heading = _("Oppgjør for listene i %(name)s") % {"name": name}
    context = {"heading": heading, "months": rows, "reader": "municipality", "code": code, "section": SECTION}
    return render(request, "web/money/months.html", context)


@municipality_required
@require_safe
def statement(request: VisitorRequest, code: str, year: int, number: int) -> HttpResponse:
    """One month: every list with its amounts. What each is made of has a page of its own."""
    found = _statement(request, code, year, number)
    context = {
        "shown": in_words(found, with_cells=False),
        **_place(code, year, number, found),
    }
    return render(request, "web/money/municipality.html", context)


@municipality_required
@require_safe
def of_list(request: VisitorRequest, code: str, year: int, number: int, list_id: int) -> HttpResponse:
    """One list: each amount with its arithmetic, its rules and the counts behind it, small groups put together."""
    found = _statement(request, code, year, number)
    own = replace(found, lines=[line for line in found.lines if line.list_id == list_id], bills=[])
    if not own.lines:
        raise Http404
    context = {"each": in_words(own).lists[0], "title": title(found), **_place(code, year, number, found)}
    return render(request, "web/money/list.html", context)


@municipality_required
@require_safe
def download_csv(request: VisitorRequest, code: str, year: int, number: int) -> HttpResponse:
    """The month as CSV."""
    return csv_of(_statement(request, code, year, number), code)


@municipality_required
@require_safe
def download_pdf(request: VisitorRequest, code: str, year: int, number: int) -> HttpResponse:
    """The month as PDF."""
    return pdf_of(_statement(request, code, year, number), code)


def _place(code: str, year: int, number: int, found: Statement) -> dict[str, object]:
    return {"code": code, "year": year, "number": number, "month": f"{found.month:%Y-%m}", "section": SECTION}


def _statement(request: VisitorRequest, code: str, year: int, number: int) -> Statement:
    month = first_of(year, number, leads_to=_HOME)
    found = statements.statement_of_municipality(request.viewer, code, month, book=load_rulebook())
    return with_lines(found, leads_to=_HOME)
