"""Municipalities, counties and sub-areas with their validity."""

from fastlege.rules.geography.borders import (
    Borders,
    Municipality,
    borders_on,
    codes_on,
    cooperating_on,
    counties_on,
    municipality_of,
)
from fastlege.rules.geography.names import municipality_code

__all__ = [
    "Borders",
    "Municipality",
    "borders_on",
    "codes_on",
    "cooperating_on",
    "counties_on",
    "municipality_code",
    "municipality_of",
]
