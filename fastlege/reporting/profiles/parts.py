"""Parts of a profile as HTML: the section of one subject with its sentences, picture and table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from fastlege.figures.catalogue import UNITS, Definition, definition
from fastlege.reporting.pictures.charts import Shown
from fastlege.reporting.profiles.comparing import Beside
from fastlege.reporting.profiles.model import HIDDEN, NOTHING, Links, Subject
from fastlege.reporting.profiles.pictures import Strip, strips
from fastlege.reporting.profiles.plan import Section
from fastlege.reporting.profiles.sentences import Teller


def section_html(section: Section, subject: Subject, teller: Teller, links: Links) -> str:
    """A heading, the sentences, and the picture beside its table; a notice where there are none of the figures."""
    title = escape(section.title.in_language(subject.language))
    has = [figure for figure in section.figures if figure in subject.profiles.figures]
    if not has:
        inside = f'<p class="profile-notice">{escape(subject.words["lacks"])}</p>'
    else:
        told = teller.paragraph(section.sentences)
        paragraph = f'<p class="profile-text">{escape(told)}</p>' if told else ""
        table = table_html(section, [subject.beside(figure) for figure in has], subject, links)
        pair = f'<div class="profile-pair">{_picture(section, subject)}{table}</div>'
        inside = f"{paragraph}{pair}{_lacking(section, has, subject)}"
    return (
        f'<section class="profile-section" aria-labelledby="{section.id}"><h2 id="{section.id}">{title}</h2>'
        f"{inside}</section>"
    )


def _lacking(section: Section, has: Sequence[str], subject: Subject) -> str:
    names = [definition(figure).title.in_language(subject.language) for figure in section.figures if figure not in has]
    if not names:
        return ""
    return f'<p class="profile-quiet">{escape(subject.words["lacks_some"].format(figures="; ".join(names)))}</p>'


def _picture(section: Section, subject: Subject) -> str:
    """Where the municipality lies in a few figures; left out for those that nobody shows a value of."""
    found = [subject.beside(figure) for figure in section.picture if figure in subject.profiles.figures]
    rows = [(each, _strip(each, subject)) for each in found]
    rows = [(each, strip) for each, strip in rows if strip.values]
    if not rows:
        return ""
    title = subject.words["picture"].format(
        section=section.title.in_language(subject.language), name=subject.place.name
    )
    text = ". ".join(_in_words(each, subject) for each, _ in rows) + "."
    drawn = strips([strip for _, strip in rows], Shown(f"picture-{section.id}", title, text))
    return f'<figure class="profile-picture">{drawn}</figure>'


def _strip(each: Beside, subject: Subject) -> Strip:
    values = [
        value
        for value in (*each.others, *(one.value if one else None for one in (each.own, each.county, each.country)))
        if value is not None
    ]
    return Strip(
        label=each.figure.title.in_language(subject.language),
        text=subject.signed(each.figure, subject.text(each.figure, each.own)),
        own=each.own.value if each.own else None,
        county=each.county.value if each.county else None,
        country=each.country.value if each.country else None,
        others=each.others,
        low=subject.number(each.figure, min(values, default=None)),
        high=subject.number(each.figure, max(values, default=None)),
    )


def _in_words(each: Beside, subject: Subject) -> str:
    """What one line of a picture shows, for those who do not see it."""
    figure = each.figure
    others = ""
    for place, found in ((subject.county, each.county), (subject.country, each.country)):
        if found is not None and found.value is not None:
            others += subject.words["picture_other"].format(place=place, value=subject.number(figure, found.value))
    if each.others:
        others += subject.words["picture_similar"].format(
            low=subject.number(figure, each.others[0]), high=subject.number(figure, each.others[-1])
        )
    own = subject.text(figure, each.own)
    own = {HIDDEN: subject.words["hidden"], NOTHING: subject.words["nothing"]}.get(own, own)
    return str(
        subject.words["picture_row"].format(
            figure=figure.title.in_language(subject.language), name=subject.place.name, own=own, others=others
        )
    )


def table_html(section: Section, rows: Sequence[Beside], subject: Subject, links: Links) -> str:
    """The figures of a section, the municipality beside its county, the similar municipalities and the country."""
    told = subject.words
    names = [subject.place.name, *([] if subject.alone else [subject.county])]
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    caption = told["table"].format(section=section.title.in_language(subject.language), name=subject.place.name)
    body = "\n".join(f"<tr>{''.join(_row(each, subject, links))}</tr>" for each in rows)
    return (
        f'<div class="profile-scroll" role="region" tabindex="0" aria-labelledby="table-{section.id}"><table>'
        f'<caption id="table-{section.id}">{escape(caption)}</caption>'
        f'<thead><tr><th scope="col">{escape(told["figure"])}</th>{heads}'
        f'<th scope="col">{escape(told["similar"])} <span class="profile-unit">{escape(told["median"])}</span></th>'
        f'<th scope="col">{escape(subject.country[0].upper() + subject.country[1:])}</th></tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(each: Beside, subject: Subject, links: Links) -> Iterator[str]:
    figure = each.figure
    yield f'<th scope="row">{figure_link(figure, subject, links)}{unit_html(figure, subject.language)}</th>'
    yield cell(subject.text(figure, each.own), subject, own=True)
    if not subject.alone:
        yield cell(subject.text(figure, each.county), subject)
    yield cell(subject.number(figure, each.middle), subject)
    yield cell(subject.text(figure, each.country), subject)


def figure_link(figure: Definition, subject: Subject, links: Links) -> str:
    """The name of a figure, leading to its definition."""
    return f'<a href="{escape(links.definition(figure.id))}">{escape(figure.title.in_language(subject.language))}</a>'


def unit_html(figure: Definition, language: str) -> str:
    """The unit of a figure, where its name does not say it already."""
    unit = UNITS[figure.unit].in_language(language)
    if unit.casefold() in figure.title.in_language(language).casefold():
        return ""
    return f' <span class="profile-unit">{escape(unit)}</span>'


def cell(text: str, subject: Subject, *, own: bool = False) -> str:
    """One cell; a sign is read aloud in words."""
    kind = ' class="own"' if own else ""
    if text in {HIDDEN, NOTHING}:
        said = subject.words["hidden" if text == HIDDEN else "nothing"]
        text = f'<span aria-hidden="true">{text}</span><span class="profile-said">{escape(said)}</span>'
    return f"<td{kind}>{text if '<' in text else escape(text)}</td>"
