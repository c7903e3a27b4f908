"""What may stand in the query of an address: each parameter is declared once, read by it and described by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from fastlege.web.open_data.problems import ProblemError

MOST_TIMES = 50
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Parameter:
    """One parameter. `read` takes a text, and raises `ProblemError` or `ValueError`, whose message is for people."""

    name: str
    text: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    example: Any
    many: bool = False
    usual: Any = None


def read_query(query: QueryDict, known: Sequence[Parameter]) -> dict[str, Any]:
    """The values of all parameters, or a `ProblemError` that names the first one that is wrong."""
    by_name = {each.name: each for each in known}
    if any(name not in by_name for name in query):
        names = ", ".join(by_name)
        text = _("Adressen har en parameter som ikke finnes her. Disse finnes: %(names)s.") % {"names": names}
        raise ProblemError(400, text if names else _("Denne adressen har ingen parametere."))
    return {each.name: _value(each, query.getlist(each.name)) for each in known}


def _value(parameter: Parameter, texts: list[str]) -> Any:
    most = MOST_TIMES if parameter.many else 1
    if len(texts) > most:
        detail = _("%(name)s kan stå høyst %(most)d ganger i adressen.")
        raise ProblemError(400, detail % {"name": parameter.name, "most": most}, parameter=parameter.name)
    found = [_one(parameter, text) for text in texts]
    if parameter.many:
        return tuple(found)
    return found[0] if found else parameter.usual


def _one(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.read(text)
    except ValueError as error:
        detail = _("%(name)s kan ikke leses: %(expected)s") % {"name": parameter.name, "expected": error}
        raise ProblemError(400, detail, parameter=parameter.name) from error


def one_of(names: Iterable[str]) -> tuple[Mapping[str, Any], Callable[[str], str]]:
    """The schema and the reader of a word out of a list."""
    known = tuple(names)

    def read(text: str) -> str:
        if text in known:
            return text
        if len(known) > 12:
            raise ValueError(_("det er ikke blant dem som finnes. Se beskrivelsen i openapi.json."))
        raise ValueError(_("det må være ett av disse: %(names)s.") % {"names": ", ".join(known)})

    return {"type": "string", "enum": list(known)}, read


def whole(first: int, last: int) -> tuple[Mapping[str, Any], Callable[[str], int]]:
    """The schema and the reader of a whole number."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 9 and first <= int(text) <= last:
            return int(text)
        raise ValueError(_("det må være et helt tall fra %(first)d til %(last)d.") % {"first": first, "last": last})

    return {"type": "integer", "minimum": first, "maximum": last}, read


def day() -> tuple[Mapping[str, Any], Callable[[str], date]]:
    """The schema and the reader of a day."""

    def read(text: str) -> date:
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise ValueError(_("det må være en dag som 2026-05-01."))

    return {"type": "string", "format": "date"}, read


def pattern(form: str, longest: int) -> tuple[Mapping[str, Any], Callable[[str], str]]:
    """The schema and the reader of a text of a form."""
    compiled = re.compile(form)

    def read(text: str) -> str:
        if len(text) <= longest and compiled.fullmatch(text):
            return text
        raise ValueError(_("det har ikke den formen som beskrivelsen i openapi.json sier."))

    return {"type": "string", "pattern": f"^{form}$", "minLength": 1, "maxLength": longest}, read
