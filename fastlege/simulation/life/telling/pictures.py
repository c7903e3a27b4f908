"""Pictures as SVG text: lines over months and bars, without script and with a title and description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 760, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 14, 34
_LABEL_STEP = 17
_TICKS = 5
_ROW, _BAR = 30, 18
_BAR_LEFT, _BAR_RIGHT = 200, 130


@dataclass(frozen=True)
class Line:
    """One line: its style (a class of the page), its label and a value for each month, none where there is none."""

    style: str
    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: its style and its length."""

    style: str
    length: float


@dataclass(frozen=True)
class Bar:
    """One row: its label, its stretches from the left, and what stands behind it."""

    label: str
    parts: Sequence[Part]
    text: str


@dataclass(frozen=True)
class Caption:
    """Title and description of a picture, and an id that is its own on the page."""

    name: str
    title: str
    description: str


Number = Callable[[float], str]


def lines(caption: Caption, rows: Sequence[Line], months: Sequence[str], number: Number) -> str:
    """Lines over months on one scale from zero, each with its label at its end."""
    known = [value for row in rows for value in row.values if value is not None]
    step = round_step(max(known, default=1.0) / _TICKS)
    top = step * max(1, ceil(max(known, default=1.0) / step))
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(place: int) -> float:
        return _LEFT + width * place / max(len(months) - 1, 1)

    def y(value: float) -> float:
        return _TOP + height * (1 - value / top)

    drawn = []
    for tick in range(round(top / step) + 1):
        at = y(tick * step)
        drawn.append(f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + width}" y1="{at:.1f}" y2="{at:.1f}"/>')
        drawn.append(f'<text class="tick end" x="{_LEFT - 8}" y="{at + 4:.1f}">{escape(number(tick * step))}</text>')
    for place in range(0, len(months), _every(len(months))):
        drawn.append(f'<text class="tick middle" x="{x(place):.1f}" y="{_HEIGHT - 10}">{escape(months[place])}</text>')
    for row in rows:
        points = [f"{x(i):.1f},{y(v):.1f}" for i, v in enumerate(row.values) if v is not None]
        drawn.append(f'<polyline class="line {row.style}" points="{" ".join(points)}"/>')
    ends = [(y(row.values[-1]), row) for row in rows if row.values and row.values[-1] is not None]
    for at, row, height_of_label in _apart(ends):
        drawn.append(f'<line class="leader {row.style}" x1="{_LEFT + width + 2}" x2="{_LEFT + width + 16}" '
                     f'y1="{at:.1f}" y2="{height_of_label:.1f}"/>')  # fmt: skip
        drawn.append(f'<text class="name {row.style}" x="{_LEFT + width + 20}" y="{height_of_label + 4:.1f}">'
                     f"{escape(row.label)}</text>")  # fmt: skip
    return _picture(caption, _HEIGHT, drawn)


def bars(caption: Caption, rows: Sequence[Bar], *, whole: float | None = None) -> str:
    """Bars on one scale from zero; `whole` is the length that fills the picture, or the longest bar."""
    longest = whole or max((sum(part.length for part in row.parts) for row in rows), default=1.0) or 1.0
    width = _WIDTH - _BAR_LEFT - _BAR_RIGHT
    drawn = []
    for place, row in enumerate(rows):
        top = float(8 + place * _ROW)
        middle = top + _BAR / 2 + 4
        drawn.append(f'<text class="label end" x="{_BAR_LEFT - 10}" y="{middle:.1f}">{escape(row.label)}</text>')
        start = float(_BAR_LEFT)
        for part in row.parts:
            length = width * part.length / longest
            drawn.append(
                f'<rect class="{part.style}" x="{start:.1f}" y="{top:.0f}" width="{length:.1f}" height="{_BAR}"/>'
            )
            start += length
        drawn.append(f'<text class="label" x="{start + 8:.1f}" y="{middle:.1f}">{escape(row.text)}</text>')
    return _picture(caption, 12 + len(rows) * _ROW, drawn)


def round_step(least: float) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that is not below the least."""
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= least * (1 - 1e-9))


def _picture(caption: Caption, height: int, drawn: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{caption.name}-t {caption.name}-d">'
        f'<title id="{caption.name}-t">{escape(caption.title)}</title>'
        f'<desc id="{caption.name}-d">{escape(caption.description)}</desc>{"".join(drawn)}</svg>'
    )


def _every(months: int) -> int:
    """Months between labels below the picture."""
    return 1 if months <= 6 else 6 if months <= 42 else 12


def _apart(ends: Sequence[tuple[float, Line]]) -> list[tuple[float, Line, float]]:
    """Heights of the labels: in the order of the lines' ends, none over another, within the picture."""
    placed: list[tuple[float, Line, float]] = []
    lowest = _HEIGHT - _BOTTOM - _LABEL_STEP * (len(ends) - 1)
    for turn, (at, row) in enumerate(sorted(ends, key=lambda end: end[0])):
        least = placed[-1][2] + _LABEL_STEP if placed else float(_TOP)
        placed.append((at, row, max(least, min(at, lowest + turn * _LABEL_STEP))))
    return placed
