"""The pages of a figure: its values, its source, and its files."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.figures.catalogue import Definition, definitions
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting import licence
from fastlege.reporting.edition import Edition
from fastlege.reporting.report.wording.numbers import unbroken
from fastlege.reporting.source_texts import base_sources, counts_claims, definition_source, measure_sources
from fastlege.web.explore.asked import AREA, GROUP, LEVEL, MOST_AREAS, Asked, asked, chosen_edition
from fastlege.web.explore.cells import Cell, all_cells, area_name, cells_of, group_cells
from fastlege.web.explore.choices import (
    area_options,
    compared_areas,
    county_choices,
    edition_choices,
    group_choices,
    level_choices,
    order_choices,
    with_similar,
)
from fastlege.web.explore.downloads import KINDS, Part
from fastlege.web.explore.over_time import over_time
from fastlege.web.explore.printed import printed_values
from fastlege.web.explore.refusals import not_yet, refused, unknown, without
from fastlege.web.explore.table import is_spread, panels_of, rows_as_text, shows_level, table_of
from fastlege.web.explore.value_map import value_map
from fastlege.web.parameters import ParameterError
from fastlege.web.published import all_published, amount, level_name, unit, whole_name, words
from fastlege.web.wording import direction, status

_CLAIMS_YEAR = "claims_year"
SERIES = "serie"
"""With the value 1, a file holds all editions of the whole and of the areas compared."""


@require_safe
def show(request: HttpRequest, figure_id: str) -> HttpResponse:
    """One figure."""
    editions, figure = all_published(), _figure(figure_id)
    if figure is None:
        return unknown(request)
    if not editions:
        return not_yet(request)
    try:
        wanted = _wanted(request, figure, editions)
    except ParameterError as problem:
        return refused(request, problem)
    if wanted is None:
        return without(request, editions)
    cells = cells_of(wanted, figure)
    with_figure = [each for each in editions if each.has(figure.id)]
    context = {
        **_about(figure),
        **_values(wanted, figure, cells),
        "edition": wanted.edition,
        "year": _year(wanted.edition, figure),
        "series": over_time(wanted, figure, with_figure),
        "editions": edition_choices(wanted.edition, with_figure),
        "levels": level_choices(wanted),
        "counties": county_choices(wanted) if shows_level(wanted) and wanted.level is Level.MUNICIPALITY else [],
        "groups": group_choices(wanted, figure),
        "orders": order_choices(wanted),
        "similar": with_similar(wanted),
        "begun": bool(request.GET),
        "areas": area_options(wanted.edition) if len(wanted.compared) < MOST_AREAS else "",
        "compared": compared_areas(wanted),
        "most": MOST_AREAS,
        "query": wanted.query(),
        "link": request.build_absolute_uri(f"{reverse('figure', args=[figure.id])}?{wanted.query()}"),
    }
    return render(request, "web/figure.html", context)


@require_safe
def source(request: HttpRequest, figure_id: str) -> HttpResponse:
    """The texts that a figure is made by: its definition file, its measures, its base tables."""
    figure = _figure(figure_id)
    if figure is None:
        return unknown(request)
    context = {
        "section": "figures",
        "figure": figure,
        "title": words(figure.title),
        "definition": definition_source(figure),
        "measures": measure_sources(figure),
        "bases": base_sources(figure),
        "counted": figure.disclosure,
    }
    return render(request, "web/figure_source.html", context)


@require_safe
def download(request: HttpRequest, figure_id: str, kind: str) -> HttpResponse:
    """A file of a figure: the choice in the address, all editions of it, or without a choice every value there is."""
    editions, figure = all_published(), _figure(figure_id)
    if figure is None:
        return unknown(request)
    if not editions:
        return not_yet(request)
    try:
        wanted = _wanted(request, figure, editions)
        series = _series_wanted(request)
    except ParameterError as problem:
        return refused(request, problem)
    if wanted is None:
        return without(request, editions)
    content_type, write = KINDS[kind]
    parts = _parts(request, figure, wanted, editions if series else ())
    response = HttpResponse(write(figure, parts), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{figure.id}-{wanted.edition.as_of}.{kind}"'
    return response


def _wanted(request: HttpRequest, figure: Definition, editions: Sequence[Edition]) -> Asked | None:
    """What is asked for, of the newest edition that has the figure; None where the edition asked for has it not."""
    every = tuple(editions)
    chosen = chosen_edition(request.GET, every)
    if chosen is None:
        chosen = next((each for each in reversed(every) if each.has(figure.id)), None)
    if chosen is None or not chosen.has(figure.id):
        return None
    return asked(request.GET, figure, chosen, every)


def _series_wanted(request: HttpRequest) -> bool:
    value = request.GET.get(SERIES, "")
    if value not in {"", "1"}:
        raise ParameterError(_("Et avkrysset valg må ha verdien 1."))
    return value == "1"


def _parts(request: HttpRequest, figure: Definition, wanted: Asked, series: Sequence[Edition]) -> list[Part]:
    if series:
        areas = (wanted.whole, *wanted.compared)
        return [
            Part(each, "", [Cell(area, "", each.value(figure.id, area.level, area.code)) for area in areas])
            for each in series
            if each.has(figure.id)
        ]
    if any(name in request.GET for name in (LEVEL, AREA, GROUP)):
        return [Part(wanted.edition, wanted.dimension.id if wanted.dimension else "", cells_of(wanted, figure))]
    return [Part(wanted.edition, "", all_cells(wanted.edition, figure))]


def _values(wanted: Asked, figure: Definition, cells: list[Cell]) -> dict[str, object]:
    """The figure's value, its pictures and its table."""
    edition = wanted.edition
    of_whole = edition.value(figure.id, Level.COUNTRY, COUNTRY)
    found = [cell.found for cell in cells]
    table = table_of(wanted, figure, cells)
    undivided = [
        area
        for area in wanted.compared
        if wanted.dimension and not group_cells(edition, figure, wanted.dimension, area)
    ]
    return {
        "value": amount(figure, of_whole),
        "whole": whole_name(edition),
        "headings": table.headings,
        "rows": rows_as_text(table),
        "panels": panels_of(wanted, figure, cells),
        "map": value_map(wanted, figure, cells[1:]) if shows_level(wanted) else None,
        "spread": is_spread(wanted),
        "mean_line": figure.denominator is not None and wanted.dimension is None and not is_spread(wanted),
        "level": wanted.level,
        "level_name": level_name(wanted.level),
        "dimension": words(wanted.dimension.title) if wanted.dimension else "",
        "county": words(wanted.county.name) if wanted.county else "",
        "suppressed": any(each is not None and each.suppressed for each in found),
        "lacking": any(each is None or (each.value is None and not each.suppressed) for each in found),
        "undivided": [area_name(area, edition) for area in undivided],
    }


def _about(figure: Definition) -> dict[str, object]:
    """What the page says of the figure itself."""
    return {
        "section": "figures",
        "figure": figure,
        "title": unbroken(words(figure.title)),
        "question": words(figure.question),
        "why": words(figure.why),
        "numerator": words(figure.numerator_words),
        "denominator": words(figure.denominator_words) if figure.denominator_words else "",
        "breaks": [words(each) for each in figure.breaks],
        "printed": printed_values(figure),
        "direction": direction(figure.direction),
        "status": status(figure.status),
        "unit": unbroken(unit(figure)),
        "terms": words(licence.TERMS),
    }


def _year(edition: Edition, figure: Definition) -> str:
    """The year that a figure of claims is of; empty for the others, which are of the edition's day."""
    return edition.meta.get(_CLAIMS_YEAR, "") if counts_claims(figure) else ""


def _figure(figure_id: str) -> Definition | None:
    return next((figure for figure in definitions() if figure.id == figure_id), None)
