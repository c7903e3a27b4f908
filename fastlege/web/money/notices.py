"""A GP's own early notices: what stands out in the bills, beside what, and how it was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fastlege.claims.queries import NoticesTo, notices_to
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import fact_in_words
from fastlege.rules.warnings.notices import (
    ABOVE_PEERS,
    CHANGED,
    COMING_REFUSALS,
    FULL_DAYS,
    LONG_DAYS,
    Limits,
    Notice,
    limits_on,
)
from fastlege.rules.warnings.watches import CONSULTATIONS, load_watches
from fastlege.rules.warnings.wording import catalogue, in_words
from fastlege.web.login import office_required
from fastlege.web.login.visitors import VisitorRequest

Facts = Mapping[str, Any]
Evidence = Iterator[tuple[str, object]]

_HEADINGS = {
    LONG_DAYS: _("Lange dager"),
    FULL_DAYS: _("Mange konsultasjoner på en dag"),
    COMING_REFUSALS: _("Nye regler"),
}


@office_required
@require_safe
def show(request: VisitorRequest) -> HttpResponse:
    """The newest notices to the doctor, or that there are none."""
    if request.viewer.doctor_id is None:
        raise PermissionDenied
    found = notices_to(request.viewer, request.viewer.doctor_id)
    rows = [] if found is None else [_row(one, found) for one in found.notices]
    return render(request, "web/money/notices.html", {"found": found, "rows": rows, "section": "notices"})


def _row(notice: Notice, found: NoticesTo) -> dict[str, object]:
    language = get_language() or "nb"
    limits = limits_on(load_rulebook(), found.period.last)
    said = in_words(notice, language)
    if "watch" in notice.facts:
        heading = str(catalogue()["watch"][notice.facts["watch"]][language])
        # The heading names what is watched already.
        said = said.removeprefix(f"{heading}: ").strip()
    else:
        heading = str(_HEADINGS[notice.kind])
    told = _EVIDENCE[notice.kind](notice.facts, limits)
    evidence = [(name, fact_in_words(value, language)) for name, value in told]
    return {"heading": heading, "words": said[:1].upper() + said[1:], "evidence": evidence}


def _above_peers(facts: Facts, limits: Limits) -> Evidence:
    low, high = (fact_in_words(facts[f"usual_{name}"], get_language() or "nb") for name in ("from", "to"))
    yield gettext("Hos deg, prosent"), facts["share"]
    between = gettext("%(from)s til %(to)s") % {"from": low, "to": high}
    yield gettext("Hos de fleste andre, prosent"), low if low == high else between
    yield gettext("Leger sammenliknet med"), facts["peers"]
    yield from _counted(facts)
    yield gettext("Når det blir et varsel"), _threshold(limits)


def _changed(facts: Facts, limits: Limits) -> Evidence:
    yield gettext("Siste kvartal, prosent"), facts["share"]
    yield gettext("Tidligere i perioden, prosent"), facts["before"]
    yield from _counted(facts)
    yield gettext("Når det blir et varsel"), _threshold(limits)


def _counted(facts: Facts) -> Evidence:
    """What was counted among what, as the watch has it now."""
    for watch in load_watches():
        if watch.name == facts["watch"]:
            among = gettext("konsultasjoner") if watch.of == CONSULTATIONS else gettext("alle kontakter")
            yield gettext("Takster som er talt"), " ".join(watch.codes.patterns)
            yield gettext("Talt blant"), among


def _threshold(limits: Limits) -> str:
    language = get_language() or "nb"
    ratio, deviations = (fact_in_words(Decimal(str(one)), language) for one in (limits.ratio, limits.deviations))
    return gettext(
        "Minst %(bills)s kontakter, minst %(ratio)s ganger så stor andel, og minst %(deviations)s ganger så langt fra "
        "det vanlige som leger vanligvis er"
    ) % {"bills": limits.least, "ratio": ratio, "deviations": deviations}


def _long_days(facts: Facts, limits: Limits) -> Evidence:
    yield gettext("Dager over grensen"), facts["days"]
    yield gettext("Grensen, minutter på en dag"), facts["most"]
    yield gettext("Den lengste dagen, minutter"), facts["minutes"]
    yield gettext("Hvilken dag"), facts["day"]


def _full_days(facts: Facts, limits: Limits) -> Evidence:
    yield gettext("Dager over grensen"), facts["days"]
    yield gettext("Grensen, konsultasjoner på en dag"), facts["most"]
    yield gettext("Flest på en dag"), facts["consultations"]
    yield gettext("Hvilken dag"), facts["day"]


def _coming(facts: Facts, limits: Limits) -> Evidence:
    yield gettext("Regninger det gjelder"), facts["bills"]
    yield gettext("Arbeid fra"), facts["since"]
    yield gettext("Regler fra"), facts["on"]
    yield gettext("Takster det oftest gjelder"), facts["codes"]


_EVIDENCE: Mapping[str, Callable[[Facts, Limits], Evidence]] = {
    ABOVE_PEERS: _above_peers,
    CHANGED: _changed,
    LONG_DAYS: _long_days,
    FULL_DAYS: _full_days,
    COMING_REFUSALS: _coming,
}
