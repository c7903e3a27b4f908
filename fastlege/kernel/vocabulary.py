"""Closed vocabularies that the register, the plans and the figures share."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Sex(IntEnum):
    """Legal sex, as the population register codes it."""

    MALE = 1
    FEMALE = 2


class PersonStatus(StrEnum):
    """Whether a person has a right to a place on a list, and uses it."""

    RESIDENT = "resident"
    EMIGRATED = "emigrated"
    DEAD = "dead"
    OPTED_OUT = "opted_out"


class ListStatus(StrEnum):
    """Whether a list takes new members: open, closed at its cap, or locked by the municipality."""

    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"


class Relationship(StrEnum):
    """A doctor's relationship to a list during a doctor period."""

    REGULAR = "regular"
    SUBSTITUTE = "substitute"
    PART_LIST = "part_list"
    INTRODUCTION = "introduction"
    LIS1 = "lis1"


class Reason(StrEnum):
    """Why a membership began or ended, or a person moved."""

    BIRTH = "birth"
    IMMIGRATION = "immigration"
    CHOSEN_DIRECT = "chosen_direct"
    CHOSEN_QUEUE = "chosen_queue"
    SWAP = "swap"
    CYCLE = "cycle"
    CHILD_OF_MEMBER = "child_of_member"
    RETURNED_WITHIN_3_YEARS = "returned_within_3_years"
    LIST_REDUCTION = "list_reduction"
    PRACTICE_CLOSED = "practice_closed"
    TAKEOVER = "takeover"
    ALLOCATED = "allocated"
    CASE_WORKER = "case_worker"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    EMIGRATION = "emigration"
    DEATH = "death"
    REMOVED_FOR_VIOLENCE = "removed_for_violence"


class SizeGroup(StrEnum):
    """Municipalities by population, as the status report groups them."""

    UNDER_2000 = "under_2000"
    FROM_2000 = "2000_4999"
    FROM_5000 = "5000_9999"
    FROM_10000 = "10000_49999"
    FROM_50000 = "50000_plus"


class CustodyKind(StrEnum):
    """By what right an adult chooses for another: custody alone or shared, or appointed as guardian."""

    JOINT = "joint"
    SOLE = "sole"
    GUARDIAN = "guardian"


class ProtectionGrade(StrEnum):
    """How closely an address is kept, as the population register grades it."""

    CONFIDENTIAL = "confidential"
    STRICTLY_CONFIDENTIAL = "strictly_confidential"
