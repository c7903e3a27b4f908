"""Who a number names, and which number a person has."""

from __future__ import annotations

import numpy as np

from fastlege.access.models import IdentityNumber
from fastlege.kernel.identifiers import (
    digits_of,
    key_of_synthetic_person_number,
    person_number_fault,
    synthetic_person_numbers_of_keys,
)


def person_of_number(digits: str, *, computed: bool) -> int | None:
    """The person that a number names now; none for a number that is none, names nobody or has been replaced.

    With `computed`, a person of a synthetic register who has never been given a number has the one that is computed
    from the person's id. Whether there is such a person is for the register to say.
    """
    if person_number_fault(digits) is not None:
        return None
    known = IdentityNumber.objects.filter(number=digits).first()
    if known is not None:
        return known.person_id if known.until is None else None
    person_id = key_of_synthetic_person_number(digits) if computed else None
    if person_id is None or IdentityNumber.objects.filter(person_id=person_id).exists():
        return None
    return person_id


def number_of_person(person_id: int) -> str:
    """The number that names a person of a synthetic register now. Show it only masked."""
    known = IdentityNumber.objects.filter(person_id=person_id, until__isnull=True).first()
    if known is not None:
        return known.number
    return str(digits_of(synthetic_person_numbers_of_keys(np.array([person_id], dtype=np.int64)))[0])
