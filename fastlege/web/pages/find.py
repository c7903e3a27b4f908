"""Finn fastlege: the search, as a page and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from operator import attrgetter
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.registry.list_search import Found, RegisterDay, search
from fastlege.web.pages import errors
from fastlege.web.parameters import SEXES, ParameterError, wanted
from fastlege.web.result_rows import result_rows
from fastlege.web.site_data import FormChoices, form_choices, register_day
from fastlege.web.wording import language_name, service_name


@require_safe
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
        "rows": result_rows(found.rows),
        "query": query,
        "day": day,
        "pages": _pages(request, query.page, found.pages),
        **_form(request, choices),
    }
    return render(request, "web/find.html", context)


@require_safe
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


def _form(request: HttpRequest, choices: FormChoices) -> dict[str, object]:
    """The form as the visitor left it."""
    shown_in, offered = get_language() or "nb", choices.choices
    return {
        "municipalities": _select(choices.options, request.GET.get("kommune", "")),
        "languages_offered": _select(_languages(tuple(offered.languages), shown_in), request.GET.get("sprak", "")),
        "services_offered": _select(_services(tuple(offered.services), shown_in), request.GET.get("tjeneste", "")),
        "sexes_offered": _select(_sexes(shown_in), request.GET.get("kjonn", "")),
    }


def _select(options: str, chosen: str) -> SafeString:
    """Options with the chosen one marked; what is chosen has been found among them before."""
    return SafeString(options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1) if chosen else options)


@lru_cache(maxsize=8)
def _languages(codes: tuple[str, ...], _shown_in: str) -> str:
    return _options((code, language_name(code)) for code in codes)


@lru_cache(maxsize=8)
def _services(codes: tuple[str, ...], _shown_in: str) -> str:
    return _options((code, service_name(code)) for code in codes)


@lru_cache(maxsize=8)
def _sexes(_shown_in: str) -> str:
    return _options((code, _("Kvinne") if code == "kvinne" else _("Mann")) for code in SEXES)


def _options(choices: Iterable[tuple[str, str]]) -> str:
    in_order = sorted(choices, key=lambda choice: choice[1].casefold())
    return "".join(f'<option value="{escape(code)}">{escape(name)}</option>' for code, name in in_order)


def _pages(request: HttpRequest, page: int, last: int) -> list[dict[str, object]]:
    """The pages to choose from: the first, the last and those around this one, with a gap where some are left out."""
    shown = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    links: list[dict[str, object]] = []
    before = 0
    for number in shown:
        if number > before + 1:
            links.append({"gap": True})
        links.append({"number": number, "address": _page_address(request, number), "current": number == page})
        before = number
    return links


def _page_address(request: HttpRequest, page: int) -> str:
    kept = [(name, value) for name, value in request.GET.items() if value and name != "side"]
    return "?" + urlencode([*kept, ("side", str(page))])
