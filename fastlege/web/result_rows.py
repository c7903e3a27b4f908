"""The rows of a search as HTML text. Fifty of them through the template language would cost half the page's time."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.kernel.vocabulary import Sex
from fastlege.registry.list_search import FoundList
from fastlege.web.formats import decimal, whole
from fastlege.web.pictures.bars import strip
from fastlege.web.wording import language_name, state_of


def result_rows(found: Iterable[FoundList]) -> SafeString:
    """List items, one a GP list."""
    words = _Words()
    return SafeString("".join(words.row(each) for each in found))


class _Words:
    """The texts of a row, looked up once a page."""

    def __init__(self) -> None:
        self.women, self.men = _("kvinne"), _("mann")
        self.specialist = _("spesialist i allmennmedisin")
        self.free_of = _("%(free)s ledige av %(cap)s plasser")
        self.full_of = _("%(length)s av %(cap)s plasser er tatt")
        self.waiting = _("%(count)s i kø")
        self.no_queue = _("Ingen i kø")
        self.away = _("%(kilometres)s km unna")
        self.address = reverse("gp-list", args=[0])

    def row(self, found: FoundList) -> str:
        state = state_of(found)
        facts = ", ".join(self._facts(found))
        where = f"{escape(found.office)}, {escape(found.municipality)}"
        if found.kilometres is not None:
            where += " · " + self.away % {"kilometres": decimal(found.kilometres, 1)}
        room = self.free_of if found.free else self.full_of
        places = room % {"free": whole(found.free), "length": whole(found.length), "cap": whole(found.cap)}
        queue = self.waiting % {"count": whole(found.waiting)} if found.waiting else self.no_queue
        taken = found.length / found.cap if found.cap else 1.0
        address = self.address.replace("/0/", f"/{found.list_id}/")
        return (
            f'<li><div><h3><a href="{address}">{escape(found.doctor or found.name)}</a></h3><p>{where}</p>'
            f'<p class="quiet">{facts}</p></div><div>{strip(taken)}<p class="numbers">{places}</p></div>'
            f'<div><p><span class="tag {state.kind}">{state.label}</span></p>'
            f'<p class="quiet numbers">{queue}</p></div></li>'
        )

    def _facts(self, found: FoundList) -> list[str]:
        if found.doctor is None:
            return []
        facts = [self.women if found.sex == Sex.FEMALE else self.men]
        if found.specialist:
            facts.append(self.specialist)
        facts += [language_name(code) for code in found.languages or ()]
        return facts
