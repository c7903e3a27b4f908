"""The two pictures of a profile: where a municipality lies among others, and how a figure moves over the years.

Marks differ in shape and in lightness, not in colour alone: the municipality a filled circle, its county a diamond, the
country an upright line, each similar municipality a small ring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from fastlege.reporting.pictures.charts import Shown

OWN, COUNTY, COUNTRY, SIMILAR = "#0b5394", "#c25e00", "#1e2b3c", "#75808c"
WIDTH = 360.0
_INK, _QUIET, _LINE = "#1e2b3c", "#4d5866", "#c9d1da"
_LONGEST = 42
_TEXT, _STRIP, _GAP = 17.0, 34.0, 8.0
_LEFT, _RIGHT = 10.0, WIDTH - 10.0


@dataclass(frozen=True)
class Strip:
    """One figure of a picture: its name, the municipality's value as text and number, and those of others."""

    label: str
    text: str
    own: float | None
    county: float | None
    country: float | None
    others: tuple[float, ...]
    low: str
    high: str
    """The two ends of the line, as text."""

    @property
    def values(self) -> list[float]:
        """All values on the line."""
        return [each for each in (self.own, self.county, self.country, *self.others) if each is not None]


def strips(rows: Sequence[Strip], shown: Shown) -> str:
    """One line a figure, each on a scale of its own, with a mark for every municipality that is compared."""
    body, y = [], 0.0
    for row in rows:
        lines = wrapped(row.label, _LONGEST)
        for line in lines:
            y += _TEXT
            body.append(f'<text x="0" y="{y - 4:.0f}">{escape(line)}</text>')
        body.append(
            f'<text x="{WIDTH:.0f}" y="{y - _TEXT * (len(lines) - 1) - 4:.0f}" text-anchor="end" font-weight="600">'
            f"{escape(row.text)}</text>"
        )
        body += _marks(row, y + 11)
        y += _STRIP + _GAP
    return _picture("".join(body), y - _GAP, shown)


def _marks(row: Strip, y: float) -> Iterator[str]:
    low, high = min(row.values, default=0.0), max(row.values, default=0.0)

    def x(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_RIGHT - _LEFT) if high > low else (_LEFT + _RIGHT) / 2

    yield f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}" stroke="{_LINE}" stroke-width="2"/>'
    if high > low:
        for at, anchor, text in ((_LEFT, "start", row.low), (_RIGHT, "end", row.high)):
            start = at - _LEFT if anchor == "start" else WIDTH
            yield (
                f'<text x="{start:.0f}" y="{y + 21}" text-anchor="{anchor}" font-size="11.5" fill="{_QUIET}">'
                f"{escape(text)}</text>"
            )
    # Those that lie on one another are drawn once.
    for place in dict.fromkeys(f"{x(each):.0f}" for each in row.others):
        yield f'<circle cx="{place}" cy="{y}" r="3" fill="#fff" stroke="{SIMILAR}" stroke-width="1.3"/>'
    if row.country is not None:
        yield (
            f'<line x1="{x(row.country):.1f}" x2="{x(row.country):.1f}" y1="{y - 10}" y2="{y + 10}" '
            f'stroke="{COUNTRY}" stroke-width="2.5"/>'
        )
    if row.county is not None:
        yield _diamond(x(row.county), y, 7.5)
    if row.own is not None:
        yield f'<circle cx="{x(row.own):.1f}" cy="{y}" r="6.5" fill="{OWN}" stroke="#fff" stroke-width="1.5"/>'


def _diamond(x: float, y: float, size: float) -> str:
    return (
        f'<path d="M{x:.1f} {y - size:.1f}l{size} {size}l-{size} {size}l-{size} -{size}z" fill="{COUNTY}" '
        'stroke="#fff" stroke-width="1.5"/>'
    )


