"""A report's tables as a workbook: one sheet a table, numbers as numbers, and a first sheet that lists them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fastlege.reporting import licence
from fastlege.reporting.report.model import Document, Table
from fastlege.reporting.report.wording import words

_WIDEST = 60


def write_workbook(document: Document, path: Path) -> None:
    """Write the workbook. Its day is that of the figures, so that the same report gives the same bytes."""
    with xlsxwriter.Workbook(str(path)) as book:
        made = datetime.combine(document.as_of, datetime.min.time())
        book.set_properties({"title": document.title, "author": "Fastlege", "created": made})
        formats = _Formats(book)
        first = book.add_worksheet(words(document.language)["contents"])
        first.write_string(0, 0, document.title, formats.title)
        facts = (*document.facts, licence.TERMS.in_language(document.language))
        for at, fact in enumerate(facts, start=1):
            first.write_string(at, 0, fact)
        start = len(facts) + 2
        for at, table in enumerate(document.tables()):
            name = _sheet(table)
            first.write_url(start + at, 0, f"internal:'{name}'!A1", string=f"{name} {table.title}")
            _write(book.add_worksheet(name), table, formats)
        first.set_column(0, 0, 90)


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
        self.right = book.add_format({"align": "right"})
        self._numbers: dict[tuple[int, bool], Format] = {}

    def number(self, decimals: int, *, bold: bool) -> Format:
        """Thousands apart and so many decimals."""
        key = (decimals, bold)
        if key not in self._numbers:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[key] = self._book.add_format({"num_format": form, "bold": bold})
        return self._numbers[key]


def _write(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    sheet.write_string(0, 0, f"{table.number} {table.title}", formats.title)
    for at, column in enumerate([table.corner, *table.columns]):
        sheet.write_string(2, at, column, formats.head)
    for at, row in enumerate(table.rows, start=3):
        heading = row.total or not row.values
        sheet.write_string(at, 0, row.label, formats.bold if heading else None)
        for place, value in enumerate(row.values, start=1):
            if value.number is None:
                sheet.write_string(at, place, value.text, formats.right)
            else:
                sheet.write_number(at, place, value.number, formats.number(value.decimals, bold=row.total))
    for at, note in enumerate(table.notes, start=len(table.rows) + 4):
        sheet.write_string(at, 0, note)
    sheet.set_column(0, 0, min(max((len(row.label) for row in table.rows), default=20) + 2, _WIDEST))
    sheet.set_column(1, max(len(table.columns), 1), 16)
    sheet.freeze_panes(3, 1)


def _sheet(table: Table) -> str:
    return table.number.replace(".", "_")
