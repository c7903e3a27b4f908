"""The front page: the state of the scheme today, in a few figures and a map, and the ways to all the others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fastlege.web.key_figures import key_cards
from fastlege.web.published import published
from fastlege.web.room_map import room_map
from fastlege.web.wording import theme


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Key figures with small pictures, the map with its table, and the themes of all figures."""
    edition = published()
    context: dict[str, object] = {"section": "front", "edition": edition}
    if edition is not None:
        context |= {
            "cards": key_cards(edition),
            "map": room_map(edition),
            "themes": [
                {"code": code, "name": theme(code)} for code in dict.fromkeys(each.theme for each in edition.figures)
            ],
            "count": len(edition.figures),
        }
    return render(request, "web/front.html", context)
