"""The search form as a visitor left it, and the links to the pages of its result."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fastlege.web.parameters import SEXES
from fastlege.web.site_data import FormChoices
from fastlege.web.wording import language_name, service_name


def form_as_left(request: HttpRequest, choices: FormChoices) -> dict[str, object]:
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


def page_links(request: HttpRequest, page: int, last: int) -> list[dict[str, object]]:
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
