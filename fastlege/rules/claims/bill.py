"""A bill for one contact, and what the registers know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Setting(StrEnum):
    """Where the work was done."""

    GP = "gp"
    OUT_OF_HOURS = "out_of_hours_service"
    WEB_DOCTOR = "municipal_web_doctor"


class Performer(StrEnum):
    """Who did the work: a doctor, or a nurse to whom the doctor delegated it."""

    DOCTOR = "doctor"
    NURSE = "nurse"


@dataclass(frozen=True)
class Line:
    """One tariff code on a bill, used `count` times; amounts in whole øre for all of them together."""

    code: str
    count: int
    amount: int
    patient_share: int


@dataclass(frozen=True)
class Bill:
    """One bill: one patient, one moment, one doctor. `at` is the clock in Norway, `minutes` how long it took.

    `circumstances` are those that a rule asks for (`circumstances.csv`); `exemption` is the code of the ground on which
    the patient pays nothing, empty for one who pays. `municipality` is where the work was done, empty where it is not
    said.
    """

    number: str
    practitioner: str
    performer: Performer
    setting: Setting
    at: datetime
    lines: tuple[Line, ...]
    minutes: int | None = None
    exemption: str = ""
    circumstances: frozenset[str] = frozenset()
    group_size: int | None = None
    distance_km: Decimal | None = None
    municipality: str = ""

    @property
    def on(self) -> date:
        """The day whose rules and rates count."""
        return self.at.date()

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each code is used, over all lines."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.code] = found.get(line.code, 0) + line.count
        return found


@dataclass(frozen=True)
class Known:
    """What the registers know of a bill's patient and doctor. `None` is not known: the rules that ask are then listed
    as not checked, and never taken for kept.

    The counts of earlier use are by code, from approved bills before this one: of the patient in the calendar year, of
    the patient with the same specialty in the year, of the patient in this pregnancy, and of the list in the half-year.
    """

    patient_birth: date | None = None
    own_list: bool | None = None
    list_length: int | None = None
    specialist_since: date | None = None
    is_specialist: bool | None = None
    holds_doctorate: bool | None = None
    free_card: bool | None = None
    billed_by_other_at_that_minute: bool | None = None
    of_patient_this_year: Mapping[str, int] | None = None
    of_patient_with_specialty_this_year: Mapping[str, int] | None = None
    of_pregnancy: Mapping[str, int] | None = None
    of_list_this_half_year: Mapping[str, int] | None = None


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Breach:
    """One rule that a bill breaks. `codes` are the codes on the bill that it concerns.

    `kind` is a key of `claim_breaches.toml`, `facts` the values its words need, `source` the provision, and `rule_line`
    the line of `tariff_rules.csv` (0 where the rule stands elsewhere).
    """

    kind: str
    codes: tuple[str, ...]
    source: str
    rule_line: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class NotChecked:
    """A rule on one code that could not be checked, and the fact it lacks."""

    kind: str
    code: str
    lacking: str
    source: str
    rule_line: int = 0


@dataclass(frozen=True)
class Remark:
    """Something that the sender of an approved bill should know, and no rule that refuses the bill.

    `kind` is a key of `claim_breaches.toml`, `facts` the values its words need, `source` the provision.
    """

    kind: str
    source: str
    facts: Mapping[str, object] = field(default_factory=dict)


Finding = Breach | NotChecked
