"""What an estimated wait rests on, or why there is none: a closed vocabulary."""

from __future__ import annotations

from enum import StrEnum


class WaitBasis(StrEnum):
    """What a row of waits says. Only the first two carry days."""

    ESTIMATED = "estimated"
    """An interval and a median, or what lies within the horizon of them."""
    BEYOND_HORIZON = "beyond_horizon"
    """More likely than not longer than the estimates look ahead: no median, and at most a low end."""
    LIST_LOCKED = "list_locked"
    """The municipality has locked the list; when it takes people again is its decision."""
    LIST_ENDS = "list_ends"
    """The list has ended or ends on a known day."""
    TOO_LITTLE_HISTORY = "too_little_history"
    """The list is so new that nothing is known of how people come and go."""
    WITHOUT_LIST = "without_list"
    """The person has no list, stands first in line for the time being, and most likely gets a place elsewhere first."""
    NOT_IN_LINE = "not_in_line"
    """The place was met, or takes no part in the rounds as it stands."""
