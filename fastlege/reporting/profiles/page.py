"""The page of one municipality as HTML, without a frame: the site and the static pages put theirs around it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fastlege.reporting import licence
from fastlege.reporting.profiles.comparing import FEWEST_SHOWN, Profiles
from fastlege.reporting.profiles.model import Links, Page, Subject
from fastlege.reporting.profiles.parts import figure_link, section_html
from fastlege.reporting.profiles.pictures import mark
from fastlege.reporting.profiles.places import Place
from fastlege.reporting.profiles.plan import Plan, plan
from fastlege.reporting.profiles.sentences import Teller
from fastlege.reporting.profiles.trends import trends_html
from fastlege.reporting.report.wording.numbers import day


def profile_page(profiles: Profiles, place: Place, language: str, links: Links) -> Page:
    """The profile of one municipality in one language."""
    shown, subject = plan(), Subject(profiles, place, language)
    told = subject.words
    fixed = {"name": place.name, "year": claims_year(profiles.now.meta, profiles.now.as_of.year)}
    teller = Teller(language, fixed, subject.county, subject.beside)
    sections = "\n".join(section_html(each, subject, teller, links) for each in shown.sections)
    body = (
        f"{_head(shown, subject, links)}{_key(subject)}\n{sections}\n{trends_html(shown, subject, teller, links)}\n"
        f"{_similar(subject, links)}{about_html(shown, subject)}"
    )
    return Page(told["title"].format(name=place.name), f'<div class="profile">{body}</div>')


def claims_year(meta: Mapping[str, str], year: int) -> str:
    """The year that an edition's claims are of."""
    return meta.get("claims_year", str(year))


def as_of_html(profiles: Profiles, language: str, told: Mapping[str, str]) -> str:
    """The day of the figures, and the year of those that count claims."""
    now = profiles.now
    text = told["as_of"].format(day=day(now.as_of, language))
    if "claims_year" in now.meta:
        text += " " + told["of_year"].format(year=now.meta["claims_year"])
    return f'<p class="profile-day">{escape(text)}</p>'


def _head(shown: Plan, subject: Subject, links: Links) -> str:
    told, place = subject.words, subject.place
    under = told["under"].format(county=subject.county, size=subject.size, centrality=place.centrality)
    facts = "".join(
        f"<div><dt>{figure_link(found.figure, subject, links)}</dt>"
        f"<dd>{_said(subject.signed(found.figure, subject.text(found.figure, found.own)), subject)}</dd></div>"
        for figure in shown.facts
        if figure in subject.profiles.figures
        for found in [subject.beside(figure)]
    )
    return (
        f'<div class="profile-head"><p class="profile-kind"><a href="{escape(links.index)}">'
        f"{escape(told['back'])}</a></p>"
        f'<h1>{escape(place.name)}</h1><p class="profile-under">{escape(under)}</p>'
        f"{as_of_html(subject.profiles, subject.language, told)}</div>"
        f'<h2 class="profile-said">{escape(told["facts"])}</h2><dl class="profile-facts">{facts}</dl>'
    )


def _said(text: str, subject: Subject) -> str:
    """A value on its own: signs become words."""
    return escape({":": subject.words["hidden"], "–": subject.words["nothing"]}.get(text, text))


def _key(subject: Subject) -> str:
    told = subject.words
    names = {
        "own": subject.place.name,
        **({} if subject.alone else {"county": subject.county}),
        "country": subject.country,
        **({"similar": told["similar_one"]} if subject.similar.places else {}),
    }
    marks = "".join(f"<li>{mark(kind)} {escape(name)}</li>" for kind, name in names.items())
    return (
        f'<section class="profile-legend" aria-labelledby="key"><h2 id="key">{escape(told["key"])}</h2>'
        f'<ul class="profile-key">{marks}</ul><p class="profile-quiet">{escape(told["key_text"])}</p></section>'
    )


def _similar(subject: Subject, links: Links) -> str:
    told, found = subject.words, subject.similar
    text = []
    if found.places:
        text.append(
            told["similar_text"].format(
                name=subject.place.name,
                count=len(found.places),
                size=subject.size,
                classes=_listed([str(each) for each in found.classes], told["and"]),
            )
        )
        if len(found.classes) > 1:
            text.append(told["similar_wide"].format(centrality=subject.place.centrality))
        if len(found.places) < FEWEST_SHOWN:
            text.append(told["similar_few"].format(fewest=FEWEST_SHOWN))
    else:
        text.append(told["similar_none"].format(size=subject.size))
    if subject.alone:
        text.append(told["alone"].format(county=subject.county))
    names = "".join(
        f'<li><a href="{escape(links.profile(each.code))}">{escape(each.name)}</a></li>' for each in found.places
    )
    listed = f'<ul class="profile-names">{names}</ul>' if names else ""
    return (
        f'<section class="profile-section" aria-labelledby="similar"><h2 id="similar">{escape(told["similar_heading"])}'
        f"</h2><p>{escape(' '.join(text))}</p>{listed}</section>"
    )


def about_html(shown: Plan, subject: Subject) -> str:
    """Where the figures come from, and what is not shown."""
    told, now = subject.words, subject.profiles.now
    own = [subject.beside(figure).own for figure in shown.figures() if figure in subject.profiles.figures]
    hidden = sum(each is not None and each.suppressed for each in own)
    values = {"name": subject.place.name, "count": hidden, "all": len(own), "threshold": now.meta["threshold"]}
    text = [
        told["suppressed" if hidden else "suppressed_none"].format(**values),
        told["undefined"],
        *source_texts(now.meta, told, subject.language),
    ]
    paragraphs = "\n".join(f"<li>{escape(each)}</li>" for each in text)
    return (
        f'<section class="profile-section" aria-labelledby="about"><h2 id="about">{escape(told["about"])}</h2>'
        f'<ul class="profile-about"><li class="profile-on-screen">{escape(told["definitions_link"])}</li>\n'
        f"{paragraphs}</ul></section>"
    )


def source_texts(meta: Mapping[str, str], told: Mapping[str, str], language: str) -> list[str]:
    """What an edition was made of, that nobody in it exists, and what a reader may do with it."""
    texts = [
        told["source"].format(
            digest=meta["snapshot_digest"][:12], rules=meta["rules_digest"][:12], software=meta["software"]
        )
    ]
    if meta.get("areas"):
        texts.append(told["part_of_country"])
    if "recipe" in meta:
        texts.append(told["synthetic"].format(recipe=meta["recipe"]))
    texts.append(licence.TERMS.in_language(language))
    return texts


def _listed(parts: list[str], last: str) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + last + parts[-1]
