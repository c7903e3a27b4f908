"""The tables of case work: rounds with all they gave and left, lists that shrink, end or are taken over, applications
and requests for records.
"""

from fastlege.casework.models.applications import Application, ApplicationState, Attachment, RecordsRequest
from fastlege.casework.models.cases import CaseKind, Displacement, ListCase
from fastlege.casework.models.rounds import ListStanding, PlaceStanding, Round, RoundMove

__all__ = [
    "Application",
    "ApplicationState",
    "Attachment",
    "CaseKind",
    "Displacement",
    "ListCase",
    "ListStanding",
    "PlaceStanding",
    "RecordsRequest",
    "Round",
    "RoundMove",
]
