"""The figure of the coverage: a dot for each size of municipality and place in line, against the promise of 80 %."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from fastlege.planning.waits.levels import POSITIONS
from fastlege.planning.waits.scores import GROUPS
from fastlege.simulation.waits.assessing import ENOUGH, EVERYBODY, Row

_SIZES = {
    "under_2000": "– 1 999", "2000_4999": "2 000 – 4 999", "5000_9999": "5 000 – 9 999",
    "10000_49999": "10 000 – 49 999", "50000_plus": "50 000 –",
}  # fmt: skip
_WIDTH, _LEFT, _TOP, _ROW, _COLUMN = 760, 150, 112, 52, 100
_LOWEST, _HIGHEST = 50.0, 100.0
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1e2b3c}.small{font-size:11px;fill:#4a5768}.title{font-size:16px;"
    "font-weight:600}.track{stroke:#d5dae1}.promise{stroke:#1e2b3c;stroke-dasharray:3 3}.dot{fill:#0062ba}"
    ".few{fill:#8a94a3}.middle{text-anchor:middle}.end{text-anchor:end}"
)


def coverage_picture(rows: Sequence[Row], language: str) -> str:
    """The figure as SVG that stands on its own, with its title, its description and its numbers as text."""
    words = definition()
    named = words["words"][language]
    own = {(row.size_group, row.position): row for row in rows if row.kind == EVERYBODY}
    lines: list[str | None] = [*GROUPS, None]
    columns: list[str | None] = [*POSITIONS[:-1], None]
    drawn = [_head(column, place, words, language) for place, column in enumerate(columns)]
    for place, line in enumerate(lines):
        top = _TOP + place * _ROW
        label = named["all"] if line is None else _SIZES[line]
        drawn.append(f'<text class="end" x="{_LEFT - 16}" y="{top + 22}">{escape(label)}</text>')
        drawn += [_cell(own.get((line, column)), at, top, words, language) for at, column in enumerate(columns)]
    height = _TOP + len(lines) * _ROW + 32
    title, question, why = (words[part][language] for part in ("title", "question", "why"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" lang="{language}" '
        f'aria-labelledby="waits-title waits-text"><style>{_STYLE}</style>'
        f'<title id="waits-title">{escape(title)}</title>'
        f'<desc id="waits-text">{escape(question)} {escape(why)}</desc>'
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
        f'<text class="title" x="16" y="28">{escape(title)}</text>'
        f'<text class="small" x="16" y="48">{escape(question)}</text>'
        f'<text class="small" x="16" y="64">{escape(why)}</text>'
        f'<text class="small end" x="{_LEFT - 16}" y="{_TOP - 14}">{escape(named["residents"])}</text>'
        f'<text class="small" x="16" y="{height - 10}">{escape(named["scale"])}</text>'
        f"{''.join(drawn)}</svg>\n"
    )


def _head(column: str | None, place: int, words: Mapping[str, Any], language: str) -> str:
    named = words["words"][language]
    label = named["all"] if column is None else f"{column} {named['ahead']}" if place == 0 else column
    middle = _LEFT + place * _COLUMN + _COLUMN / 2
    return f'<text class="small middle" x="{middle:.0f}" y="{_TOP - 14}">{escape(label.replace("-", "–"))}</text>'


def _cell(row: Row | None, place: int, top: int, words: Mapping[str, Any], language: str) -> str:
    """A scale from 50 to 100 per cent with the promise marked, the dot, and the number below it."""
    left, wide = _LEFT + place * _COLUMN + 8, _COLUMN - 16
    promise = left + wide * (words["target"] - _LOWEST) / (_HIGHEST - _LOWEST)
    middle = _LEFT + place * _COLUMN + _COLUMN / 2
    base = f'<line class="track" x1="{left}" x2="{left + wide}" y1="{top + 17}" y2="{top + 17}"/>'
    base += f'<line class="promise" x1="{promise:.1f}" x2="{promise:.1f}" y1="{top + 8}" y2="{top + 26}"/>'
    if row is None or row.score.closed < ENOUGH:
        few = words["words"][language]["too_few"]
        return base + f'<text class="small middle" x="{middle:.0f}" y="{top + 42}">{escape(few)}</text>'
    percent = 100 * row.score.inside
    at = left + wide * (min(max(percent, _LOWEST), _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST)
    number = f"{percent:.0f} %"
    return (
        f'{base}<circle class="dot" cx="{at:.1f}" cy="{top + 17}" r="5"/>'
        f'<text class="small middle" x="{middle:.0f}" y="{top + 42}">{number}</text>'
    )


@cache
def definition() -> Mapping[str, Any]:
    """What the figure shows, in words, in three languages."""
    return tomllib.loads((files("fastlege.simulation.waits") / "coverage.toml").read_text())
