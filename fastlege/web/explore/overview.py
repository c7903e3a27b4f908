"""The overview of Tallene: every figure by theme, those that a search finds, and an area beside the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import Area, Edition, FigureValue
from fastlege.reporting.report.wording.numbers import unbroken
from fastlege.web.explore.asked import AREA, Asked, areas_named, chosen_edition
from fastlege.web.explore.cells import area_name
from fastlege.web.explore.choices import area_options, edition_choices
from fastlege.web.explore.refusals import not_yet, refused
from fastlege.web.parameters import ParameterError, short_text
from fastlege.web.published import all_published, amount, unit, whole_name, words
from fastlege.web.wording import theme

SEARCH = "sok"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All figures by theme, each with its value for the whole and for an area of the visitor's choice."""
    editions = all_published()
    if not editions:
        return not_yet(request)
    try:
        edition = chosen_edition(request.GET, editions) or editions[-1]
        areas = areas_named(request.GET.getlist(AREA)[:2], edition, editions)
        if len(areas) > 1:
            raise ParameterError(_("Oversikten viser ett område om gangen. Velg ett av dem."))
        text = short_text(request.GET, SEARCH)
    except ParameterError as problem:
        return refused(request, problem)
    area = areas[0] if areas else None
    context = {
        "section": "figures",
        "themes": _themes(_found(edition.figures, text), edition, area),
        "text": text,
        "edition": edition,
        "editions": edition_choices(edition, editions),
        "whole": whole_name(edition),
        "area": area_name(area, edition) if area else "",
        "profile": reverse("profile", args=[area.code]) if area and area.level is Level.MUNICIPALITY else "",
        "areas": area_options(edition, area.code if area else ""),
        "query": _query(request, edition, area),
        "year": edition.meta.get("claims_year", ""),
    }
    return render(request, "web/figures.html", context)


def _found(figures: Iterable[Definition], text: str) -> list[Definition]:
    """The figures whose words hold every word that is looked for, in the language of the page."""
    wanted = text.casefold().split()
    return [figure for figure in figures if all(each in _words_of(figure) for each in wanted)]


def _words_of(figure: Definition) -> str:
    said = [figure.title, figure.question, figure.numerator_words, figure.denominator_words]
    tables = [each for source in figure.sources for each in (source.table, source.name)]
    return " ".join([*(words(each) for each in said if each), *tables, theme(figure.theme), figure.id]).casefold()


def _themes(figures: Iterable[Definition], edition: Edition, area: Area | None) -> list[dict[str, object]]:
    beside = edition.of_area(area.level, area.code) if area else None
    return [
        {"name": theme(name), "code": name, "figures": [_summary(edition, figure, beside) for figure in group]}
        for name, group in groupby(figures, key=lambda figure: figure.theme)
    ]


def _summary(edition: Edition, figure: Definition, beside: Mapping[str, FigureValue] | None) -> dict[str, object]:
    return {
        "id": figure.id,
        "title": unbroken(words(figure.title)),
        "value": amount(figure, edition.value(figure.id, Level.COUNTRY, COUNTRY)),
        "beside": amount(figure, beside.get(figure.id)) if beside is not None else "",
        "unit": unbroken(unit(figure)),
        # Its parts make a hundred per cent everywhere: there is no one value to show.
        "is_distribution": figure.whole_denominator and figure.numerator == figure.denominator,
    }


def _query(request: HttpRequest, edition: Edition, area: Area | None) -> str:
    """What the links to the figures carry on: only what was chosen."""
    state = Asked(edition, compared=(area,) if area else ())
    chosen = [(name, value) for name, value in state.pairs() if name in request.GET]
    return f"?{urlencode(chosen)}" if chosen else ""
