"""What has been: lists, switches that count, what was done; and who has looked, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.kernel.periods import Period
from fastlege.registry.resident.past import PastPlace, PastSwitch, history, looks_at
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import effective_day
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import show
from fastlege.web.resident.seeing.home import switches_text
from fastlege.web.resident.wording import begin_reason, done, not_counted, who_looked, why_looked


@resident_required
@require_safe
def show_history(request: VisitorRequest, who: str) -> HttpResponse:
    """The history of one person."""
    person = someone(request, who)
    on = today()
    found = history(request.viewer, person.person_id, on=on)
    context = {
        "part": "home",
        "heading": _("Historikk") if person.own else _("Historikk: %(who)s") % {"who": person.label},
        "switches": {
            "year": str(found.left.year),
            "text": switches_text(found.left),
            "rows": [_switch(each) for each in found.switches],
            "not_counted": not_counted(effective_day(on, book=load_rulebook())),
        },
        "lists": [_stay(each, person) for each in found.places],
        "events": [{"day": each.on, "text": done(each)} for each in found.done],
        **home_link(person),
    }
    return show(request, "history", context)


@resident_required
@require_safe
def show_looks(request: VisitorRequest, who: str) -> HttpResponse:
    """Who has looked at one person's register."""
    person = someone(request, who)
    looks = looks_at(request.viewer, person.person_id, on=today())
    context = {
        "part": "home",
        "looks": [{"at": each.at, "who": who_looked(each), "why": why_looked(each)} for each in looks],
        **home_link(person),
    }
    return show(request, "lookups", context)


def _switch(each: PastSwitch) -> dict[str, object]:
    text = _("Fra %(from)s til %(to)s.") % {
        "from": each.from_name or _("ingen liste"),
        "to": each.to_name or _("ingen liste"),
    }
    counts = _("Teller som et bytte.") if each.counts else _("Teller ikke som et bytte.")
    return {"day": each.on, "text": f"{text} {begin_reason(each.reason)}", "counts": counts}


def _stay(each: PastPlace, person: Someone) -> dict[str, str]:
    # People speak of a last day; the register of the first day after it.
    last = Period(each.start, each.end).last_day
    if last is None:
        period = _("Fra %(start)s") % {"start": formats.short_day(each.start)}
    else:
        period = _("%(start)s til %(end)s") % {"start": formats.short_day(each.start), "end": formats.short_day(last)}
    why = reverse("my-why-move", args=[person.key, each.list_id])
    return {"period": period, "name": each.name, "text": begin_reason(each.begin_reason), "why": why}
