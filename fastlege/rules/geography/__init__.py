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
from fastlege.rules.geography.centrality import centrality_on, write_centrality
from fastlege.rules.geography.names import municipality_code
from fastlege.rules.geography.reach import great_circle_km
from fastlege.rules.geography.tables import basic_units, municipalities_on, size_group

__all__ = [
    "Borders",
    "Municipality",
    "basic_units",
    "borders_on",
    "centrality_on",
    "codes_on",
    "cooperating_on",
    "counties_on",
    "great_circle_km",
    "municipalities_on",
    "municipality_code",
    "municipality_of",
    "size_group",
    "write_centrality",
]
