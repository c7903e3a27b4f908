"""How a municipality has moved over the years, as HTML: a small picture and a small table a figure."""

from __future__ import annotations

from html import escape

from fastlege.reporting.pictures.charts import Shown
from fastlege.reporting.profiles.comparing import Trend
from fastlege.reporting.profiles.model import Links, Subject
from fastlege.reporting.profiles.parts import cell, figure_link
from fastlege.reporting.profiles.pictures import Course, courses, mark
from fastlege.reporting.profiles.plan import Plan
from fastlege.reporting.profiles.sentences import Teller


def trends_html(plan: Plan, subject: Subject, teller: Teller, links: Links) -> str:
    """All trends of a municipality; a sentence that says why where there are none."""
    told, years = subject.words, subject.profiles.years
    heading = f'<h2 id="trends">{escape(told["trends"])}</h2>'
    found = [
        trend
        for each in plan.sections
        if (trend := subject.profiles.trend(each.trend, subject.place, of_year=each.of_year))
    ]
    if len(years) < 2:
        inside = f"<p>{escape(told['trends_none'].format(year=years[0]))}</p>"
    elif not found:
        inside = f"<p>{escape(told['trends_place'])}</p>"
    else:
        inside = _all(found, subject, teller, links)
    return f'<section class="profile-section profile-over-time" aria-labelledby="trends">{heading}{inside}</section>'


def _all(found: list[Trend], subject: Subject, teller: Teller, links: Links) -> str:
    told, years = subject.words, subject.profiles.years
    text = [told["trends_text"].format(first=years[0], last=years[-1])]
    if any(value is None for trend in found for value in (*trend.own, *(trend.county or ()))):
        text.append(told["trends_gap"])
    if not subject.alone and all(trend.county is None for trend in found):
        text.append(told["trends_no_county"])
    kinds = ["own", *(["county"] if any(trend.county for trend in found) else []), "country"]
    names = {"own": subject.place.name, "county": subject.county, "country": subject.country}
    key = "".join(f"<li>{mark(f'{kind}_line')} {escape(names[kind])}</li>" for kind in kinds)
    drawn = "\n".join(_one(trend, subject, teller, links) for trend in found)
    return (
        f'<p class="profile-quiet">{escape(" ".join(text))}</p><ul class="profile-key">{key}</ul>'
        f'<div class="profile-trends">{drawn}</div>'
    )


def _one(trend: Trend, subject: Subject, teller: Teller, links: Links) -> str:
    figure, told = trend.figure, subject.words
    series = [Course(trend.own, "own"), *([Course(trend.county, "county")] if trend.county else [])]
    series.append(Course(trend.country, "country"))
    values = [value for one in series for value in one.values if value is not None]
    ends = (subject.number(figure, min(values)), subject.number(figure, max(values)))
    names = {"own": subject.place.name, "county": subject.county, "country": subject.country}
    shown = Shown(
        f"trend-{figure.id}",
        told["trend_picture"].format(
            figure=figure.title.in_language(subject.language), first=trend.years[0], last=trend.years[-1]
        ),
        ". ".join(_in_words(trend, one, names[one.kind], subject) for one in series) + ".",
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(_first_upper(names[one.kind]))}</th>'
        f"{''.join(cell(subject.number(figure, value), subject, own=one.kind == 'own') for value in one.values)}</tr>"
        for one in series
    )
    heads = "".join(f'<th scope="col">{year}</th>' for year in trend.years)
    identity = f"table-trend-{figure.id}"
    return (
        f'<div class="profile-trend"><h3 id="{identity}">{figure_link(figure, subject, links)}</h3>'
        f"<p>{escape(teller.trend(trend))}</p>"
        f"{courses(trend.years, series, ends, shown)}"
        f'<div class="profile-scroll" role="region" tabindex="0" aria-labelledby="{identity}">'
        f'<table aria-labelledby="{identity}"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></div>"
    )


def _in_words(trend: Trend, one: Course, name: str, subject: Subject) -> str:
    points = [
        subject.words["trend_point"].format(year=year, value=subject.number(trend.figure, value))
        for year, value in zip(trend.years, one.values, strict=True)
        if value is not None
    ]
    return str(subject.words["trend_part"].format(place=_first_upper(name), values=", ".join(points)))


def _first_upper(text: str) -> str:
    return text[0].upper() + text[1:]
