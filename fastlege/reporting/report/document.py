"""A whole report in one language: chapters of paragraphs, charts, tables and notices, to be written in any form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastlege.figures.catalogue import UNITS, definition, definitions
from fastlege.figures.engine import of_claims
from fastlege.figures.prices import year_of_claims
from fastlege.reporting import licence
from fastlege.reporting.report.back_matter import glossary, method
from fastlege.reporting.report.comparing import Series
from fastlege.reporting.report.counting import wanted
from fastlege.reporting.report.drawing import ChartMaker
from fastlege.reporting.report.model import Block, Defined, Document, Made, Notice, Paragraph, Part
from fastlege.reporting.report.plan import Absent, Chapter, Plan, Section
from fastlege.reporting.report.sentences import Teller
from fastlege.reporting.report.tables import TableMaker, tables_in_words
from fastlege.reporting.report.wording import words
from fastlege.reporting.report.wording.numbers import day, number


@dataclass(frozen=True)
class Sources:
    """What a report was made of, for its cover."""

    snapshot_digest: str
    rules_digest: str


def write(plan: Plan, series: Series, language: str, sources: Sources) -> Document:
    """Write the report of a plan: everything that the counts can say, and a notice for what they cannot."""
    writer = _Writer(series, language)
    chapters = tuple(map(writer.chapter, plan.chapters))
    return Document(
        name=plan.name,
        language=language,
        title=plan.title.in_language(language),
        subtitle=plan.subtitle.in_language(language),
        as_of=series.now.as_of,
        facts=tuple(_facts(series, language, sources)),
        chapters=chapters,
        glossary=glossary(language),
        definitions=_definitions(plan, language),
        method=(*method(language), _about(series, language), _terms(language)),
    )


class _Writer:
    def __init__(self, series: Series, language: str) -> None:
        self._now, self._language, self._words = series.now, language, words(language)
        self._teller = Teller(series, language)
        self._tables, self._charts = TableMaker(series, language), ChartMaker(series, language)

    def chapter(self, chapter: Chapter) -> Made:
        page = f"{'appendix' if chapter.appendix else 'chapter'}-{chapter.number.lower()}"
        parts = tuple(map(self._part, chapter.sections))
        return Made(page, chapter.number, chapter.title.in_language(self._language), chapter.appendix, parts)

    def _part(self, section: Section) -> Part:
        blocks: list[Block] = []
        figures = {figure for figure, _, _ in section.wants()}
        missing = figures & set(self._now.lacking)
        if figures and missing == figures:
            tables = sorted({name for figure in missing for name in self._now.lacking[figure]})
            told = self._words["lacks"].format(tables=tables_in_words(tables, self._language))
            blocks.append(Notice(told))
        elif paragraph := self._teller.paragraph(section.sentences):
            blocks.append(Paragraph(paragraph))
        blocks += [made for chart in section.charts if (made := self._charts.make(chart))]
        blocks += [found for table in section.tables if (found := self._tables.make(table))]
        blocks += map(self._absent, section.absent)
        return Part(section.title.in_language(self._language), tuple(blocks))

    def _absent(self, absent: Absent) -> Notice:
        heading = f"{self._words['table']} {absent.number}. {absent.title.in_language(self._language)}"
        return Notice(self._words["not_made"].format(why=absent.why.in_language(self._language)), heading)


def _facts(series: Series, language: str, sources: Sources) -> Iterator[str]:
    told, now = words(language), series.now
    yield told["status"].format(day=day(now.as_of, language))
    if any(of_claims(key[0]) for key in now.cells):
        yield told["status_year"].format(year=year_of_claims(now.snapshot))
    if "recipe" in now.snapshot.meta:
        yield told["synthetic"].format(recipe=now.snapshot.meta["recipe"])
    if not now.whole_country:
        yield told["part_of_country"].format(areas=now.snapshot.meta["areas"])
    yield told["made_of"].format(digest=sources.snapshot_digest[:12],
                                 rules=sources.rules_digest[:12])  # fmt: skip


def _about(series: Series, language: str) -> tuple[str, str]:
    """How much of this edition is hidden, and how changes are counted."""
    told, cells = words(language), series.now.cells
    hidden = sum(cell.suppressed for cell in cells.values())
    text = told["notes_cells"].format(
        hidden=number(hidden, 0, language), cells=number(len(cells), 0, language), threshold=series.now.door.threshold
    )
    if series.now.door.round_to > 1:
        text += " " + told["notes_rounded"].format(round_to=series.now.door.round_to)
    return told["notes"], f"{text} {told['notes_changes']}"


def _terms(language: str) -> tuple[str, str]:
    """What a reader may do with the data."""
    return words(language)["terms"], f"{licence.TERMS.in_language(language)} {licence.TITLE}: {licence.PAGE}"


def _definitions(plan: Plan, language: str) -> tuple[Defined, ...]:
    """The definitions of the figures that an edition shows, from the catalogue."""
    told = words(language)
    shown = set(wanted(plan)[0])
    found = []
    for each in (definition(each.id) for each in definitions() if each.id in shown):
        rows = [
            (told["why"], each.why.in_language(language)),
            (told["numerator"], each.numerator_words.in_language(language)),
            (told["denominator"], each.denominator_words.in_language(language) if each.denominator_words else ""),
            (told["unit"].split(":")[0], UNITS[each.unit].in_language(language)),
            (told["sources"], "; ".join(f"{source.table} ({source.name})" for source in each.sources)),
            (told["breaks"], " ".join(one.in_language(language) for one in each.breaks)),
            (told["reviewed"], day(each.next_review, language)),
            (told["code"], f"fastlege/figures/definitions/{each.id}/definition.toml"),
        ]
        kept = tuple((name, text) for name, text in rows if text)
        found.append(Defined(each.id, each.title.in_language(language), each.question.in_language(language), kept))
    return tuple(found)