def mark(kind: str) -> str:
    """One mark on its own, for the key; the words beside it say what it is."""
    drawn = {
        "own": f'<circle cx="9" cy="10" r="6.5" fill="{OWN}"/>',
        "county": _diamond(9, 10, 7.5),
        "country": f'<line x1="9" x2="9" y1="0" y2="20" stroke="{COUNTRY}" stroke-width="2.5"/>',
        "similar": f'<circle cx="9" cy="10" r="3.5" fill="#fff" stroke="{SIMILAR}" stroke-width="1.5"/>',
        "own_line": f'<path d="M0 10h30" stroke="{OWN}" stroke-width="3"/><circle cx="15" cy="10" r="4" fill="{OWN}"/>',
        "county_line": f'<path d="M0 10h30" stroke="{COUNTY}" stroke-width="2.2" stroke-dasharray="7 4"/>',
        "country_line": f'<path d="M0 10h30" stroke="{COUNTRY}" stroke-width="2.2" stroke-dasharray="2 4"/>',
    }[kind]
    width = 30 if kind.endswith("_line") else 18
    return f'<svg viewBox="0 0 {width} 20" width="{width}" height="20" aria-hidden="true">{drawn}</svg>'


@dataclass(frozen=True)
class Course:
    """One series over the years, the municipality's own or another's."""

    values: tuple[float | None, ...]
    kind: str


_COURSES = {
    "own": f'stroke="{OWN}" stroke-width="3"',
    "county": f'stroke="{COUNTY}" stroke-width="2.2" stroke-dasharray="7 4"',
    "country": f'stroke="{COUNTRY}" stroke-width="2.2" stroke-dasharray="2 4"',
}
_WIDE, _HIGH, _MARGIN, _TOP = 300.0, 90.0, 52.0, 10.0


def courses(years: Sequence[int], series: Sequence[Course], ends: tuple[str, str], shown: Shown) -> str:
    """Lines over the years between the lowest and the highest value, whose texts are `ends`; a gap where one lacks."""
    values = [value for one in series for value in one.values if value is not None]
    low, high = min(values), max(values)

    def x(at: int) -> float:
        return _MARGIN + 12 + (years[at] - years[0]) / (years[-1] - years[0]) * (_WIDE - _MARGIN - 28)

    def y(value: float) -> float:
        return _TOP + ((high - value) / (high - low) * _HIGH if high > low else _HIGH / 2)

    body = [
        f'<line x1="{_MARGIN}" x2="{_WIDE:.0f}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="{_LINE}"/>'
        f'<text x="{_MARGIN - 6}" y="{y(value) + 4:.1f}" text-anchor="end" font-size="12" fill="{_QUIET}">'
        f"{escape(text)}</text>"
        for value, text in (((low, ends[0]), (high, ends[1])) if high > low else ((low, ends[0]),))
    ]
    body += [
        f'<text x="{x(at):.1f}" y="{_TOP + _HIGH + 20:.0f}" text-anchor="middle" font-size="12" fill="{_QUIET}">'
        f"{year}</text>"
        for at, year in enumerate(years)
    ]
    # The municipality's own line is drawn last, over the others.
    for one in reversed(series):
        for points in _unbroken(one.values):
            path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in points)
            body.append(f'<polyline points="{path}" fill="none" {_COURSES[one.kind]}/>')
            if one.kind == "own" or len(points) == 1:
                colour = {"own": OWN, "county": COUNTY, "country": COUNTRY}[one.kind]
                body += [
                    f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="4" fill="{colour}"/>' for at, value in points
                ]
    return _picture("".join(body), _TOP + _HIGH + 26, shown, _WIDE)


def _unbroken(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The stretches of a series between its gaps, each value with its position."""
    for known, stretch in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if known:
            yield [(at, value) for at, value in stretch if value is not None]


def wrapped(text: str, longest: int) -> list[str]:
    """A text in lines of at most so many letters, where its words allow."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > longest:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _picture(body: str, height: float, shown: Shown, width: float = WIDTH) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="{shown.id}-t {shown.id}-d" font-family="Inter, sans-serif" font-size="13" fill="{_INK}">'
        f'<title id="{shown.id}-t">{escape(shown.title)}</title>'
        f'<desc id="{shown.id}-d">{escape(shown.description)}</desc>{body}</svg>'
    )
