"""A ring of places as a picture: lists in a circle, an arrow to the next. Lists, never people."""

from __future__ import annotations

from math import cos, pi, sin

from django.utils.html import escape
from django.utils.safestring import SafeString

_SIZE = 240.0
_MIDDLE = _SIZE / 2
_RADIUS = 88.0
_LARGEST_NODE = 20.0
MOST_DRAWN = 12
"""A ring of more lists than this is told in words only: its picture would be a smear."""


def ring_picture(lists: int, *, own: int, title: str, description: str) -> SafeString:
    """A ring of numbered lists; the arrow that leaves the `own` one (counted from nought) is the reader's."""
    node = min(_LARGEST_NODE, pi * _RADIUS / lists / 1.6)
    places = [_point(n, lists) for n in range(lists)]
    arrows = "".join(_arrow(n, lists, node, own=n == own) for n in range(lists))
    nodes = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{node:.1f}"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" dy="0.35em" text-anchor="middle">{n + 1}</text>'
        for n, (x, y) in enumerate(places)
    )
    return SafeString(
        f'<svg class="ring" viewBox="0 0 {_SIZE:.0f} {_SIZE:.0f}" role="img" aria-labelledby="ring-title ring-text">'
        f'<title id="ring-title">{escape(title)}</title><desc id="ring-text">{escape(description)}</desc>'
        f"{arrows}{nodes}</svg>"
    )


def _angle(n: float, lists: int) -> float:
    return 2 * pi * n / lists - pi / 2


def _point(n: float, lists: int) -> tuple[float, float]:
    angle = _angle(n, lists)
    return _MIDDLE + _RADIUS * cos(angle), _MIDDLE + _RADIUS * sin(angle)


def _arrow(n: int, lists: int, node: float, *, own: bool) -> str:
    """An arc from one list to the next, ending in a head that stops short of it."""
    gap = (node + 4) / _RADIUS * lists / (2 * pi)
    head = 11 / _RADIUS * lists / (2 * pi)
    start, end = _point(n + gap, lists), _point(n + 1 - gap - head * 0.7, lists)
    tip = _point(n + 1 - gap, lists)
    angle = _angle(n + 1 - gap - head, lists)
    sides = [(_MIDDLE + (_RADIUS + out) * cos(angle), _MIDDLE + (_RADIUS + out) * sin(angle)) for out in (-6, 6)]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, *sides))
    kind = ' class="own"' if own else ""
    arc = f"M{start[0]:.1f} {start[1]:.1f}A{_RADIUS:.0f} {_RADIUS:.0f} 0 0 1 {end[0]:.1f} {end[1]:.1f}"
    return f'<g{kind}><path d="{arc}"/><polygon points="{corners}"/></g>'
