"""Waits for readers: a sentence, and a picture on a scale that all the waits of a page share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.planning.waits.words import Wait, in_words
from fastlege.web import formats
from fastlege.web.pictures import waits as pictures
from fastlege.web.pictures.waits import Scale

_YEAR = 12


@dataclass(frozen=True)
class ShownWait:
    """A wait as a sentence; the picture and its marks only where days are known."""

    text: str
    picture: SafeString
    marks: tuple[str, ...]


def shown_waits(waits: Sequence[Wait | None]) -> list[ShownWait]:
    """The waits of one page, in their order; none is one that no round has estimated yet."""
    drawn = [_drawn(wait) for wait in waits]
    scale = pictures.scale_for([each for each in drawn if each is not None])
    return [_shown(wait, picture, scale) for wait, picture in zip(waits, drawn, strict=True)]


def shown_wait(wait: Wait | None) -> ShownWait:
    """One wait on a scale of its own."""
    return shown_waits([wait])[0]


def in_a_row(wait: ShownWait) -> str:
    """A wait as HTML for a row of a search."""
    return f"<p>{escape(wait.text)}</p>{wait.picture}" if wait.picture else f'<p class="quiet">{escape(wait.text)}</p>'


def _shown(wait: Wait | None, drawn: pictures.Wait | None, scale: Scale) -> ShownWait:
    if wait is None:
        return ShownWait(_("Ventetiden blir anslått når neste runde er holdt."), SafeString(""), ())
    text = _("Anslått ventetid: %(wait)s.") % {"wait": in_words(wait, formats.language())}
    if drawn is None:
        return ShownWait(text, SafeString(""), ())
    return ShownWait(text, pictures.wait_picture(drawn, scale), tuple(map(_mark, scale.marks)))


def _drawn(wait: Wait | None) -> pictures.Wait | None:
    """What can be drawn: a wait with a middle."""
    if wait is None or wait.median is None:
        return None
    return pictures.Wait(wait.low or 0, wait.median, wait.high)


def _mark(months: int) -> str:
    if months == 0:
        return _("nå")
    if months % _YEAR == 0:
        return _("%(years)s år") % {"years": months // _YEAR}
    return _("%(months)s md.") % {"months": months}
