"""Bars, columns and lines as SVG without styles or scripts, with a title and a description for those who do not see.

Each colour differs from the others in lightness too, so that they are told apart with every kind of colour vision and
in grey. Text stands beside its bar, not inside it, and every picture is read at 320 pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

COLOURS = ("#0b5394", "#e07b00", "#6fb1dc", "#5b5b5b", "#a83a00", "#93c47d")
WIDTH = 480.0
Tick = Callable[[float, int], str]
"""How a number on an axis is written, with so many decimals."""

_INK, _QUIET, _LINE = "#1e2b3c", "#55606e", "#c9d1da"
_FONT = 'font-family="Inter, sans-serif"'
_ROW, _BAR = 22.0, 11.0
_TALL, _LEFT, _BELOW = 200.0, 66.0, 30.0
_DIGIT = 8.0
"""The room of a sign on the axis: the widest digit of the type, and no sign of a number is wider."""


@dataclass(frozen=True)
class Item:
    """One value with its label and its text; none where it may not be shown. `strong` marks the whole."""

    label: str
    value: float | None
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Shown:
    """What a picture says in words: a title, and a description that stands for it; `id` is unique in its page."""

    id: str
    title: str
    description: str


def bar_chart(items: Sequence[Item], shown: Shown) -> str:
    """Horizontal bars on one scale from nought, negative ones to its left; label and value stand above each."""
    values = [item.value for item in items if item.value is not None] + [0.0]
    low, high = min(values), max(values)
    extent = (high - low) or 1.0
    zero = -low / extent * WIDTH
    drawn = []
    for place, item in enumerate(items):
        y = place * (_ROW + _BAR + 6)
        weight = ' font-weight="600"' if item.strong else ""
        drawn.append(
            f'<text x="0" y="{y + 16:.0f}"{weight}>{escape(item.label)}</text>'
            f'<text x="{WIDTH:.0f}" y="{y + 16:.0f}" text-anchor="end"{weight}>{escape(item.text)}</text>'
            f'<rect x="0" y="{y + _ROW:.0f}" width="{WIDTH:.0f}" height="{_BAR:.0f}" fill="#eef1f5"/>'
        )
        if item.value is not None:
            width = abs(item.value) / extent * WIDTH
            start = zero if item.value >= 0 else zero - width
            colour = COLOURS[3] if item.strong else COLOURS[0] if item.value >= 0 else COLOURS[1]
            drawn.append(
                f'<rect x="{start:.1f}" y="{y + _ROW:.0f}" width="{width:.1f}" height="{_BAR:.0f}" fill="{colour}"/>'
            )
    return _picture("".join(drawn), len(items) * (_ROW + _BAR + 6), shown)


@dataclass(frozen=True)
class Line:
    """One series of values, in the order of the chart's labels, with its name."""

    name: str
    values: tuple[float | None, ...]


def column_chart(labels: Sequence[str], series: Sequence[Line], shown: Shown, tick: Tick) -> str:
    """Columns of one or several series beside each other, from nought, over labels in their order."""
    frame = _frame(series, tick)
    body = [_grid(frame)]
    slot = (WIDTH - frame.left) / max(len(labels), 1)
    width = slot * 0.78 / max(len(series), 1)
    for number, line in enumerate(series):
        for at, value in enumerate(line.values):
            if value is not None:
                x = frame.left + at * slot + slot * 0.11 + number * width
                top, foot = sorted((_y(value, frame), _y(0.0, frame)))
                body.append(
                    f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{foot - top:.1f}" '
                    f'fill="{COLOURS[number]}"/>'
                )
    # Every second label, third and so on where they would run into each other.
    body.append(_labels_at(labels, [frame.left + (at + 0.5) * slot for at in range(len(labels))]))
    return _with_legend(body, series, shown)


@dataclass(frozen=True)
class Along:
    """Where the points of lines stand, as parts of the way from left to right, and where breaks are marked."""

    places: tuple[float, ...]
    breaks: tuple[float, ...] = ()


