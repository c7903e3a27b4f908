"""A statement in words: what the page and the PDF show alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from fastlege.settlement.queries.statements import Line, Statement, total_by
from fastlege.settlement.statements import wording


@dataclass(frozen=True)
class ShownLine:
    """One amount in words."""

    number: int
    what: str
    payee: str
    amount: str
    members: str
    arithmetic: str
    corrected: str
    state: str
    parts: Sequence[tuple[str, str]]
    rule: str
    source: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ShownList:
    """A list and its amounts."""

    list_id: int
    name: str
    total: str
    lines: Sequence[ShownLine]


@dataclass(frozen=True)
class Shown:
    """A whole statement in words."""

    title: str
    total: str
    sums: Sequence[tuple[str, str, str]]
    bills: Sequence[tuple[str, str, str]]
    lists: Sequence[ShownList]


def in_words(statement: Statement, *, with_cells: bool = True) -> Shown:
    """The statement in the language that is active."""
    return Shown(
        title=wording.title(statement),
        total=wording.kroner(statement.amount_ore),
        sums=[
            (wording.kind(kind), wording.payee(payee), wording.kroner(ore))
            for (kind, payee), ore in total_by(statement.lines).items()
        ],
        bills=[
            (_bills(each.bills, each.credits), wording.state(each.run, statement), wording.kroner(each.amount_ore))
            for each in statement.bills
        ],
        lists=[
            _list(number, list(lines), statement, with_cells)
            for number, lines in groupby(statement.lines, key=lambda line: line.list_id)
        ],
    )


def _list(list_id: int, lines: Sequence[Line], statement: Statement, with_cells: bool) -> ShownList:
    return ShownList(
        list_id,
        lines[0].list_name,
        wording.kroner(sum(line.amount_ore for line in lines)),
        [_line(line, statement, with_cells) for line in lines],
    )


def _line(line: Line, statement: Statement, with_cells: bool) -> ShownLine:
    return ShownLine(
        number=line.number,
        what=wording.what(line),
        payee=wording.payee(line.payee),
        amount=wording.kroner(line.amount_ore),
        members=wording.number(line.persons),
        arithmetic=wording.arithmetic(line),
        corrected=wording.corrected(line),
        state=wording.state(line.run, statement, taken_back=line.payee == "gp" and line.amount_ore < 0),
        parts=wording.parts(line),
        rule=line.rule,
        source=line.source,
        cells=wording.cells(line, statement) if with_cells else [],
    )


def _bills(bills: int, credits: int) -> str:
    facts = {"bills": wording.number(bills), "credits": wording.number(credits)}
    return _("%(bills)s regninger, %(credits)s kreditnotaer") % facts
