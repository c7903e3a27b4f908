"""A wait as a picture: a band from the shorter to the longer, and a line where it is most often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from django.utils.safestring import SafeString

_MONTH = 365.25 / 12
# Where a scale may end, in months, and how far apart its marks are: few enough marks to read at 320 pixels.
_SCALES = ((3, 1), (6, 2), (12, 3), (24, 6), (36, 12), (60, 12), (120, 24), (240, 60))
_HEIGHT = 10.0


@dataclass(frozen=True)
class Scale:
    """A common scale for the waits of one page: months it covers, and months between its marks."""

    months: int
    step: int

    @property
    def marks(self) -> range:
        """The months that are marked, nought first and the end last."""
        return range(0, self.months + 1, self.step)


@dataclass(frozen=True)
class Wait:
    """An interval of days with its middle; a wait without a known longer end runs off the scale."""

    low: float
    median: float
    high: float | None


def scale_for(waits: Iterable[Wait]) -> Scale:
    """The shortest scale that every wait fits on; the longest of all when one does not."""
    longest = max((wait.high if wait.high is not None else 2 * wait.median for wait in waits), default=0.0)
    months = ceil(longest / _MONTH)
    return Scale(*next((each for each in _SCALES if each[0] >= months), _SCALES[-1]))


def wait_picture(wait: Wait, scale: Scale) -> SafeString:
    """The band on its scale. The sentence beside it says the same, so it is hidden from those who hear the page."""
    low, middle = _place(wait.low, scale), _place(wait.median, scale)
    high = 100.0 if wait.high is None else _place(wait.high, scale)
    marks = "".join(
        f'<line class="mark" x1="{100 * at / scale.months:.2f}" x2="{100 * at / scale.months:.2f}" y1="0" y2="10"/>'
        for at in scale.marks
    )
    # A wait of no width would not be seen.
    width = max(high - low, 1.0)
    low = min(low, 100.0 - width)
    return SafeString(
        f'<svg class="wait" viewBox="0 0 100 {_HEIGHT:.0f}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="{_HEIGHT:.0f}"/>{marks}'
        f'<rect class="band" x="{low:.2f}" y="2" width="{width:.2f}" height="6"/>'
        f'<line class="middle" x1="{middle:.2f}" x2="{middle:.2f}" y1="0" y2="{_HEIGHT:.0f}"/></svg>'
    )


def _place(days: float, scale: Scale) -> float:
    return min(max(100 * days / _MONTH / scale.months, 0.0), 100.0)