def line_chart(
    labels: Sequence[str], series: Sequence[Line], shown: Shown, tick: Tick, along: Along | None = None
) -> str:
    """Lines over time with a point at each value; a value that is missing leaves a gap.

    Points stand equally far apart unless `along` says where; breaks are dashed lines from top to bottom.
    """
    frame = _frame(series, tick)
    slot = (WIDTH - frame.left) / max(len(labels), 1)
    places = along.places if along else [at / max(len(labels) - 1, 1) for at in range(len(labels))]
    across = [frame.left + slot / 2 + place * (WIDTH - frame.left - slot) for place in places]
    body = [_grid(frame)]
    for place in along.breaks if along else ():
        x = frame.left + slot / 2 + place * (WIDTH - frame.left - slot)
        body.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{_TALL + 8:.0f}" stroke="{COLOURS[4]}" '
            'stroke-width="1.5" stroke-dasharray="4 4"/>'
        )
    for number, line in enumerate(series):
        body += _line(
            line, [(x, _y(value or 0.0, frame)) for x, value in zip(across, line.values, strict=True)], number
        )
    body.append(_labels_at(labels, across))
    return _with_legend(body, series, shown)


def _line(line: Line, points: Sequence[tuple[float, float]], number: int) -> list[str]:
    """The pieces of a line between values that are missing, and a point at each value."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for value, point in zip(line.values, points, strict=True):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    paths = [" ".join(f"{x:.1f},{y:.1f}" for x, y in piece) for piece in pieces if len(piece) > 1]
    return [
        *(f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2.5"/>' for path in paths),
        *(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[number]}"/>'
            for piece in pieces
            for x, y in piece
        ),
    ]


@dataclass(frozen=True)
class _Frame:
    """The scale from bottom to top: where it begins and ends, its lines with their texts, and the room these need."""

    low: float
    high: float
    lines: tuple[tuple[float, str], ...]
    zero: float
    """A line nearer to nought than this is the line of nought."""
    left: float


def _frame(series: Sequence[Line], tick: Tick) -> _Frame:
    low, high, step = _scale(series)
    places = max(0, -floor(log10(step)))
    values = [low + at * step for at in range(round((high - low) / step) + 1)]
    lines = tuple((value, tick(value, places)) for value in values)
    left = max(_LEFT, max(len(text) for _, text in lines) * _DIGIT + 8)
    return _Frame(low, high, lines, step / 2, left)


def _scale(series: Sequence[Line]) -> tuple[float, float, float]:
    values = [value for line in series for value in line.values if value is not None] + [0.0]
    step = _round_step((max(values) - min(values)) / 4)
    return floor(min(values) / step) * step, max(ceil(max(values) / step), 1) * step, step


def _round_step(least: float) -> float:
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))


def _y(value: float, frame: _Frame) -> float:
    return 8 + (frame.high - value) / (frame.high - frame.low) * _TALL


def _grid(frame: _Frame) -> str:
    drawn = []
    for value, text in frame.lines:
        y = _y(value, frame)
        colour = _QUIET if abs(value) < frame.zero else _LINE
        drawn.append(
            f'<line x1="{frame.left:.1f}" x2="{WIDTH:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"/>'
            f'<text x="{frame.left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end" font-size="13" '
            f'fill="{_QUIET}">{escape(text)}</text>'
        )
    return "".join(drawn)


def _labels_at(labels: Sequence[str], across: Sequence[float]) -> str:
    """Labels at some places; as many left out, at equal distance, as would run into each other."""
    room = max((len(label) for label in labels), default=1) * 7.6
    least = min((right - left for left, right in pairwise(across)), default=room)
    every = max(1, ceil(room / max(least, 1.0)))
    return "".join(
        f'<text x="{x:.1f}" y="{_TALL + 26:.0f}" text-anchor="middle" font-size="13" '
        f'fill="{_QUIET}">{escape(label)}</text>'
        for at, (label, x) in enumerate(zip(labels, across, strict=True))
        if at % every == 0
    )


def _with_legend(body: list[str], series: Sequence[Line], shown: Shown) -> str:
    height = _TALL + 8 + _BELOW
    if len(series) > 1:
        body.append(legend([(COLOURS[number], line.name) for number, line in enumerate(series)], height))
        height += 22 * len(series)
    return _picture("".join(body), height, shown)


def legend(entries: Sequence[tuple[str, str]], top: float) -> str:
    """Colours with their meaning, one under the other."""
    return "".join(
        f'<rect x="0" y="{top + at * 22:.0f}" width="14" height="14" fill="{colour}"/>'
        f'<text x="22" y="{top + at * 22 + 12:.0f}" font-size="14">{escape(text)}</text>'
        for at, (colour, text) in enumerate(entries)
    )


def _picture(body: str, height: float, shown: Shown) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="{shown.id}-t {shown.id}-d" {_FONT} font-size="15" fill="{_INK}">'
        f'<title id="{shown.id}-t">{escape(shown.title)}</title>'
        f'<desc id="{shown.id}-d">{escape(shown.description)}</desc>{body}</svg>'
    )
