"""Tallene: every figure with its picture, its table, its definition and its download."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from itertools import groupby

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import Edition, FigureValue
from fastlege.web.pages import errors
from fastlege.web.pictures.bars import Amount, Bar, bars
from fastlege.web.pictures.spread import spread
from fastlege.web.published import LEVELS, amount, level_name, published, served, unit, whole_name, words
from fastlege.web.wording import direction, status, theme


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All figures by theme, each with its value for the whole country."""
    edition = published()
    if edition is None:
        return _not_yet(request)
    themes = [
        {"name": theme(name), "figures": [_summary(edition, figure) for figure in group]}
        for name, group in groupby(edition.figures, key=lambda figure: figure.theme)
    ]
    context = {"section": "figures", "themes": themes, "as_of": edition.as_of, "whole": whole_name(edition)}
    return render(request, "web/figures.html", context)


@require_safe
def show(request: HttpRequest, figure_id: str) -> HttpResponse:
    """One figure."""
    edition = published()
    if edition is None:
        return _not_yet(request)
    figure = _figure(edition, figure_id)
    name = request.GET.get("inndeling", Level.COUNTY)
    if name not in LEVELS:
        text = _("Tallet finnes etter fylke, kommunestørrelse, sentralitet og kommune. Velg en av dem.")
        return errors.explain(request, 400, _("Det finnes ingen slik inndeling"), text)
    level = Level(name)
    rows = _rows(edition, figure, level)
    context = {
        "section": "figures",
        "figure": figure,
        "title": words(figure.title),
        "question": words(figure.question),
        "why": words(figure.why),
        "numerator": words(figure.numerator_words),
        "denominator": words(figure.denominator_words) if figure.denominator_words else "",
        "breaks": [words(each) for each in figure.breaks],
        "direction": direction(figure.direction),
        "status": status(figure.status),
        "unit": unit(figure),
        "value": rows[0].text,
        "whole": rows[0].label,
        "rows": rows,
        "picture": _picture(figure, rows, level),
        "level": level,
        "level_name": level_name(level),
        "levels": [(each.value, level_name(each)) for each in LEVELS],
        "suppressed": any(found.suppressed for found in edition.by_area(figure.id, level)),
        "edition": edition,
    }
    return render(request, "web/figure.html", context)


@require_safe
def download_csv(request: HttpRequest, figure_id: str) -> HttpResponse:
    """All values of a figure at every level, as CSV."""
    return _download(figure_id, "csv", "text/csv; charset=utf-8", _as_csv)


@require_safe
def download_json(request: HttpRequest, figure_id: str) -> HttpResponse:
    """A figure's definition and all its values, as JSON."""
    return _download(figure_id, "json", "application/json", _as_json)


def _not_yet(request: HttpRequest) -> HttpResponse:
    return errors.unavailable(request, _("Tallene er ikke regnet ut ennå."))


def _figure(edition: Edition, figure_id: str) -> Definition:
    for figure in edition.figures:
        if figure.id == figure_id:
            return figure
    raise Http404


def _summary(edition: Edition, figure: Definition) -> dict[str, str]:
    value = edition.value(figure.id, Level.COUNTRY, COUNTRY)
    return {"id": figure.id, "title": words(figure.title), "value": amount(figure, value), "unit": unit(figure)}


def _rows(edition: Edition, figure: Definition, level: Level) -> list[Amount]:
    """The whole first, then the areas of the level."""
    country = edition.value(figure.id, Level.COUNTRY, COUNTRY)
    rows = [Amount(whole_name(edition), country.value if country else None, amount(figure, country), whole=True)]
    for area in served(edition, level):
        found = edition.value(figure.id, level, area.code)
        rows.append(Amount(words(area.name), found.value if found else None, amount(figure, found)))
    return rows


def _picture(figure: Definition, rows: list[Amount], level: Level) -> list[Bar]:
    """Bars for a few areas; for all municipalities how their values are spread."""
    if level is Level.MUNICIPALITY:
        return bars(spread([row.value for row in rows[1:] if row.value is not None]))
    # A sum's bar would dwarf those of its parts; a mean is worth a bar of its own and a line through the others.
    return bars(rows[1:]) if figure.denominator is None else bars(rows, mean=rows[0].value)


def _download(
    figure_id: str, kind: str, content_type: str, write: Callable[[Edition, Definition], bytes]
) -> HttpResponse:
    edition = published()
    if edition is None:
        raise Http404
    figure = _figure(edition, figure_id)
    response = HttpResponse(write(edition, figure), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{figure.id}-{edition.as_of}.{kind}"'
    return response


def _values(edition: Edition, figure: Definition) -> list[tuple[FigureValue, str]]:
    return [
        (found, words(area.name) if (area := edition.area(level, found.area)) else "")
        for level in Level
        for found in edition.by_area(figure.id, level)
    ]


_FIELDS = ("figure", "level", "area", "name", "value", "numerator", "denominator", "suppressed", "unit", "as_of")


def _records(edition: Edition, figure: Definition) -> list[tuple[object, ...]]:
    return [
        (
            *(figure.id, found.level.value, found.area, name, found.value, found.numerator, found.denominator),
            *(found.suppressed, figure.unit, edition.as_of),
        )
        for found, name in _values(edition, figure)
    ]


def _as_csv(edition: Edition, figure: Definition) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FIELDS)
    writer.writerows(_records(edition, figure))
    return text.getvalue().encode()


def _as_json(edition: Edition, figure: Definition) -> bytes:
    values = [dict(zip(_FIELDS[1:-2], record[1:-2], strict=True)) for record in _records(edition, figure)]
    content = {"definition": figure, "as_of": edition.as_of, "edition": dict(edition.meta), "values": values}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
