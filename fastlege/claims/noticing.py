"""Early notices in the register: given in rounds, and read by the doctors they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import orjson
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fastlege.access.viewers import Role, Viewer
from fastlege.claims.locking import lock_decisions
from fastlege.claims.models import EarlyNotice, NoticeRound
from fastlege.kernel.errors import DataError
from fastlege.registry.models import Doctor
from fastlege.rules.claims.messages.stored import fact_from_json, fact_to_json
from fastlege.rules.warnings.notices import Notice


@dataclass(frozen=True)
class Period:
    """The days of the claims that notices are about, and the day of coming rules that they were held against."""

    first: date
    last: date
    rules_of: date | None = None


@dataclass(frozen=True)
class NoticesTo:
    """The newest notices to one doctor: those of the last round, which may have none."""

    period: Period
    given_on: date
    notices: Sequence[Notice]


@transaction.atomic
def give_notices(found: Sequence[Notice], period: Period, *, doctors: Mapping[int, str], on: date, by: str) -> bool:
    """Record a round of notices; false when the same has been given already.

    `doctors` are the numbers of health personnel by id in the claims that were looked at. Where the register has
    somebody else under an id, nothing is recorded, for a notice would come to the wrong one.
    """
    lock_decisions()
    _refuse_strangers({one.doctor_id for one in found}, doctors)
    rows = [(one.doctor_id, one.kind, {name: fact_to_json(fact) for name, fact in one.facts.items()}) for one in found]
    digest = sha256(orjson.dumps([vars(period), rows])).hexdigest()
    if NoticeRound.objects.filter(digest=digest).exists():
        return False
    given = NoticeRound.objects.create(digest=digest, given_on=on, given_by=by, **vars(period))
    EarlyNotice.objects.bulk_create(
        EarlyNotice(round=given, doctor_id=doctor, kind=kind, facts=facts) for doctor, kind, facts in rows
    )
    return True


def notices_to(viewer: Viewer, doctor_id: int) -> NoticesTo | None:
    """The newest notices to a doctor; none when no round has been given.

    Raises `PermissionDenied` for anybody but the doctor and the administrator.
    """
    if viewer.role != Role.ADMINISTRATOR and not (viewer.role == Role.OFFICE and viewer.doctor_id == doctor_id):
        raise PermissionDenied
    last = NoticeRound.objects.order_by("-pk").first()
    if last is None:
        return None
    rows = EarlyNotice.objects.filter(round=last, doctor_id=doctor_id).order_by("pk")
    found = [
        Notice(doctor_id, row.kind, {name: fact_from_json(fact) for name, fact in row.facts.items()}) for row in rows
    ]
    return NoticesTo(Period(last.first, last.last, last.rules_of), last.given_on, found)


def _refuse_strangers(named: set[int], doctors: Mapping[int, str]) -> None:
    known = dict(Doctor.objects.filter(pk__in=doctors.keys() | named).values_list("pk", "hpr"))
    strangers = {one for one in named if one not in known} | {one for one in known if known[one] != doctors.get(one)}
    if strangers or not known:
        raise DataError(
            f"{len(strangers or doctors)} of the doctors of these claims are not those of the register.",
            remedy="Give claims that were made for this register.",
        )
