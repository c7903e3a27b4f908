"""Patient's shares and the free card: what counted in a year, what is left, and what was paid too much."""

from __future__ import annotations

import re
from datetime import datetime

from django.http import Http404, HttpResponse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.claims.queries import Card, PaidShare, ShareYear, shares_of
from fastlege.kernel.money import to_kroner
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.shares.exemptions import UNDER_AGE
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.day import today
from fastlege.web.resident.people import home_link, someone
from fastlege.web.resident.problems import show

_YEAR = re.compile(r"(19|20)\d\d")


@resident_required
@require_safe
def show_shares(request: VisitorRequest, who: str) -> HttpResponse:
    """The shares of one person in a year: this one, or the one that the address names."""
    person = someone(request, who)
    on = today()
    asked = request.GET.get("ar", str(on.year))
    if not _YEAR.fullmatch(asked):
        raise Http404
    book = load_rulebook()
    found = shares_of(request.viewer, person.person_id, year=int(asked), on=on, book=book)
    heading = _("Egenandeler og frikort") if person.own else _("Egenandeler og frikort: %(who)s")
    context = {
        "part": "home",
        "heading": heading if person.own else heading % {"who": person.label},
        "year": str(found.year),
        "facts": _facts(found),
        "over": _kroner(found.over_ore) if found.over_ore else "",
        "card": _card(found),
        "card_stays": found.card is not None and bool(found.left_ore),
        "rows": [_row(each, found.card) for each in found.rows],
        "is_whole": found.is_whole,
        "exempt_age": book.whole(UNDER_AGE, on=on),
        "other_years": [str(year) for year in found.years if year != found.year],
        **home_link(person),
    }
    return show(request, "shares", context)


def _facts(found: ShareYear) -> list[tuple[str, str]]:
    facts = [(_("Betalt som teller"), _kroner(found.paid_ore))]
    if found.ceiling_ore is None or found.left_ore is None:
        return [*facts, (_("Taket for frikort"), _("Ikke fastsatt for dette året"))]
    facts.append((_("Taket for frikort"), _kroner(found.ceiling_ore)))
    if found.card is None:
        facts.append((_("Igjen til frikort"), _kroner(found.left_ore)))
    return facts


def _card(found: ShareYear) -> str:
    if found.card is None:
        return ""
    values = {
        "moment": formats.moment(datetime.combine(found.card.from_on, found.card.from_time, get_default_timezone())),
        "year": found.year,
        "issued": formats.day(found.card.issued_on),
    }
    return _("Frikortet gjelder fra %(moment)s og ut %(year)s. Det ble utstedt %(issued)s.") % values


def _row(each: PaidShare, card: Card | None) -> dict[str, object]:
    return {"day": each.on, "doctor": each.doctor, "amount": _kroner(each.share_ore), "note": _note(each, card)}


def _note(each: PaidShare, card: Card | None) -> str:
    if each.credited:
        return _("Legen har tatt regningen tilbake. Den teller ikke.")
    if each.exemption:
        return _("Fritatt for egenandel.")
    if each.counted_ore == each.share_ore:
        if not each.share_ore:
            return _("Ingen egenandel.")
        held = card is not None and (each.on, each.time) > (card.from_on, card.from_time)
        return _("Betalt mens frikortet gjaldt.") if held else ""
    values = {"counted": _kroner(each.counted_ore)}
    return _("%(counted)s teller. Resten er for noe som ikke går inn under taket.") % values


def _kroner(ore: int) -> str:
    amount = formats.decimal(to_kroner(ore), 2) if ore % 100 else formats.whole(ore // 100)
    return _("%(amount)s kr") % {"amount": amount}
