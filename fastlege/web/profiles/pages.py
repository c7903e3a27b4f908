"""The profile of each municipality, and the page that leads to them all.

The content is the same as that of the static pages (`fastlege.reporting.profiles`); only the links are the site's own.
"""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.reporting.edition import Edition
from fastlege.reporting.profiles.comparing import Profiles
from fastlege.reporting.profiles.index import index_page
from fastlege.reporting.profiles.model import Links, Page
from fastlege.reporting.profiles.page import profile_page
from fastlege.reporting.profiles.places import Elsewhere, elsewhere
from fastlege.web.explore.asked import AREA
from fastlege.web.formats import day, language
from fastlege.web.pages import errors
from fastlege.web.published import all_published

_KEPT = 64
"""So many pages are kept in memory in each process: those that many read at a time."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All municipalities, on a map and by county."""
    found = _profiles(all_published())
    if found is None:
        return errors.unavailable(request, _("Tallene er ikke regnet ut ennå."))
    return _shown(request, _index(found, language()))


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One municipality; a code without a profile gets a page that says why, and where to go."""
    found = _profiles(all_published())
    if found is None:
        return errors.unavailable(request, _("Tallene er ikke regnet ut ennå."))
    place = found.places.get(code)
    if place is None:
        return _elsewhere(request, found, elsewhere(code, found.now.as_of, found.places))
    return _shown(request, _page(found, code, language()))


@lru_cache(maxsize=1)
def _profiles(editions: tuple[Edition, ...]) -> Profiles | None:
    return Profiles(editions) if editions else None


@lru_cache(maxsize=_KEPT)
def _page(profiles: Profiles, code: str, shown_in: str) -> Page:
    return profile_page(profiles, profiles.places[code], shown_in, _links(f"?{AREA}={code}"))


@lru_cache(maxsize=3)
def _index(profiles: Profiles, shown_in: str) -> Page:
    return index_page(profiles, shown_in, _links())


def _links(query: str = "") -> Links:
    """Where a profile leads to; a figure's page opens with what the query chooses."""
    return Links(
        reverse("profiles"),
        lambda figure: reverse("figure", args=[figure]) + query,
        lambda code: reverse("profile", args=[code]),
    )


def _shown(request: HttpRequest, page: Page) -> HttpResponse:
    context = {"section": "figures", "title": page.title, "body": SafeString(page.body)}
    return render(request, "web/profiles/show.html", context)


def _elsewhere(request: HttpRequest, profiles: Profiles, found: Elsewhere) -> HttpResponse:
    heading, text = _told(found, day(profiles.now.as_of))
    context = {"section": "figures", "heading": heading, "text": text, "places": found.instead}
    return render(request, "web/profiles/elsewhere.html", context, status=404)


def _told(found: Elsewhere, as_of: str) -> tuple[str, str]:
    """A heading and a sentence for a code without a profile."""
    name = {"name": found.name}
    if not found.name:
        text = _("Kommunenumre har fire sifre. Finn kommunen i oversikten over alle profiler.")
        return _("Ingen kommune har dette nummeret"), text
    if found.cooperates:
        text = _("Kommunen samarbeider med en annen om fastlegeordningen. Tallene står i profilen til den andre.")
        return _("%(name)s har ikke egne lister") % name, text
    if found.last_day:
        text = _("Nummeret gjaldt til og med %(last)s, og tallene her er per %(as_of)s.")
        return _("%(name)s har ikke dette nummeret nå") % name, text % {"last": day(found.last_day), "as_of": as_of}
    if found.first_day:
        text = _("Nummeret gjelder fra %(first)s, og tallene her er per %(as_of)s.")
        return _("%(name)s hadde ikke dette nummeret da") % name, text % {"first": day(found.first_day), "as_of": as_of}
    text = _("Tallene per %(as_of)s har ingen lister i kommunen, så det er ingenting å vise.")
    return _("%(name)s har ingen lister i disse tallene") % name, text % {"as_of": as_of}
