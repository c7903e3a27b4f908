"""One list, as the resident meets it: what each of the people of this login may do, the wait, and what is unusual."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from fastlege.casework.standings import waits_of_lists
from fastlege.registry.list_search import PublicList, public_list
from fastlege.registry.resident.eligibility import Way, prospects
from fastlege.registry.resident.overview import lately_of
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pages.gp_list import doctor_facts, unused_text
from fastlege.web.pictures.bars import strip
from fastlege.web.pictures.told_waits import shown_wait
from fastlege.web.resident.day import today
from fastlege.web.resident.people import people_of
from fastlege.web.resident.places import lately_text
from fastlege.web.resident.problems import show
from fastlege.web.resident.ways import ENTER, way_in
from fastlege.web.wording import service_name, state_of

LARGEST_ID = 2**63 - 1


@resident_required
@require_safe
def show_list(request: VisitorRequest, list_id: int) -> HttpResponse:
    """The list's page, with what one can do from it."""
    on = today()
    gp_list = list_or_404(list_id)
    found = gp_list.found
    people = people_of(request.viewer)
    ways = {each.person_id: each for each in prospects(request.viewer, [list_id], on=on)[list_id]}
    can_queue = any(each.way == Way.QUEUE for each in ways.values())
    context = {
        "part": "find",
        "gp_list": gp_list,
        "found": found,
        "heading": found.doctor or found.name,
        "state": state_of(found),
        "unused": unused_text(found),
        "strip": strip(found.length / found.cap if found.cap else 1.0),
        "admissions": [way_in(ways[each.person_id], each) for each in people if each.person_id in ways],
        "can_enter": any(each.way in ENTER for each in ways.values()),
        "can_queue": can_queue,
        "wait": shown_wait(waits_of_lists([list_id]).get(list_id)) if can_queue else None,
        "lately": lately_text(lately_of(list_id, on=on)),
        "doctors": [{"name": doctor.name, "facts": doctor_facts(doctor)} for doctor in gp_list.doctors],
        "services": [service_name(code) for code in found.services],
    }
    return show(request, "gp_list", context)


def list_or_404(list_id: int) -> PublicList:
    """A list that is in force on the register's day."""
    gp_list = public_list(list_id, on=today()) if list_id <= LARGEST_ID else None
    if gp_list is None:
        raise Http404
    return gp_list
