"""Finn ny fastlege: the public search near home or another place, with what the resident may do with each list."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.casework.standings import waits_of_lists
from fastlege.registry.list_search import Found, FoundList, Place, find_place, search
from fastlege.registry.resident.eligibility import Way, prospects
from fastlege.registry.resident.people import home_of
from fastlege.web.login import resident_required
from fastlege.web.login.rates import limited
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pages import errors
from fastlege.web.parameters import ParameterError, short_text, wanted_near
from fastlege.web.pictures.told_waits import in_a_row, shown_waits
from fastlege.web.resident.day import today
from fastlege.web.resident.people import people_of
from fastlege.web.resident.problems import show
from fastlege.web.resident.ways import Line, way_in_short
from fastlege.web.result_rows import result_rows
from fastlege.web.search_form import form_as_left, page_links
from fastlege.web.site_data import form_choices, register_day

_NARROWING = ("kommune", "kjonn", "sprak", "tjeneste", "sorter", "ledig", "spesialist")


@resident_required
@require_safe
@limited("search")
def find(request: VisitorRequest) -> HttpResponse:
    """The form, and the lists that fit, the nearest first."""
    day = register_day()
    if day is None:
        return errors.unavailable(request, _("Registeret er tomt ennå, så det er ingen lister å søke i."))
    choices = form_choices(day.on)
    try:
        place_text = short_text(request.GET, "sted")
        near = find_place(place_text) if place_text else home_of(request.viewer)
        query = wanted_near(request.GET, choices, near=near)
    except ParameterError as problem:
        return errors.explain(request, 400, _("Søket kunne ikke leses"), str(problem))
    found = search(query, on=day.on)
    if query.page > found.pages:
        text = _("Søket har færre sider enn det. Gå til den første siden.")
        return errors.explain(request, 404, _("Siden finnes ikke"), text)
    context = {
        "part": "find",
        "found": found,
        "rows": _rows(request, found),
        "query": query,
        "day": day,
        "place_text": place_text,
        "place_problem": _unknown_place() if place_text and near is None else "",
        "from_where": _from_where(near, place_text),
        "narrowed": any(request.GET.get(name) for name in _NARROWING),
        "pages": page_links(request, query.page, found.pages),
        **form_as_left(request, choices),
    }
    return show(request, "find", context)


def _rows(request: VisitorRequest, found: Found) -> str:
    """The rows of the public search, with the ways in and the wait under each list's state."""
    numbers = [each.list_id for each in found.rows]
    people = people_of(request.viewer)
    ways = prospects(request.viewer, numbers, on=today())
    known = waits_of_lists(numbers)
    waits = dict(zip(numbers, shown_waits([known.get(number) for number in numbers]), strict=True))

    def more(each: FoundList) -> str:
        lines = way_in_short(ways[each.list_id], people)
        told = "".join(_line(line, each) for line in lines)
        waiting = any(way.way in {Way.QUEUE, Way.QUEUED} for way in ways[each.list_id])
        return told + (in_a_row(waits[each.list_id]) if waiting and each.list_id in known else "")

    return result_rows(found.rows, page="my-list", more=more)


def _line(line: Line, found: FoundList) -> str:
    if not line.address:
        return f"<p><strong>{escape(line.text)}</strong></p>"
    about = f'<span class="ds-sr-only">: {escape(found.doctor or found.name)}</span>'
    return f'<p><a class="way" href="{escape(line.address)}">{escape(line.text)}{about}</a></p>'


def _from_where(near: Place | None, place_text: str) -> str:
    if near is None:
        return _("Listene er sortert etter ledige plasser.")
    if place_text:
        return _("Avstanden er regnet i luftlinje fra %(place)s.") % {"place": near.name}
    return _("Avstanden er regnet i luftlinje hjemmefra.")


def _unknown_place() -> str:
    return _("Vi kjenner ikke stedet. Skriv navnet på en kommune eller et område, eller la feltet stå tomt.")
