"""Codes of municipalities and counties: digits with leading zeros, dated elsewhere (`fastlege.rules.geography`)."""

from __future__ import annotations

import re

from fastlege.kernel.errors import DataError

_MUNICIPALITY = re.compile(r"[0-9]{2}[0-9]{2}")


def parse_municipality_code(text: str) -> str:
    """The four digits of a municipality code. Whether there is such a municipality depends on the day."""
    code = text.strip()
    if not _MUNICIPALITY.fullmatch(code) or code[:2] == "00" or code[2:] == "00":
        raise DataError(f"{text!r} is not a municipality code.", remedy="Give four digits, such as 0301 for Oslo.")
    return code


def county_of(municipality: str) -> str:
    """The code of the county that a municipality code starts with."""
    return parse_municipality_code(municipality)[:2]
