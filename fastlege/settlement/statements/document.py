"""A statement as PDF/UA-1: typst checks that it can be read aloud, and refuses to make one that cannot."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fastlege.settlement.queries.statements import Statement
from fastlege.settlement.statements.shown import in_words

_TEMPLATE = Path(__file__).with_name("statement.typ")


def as_pdf(statement: Statement) -> bytes:
    """The statement in the language that is active. The same statement gives the same bytes."""
    facts = {**asdict(in_words(statement)), "language": get_language() or "nb", "words": _words()}
    document = typst.compile(
        str(_TEMPLATE), format="pdf", pdf_standards=["ua-1"], sys_inputs={"statement": orjson.dumps(facts).decode()}
    )
    return bytes(document)


def _words() -> dict[str, str]:
    return {
        "total": _("I alt, kroner"),
        "kind": _("Tilskudd"),
        "payee": _("Til"),
        "to": _("til"),
        "kroner": _("Kroner"),
        "bills": _("Regninger fra staten"),
        "number": _("Antall"),
        "state": _("Status"),
        "line": _("Linje"),
        "members": _("Innbyggere på listen"),
        "rules": _("Regler"),
        "sources": _("Kilder"),
        "cells": _("Innbyggere etter gruppe"),
    }
