"""The rows of a search as HTML text. Fifty of them through the template language would cost half the page's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.kernel.vocabulary import Sex
from fastlege.registry.list_search import FoundList
from fastlege.web.formats import decimal, whole
from fastlege.web.pictures.bars import strip
from fastlege.web.wording import language_name, state_of


def result_rows(
    found: Iterable[FoundList], *, page: str = "gp-list", more: Callable[[FoundList], str] | None = None
) -> SafeString:
    """List items, one a GP list, each with a link to its page and the caller's own HTML (`more`) under its state."""
    words = _Words(page)
    return SafeString("".join([words.row(each, more(each) if more else "") for each in found]))


class _Words:
    """The texts of a row, looked up once a page."""

    def __init__(self, page: str) -> None:
        self.sexes = {Sex.FEMALE: _("kvinne"), Sex.MALE: _("mann")}
        self.specialist = _("spesialist i allmennmedisin")
        self.free_of = _("%(free)s ledige av %(cap)s plasser")
        self.full_of = _("%(length)s av %(cap)s plasser er tatt")
        self.kept_of = _("%(length)s av %(cap)s plasser er tatt, %(offered)s er holdt av")
        self.waiting = _("%(count)s i kø")
        self.no_queue = _("Ingen i kø")
        self.away = _("%(kilometres)s km unna")
        self.address = reverse(page, args=[0])
        self.number = cache(whole)
        self.language = cache(language_name)
        self.states: dict[tuple[str, bool, bool], str] = {}

    def row(self, found: FoundList, more: str) -> str:
        free, cap = found.free, found.cap
        where = f"{escape(found.office)}, {escape(found.municipality)}"
        if found.kilometres is not None:
            where += " · " + self.away % {"kilometres": decimal(found.kilometres, 1)}
        number = self.number
        room = self.free_of if free else self.kept_of if found.kept else self.full_of
        counts = {"free": number(free), "length": number(found.length), "cap": number(cap)}
        places = room % {**counts, "offered": number(found.kept)}
        queue = self.waiting % {"count": number(found.waiting)} if found.waiting else self.no_queue
        address = self.address.replace("/0/", f"/{found.list_id}/")
        return (
            f'<li><div><h3><a href="{address}">{escape(found.doctor or found.name)}</a></h3><p>{where}</p>'
            f'<p class="quiet">{self.facts(found)}</p></div>'
            f'<div>{strip(found.length / cap if cap else 1.0)}<p class="numbers">{places}</p></div>'
            f'<div><p>{self.tag(found, free)}</p><p class="quiet numbers">{queue}</p>{more}</div></li>'
        )

    def tag(self, found: FoundList, free: int) -> str:
        key = (found.status, found.doctor is None, free > 0)
        if key not in self.states:
            state = state_of(found)
            self.states[key] = f'<span class="tag {state.kind}">{state.label}</span>'
        return self.states[key]

    def facts(self, found: FoundList) -> str:
        if found.sex is None:
            return ""
        facts = [self.sexes[Sex(found.sex)]]
        if found.specialist:
            facts.append(self.specialist)
        return escape(", ".join([*facts, *map(self.language, found.languages or ())]))
