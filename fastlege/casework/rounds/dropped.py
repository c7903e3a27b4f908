"""Why a move of a plan was not made."""

from __future__ import annotations

from enum import StrEnum


class Dropped(StrEnum):
    """Why a move of a plan was not made."""

    GONE = "gone"
    """Dead, abroad or out of the scheme."""
    ELSEWHERE = "elsewhere"
    """Stands on another list than the plan says, or has been given one."""
    WITHDRAWN = "withdrawn"
    """Has given up the queue place."""
    LIST_TAKES_NONE = "list_takes_none"
    """The list has been locked, or ends."""
    FAMILY = "family"
    """One of those who move together cannot."""
    NO_ROOM = "no_room"
    """Others have taken the place meanwhile."""
