"""One list's page: who serves it, how full it is, and what that means for a visitor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.casework.standings import waits_of_lists
from fastlege.kernel.vocabulary import ListStatus, Sex
from fastlege.registry.list_search import FoundList, ServingDoctor, public_list
from fastlege.web.formats import whole
from fastlege.web.pages import errors
from fastlege.web.pictures.bars import strip
from fastlege.web.pictures.told_waits import ShownWait, shown_wait
from fastlege.web.site_data import register_day
from fastlege.web.wording import language_name, relationship, service_name, state_of

_LARGEST_ID = 2**63 - 1


@require_safe
def show(request: HttpRequest, list_id: int) -> HttpResponse:
    """The page of a list that is in force on the register's day."""
    day = register_day()
    if day is None:
        return errors.unavailable(request, _("Registeret er tomt ennå, så det er ingen lister å vise."))
    gp_list = public_list(list_id, on=day.on) if list_id <= _LARGEST_ID else None
    if gp_list is None:
        raise Http404
    found = gp_list.found
    context = {
        "section": "find",
        "gp_list": gp_list,
        "found": found,
        "day": day,
        "heading": found.doctor or found.name,
        "state": state_of(found),
        "unused": unused_text(found),
        "wait": wait_for(found),
        "strip": strip(found.length / found.cap if found.cap else 1.0),
        "doctors": [{"name": doctor.name, "facts": doctor_facts(doctor)} for doctor in gp_list.doctors],
        "services": [service_name(code) for code in found.services],
    }
    return render(request, "web/gp_list.html", context)


def wait_for(found: FoundList) -> ShownWait | None:
    """The wait for a list that one would have to wait for, when a round has estimated it."""
    if found.free or found.status == ListStatus.LOCKED:
        return None
    known = waits_of_lists([found.list_id]).get(found.list_id)
    return None if known is None else shown_wait(known)


def unused_text(found: FoundList) -> str:
    """Of a list below its cap: that places left are not free, and why."""
    if found.kept:
        return _("%(kept)s til er holdt av for dem som har fått tilbud") % {"kept": whole(found.kept)}
    unused = found.cap - found.length
    if found.status != ListStatus.CLOSED or unused <= 0:
        return ""
    return _("listen er stengt til flere slutter; %(unused)s av plassene står ubrukt") % {"unused": whole(unused)}


def doctor_facts(doctor: ServingDoctor) -> str:
    """A doctor in a sentence: in which capacity, how much, and what a patient may want to know."""
    facts = [relationship(doctor.relationship)]
    if doctor.working_percentage < 100:
        facts.append(_("%(share)s prosent stilling") % {"share": doctor.working_percentage})
    facts.append(_("kvinne") if doctor.sex == Sex.FEMALE else _("mann"))
    if doctor.specialist:
        facts.append(_("spesialist i allmennmedisin"))
    if doctor.languages:
        facts.append(_("snakker %(languages)s") % {"languages": ", ".join(map(language_name, doctor.languages))})
    return ", ".join(facts)
