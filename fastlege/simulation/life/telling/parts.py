"""Parts of the page: a figure with its table, keys, rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Table:
    """A table in words: its heads and its rows; the first cell of a row is its head."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset()
    """Places of columns that hold words, which stand to the left."""


def figure(title: str, text: str, picture: str, table: Table, label: str, *, key: str = "") -> str:
    """A section: heading, text, picture, and its table folded away."""
    return (
        f"<section><h2>{escape(title)}</h2><p>{escape(text)}</p><figure>{key}"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(title, quote=True)}">{picture}</div>'
        f"</figure>"
        f"{folded(title, table, label)}</section>"
    )


def folded(title: str, table: Table, label: str) -> str:
    """A table behind a word that opens it."""
    return f"<details><summary>{escape(label)}: {escape(title)}</summary>{shown(title, table)}</details>"


def shown(title: str, table: Table) -> str:
    """A table that can be scrolled on a narrow screen."""
    heads = "".join(
        f'<th scope="col"{_kind(table, place)}>{escape(head)}</th>' for place, head in enumerate(table.heads)
    )
    rows = "".join(_row(table, row) for row in table.rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(title, quote=True)}"><table>'
        f"<caption>{escape(title)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(table: Table, cells: Sequence[str]) -> str:
    head, *rest = cells
    others = "".join(f"<td{_kind(table, place)}>{escape(cell)}</td>" for place, cell in enumerate(rest, start=1))
    return f'<tr><th scope="row">{escape(head)}</th>{others}</tr>'


def _kind(table: Table, place: int) -> str:
    return ' class="words"' if place in table.words else ""


def key(entries: Sequence[tuple[str, str]]) -> str:
    """What the colours of a picture mean: style and word."""
    items = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{style}" width="10" height="10"/></svg>'
        f"{escape(word)}</li>"
        for style, word in entries
    )
    return f'<ul class="key">{items}</ul>'
