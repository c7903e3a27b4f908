"""Strips and bars: shares of a whole, and amounts beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

_LENGTH = 100.0


def strip(*shares: float) -> SafeString:
    """A strip for a whole, with one or two parts of it coloured from the left. The text beside it says the same."""
    drawn = ['<rect width="100" height="8"/>']
    start = 0.0
    for share in shares:
        width = min(max(share, 0.0) * _LENGTH, _LENGTH - start)
        drawn.append(f'<rect x="{start:.1f}" width="{width:.1f}" height="8"/>')
        start += width
    return SafeString(
        '<svg class="strip" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        + "".join(drawn)
        + "</svg>"
    )


@dataclass(frozen=True)
class Bar:
    """One row of a bar picture."""

    label: str
    text: str
    drawing: SafeString
    whole: bool = False


@dataclass(frozen=True)
class Amount:
    """A label with its value as a number and as text; `whole` marks the row that the others are parts of."""

    label: str
    value: float | None
    text: str
    whole: bool = False


def bars(amounts: Sequence[Amount], *, mean: float | None = None) -> list[Bar]:
    """Bars on one common scale from zero, negative values to the left of it; `mean` is drawn as a line through all."""
    values = [amount.value for amount in amounts if amount.value is not None] + [0.0]
    low, high = min(values), max(values)
    extent = (high - low) or 1.0
    return [Bar(a.label, a.text, _bar(a.value, low, extent, None if a.whole else mean), a.whole) for a in amounts]


def _bar(value: float | None, low: float, extent: float, mean: float | None) -> SafeString:
    zero = -low / extent * _LENGTH
    drawn = '<rect class="track" width="100" height="10"/>'
    if value is not None:
        width = abs(value) / extent * _LENGTH
        start = zero if value >= 0 else zero - width
        kind = "bar" if value >= 0 else "bar below"
        drawn += f'<rect class="{kind}" x="{start:.2f}" width="{width:.2f}" height="10"/>'
    if mean is not None:
        place = zero + mean / extent * _LENGTH
        drawn += f'<line class="mean" x1="{place:.2f}" x2="{place:.2f}" y1="0" y2="10"/>'
    return SafeString(f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>')
