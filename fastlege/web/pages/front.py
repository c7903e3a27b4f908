"""The front page: the state of the scheme today, in a few figures, a map and a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import Edition
from fastlege.web.key_figures import key_cards
from fastlege.web.published import amount, published, unit, whole_name, words
from fastlege.web.room_map import room_map


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Key figures with small pictures, the map, and the tables behind them."""
    edition = published()
    context: dict[str, object] = {"section": "front", "edition": edition}
    if edition is not None:
        context |= {
            "cards": key_cards(edition),
            "map": room_map(edition),
            "table": _key_table(edition),
            "whole": whole_name(edition),
        }
    return render(request, "web/front.html", context)


def _key_table(edition: Edition) -> list[dict[str, str]]:
    values = edition.of_area(Level.COUNTRY, COUNTRY)
    return [
        {
            "id": figure.id,
            "title": words(figure.title),
            "value": amount(figure, values.get(figure.id)),
            "unit": unit(figure),
        }
        for figure in edition.figures
    ]
