"""What many pages ask for and what changes at most once a day: kept for a minute in each process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from time import monotonic

from django.utils.html import escape

from fastlege.registry import list_search
from fastlege.registry.list_search import Choices, RegisterDay

_KEPT_SECONDS = 60


@dataclass(frozen=True)
class FormChoices:
    """The choices of the search form; municipalities also as ready options, grouped by county."""

    choices: Choices
    municipalities: dict[str, str]
    options: str


def register_day() -> RegisterDay | None:
    """The day that the register shows, or None while there is no register to read."""
    return _register_day(int(monotonic()) // _KEPT_SECONDS)


def form_choices(on: date) -> FormChoices:
    """The choices of the search form on a day."""
    return _form_choices(on, int(monotonic()) // _KEPT_SECONDS)


def forget() -> None:
    """Read everything again at the next request."""
    _register_day.cache_clear()
    _form_choices.cache_clear()


@lru_cache(maxsize=1)
def _register_day(_minute: int) -> RegisterDay | None:
    return list_search.register_day()


@lru_cache(maxsize=2)
def _form_choices(on: date, _minute: int) -> FormChoices:
    choices = list_search.choices(on=on)
    groups = []
    for county, rows in groupby(choices.municipalities, key=lambda row: row[0]):
        options = "".join(f'<option value="{escape(code)}">{escape(name)}</option>' for _, code, name in rows)
        groups.append(f'<optgroup label="{escape(county)}">{options}</optgroup>')
    return FormChoices(choices, {code: name for _, code, name in choices.municipalities}, "".join(groups))
