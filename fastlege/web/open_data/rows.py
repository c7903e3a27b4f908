"""A page of rows that are all in memory: reference data, figures, definitions."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from struct import Struct
from struct import error as StructError  # noqa: N812 (the library's own name is that of a variable)
from typing import Any

import orjson
from django.utils.translation import gettext as _

from fastlege.web.open_data.problems import ProblemError
from fastlege.web.open_data.reference import Dated
from fastlege.web.open_data.serving import Answer, Asked

_CURSOR = Struct(">8sI")


def page_of_rows(asked: Asked, name: str, rows: Sequence[Any]) -> Answer:
    """The page that the cursor points at, under `name`. Where the rows have changed since, it is refused."""
    first = _first(asked.values["cursor"], rows)
    last = first + asked.values["limit"]
    more = _text(_CURSOR.pack(_digest(rows), last)) if last < len(rows) else None
    following = asked.next(more)
    return Answer(lambda: orjson.dumps({name: rows[first:last], "next": following}), following)


def of_day(name: str, source: Callable[[], Iterable[Dated]], filters: Sequence[str] = ()) -> Callable[[Asked], Answer]:
    """An operation over dated rows: those of a day where one is given, and of the texts that are asked for."""

    def answer(asked: Asked) -> Answer:
        on = asked.values["on"]
        rows = [each.row for each in source() if on is None or each.period.contains(on)]
        if not rows:
            raise ProblemError(404, _("Vi har ingen rader som gjelder den dagen."), parameter="on")
        for column in filters:
            rows = _among(rows, column, asked.values[column], source)
        return page_of_rows(asked, name, rows)

    return answer


def _among(
    rows: list[Mapping[str, Any]], column: str, wanted: Sequence[str], source: Callable[[], Iterable[Dated]]
) -> list[Mapping[str, Any]]:
    if set(wanted) - {each.row[column] for each in source()}:
        raise ProblemError(404, _("%(name)s har en verdi som ingen rad har.") % {"name": column}, parameter=column)
    return [row for row in rows if not wanted or row[column] in wanted]


def _first(text: str | None, rows: Sequence[Any]) -> int:
    if text is None:
        return 0
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        digest, first = _CURSOR.unpack(content)
    except (ValueError, StructError) as error:
        raise _not_ours() from error
    if _text(content) != text:
        raise _not_ours()
    if digest != _digest(rows):
        raise ProblemError(
            410, _("Det du leste i, er endret, eller spørsmålet er et annet. Begynn på nytt uten cursor.")
        )
    return int(first)


def _not_ours() -> ProblemError:
    return ProblemError(400, _("cursor er ikke noe vi har gitt."), parameter="cursor")


def _digest(rows: Sequence[Any]) -> bytes:
    return sha256(orjson.dumps(rows)).digest()[:8]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
