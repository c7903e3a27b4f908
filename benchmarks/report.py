"""W7: a report of 60 charts and 60 tables to pages and to PDF, from values that are counted already.

    pip install --require-hashes --target .fastlege/bench/report-peers -r benchmarks/requirements-report.txt
    python -m benchmarks report

The base is what an analyst would reach for: matplotlib's SVG charts in one HTML file, and WeasyPrint for the PDF. Ours
writes a site of pages, a tagged PDF/UA and draws its charts by hand. The values are the same and so is the number of
charts and tables, which is the check sum; imports count for both.
"""

from __future__ import annotations

import io
import sys
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import HOME, Contender, Workload

CHARTS = TABLES = 60
ROWS, COLUMNS = 12, 6
LABELS = [f"Område {n}" for n in range(1, ROWS + 1)]


def values(chart: int) -> list[float]:
    return [((chart * 37 + place * 53) % 97) + 3.5 for place in range(ROWS)]


def ours(_: object) -> str:
    from fastlege.reporting.pictures.charts import Item, Shown, bar_chart
    from fastlege.reporting.report.model import Chart, Document, Made, Part, Row, Table, Value
    from fastlege.reporting.report.outputs.pages import write_pages
    from fastlege.reporting.report.outputs.paper import as_pdf
    from fastlege.reporting.report.wording.numbers import number

    def text(value: float) -> str:
        return number(value, 1, "nb")

    def chart(at: int) -> Chart:
        items = [Item(label, value, text(value)) for label, value in zip(LABELS, values(at), strict=True)]
        shown = Shown(f"chart-1-{at}", f"Diagram {at}", "; ".join(f"{item.label} {item.text}" for item in items))
        return Chart(f"1.{at}", f"Diagram {at}", "prosent", shown.description, bar_chart(items, shown))

    def table(at: int) -> Table:
        columns = [values(at + column) for column in range(COLUMNS)]
        rows = [
            Row(label, tuple(Value(text(column[place]), column[place], 1) for column in columns))
            for place, label in enumerate(LABELS)
        ]
        return Table(f"1.{at}", f"Tabell {at}", "Område", [f"Kolonne {n}" for n in range(COLUMNS)], rows)

    parts = tuple(Part(f"Del {at}", (chart(at), table(at))) for at in range(CHARTS))
    chapters = (Made("chapter-1", "1", "Alt", False, parts),)
    document = Document("w7", "nb", "Rapport", "Måling", date(2026, 5, 1), ("Tall.",), chapters, (), (), ())
    with TemporaryDirectory() as folder:
        write_pages(document, Path(folder))
        page = (Path(folder) / "chapter-1.html").read_text()
        return _counted(page, as_pdf(document))


def matplotlib_weasyprint(_: object) -> str:
    sys.path.append(str(HOME / "report-peers"))
    import matplotlib

    matplotlib.use("svg")
    import weasyprint
    from matplotlib import pyplot

    parts = []
    for at in range(CHARTS):
        figure, axes = pyplot.subplots(figsize=(6, 4))
        axes.barh(LABELS, values(at))
        axes.set_title(f"Diagram {at}")
        stream = io.StringIO()
        figure.savefig(stream, format="svg")
        pyplot.close(figure)
        svg = stream.getvalue()
        parts.append(f"<figure>{svg[svg.index('<svg') :]}</figure>{_plain_table(at)}")
    page = f"<!doctype html><html lang='nb'><title>Rapport</title><body>{''.join(parts)}</body></html>"
    return _counted(page, weasyprint.HTML(string=page).write_pdf())


def _plain_table(at: int) -> str:
    columns = [values(at + column) for column in range(COLUMNS)]
    head = "".join(f"<th>Kolonne {n}</th>" for n in range(COLUMNS))
    rows = "".join(
        f"<tr><th>{escape(label)}</th>" + "".join(f"<td>{column[place]:.1f}</td>" for column in columns) + "</tr>"
        for place, label in enumerate(LABELS)
    )
    return f"<table><caption>Tabell {at}</caption><tr><th>Område</th>{head}</tr>{rows}</table>"


def _counted(page: str, pdf: bytes) -> str:
    """How many charts and tables the page holds, and that there is a PDF."""
    return f"{page.count('</figure>')} charts, {page.count('</table>')} tables, {pdf[:5].decode()}"


WORKLOAD = Workload(
    name="report",
    title="W7 Report of 60 charts and 60 tables to pages and PDF",
    goal="at most 0.1 x matplotlib with WeasyPrint, imports included",
    contenders=(
        Contender("matplotlib + WeasyPrint", "limit", matplotlib_weasyprint),
        Contender("hand-written SVG + typst", "ours", ours),
    ),
    rounds=2,
    at_most=0.1,
)
