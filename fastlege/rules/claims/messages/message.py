"""Claim messages as JSON: one object a line, each with the bills that one doctor sends at once.

The concepts are those of the national interface: message, bill, line, practitioner, performing practitioner, patient,
diagnosis, time and place. `fastlege claims schema` prints the schema. Errors name the field and never repeat its value,
which may be a person's number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

from fastlege.rules.claims import bill as bills
from fastlege.rules.claims.checks.circumstances import codes

UNKNOWN_FORMAT, UNKNOWN_FIELD, DUPLICATE = "UKJENT_FORMAT", "UKJENT_FELT", "DUPLIKAT_KRAV"
NO_BILLS, NO_ID = "MANGLER_REGNINGER", "MANGLER_GUID"
"""Errors of a message, named as in the national interface (parameter `claim.message_errors`)."""

_MOST = 2**53
_LONGEST = 64


def _known_circumstance(code: str) -> str:
    if code not in codes():
        raise ValueError("not a circumstance that a rule asks for")
    return code


Amount = Annotated[int, Field(ge=0, lt=_MOST, description="Whole øre, for all the times the code is used")]
Name = Annotated[str, Field(min_length=1, max_length=_LONGEST)]


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
    at: Annotated[NaiveDatetime, Field(strict=False)]
    setting: Annotated[bills.Setting, Field(strict=False)]
    place: Annotated[str, Field(pattern=r"^\d{4}$", description="Municipality")]
    patient: Patient
    performed_by: PerformedBy | None = None
    diagnoses: Annotated[list[Diagnosis], Field(max_length=20)]
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    exemption: Annotated[str, Field(pattern=r"^[A-Z]?$")] = ""
    circumstances: list[Annotated[str, AfterValidator(_known_circumstance)]] = []
    group_size: Annotated[int, Field(ge=1, le=999)] | None = None
    distance_km: Annotated[Decimal, Field(ge=0, lt=10_000, strict=False)] | None = None
    lines: Annotated[list[Line], Field(max_length=99)]

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
        )


class Message(_Part):
    """What one doctor sends at once."""

    message_id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    sent_at: Annotated[AwareDatetime, Field(strict=False)]
    practice_id: Name
    currency: Literal["NOK"]
    practitioner: Practitioner
    bills: Annotated[list[Bill], Field(min_length=1, max_length=10_000)]


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
        if one["type"] == "json_invalid":
            yield MessageError(UNKNOWN_FORMAT, "", "is not JSON")
        elif one["type"] == "extra_forbidden":
            yield MessageError(UNKNOWN_FIELD, where, "is not a field of a claim message")
        elif where == "message_id":
            yield MessageError(NO_ID, where, one["msg"])
        elif where == "bills":
            yield MessageError(NO_BILLS, where, one["msg"])
        else:
            yield MessageError(UNKNOWN_FORMAT, where, one["msg"])
