"""A draw as a JSON file that people and programs read: no names, no birth numbers, no ages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.matching.reduction import DrawUnit, Lot
from fastlege.planning.displaced.draw_record import DrawRecord, DrawTerms

_FORMAT = "fastlege draw 1"
_REMEDY = "Make it again with `fastlege draw run`."


def write_draw(record: DrawRecord, path: Path) -> None:
    """Write the file whole or not at all; the same draw is the same bytes."""
    if path.is_dir():
        raise DataError("is a folder; a draw is a file.", where=str(path), remedy="Name a file.")
    terms = record.terms
    text = orjson.dumps(
        {
            "format": _FORMAT,
            "list_id": terms.list_id,
            "on": terms.on,
            "as_of": terms.as_of,
            "notice": terms.notice,
            "cap": terms.cap,
            "persons": terms.persons,
            "tag": terms.tag,
            "tag_digest": record.tag_digest,
            "units_digest": record.units_digest,
            "length": record.length,
            "drawn": record.drawn,
            "order": [_row(lot) for lot in record.order],
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )
    with whole_file(path) as part:
        part.write_bytes(text)


def _row(lot: Lot) -> dict[str, object]:
    unit = lot.unit
    return {
        "household": unit.household_id,
        "person": unit.apart or None,
        "size": unit.size,
        "lot": f"{lot.lot:016x}",
        "drawn": lot.drawn,
    }


def read_draw(path: Path) -> DrawRecord:
    """Read a draw as it stands; whether it is right is for `differences` to say."""
    try:
        values = orjson.loads(path.read_bytes())
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataError("there is no such file.", where=str(path), remedy=_REMEDY) from error
    except orjson.JSONDecodeError as error:
        raise DataError(f"is not JSON ({error}).", where=str(path), remedy=_REMEDY) from error
    if not isinstance(values, dict) or values.get("format") != _FORMAT:
        raise DataError("is not a draw of this version.", where=str(path), remedy=_REMEDY)
    return _record(_Fields(values, str(path)))


class _Fields:
    """Fields of a JSON object, each of the kind asked for or refused by name."""

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self._values, self.where = values, where

    def _refuse(self, name: str, kind: str) -> DataError:
        return DataError(f"{name} is missing or is not {kind}.", where=self.where, remedy=_REMEDY)

    def whole(self, name: str) -> int:
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._refuse(name, "a whole number from 0")
        return value

    def whole_or_none(self, name: str) -> int | None:
        return None if self._values.get(name, "") is None else self.whole(name)

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._refuse(name, "a text")
        return value

    def truth(self, name: str) -> bool:
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise self._refuse(name, "true or false")
        return value

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._refuse(name, "a day such as 2023-11-01") from error

    def lot(self, name: str) -> int:
        try:
            return int(self.text(name), 16)
        except ValueError as error:
            raise self._refuse(name, "a number of hexadecimal digits") from error

    def rows(self, name: str) -> list[_Fields]:
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self._refuse(name, "a list of objects")
        return [_Fields(row, f"{self.where}, {name}, row {place}") for place, row in enumerate(value, start=1)]


def _record(values: _Fields) -> DrawRecord:
    terms = DrawTerms(
        list_id=values.whole("list_id"),
        on=values.day("on"),
        as_of=values.day("as_of"),
        notice=values.day("notice"),
        cap=values.whole_or_none("cap"),
        persons=values.whole("persons"),
        tag=values.text("tag"),
    )
    return DrawRecord(
        terms=terms,
        length=values.whole("length"),
        drawn=values.whole("drawn"),
        tag_digest=values.text("tag_digest"),
        units_digest=values.text("units_digest"),
        order=tuple(
            Lot(
                DrawUnit(row.whole("household"), row.whole_or_none("person") or 0, row.whole("size")),
                row.lot("lot"),
                row.truth("drawn"),
            )
            for row in values.rows("order")
        ),
    )
