"""Giving a person a birth number, for the first time or instead of the one before."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now

from fastlege.access.models import IdentityNumber
from fastlege.access.queries import person_of_number
from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers import parse_person_number


@transaction.atomic
def register_number(person_id: int, number: str, *, exists: Callable[[int], bool]) -> None:
    """Let a number name a person from now on. The number before it names nobody any more, and is kept.

    `exists` says whether the register has a person: the computed number of one who is there is taken. Raises
    `DataError`, which does not repeat the number, when it is none, or names or has named somebody else.
    """
    digits = parse_person_number(number).digits
    known = IdentityNumber.objects.select_for_update().filter(number=digits).first()
    if known is not None and known.person_id == person_id and known.until is None:
        return
    computed = person_of_number(digits, computed=True)
    if known is not None or (computed is not None and computed != person_id and exists(computed)):
        raise DataError("the number names or has named another person.", remedy="Ask the population register.")
    IdentityNumber.objects.filter(person_id=person_id, until__isnull=True).update(until=Now())
    IdentityNumber.objects.create(number=digits, person_id=person_id)
