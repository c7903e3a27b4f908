"""Recording accounts: those that are told, or made-up ones for a made-up register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from fastlege.kernel.errors import DataError
from fastlege.registry.models import Doctor, Municipality, Office
from fastlege.settlement.accounts import parse_account, synthetic_account
from fastlege.settlement.models import BankAccount
from fastlege.settlement.models.bank import Party
from fastlege.settlement.queries.bank import accounts_on

_BATCH = 1000
# Room for the ids of each kind of party within the synthetic accounts.
_FIRST = {Party.STATE: 0, Party.MUNICIPALITY: 1, Party.OFFICE: 10_000, Party.DOCTOR: 50_000}


@dataclass(frozen=True)
class Told:
    """An account as somebody told it."""

    party: Party
    party_id: int
    account: str


def record_accounts(told: Iterable[Told], *, since: date, by: str) -> int:
    """Record accounts from a day on, all or none, and say how many were new. Those that stand already are left."""
    rows = [Told(each.party, each.party_id, parse_account(each.account)) for each in told]
    with transaction.atomic():
        _check_parties(rows)
        standing = accounts_on(since)
        new = [each for each in rows if standing.get((each.party, each.party_id)) != each.account]
        BankAccount.objects.bulk_create(
            (
                BankAccount(
                    party=each.party.value, party_id=each.party_id, account=each.account, since=since, recorded_by=by
                )
                for each in new
            ),
            batch_size=_BATCH,
        )
    return len(new)


def make_synthetic_accounts(*, since: date, by: str) -> int:
    """Give every party of a made-up register that lacks an account a made-up one, and say how many."""
    if settings.PRODUCTION:
        raise DataError("made-up accounts are not for production.", remedy="Record the real ones from a file.")
    if not Municipality.objects.exists():
        raise DataError("the register is empty.", remedy="Load a snapshot with `fastlege register load`.")
    standing = accounts_on(since)
    missing = [party for party in _parties() if party not in standing]
    told = [Told(party, number, synthetic_account(_FIRST[party] + number)) for party, number in missing]
    return record_accounts(told, since=since, by=by)


def _parties() -> list[tuple[Party, int]]:
    return [
        (Party.STATE, 0),
        *((Party.MUNICIPALITY, int(code)) for code in Municipality.objects.values_list("pk", flat=True)),
        *((Party.OFFICE, number) for number in Office.objects.values_list("pk", flat=True)),
        *((Party.DOCTOR, number) for number in Doctor.objects.values_list("pk", flat=True)),
    ]


def _check_parties(rows: Iterable[Told]) -> None:
    known = set(_parties())
    unknown = [f"{each.party.value} {each.party_id}" for each in rows if (each.party, each.party_id) not in known]
    if unknown:
        raise DataError(
            f"{len(unknown)} accounts belong to nobody in the register, the first to {unknown[0]}.",
            remedy="Nothing was recorded. Correct the ids.",
        )
