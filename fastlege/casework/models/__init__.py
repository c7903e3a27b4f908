"""The tables of case work: rounds with all they gave and left, and lists that shrink, end or are taken over."""

from fastlege.casework.models.cases import CaseKind, Displacement, ListCase
from fastlege.casework.models.rounds import ListStanding, PlaceStanding, Round, RoundMove

__all__ = ["CaseKind", "Displacement", "ListCase", "ListStanding", "PlaceStanding", "Round", "RoundMove"]
