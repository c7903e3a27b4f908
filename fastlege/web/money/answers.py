"""What the pages of both readers share: months in addresses, and files to download."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _

from fastlege.settlement.queries.statements import Statement
from fastlege.settlement.statements.document import as_pdf
from fastlege.settlement.statements.table import as_csv
from fastlege.settlement.statements.wording import month_key
from fastlege.web.pages.errors import MissingError

SECTION = "money"
"""The part of the main menu that these pages belong to."""


def first_of(year: int, number: int, *, leads_to: str) -> date:
    """The first day of the month in an address; a page that says so when there is no such month."""
    try:
        return date(year, number, 1)
    except ValueError as error:
        raise _missing(leads_to) from error


def with_lines(statement: Statement, *, leads_to: str) -> Statement:
    """The statement, or a page that says so when nothing was paid."""
    if not statement.lines and not statement.bills:
        raise _missing(leads_to)
    return statement


def _missing(leads_to: str) -> MissingError:
    text = _("Det er ikke godkjent noe oppgjør for den måneden. Velg en av månedene som er der.")
    return MissingError(_("Oppgjøret finnes ikke"), text, leads_to=leads_to)


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
