"""What the pages of both readers share: months in addresses, and files to download."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse

from fastlege.settlement.queries.statements import Statement
from fastlege.settlement.statements.document import as_pdf
from fastlege.settlement.statements.table import as_csv
from fastlege.settlement.statements.wording import month_key

SECTION = "money"
"""The part of the main menu that these pages belong to."""


def first_of(year: int, number: int) -> date:
    """The first day of the month in an address; a page that is not there when there is no such month."""
    try:
        return date(year, number, 1)
    except ValueError as error:
        raise Http404 from error


def with_lines(statement: Statement) -> Statement:
    """The statement, or a page that is not there when nothing was paid."""
    if not statement.lines and not statement.bills:
        raise Http404
    return statement


def csv_of(statement: Statement, name: str) -> HttpResponse:
    """The statement as a CSV file."""
    return _file(as_csv(statement), "text/csv; charset=utf-8", f"{name}-{month_key(statement.month)}.csv")


def pdf_of(statement: Statement, name: str) -> HttpResponse:
    """The statement as a PDF file."""
    return _file(as_pdf(statement), "application/pdf", f"{name}-{month_key(statement.month)}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
