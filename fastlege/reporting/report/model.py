"""What a report consists of, once it is written and before it has a form: no engine, no snapshot, no files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Value:
    """One cell as text, and as a number where it is one."""

    text: str
    number: float | None = None
    decimals: int = 0


@dataclass(frozen=True)
class Row:
    """A row under its heading; one without values is a heading for those below, a `total` stands out."""

    label: str
    values: tuple[Value, ...]
    total: bool = False


@dataclass
class Table:
    """A numbered table. `facts` has one row a cell, for open data: see `open_data.FACTS`."""

    number: str
    title: str
    corner: str
    columns: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    figures: tuple[tuple[str, str], ...] = ()
    """The figures in it, by id and title: each leads to its definition."""


@dataclass(frozen=True)
class Chart:
    """A numbered chart: its picture, what it says in words, and its legend where that is not in the picture.

    The unit is empty where the title says it.
    """

    number: str
    title: str
    unit: str
    description: str
    svg: str
    legend: tuple[tuple[str, str], ...] = ()
    """Colours with their meaning."""
    figures: tuple[tuple[str, str], ...] = ()
    """The figures in it, by id and title."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What a reader must know of a part: that data is lacking, or that a table is not made."""

    text: str
    heading: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of sentences."""

    text: str


Block = Paragraph | Notice | Chart | Table


@dataclass(frozen=True)
class Term:
    """A word of the field with its meaning."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Part:
    """A section with its blocks in order."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Made:
    """A chapter or an appendix. `id` names its page."""

    id: str
    number: str
    title: str
    appendix: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Defined:
    """The definition of one figure, in words."""

    id: str
    title: str
    question: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Document:
    """A report in one language."""

    name: str
    language: str
    title: str
    subtitle: str
    as_of: date
    facts: tuple[str, ...]
    """What the cover says: of which day, made of what."""
    chapters: tuple[Made, ...]
    glossary: tuple[Term, ...]
    definitions: tuple[Defined, ...]
    method: tuple[tuple[str, str], ...]
    """Headings with their text."""

    def blocks(self) -> Iterator[Block]:
        """All blocks of all chapters."""
        for chapter in self.chapters:
            for part in chapter.parts:
                yield from part.blocks

    def tables(self) -> list[Table]:
        """The tables in their order."""
        return [block for block in self.blocks() if isinstance(block, Table)]

    def charts(self) -> list[Chart]:
        """The charts in their order."""
        return [block for block in self.blocks() if isinstance(block, Chart)]
