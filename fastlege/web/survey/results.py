"""What was published: a map and a table of levels, and what has changed since the survey before."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.registry.list_search import sub_areas
from fastlege.reporting.pictures.maps import Dot, draw_map
from fastlege.rules.geography.borders import Municipality, municipalities_by_code
from fastlege.rules.geography.tables import COUNTED_ON
from fastlege.surveys.levels import Change, Comparison, Level, compare
from fastlege.surveys.queries import Published, published_survey, published_surveys
from fastlege.web.formats import day, language, several, whole
from fastlege.web.pages import errors
from fastlege.web.survey.words import change_name, level_meaning, level_name

_SHADES = ("unknown", *(f"level-{level}" for level in Level))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All surveys that are published, the latest first."""
    rows = [
        {"key": each.key, "day": each.day, "answers": sum(bool(said.level) for said in each.said.values())}
        for each in published_surveys()
    ]
    return render(request, "web/survey/index.html", {"section": "figures", "surveys": rows})


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One survey."""
    survey = published_survey(key)
    if survey is None:
        return _unknown(request)
    before = published_survey(survey.previous) if survey.previous else None
    compared = _compared(survey, before)
    if not any(row.change is not Change.UNKNOWN for row in compared.rows):
        before, compared = None, _compared(survey, None)
    places = _places(survey)
    context = {
        "section": "figures",
        "survey": survey,
        "before": before,
        "previous": published_survey(survey.previous) if survey.previous else None,
        "legend": [
            {"kind": f"level-{level}", "name": level_name(level), "meaning": level_meaning(level),
             "count": survey.count(level)}
            for level in Level
        ] + [{"kind": "unknown", "name": level_name(None)}],
        "map": _map(survey),
        "rows": [
            {"code": row.municipality, "name": _name(places, row.municipality), "before": level_name(row.before),
             "after": level_name(row.after), "change": change_name(row.change), "kind": row.change.value}
            for row in compared.rows
        ],
        "changes": [
            {"kind": change.value, "name": change_name(change), "count": whole(compared.count(change))}
            for change in Change
        ],
        "moves": _moves(compared),
        "moved": _moved(compared, places),
        "levels": [level_name(level) for level in Level],
        "told": _told(survey),
    }  # fmt: skip
    return render(request, "web/survey/show.html", context)


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The answers as CSV, with the survey before beside them."""
    survey = published_survey(key)
    if survey is None:
        return _unknown(request)
    before = published_survey(survey.previous) if survey.previous else None
    places = _places(survey)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("survey", "version", "municipality", "name", "level", "previous_level", "change"))
    for row in compare(before.said if before else {}, survey.said).rows:
        name = _name(places, row.municipality)
        writer.writerow((survey.key, survey.version, row.municipality, name, row.after, row.before, row.change))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="survey-{survey.key}-v{survey.version}.csv"'
    return response


def _compared(survey: Published, before: Published | None) -> Comparison:
    """The survey beside the one before, without those of whom neither says anything."""
    everyone = compare(before.said if before else {}, survey.said)
    return Comparison(
        tuple(row for row in everyone.rows if row.before or row.after or row.change is not Change.UNKNOWN)
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    text = _("Det er ikke publisert noen undersøkelse med det navnet. Finn den blant dem som er publisert.")
    return errors.explain(request, 404, _("Undersøkelsen finnes ikke"), text, leads_to="surveys")


def _places(survey: Published) -> Mapping[str, Municipality]:
    """The municipalities of the survey's day; surveys of a source stand with the codes of the sub-areas."""
    return municipalities_by_code(COUNTED_ON if survey.given else survey.day)


def _name(places: Mapping[str, Municipality], code: str) -> str:
    return places[code].name if code in places else code


def _map(survey: Published) -> SafeString:
    shades = {code: f"level-{said.level}" for code, said in survey.said.items() if said.level}
    dots = [
        Dot(latitude, longitude, people, shades.get(municipality, "unknown"))
        for latitude, longitude, people, municipality in sub_areas()
    ]
    text = _("Kart med en prikk for hvert delområde. Tabellen under sier det samme.")
    title = _("Rekruttering av fastleger etter kommune, %(day)s") % {"day": day(survey.day)}
    return SafeString(draw_map(dots, title=escape(title), description=escape(text), shades=_SHADES))


def _moves(compared: Comparison) -> list[dict[str, object]]:
    moves = compared.moves()
    if not moves:
        return []
    return [
        {"before": level_name(before), "counts": [whole(moves.get((before, after), 0)) for after in Level]}
        for before in Level
    ]


def _moved(compared: Comparison, places: Mapping[str, Municipality]) -> list[tuple[str, str]]:
    """Who went from one level to another: those it has become worst for first."""
    order = {level: at for at, level in enumerate(Level)}
    ways: dict[tuple[Level, Level], list[str]] = {}
    for row in compared.rows:
        if row.before and row.after and row.before != row.after:
            ways.setdefault((row.before, row.after), []).append(_name(places, row.municipality))
    found = sorted(ways.items(), key=lambda way: (order[way[0][0]] - order[way[0][1]], order[way[0][0]]))
    text = _("Fra %(before)s til %(after)s")
    return [
        (text % {"before": level_name(before).lower(), "after": level_name(after).lower()}, several(names))
        for (before, after), names in found
    ]


def _told(survey: Published) -> list[str]:
    """What a source says of all municipalities together, where it does not give each of them."""
    given = survey.given
    if given is None:
        return []
    told = [_("Kilde: %(source)s.") % {"source": given.source[language()]}]
    if given.with_trouble and given.asked:
        counts = {"some": whole(given.with_trouble), "all": whole(given.asked)}
        told.append(_("%(some)s av %(all)s kommuner sa at de hadde utfordringer.") % counts)
    if given.green_of_ten_largest:
        told.append(_("%(some)s av de ti største kommunene var grønne.") % {"some": whole(given.green_of_ten_largest)})
    return told
