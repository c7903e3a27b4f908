"""The page that leads to all profiles: a map, and the municipalities by county with some of their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from fastlege.figures.catalogue import UNITS, Definition, definition
from fastlege.figures.levels import Level
from fastlege.reporting.pictures.maps import FILLS, Dot, LegendWords, draw_map, legend_of, quarters
from fastlege.reporting.profiles.comparing import Profiles
from fastlege.reporting.profiles.model import Links, Page, Subject
from fastlege.reporting.profiles.page import as_of_html, source_texts
from fastlege.reporting.profiles.parts import cell, unit_html
from fastlege.reporting.profiles.places import Place, in_order, without_lists
from fastlege.reporting.profiles.plan import plan
from fastlege.reporting.profiles.wording import words
from fastlege.reporting.report.wording.numbers import number
from fastlege.rules.geography.tables import basic_units


def index_page(profiles: Profiles, language: str, links: Links) -> Page:
    """All municipalities that have a profile, on a map and by county."""
    told = words(language)
    counties = _by_county(profiles, language)
    jumps = "".join(f'<li><a href="#county-{code}">{escape(name)}</a></li>' for (code, name), _ in counties)
    figures = [definition(each) for each in plan().index if each in profiles.figures]
    tables = "\n".join(
        _county(code, name, places, (figures, profiles, language, links)) for (code, name), places in counties
    )
    defined = "".join(
        f'<li><a href="{escape(links.definition(each.id))}">{_title(each, language)}</a></li>' for each in figures
    )
    sources = "".join(f"<li>{escape(text)}</li>" for text in source_texts(profiles.now.meta, told, language))
    body = (
        f'<div class="profile profile-index"><div class="profile-head"><h1>{escape(told["profiles"])}</h1>'
        f'<p class="profile-under">{escape(told["index_lead"])}</p>{as_of_html(profiles, language, told)}</div>\n'
        f'<div class="profile-split"><nav aria-labelledby="by-county"><h2 id="by-county">{escape(told["by_county"])}'
        f'</h2><ul class="profile-counties">{jumps}</ul></nav>{_map(profiles, language)}</div>\n{tables}'
        f"{_without_lists(profiles, language, links)}"
        f'<h2 id="definitions">{escape(told["definitions"])}</h2><ul class="profile-names">{defined}</ul>'
        f'<ul class="profile-about">{sources}</ul></div>'
    )
    return Page(told["profiles"], body)


def without_lists_page(place: Place, host: Place, language: str, links: Links) -> Page:
    """The page of a municipality that runs the scheme with another one: where its figures stand."""
    told = words(language)
    heading = told["without_lists_one"].format(name=place.name)
    link = told["profile_of"].format(name=host.name)
    body = (
        '<div class="profile"><div class="profile-head">'
        f'<p class="profile-kind"><a href="{escape(links.index)}">{escape(told["back"])}</a></p>'
        f'<h1>{escape(heading)}</h1><p class="profile-under">{escape(told["without_lists_text"])}</p></div>'
        f'<p><a href="{escape(links.profile(host.code))}">{escape(link)}</a></p></div>'
    )
    return Page(heading, body)


def _without_lists(profiles: Profiles, language: str, links: Links) -> str:
    """Those that have no profile of their own, each with the one that its figures stand in."""
    told, pairs = words(language), without_lists(profiles.now.as_of, profiles.places)
    rows = "".join(
        f'<li>{escape(place.name)}: <a href="{escape(links.profile(host.code))}">{escape(host.name)}</a></li>'
        for place, host in pairs
    )
    text = f'<h2 id="without-lists">{escape(told["without_lists"])}</h2><p>{escape(told["without_lists_text"])}</p>'
    return f'{text}<ul class="profile-names">{rows}</ul>' if pairs else ""


def _by_county(profiles: Profiles, language: str) -> list[tuple[tuple[str, str], list[Place]]]:
    """The counties in the order of their codes, each with its municipalities in the order of their names."""
    inside: dict[str, list[Place]] = {}
    for place in profiles.places.values():
        inside.setdefault(place.county, []).append(place)
    return [
        ((code, Subject(profiles, places[0], language).county), sorted(places, key=lambda each: in_order(each.name)))
        for code, places in sorted(inside.items())
    ]


def _county(
    code: str, name: str, places: Sequence[Place], shown: tuple[Sequence[Definition], Profiles, str, Links]
) -> str:
    figures, profiles, language, links = shown
    told = words(language)
    heads = "".join(f'<th scope="col">{_title(each, language)}{unit_html(each, language)}</th>' for each in figures)
    rows = []
    for place in places:
        subject = Subject(profiles, place, language)
        cells = "".join(
            cell(subject.text(each, profiles.now.value(each.id, Level.MUNICIPALITY, place.code)), subject)
            for each in figures
        )
        name_link = f'<a href="{escape(links.profile(place.code))}">{escape(place.name)}</a>'
        rows.append(f'<tr><th scope="row">{name_link}</th>{cells}</tr>')
    return (
        f'<h2 id="county-{code}">{escape(name)}</h2>'
        f'<div class="profile-scroll" role="region" tabindex="0" aria-labelledby="county-{code}">'
        f'<table aria-labelledby="county-{code}"><thead><tr><th scope="col">{escape(told["municipality"])}</th>{heads}'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _title(figure: Definition, language: str) -> str:
    return escape(figure.title.in_language(language))


def _map(profiles: Profiles, language: str) -> str:
    """A dot a sub-area in the colour of its municipality's quarter of values, and what the colours mean."""
    figure, told = definition(plan().map), words(language)
    values = {
        code: found.value
        for code in profiles.places
        if (found := profiles.now.value(figure.id, Level.MUNICIPALITY, code)) and found.value is not None
    }
    if not values:
        return ""
    bounds, names = quarters(list(values.values())), list(FILLS)
    shade = {code: names[sum(value > bound for bound in bounds[1:-1])] for code, value in values.items()}
    dots = [
        Dot(latitude, longitude, people, shade.get(place, "unknown"))
        for place, people, latitude, longitude in _points(profiles)
    ]
    least, most = min(values, key=lambda code: values[code]), max(values, key=lambda code: values[code])
    title = told["map"].format(figure=figure.title.in_language(language))
    text = told["map_text"].format(
        low=number(values[least], figure.decimals, language),
        high=number(values[most], figure.decimals, language),
        lowest=profiles.places[least].name,
        highest=profiles.places[most].name,
    )
    drawn = draw_map(dots, title=escape(title), description=escape(text), shades=names, id="profile-map", fills=FILLS)
    steps = _legend(bounds, {dot.shade for dot in dots}, (figure, language, told))
    return (
        f'<figure class="profile-map"><figcaption>{escape(title)}</figcaption>{drawn}'
        f'<ul class="profile-key">{steps}</ul><p class="profile-quiet">{escape(told["map_legend"])}</p></figure>\n'
    )


