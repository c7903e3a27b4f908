"""Holding messages against the standard's own schema, which the package `sepaxml` brings."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from xmlschema import XMLSchema, XMLSchemaValidationError

from fastlege.kernel.errors import DataError

_SCHEMA = "pain.001.001.09.xsd"


def check_message(message: bytes) -> None:
    """Raise `DataError` when a message breaks its schema. What it holds is not repeated: it names people."""
    try:
        _schema().validate(message.decode())
    except XMLSchemaValidationError as error:
        raise DataError(
            f"the message to the bank breaks {_SCHEMA} at {error.path}.",
            remedy="Nothing was written. Check names and accounts, and report it.",
        ) from error


@cache
def _schema() -> XMLSchema:
    with as_file(files("sepaxml") / "schemas" / _SCHEMA) as path:
        return XMLSchema(str(path))
