"""Claim messages as JSON: one object a line, each with the bills and credit notes that one doctor sends at once.

The concepts are those of the national interface: message, bill, line, practitioner, performing practitioner, patient,
diagnosis, time and place. `fastlege claims schema` prints the schema. Errors name the field and never repeat its value,
which may be a person's number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from fastlege.rules.claims import bill as bills
from fastlege.rules.claims.checks.circumstances import codes

UNKNOWN_FORMAT, UNKNOWN_FIELD, DUPLICATE = "UKJENT_FORMAT", "UKJENT_FELT", "DUPLIKAT_KRAV"
NO_BILLS, NO_ID = "MANGLER_REGNINGER", "MANGLER_GUID"
"""Errors of a message, named as in the national interface (parameter `claim.message_errors`)."""

_MOST = 2**53
_LONGEST = 64
# No bill is as old as this or of that day, and calendars and databases can count beyond both.
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 (the clock in Norway)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _known_circumstance(code: str) -> str:
    if code not in codes():
        raise ValueError("not a circumstance that a rule asks for")
    return code


Amount = Annotated[int, Field(ge=0, lt=_MOST, description="Whole øre, for all the times the code is used")]
Name = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", min_length=1, max_length=_LONGEST)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Line(_Part):
    """One tariff code and how often it is used."""

    code: Annotated[str, Field(pattern=r"^[A-Z]?\d+[a-z]*\d?$", max_length=8)]
    count: Annotated[int, Field(ge=-999, le=999)]
    amount: Amount
    patient_share: Amount


class Diagnosis(_Part):
    """A diagnosis code of the patient."""

    system: Literal["ICPC-2", "ICPC-2B"]
    code: Annotated[str, Field(pattern=r"^-?[A-Z]\d{2}(\.\d{4})?$")]


class Practitioner(_Part):
    """Somebody in the register of health personnel."""

    hpr: Annotated[str, Field(pattern=r"^\d{7,9}$")]


class PerformedBy(Practitioner):
    """Who did the work, when the doctor delegated it."""

    profession: Literal["nurse"]


class Patient(_Part):
    """The patient, by identity number."""

    number: Annotated[str, Field(pattern=r"^\d{11}$")]


class Bill(_Part):
    """One contact with one patient. `at` is the clock in Norway, without zone."""

    bill_number: Name
    at: Annotated[NaiveDatetime, Field(strict=False, ge=_FIRST, lt=_LAST)]
    setting: Annotated[bills.Setting, Field(strict=False)]
    place: Annotated[str, Field(pattern=r"^[0-9]{4}$", description="Municipality")]
    patient: Patient
    performed_by: PerformedBy | None = None
    diagnoses: Annotated[list[Diagnosis], Field(max_length=20)]
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    exemption: Annotated[str, Field(pattern=r"^[A-Z]?$")] = ""
    circumstances: list[Annotated[str, AfterValidator(_known_circumstance)]] = Field(default_factory=list)
    group_size: Annotated[int, Field(ge=1, le=999)] | None = None
    distance_km: Annotated[Decimal, Field(ge=0, lt=10_000, strict=False)] | None = None
    lines: Annotated[list[Line], Field(max_length=99)]

    def content(self, practitioner: str) -> str:
        """A digest of all that a doctor's bill says but its number: the same work, billed twice, has the same."""
        return _digest(practitioner + self.model_dump_json(exclude={"bill_number"}))

    def of(self, practitioner: str) -> bills.Bill:
        """The bill as the control reads it."""
        return bills.Bill(
            number=self.bill_number,
            practitioner=practitioner,
            performer=bills.Performer.NURSE if self.performed_by else bills.Performer.DOCTOR,
            setting=self.setting,
            at=self.at,
            lines=tuple(bills.Line(one.code, one.count, one.amount, one.patient_share) for one in self.lines),
            minutes=self.minutes,
            exemption=self.exemption,
            circumstances=frozenset(self.circumstances),
            group_size=self.group_size,
            distance_km=self.distance_km,
            municipality=self.place,
        )


class CreditNote(_Part):
    """Takes back one whole bill that was received before. A bill is corrected by a credit note and a new bill."""

    credit_number: Name
    bill_number: Name
    amount: Annotated[int, Field(ge=0, lt=_MOST, description="The whole amount of the bill, in whole øre")]


class Message(_Part):
    """What one doctor sends at once."""

    message_id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    sent_at: Annotated[AwareDatetime, Field(strict=False, ge=_FIRST.replace(tzinfo=UTC), lt=_LAST.replace(tzinfo=UTC))]
    practice_id: Name
    currency: Literal["NOK"]
    practitioner: Practitioner
    bills: Annotated[list[Bill], Field(max_length=10_000, default_factory=list)]
    credits: Annotated[list[CreditNote], Field(max_length=10_000, default_factory=list)]

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.bills and not self.credits:
            raise PydanticCustomError(NO_BILLS, "Neither bills nor credit notes")
        return self

    @property
    def digest(self) -> str:
        """Of all that the message says, whatever the spaces and the order of fields in which it was sent."""
        return _digest(self.model_dump_json())


@dataclass(frozen=True)
class MessageError:
    """Why a message was not taken: the national code, the field (empty for the whole message) and what was wrong."""

    code: str
    where: str
    what: str


def read_message(line: bytes | str) -> Message | tuple[MessageError, ...]:
    """A message from its JSON text, or everything that is wrong with it."""
    try:
        return Message.model_validate_json(line)
    except ValidationError as error:
        return tuple(_errors(error))


def _errors(error: ValidationError) -> Iterator[MessageError]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(map(str, one["loc"]))
        if one["type"] == NO_BILLS:
            yield MessageError(NO_BILLS, "bills", one["msg"])
        elif one["type"] == "json_invalid":
            yield MessageError(UNKNOWN_FORMAT, "", "is not JSON")
        elif one["type"] == "extra_forbidden":
            yield MessageError(UNKNOWN_FIELD, where, "is not a field of a claim message")
        elif where == "message_id":
            yield MessageError(NO_ID, where, one["msg"])
        elif where == "bills":
            yield MessageError(NO_BILLS, where, one["msg"])
        else:
            yield MessageError(UNKNOWN_FORMAT, where, one["msg"])


def is_damaged(errors: tuple[MessageError, ...]) -> bool:
    """Whether a line was no JSON object at all: then the file is not the one that was sent."""
    return any(error.code == UNKNOWN_FORMAT and not error.where for error in errors)
