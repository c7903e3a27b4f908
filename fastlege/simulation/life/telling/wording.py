"""Texts and numbers of the page in each language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from fastlege.kernel.errors import DataError

LANGUAGES = ("nb", "nn", "en")
_MINUS = "−"
_SPACE = "\u00a0"


@cache
def _texts() -> dict[str, Any]:
    content = (files(__package__) / "texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


@dataclass(frozen=True)
class Wording:
    """Texts of one language."""

    language: str

    def text(self, name: str, /, **values: object) -> str:
        """A text of the page with its values."""
        return str(_texts()["page"][self.language][name]).format(**values)

    def policy(self, name: str, part: str = "label") -> str:
        """The label or the text of a policy."""
        return str(_texts()["policy"][name][self.language][part])

    def reason(self, name: str) -> str:
        """A reason of a move."""
        return str(_texts()["reason"][self.language][name])

    def size(self, name: str) -> str:
        """A size group of municipalities."""
        return str(_texts()["size"][self.language][name])

    def confidence(self, name: str) -> str:
        """How well a rate is founded."""
        return str(_texts()["page"][self.language]["confidences"][name])

    def measure(self, name: str) -> str:
        """A measure of a month."""
        return str(_texts()["page"][self.language]["measures"][name])

    def number(self, value: float | None, places: int = 0) -> str:
        """A number as the language writes it; a dash for none."""
        if value is None:
            return "–"
        whole, _, rest = f"{abs(value):,.{places}f}".partition(".")
        thousands, point = (",", ".") if self.language == "en" else (_SPACE, ",")
        text = whole.replace(",", thousands) + (point + rest if rest else "")
        return _MINUS + text if round(value, places) < 0 else text

    def percent(self, value: float | None, places: int = 1) -> str:
        """A share as a percentage."""
        if value is None:
            return "–"
        return self.number(100 * value, places) + ("%" if self.language == "en" else _SPACE + "%")

    def month(self, day: date) -> str:
        """A month, such as 06.2026."""
        return f"{day:%m.%Y}"

    def day(self, day: date) -> str:
        """A day in figures."""
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}" if self.language == "en" else f"{day:%d.%m.%Y}"


_MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")  # fmt: skip


def wording_in(language: str) -> Wording:
    """The texts of a language; an unknown one is refused."""
    if language not in LANGUAGES:
        raise DataError(
            f"there is no page in {language!r}.", where="--language", remedy=f"Choose one of: {', '.join(LANGUAGES)}."
        )
    return Wording(language)
