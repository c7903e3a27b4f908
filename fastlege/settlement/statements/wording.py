"""The words of a statement, in the language that is active."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fastlege.kernel.money import to_kroner
from fastlege.rules.capitation.adjusted.weights import PARTS
from fastlege.settlement.queries.statements import Line, MonthPaid, Statement

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ALL_DECIMALS = "#,##0." + 20 * "#"
# A rate with øre has two decimals at least, as amounts have.
_RATE = "#,##0.00" + 18 * "#"
_LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}


def kroner(ore: int) -> str:
    """An amount with two decimals, as the language writes it."""
    return str(format_decimal(to_kroner(ore), "#,##0.00", locale=_locale()))


def number(value: int | Decimal) -> str:
    """A number with its thousands apart and the decimals that it has."""
    return str(format_decimal(value, "#,##0.######", locale=_locale()))


def month(day: date) -> str:
    """A month in words, such as oktober 2023."""
    return str(format_date(day, "LLLL y", locale=_locale()))


def month_key(day: date) -> str:
    """A month as addresses and file names have it."""
    return f"{day:%Y-%m}"


def month_row(each: MonthPaid) -> dict[str, str]:
    """A month in a list of statements."""
    return {"key": month_key(each.month), "name": month(each.month), "amount": kroner(each.amount_ore)}


def kind(name: str) -> str:
    """A kind of payment."""
    return {
        "capitation": _("Basistilskudd"),
        "base_grant": _("Grunntilskudd"),
        "equalisation_grant": _("Utjamningstilskudd"),
    }[name]


def payee(name: str) -> str:
    """Who gets an amount."""
    return {"gp": _("fastlegen"), "municipality": _("kommunen")}[name]


def parts(line: Line) -> list[tuple[str, str]]:
    """The parts of adjusted capitation that an amount, or for a correction what it should be, is made of."""
    names = {
        "sex_age_use": _("Kjønn, alder og bruk"),
        "centrality": _("Sentralitet"),
        "socioeconomy": _("Sosioøkonomi"),
        "newcomers": _("Nye innbyggere"),
    }
    return [(names[name], kroner(line.parts[name])) for name in PARTS if line.parts.get(name)]


def what(line: Line) -> str:
    """What a line pays for; a correction says so."""
    if not line.sequence:
        return kind(line.kind)
    return _("%(kind)s, retting nr. %(number)s") % {"kind": kind(line.kind), "number": line.sequence}


def corrected(line: Line) -> str:
    """What a correction corrects; empty for the first line of a month."""
    if not line.sequence:
        return ""
    facts = {"before": kroner(line.before_ore), "now": kroner(line.before_ore + line.amount_ore)}
    if line.corrects is None:
        return _("Ingenting var gitt før. Det riktige er %(now)s kroner.") % facts
    return _("Retter linje %(line)s. Gitt før: %(before)s kroner. Det riktige er %(now)s kroner.") % {
        **facts,
        "line": line.corrects,
    }


def arithmetic(line: Line) -> str:
    """How the amount, or for a correction what it should be, is worked out."""
    if not line.part_of_year:
        return _("Ingenting skulle vært betalt.")
    facts = {
        "persons": _exact(line.paid_persons),
        "rate": _exact(line.rate, _RATE),
        "part": line.part_of_year,
        "share": line.share,
    }
    words = (
        _("%(persons)s vektede innbyggere × %(rate)s kroner × %(part)s av året")
        if line.is_weighted
        else _("%(persons)s innbyggere × %(rate)s kroner × %(part)s av året")
    )
    if line.share != "1":
        words += _(" × %(share)s av listens måned")
    return words % facts


def cell(label: str) -> str:
    """The name of a cell, such as "age 30-49, sex female, use 0, centrality 2", in words."""
    return ", ".join(_class(each) for each in label.split(", "))


def cells(line: Line, statement: Statement) -> list[tuple[str, str]]:
    """The counts of a line: names of cells and numbers of persons."""
    shown = line.cells
    if shown is None:
        return []
    rows = [(cell(statement.labels[line.run][each]), number(count)) for each, count in shown.shown.items()]
    if shown.together is not None:
        small = _("grupper som er slått sammen fordi noen har færre enn %(threshold)s") % {
            "threshold": statement.threshold
        }
        rows.append((small, number(shown.together)))
    return rows


def state(run: int, statement: Statement, *, taken_back: bool = False) -> str:
    """Whether a run has been paid. What a GP has had too much is not paid: it is taken from what is paid out."""
    paid = statement.paid.get(run)
    if paid is None:
        return _("Godkjent, ikke betalt ennå")
    words = _("Ført %(day)s. Trekkes fra det som betales ut") if taken_back else _("Betalt %(day)s")
    return words % {"day": format_date(paid, "d. MMMM y" if _locale() != "en_GB" else "d MMMM y", _locale())}


def title(statement: Statement) -> str:
    """What the statement is of."""
    facts = {"name": statement.subject_name, "month": month(statement.month)}
    if statement.subject == "gp":
        return _("Oppgjør for %(name)s, %(month)s") % facts
    return _("Oppgjør for listene i %(name)s, %(month)s") % facts


def _class(text: str) -> str:
    name, _space, value = text.partition(" ")
    value = value.replace("-", "–")
    words = {
        "age": _("%(class)s år"),
        "sex": {"male": _("menn"), "female": _("kvinner")}.get(value, value),
        "use": _("%(class)s legekontakter i fjor"),
        "centrality": _("sentralitet %(class)s"),
    }
    return words[name] % {"class": value} if name in words else text


def _exact(text: str, decimals: str = _ALL_DECIMALS) -> str:
    """The numbers of a text, such as "1012" or "1/3", to the last decimal, as the language writes numbers."""

    def written(found: re.Match[str]) -> str:
        value = Decimal(found[0])
        form = _ALL_DECIMALS if value == value.to_integral_value() else decimals
        return str(format_decimal(value, form, locale=_locale()))

    return _NUMBER.sub(written, text)


def _locale() -> str:
    return _LOCALES[get_language() or "nb"]
