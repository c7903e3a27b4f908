"""The comparison as a picture: a bar of percent for each group of lists, to the right where it gains."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from fastlege.rules.capitation.comparing.groups import GroupChange

_WIDTH, _LEFT, _TOP, _ROW, _HEAD, _SPAN = 760, 190, 76, 24, 34, 230
_MIDDLE = _LEFT + _SPAN
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1e2b3c}.title{font-size:16px;font-weight:600}.small{font-size:11px;"
    "fill:#4a5768}.head{font-weight:600}.end{text-anchor:end}.axis{stroke:#4a5768}.gain{fill:#0062ba}.loss{fill:#b3461e}"
)


def comparison_picture(changes: Sequence[GroupChange], *, title: str) -> str:
    """The comparison as SVG that stands on its own: title, description, and every number as text beside its bar."""
    largest = max((abs(one.percent) for one in changes), default=0.0) or 1.0
    drawn, top = [], _TOP
    for by, own in groupby(changes, key=lambda one: one.by):
        if by:
            drawn.append(f'<text class="head" x="16" y="{top + 24}">{escape(by.capitalize())}</text>')
            top += _HEAD
        for one in own:
            drawn.append(_bar(one, top, largest))
            top += _ROW
    described = "; ".join(f"{one.by} {one.group}: {one.percent:+.1f} %".strip() for one in changes)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + 24}" role="img" '
            'aria-labelledby="title description">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(described)}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{top + 24}" fill="#ffffff"/>',
            f'<text class="title" x="16" y="30">{escape(title)}</text>',
            '<text class="small" x="16" y="52">Change in percent of what the lists of the group are paid, '
            "and lists that gain / lose</text>",
            f'<line class="axis" x1="{_MIDDLE}" x2="{_MIDDLE}" y1="{_TOP - 8}" y2="{top + 6}"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _bar(one: GroupChange, top: int, largest: float) -> str:
    length = round(abs(one.percent) / largest * (_SPAN - 60))
    is_gain = one.change_ore >= 0
    left = _MIDDLE if is_gain else _MIDDLE - length
    beside, anchor = (_MIDDLE + length + 6, "") if is_gain else (left - 6, ' class="end"')
    kind = "gain" if is_gain else "loss"
    return (
        f'<text class="end" x="{_LEFT - 12}" y="{top + 17}">{escape(one.group)}</text>'
        f'<rect class="{kind}" x="{left}" y="{top + 5}" width="{length}" height="14"/>'
        f'<text{anchor} x="{beside}" y="{top + 17}">{one.percent:+.1f}</text>'
        f'<text class="small end" x="{_WIDTH - 16}" y="{top + 17}">'
        f"{_spaced(one.gaining)} / {_spaced(one.losing)}</text>"
    )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
