"""The map: a dot for each sub-area, its size the people who live there, its colour the value of its municipality."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, atanh, cos, pi, radians, sin, sqrt
from typing import Literal

Shade = Literal["none", "few", "some", "many", "unknown"]
SHADES: tuple[Shade, ...] = ("none", "few", "some", "many", "unknown")
FILLS = {"lowest": "#9cc3e4", "low": "#5a9bd0", "high": "#1f6bb3", "highest": "#08306b", "unknown": "#c4c4c4"}
"""Colours of the quarters of some values, from light to dark: seen in grey and with every colour vision too."""

_WIDTH = 600.0
_MARGIN = 14.0
_LARGEST = 15.0
_SMALLEST = 1.9
# Part of the picture that the dots would cover if none lay over another: enough to see the country, not a blot.
_INK = 0.085


@dataclass(frozen=True)
class Dot:
    """One sub-area: a point in it, its people and its municipality's shade."""

    latitude: float
    longitude: float
    people: int
    shade: str


def shade(free_per_1000: float | None, *, few: float, many: float) -> Shade:
    """The class of a municipality by its free places per 1 000 residents."""
    if free_per_1000 is None:
        return "unknown"
    if free_per_1000 <= 0:
        return "none"
    if free_per_1000 < few:
        return "few"
    return "some" if free_per_1000 < many else "many"


def quarters(values: Sequence[float]) -> list[float]:
    """The least, the bounds of the quarters, and the most."""
    ordered = sorted(values)
    return [ordered[0], *(ordered[len(ordered) * quarter // 4] for quarter in (1, 2, 3)), ordered[-1]]


@dataclass(frozen=True)
class LegendWords:
    """What a legend says in one language: of the lowest quarter, of those over it, and where there is no value."""

    lowest: str
    over: str
    unknown: str


def legend_of(bounds: Sequence[str], found: Collection[str], words: LegendWords) -> tuple[tuple[str, str], ...]:
    """The colours that are found in a map of quarters, each with what it means; `bounds` as they are written."""
    return tuple((FILLS[name], text) for name, text in meanings(bounds, words).items() if name in found)


def meanings(bounds: Sequence[str], words: LegendWords) -> dict[str, str]:
    """What each colour of a map of quarters means, by its name; `bounds` as they are written."""
    steps = {
        name: low if low == high else (words.over if at else words.lowest).format(low=low, high=high)
        for at, (name, (low, high)) in enumerate(zip(FILLS, pairwise(bounds), strict=False))
    }
    return {**steps, "unknown": words.unknown}


def draw_map(
    dots: Sequence[Dot],
    *,
    title: str,
    description: str,
    shades: Sequence[str] = SHADES,
    id: str = "map",
    fills: Mapping[str, str] | None = None,
) -> str:
    """An SVG picture with its title and description for those who do not see it; all texts come escaped.

    `shades`: every shade that a dot can have, in the order in which they are drawn. `id` is unique in the page. With
    `fills` each shade has its colour in the picture; else it comes from the page's style.
    """
    points, height = _placed(dots)
    factor = _factor(dots, height)
    groups: dict[str, list[str]] = {name: [] for name in shades}
    # The largest first, so that a small place beside a town is not hidden under it.
    for dot, (x, y) in sorted(zip(dots, points, strict=True), key=lambda pair: -pair[0].people):
        radius = min(max(factor * sqrt(dot.people), _SMALLEST), _LARGEST)
        groups[dot.shade].append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    drawn = "".join(
        f'<g class="{name}"{_filled(fills, name)}>{"".join(circles)}</g>' for name, circles in groups.items() if circles
    )
    # On its own, outside a page, a picture must say which language its marks are of.
    space = ' xmlns="http://www.w3.org/2000/svg"' if fills else ""
    return (
        f'<svg{space} viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-labelledby="{id}-title {id}-text">'
        f'<title id="{id}-title">{title}</title><desc id="{id}-text">{description}</desc>{drawn}</svg>'
    )


def _filled(fills: Mapping[str, str] | None, name: str) -> str:
    return f' fill="{fills[name]}" stroke="#ffffff" stroke-width="0.4"' if fills else ""


def _placed(dots: Sequence[Dot]) -> tuple[list[tuple[float, float]], float]:
    """Points in picture coordinates, and the picture's height: a transverse projection around the middle meridian."""
    if not dots:
        return [], _WIDTH
    middle = (min(dot.longitude for dot in dots) + max(dot.longitude for dot in dots)) / 2
    flat = [_project(dot.latitude, dot.longitude - middle) for dot in dots]
    west, east = min(x for x, _ in flat), max(x for x, _ in flat)
    south, north = min(y for _, y in flat), max(y for _, y in flat)
    # A place of one point, or a narrow strip, still gets a picture with some body.
    extent = max(east - west, (north - south) / 1.6, 1e-4)
    scale = (_WIDTH - 2 * _MARGIN) / extent
    shift = (_WIDTH - (east - west) * scale) / 2
    height = (north - south) * scale + 2 * _MARGIN
    return [((x - west) * scale + shift, (north - y) * scale + _MARGIN) for x, y in flat], height


def _project(latitude: float, meridian: float) -> tuple[float, float]:
    """Spherical transverse Mercator: north is up and shapes are kept near the middle meridian."""
    phi, lam = radians(latitude), radians(meridian)
    return atanh(cos(phi) * sin(lam)), atan2(sin(phi) / cos(phi), cos(lam))


def _factor(dots: Sequence[Dot], height: float) -> float:
    people = sum(dot.people for dot in dots)
    return sqrt(_INK * _WIDTH * height / (pi * people)) if people else 0.0
