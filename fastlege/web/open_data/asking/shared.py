"""The parameters that several operations share, and what their texts must be."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from fastlege.figures.catalogue import definitions
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.levels import Level
from fastlege.web.open_data.asking.parameters import Parameter, day, one_of, pattern, whole
from fastlege.web.open_data.problems import ProblemError
from fastlege.web.open_data.reading.cursors import LONGEST, UnreadableError, read_state

_GIVEN = r"[A-Za-z0-9_-]+"
_EDITION = r"\d{4}-\d{2}-\d{2}(\.[0-9a-f]{8})?"
LANGUAGES = ("nb", "nn", "en")


def limit(usual: int, most: int) -> Parameter:
    """How many rows a page has."""
    text = f"How many rows a page has at most; {usual} unless told."
    return Parameter("limit", text, *whole(1, most), example=usual, usual=usual)


CURSOR = Parameter(
    "cursor",
    "Where the page begins: take it, with the other parameters unchanged, from `next` of the page before.",
    *pattern(_GIVEN, LONGEST),
    example=None,
)
ON = Parameter("on", "Only rows that hold on this day. Without it, rows of all days.", *day(), example="2026-05-01")
FIGURE = Parameter(
    "figure",
    "Only these figures. May be repeated.",
    *one_of(sorted(each.id for each in definitions())),
    example=["lists_vacant"],
    many=True,
)
FIGURE_PLACE = Parameter("figure", "The figure.", FIGURE.schema, str, example="lists_vacant")
LEVEL = Parameter(
    "level", "Only areas of these levels. May be repeated.", *one_of(Level), example=["county"], many=True
)
AREA = Parameter(
    "area",
    "Only areas with these codes, as /areas has them. May be repeated.",
    *pattern(r"[0-9a-z_:]+", 40),
    example=["56"],
    many=True,
)
NOT_DIVIDED, EVERYTHING = "none", "all"
DIMENSION = Parameter(
    "dimension",
    "Figures divided by these dimensions. `none`, which is usual, is figures not divided; `all` is everything. "
    "May be repeated.",
    *one_of((NOT_DIVIDED, EVERYTHING, *DIMENSIONS)),
    example=["none"],
    many=True,
)
GROUP = Parameter(
    "group",
    "Only these groups of a dimension, as /dimensions has them. May be repeated.",
    *pattern(r"[0-9A-Za-z_.+-]+", 60),
    example=["female"],
    many=True,
)


def _edition(text: str) -> str:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(_("det må være en dag som 2026-05-01, eller en utgave slik /editions skriver den.")) from None
    return _EDITION_TEXT[1](text)


_EDITION_TEXT = pattern(_EDITION, 19)
EDITION = Parameter(
    "edition",
    "Only these editions, by day or by id. May be repeated.",
    _EDITION_TEXT[0],
    _edition,
    example=["2026-05-01"],
    many=True,
)


def _since(text: str) -> str:
    if len(text) <= 19 and text[4:5] == "-":
        return _edition(text)
    try:
        read_state(text)
    except UnreadableError as error:
        raise ProblemError(
            400, _("since er ikke en utgave, og ikke noe vi har gitt som state."), parameter="since"
        ) from error
    return text


SINCE = Parameter(
    "since",
    "Only editions that have come since: the `state` of your last reading, or an edition whose day they come after.",
    *(pattern(r"[A-Za-z0-9_.-]+", LONGEST)[0], _since),
    example="2023-10-01",
)
LANGUAGE = Parameter("language", "The language of the areas' names.", *one_of(LANGUAGES), example="nb", usual="nb")
PARAMETER = Parameter(
    "parameter",
    "Only these rule parameters. May be repeated.",
    *pattern(r"[a-z0-9_+.-]+", 120),
    example=["switch.max_per_year"],
    many=True,
)
CODE = Parameter(
    "code", "Only these tariff codes. May be repeated.", *pattern(r"[0-9A-Za-z]+", 12), example=["2ad"], many=True
)
RULE = Parameter(
    "rule", "Only these kinds of rules. May be repeated.", *pattern(r"[a-z_]+", 60), example=["not_with"], many=True
)
