"""Finn fastlege: the search, as a page and as JSON."""

from __future__ import annotations

from operator import attrgetter

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.casework.standings import waits_of_lists
from fastlege.kernel.vocabulary import ListStatus
from fastlege.registry.list_search import Found, RegisterDay, search
from fastlege.web.login.rates import limited
from fastlege.web.pages import errors
from fastlege.web.parameters import ParameterError, wanted
from fastlege.web.pictures.told_waits import in_a_row, shown_waits
from fastlege.web.result_rows import result_rows
from fastlege.web.search_form import form_as_left, page_links
from fastlege.web.site_data import form_choices, register_day


@require_safe
@limited("search")
def find(request: HttpRequest) -> HttpResponse:
    """The search form, and the lists that fit."""
    day = register_day()
    if day is None:
        return errors.unavailable(request, _("Registeret er tomt ennå, så det er ingen lister å søke i."))
    choices = form_choices(day.on)
    try:
        query = wanted(request.GET, choices)
    except ParameterError as problem:
        return errors.explain(request, 400, _("Søket kunne ikke leses"), str(problem))
    found = search(query, on=day.on)
    if query.page > found.pages:
        text = _("Søket har færre sider enn det. Gå til den første siden.")
        return errors.explain(request, 404, _("Siden finnes ikke"), text)
    context = {
        "section": "find",
        "found": found,
        "rows": _rows(found),
        "query": query,
        "day": day,
        "pages": page_links(request, query.page, found.pages),
        **form_as_left(request, choices),
    }
    return render(request, "web/find.html", context)


def _rows(found: Found) -> SafeString:
    """The rows, with the wait for those lists that one would have to wait for."""
    full = [each.list_id for each in found.rows if not each.free and each.status != ListStatus.LOCKED]
    known = waits_of_lists(full)
    waits = dict(zip(known, map(in_a_row, shown_waits(list(known.values()))), strict=True))
    return result_rows(found.rows, more=lambda each: waits.get(each.list_id, ""))


@require_safe
@limited("search")
def find_json(request: HttpRequest) -> HttpResponse:
    """The same search for programs: `total`, `pages` and up to 50 lists."""
    day = register_day()
    if day is None:
        return _json({"problem": "the register is empty"}, status=503)
    try:
        query = wanted(request.GET, form_choices(day.on))
    except ParameterError as problem:
        return _json({"problem": str(problem)}, status=400)
    return _json(_as_json(search(query, on=day.on), day, query.page))


_FIELDS = (
    *("list_id", "name", "status", "cap", "length", "free", "waiting", "doctor", "sex", "specialist"),
    *("languages", "office", "services", "municipality", "kilometres"),
)
_values = attrgetter(*_FIELDS)


def _as_json(found: Found, day: RegisterDay, page: int) -> dict[str, object]:
    lists = [dict(zip(_FIELDS, _values(each), strict=True)) for each in found.rows]
    return {"as_of": day.on, "total": found.total, "page": page, "pages": found.pages, "lists": lists}


def _json(content: object, *, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type="application/json", status=status)