def _points(profiles: Profiles) -> list[tuple[str, int, float, float]]:
    """Sub-areas in their municipalities of the day; of a part of the country, those there."""
    units = basic_units(profiles.now.as_of).select(["municipality", "population", "latitude", "longitude"])
    rows = zip(*units.to_pydict().values(), strict=True)
    whole = not profiles.now.meta.get("areas")
    return [row for row in rows if whole or row[0] in profiles.places]


def _legend(bounds: list[float], found: set[str], said: tuple[Definition, str, Mapping[str, Any]]) -> str:
    figure, language, told = said
    shown = [number(bound, figure.decimals, language) for bound in bounds]
    steps = legend_of(shown, found, LegendWords(told["map_step"], told["map_step_over"], told["unknown"]))
    return "".join(
        f'<li><svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true"><rect width="18" height="18" '
        f'fill="{colour}"/></svg> {escape(text)}</li>'
        for colour, text in steps
    )


@cache
def definitions_html(language: str) -> str:
    """The definitions of all figures that profiles show, each to be linked to by its id."""
    told = words(language)
    return f"<p>{escape(told['definitions_text'])}</p>" + "\n".join(
        _definition(each, language)
        for each in sorted((definition(figure) for figure in plan().figures()), key=lambda each: each.order)
    )


def _definition(each: Definition, language: str) -> str:
    told = words(language)
    denominator = each.denominator_words.in_language(language) if each.denominator_words else ""
    rows = [
        (told["question"], each.question.in_language(language)),
        (told["why"], each.why.in_language(language)),
        (told["numerator" if denominator else "counted"], each.numerator_words.in_language(language)),
        (told["denominator"], denominator),
        (told["unit"], UNITS[each.unit].in_language(language)),
        (told["published_in"], "; ".join(f"{source.table} ({source.name})" for source in each.sources)),
        (told["breaks"], " ".join(one.in_language(language) for one in each.breaks)),
    ]
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in rows if text)
    title = escape(each.title.in_language(language))
    return (
        f'<section class="profile-section"><h2 id="{each.id}">{title}</h2>'
        f'<dl class="profile-defined">{shown}</dl></section>'
    )
