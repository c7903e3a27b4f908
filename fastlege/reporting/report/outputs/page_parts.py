"""Parts of a report as HTML: paragraphs, notices, charts and tables. No scripts, no styles in the page."""

from __future__ import annotations

from html import escape

from fastlege.reporting.report.model import Block, Chart, Document, Made, Notice, Paragraph, Table
from fastlege.reporting.report.wording import words


def chapter_html(made: Made, language: str) -> str:
    """A chapter: a heading, and its sections with their blocks."""
    parts = []
    for at, part in enumerate(made.parts, start=1):
        inside = "\n".join(block_html(block, language) for block in part.blocks)
        number = f'<span class="number">{escape(made.number)}.{at}</span> '
        parts.append(f'<section id="part-{at}"><h2>{number}{escape(part.title)}</h2>\n{inside}</section>')
    return "\n".join(parts)


def block_html(block: Block, language: str) -> str:
    """One block."""
    if isinstance(block, Paragraph):
        return f'<p class="text">{escape(block.text)}</p>'
    if isinstance(block, Notice):
        heading = f"<h3>{escape(block.heading)}</h3>" if block.heading else ""
        return f'<div class="notice">{heading}<p>{escape(block.text)}</p></div>'
    return chart_html(block, language) if isinstance(block, Chart) else table_html(block, language)


def chart_html(chart: Chart, language: str) -> str:
    """A chart with its number and title, its legend, and its description in the picture."""
    name = f"{words(language)['chart']} {chart.number}"
    legend = "".join(
        f'<li><svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true"><rect width="14" height="14" '
        f'fill="{colour}"/></svg> {escape(text)}</li>'
        for colour, text in chart.legend
    )
    note = f"<p>{escape(words(language)['map_legend'])}</p>" if legend else ""
    below = f'<ul class="legend">{legend}</ul>{note}' if legend else ""
    identity = f"figure-{_identity(chart.number)}"
    unit = f' <span class="quiet">({escape(chart.unit)})</span>' if chart.unit else ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in chart.notes)
    return (
        f'<figure class="chart{" map" if legend else ""}" id="{identity}"><figcaption><strong>{escape(name)}.</strong> '
        f"{escape(chart.title)}{unit}</figcaption>"
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">{chart.svg}</div>{below}'
        + (f'<ul class="notes">{notes}</ul>' if notes else "")
        + f'<p class="quiet"><a href="charts/{_identity(chart.number)}.svg">SVG<span class="hidden"> {escape(name)}'
        f"</span></a></p>{_defined(chart.figures, name, language)}</figure>"
    )


def table_html(table: Table, language: str) -> str:
    """A table with headings for rows and columns, its notes, and links to its data."""
    name, identity = f"{words(language)['table']} {table.number}", _identity(table.number)
    columns = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join(_row(table, at) for at in range(len(table.rows)))
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    links = " ".join(
        f'<a href="data/table-{identity}.{kind}">{kind.upper()}<span class="hidden"> {escape(name)}</span></a>'
        for kind in ("csv", "parquet")
    )
    return (
        f'<div class="table" id="table-{identity}"><div class="scroll" role="region" tabindex="0" '
        f'aria-labelledby="caption-{identity}"><table><caption id="caption-{identity}">'
        f"<strong>{escape(name)}.</strong> "
        f'{escape(table.title)}</caption><thead><tr><th scope="col">{escape(table.corner)}</th>{columns}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>"
        + (f'<ul class="notes">{notes}</ul>' if notes else "")
        + f'<p class="quiet">{links}</p>{_defined(table.figures, name, language)}</div>'
    )


def _defined(figures: tuple[tuple[str, str], ...], name: str, language: str) -> str:
    """Where each figure of a table or a chart is defined."""
    links = "".join(f'<li><a href="definitions.html#{figure}">{escape(title)}</a></li>' for figure, title in figures)
    heading = f'{escape(words(language)["definitions"])}<span class="hidden">: {escape(name)}</span>'
    return f'<details class="defined"><summary>{heading}</summary><ul>{links}</ul></details>' if links else ""


def _row(table: Table, at: int) -> str:
    row = table.rows[at]
    if not row.values:
        return (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(table.columns) + 1}">{escape(row.label)}</th></tr>'
        )
    cells = "".join(f"<td>{escape(value.text)}</td>" for value in row.values)
    kind = ' class="total"' if row.total else ""
    return f'<tr{kind}><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def definitions_html(document: Document) -> str:
    """The definitions of the figures."""
    told = words(document.language)
    entries = [
        f'<section id="{each.id}"><h2>{escape(each.title)}</h2>'
        f"<p>{escape(each.question)}</p><dl>"
        + "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in each.rows)
        + "</dl></section>"
        for each in document.definitions
    ]
    return f'<p class="text">{escape(told["definitions_text"])}</p>' + "\n".join(entries)


def glossary_html(document: Document) -> str:
    """The glossary."""
    entries = [f"<div><dt>{escape(term.word)}</dt><dd>{escape(term.meaning)}</dd></div>" for term in document.glossary]
    return f"<dl>{''.join(entries)}</dl>"


def method_html(document: Document) -> str:
    """The method, and how much is hidden."""
    return "\n".join(
        f'<section><h2>{escape(title)}</h2><p class="text">{escape(text)}</p></section>'
        for title, text in document.method
    )


def _identity(number: str) -> str:
    return number.lower().replace(".", "-")
