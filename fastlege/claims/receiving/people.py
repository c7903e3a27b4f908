"""Whom the patients' numbers name: one by one for a few, over the whole register for many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import numpy as np
import psycopg
from django.conf import settings
from numpy.typing import NDArray

from fastlege.access.queries import person_of_number
from fastlege.kernel.identifiers import synthetic_person_numbers_of_keys

_FEW = 2_000
_AT_A_TIME = 1 << 18

_WANTED: LiteralString = "select distinct patient from incoming_bills"
_GIVEN: LiteralString = """
insert into incoming_people (patient, person_id)
select i.number, i.person_id from access_identitynumber i
where i.until is null and i.number in (select patient from incoming_bills)
    and exists (select from persons p where p.person_id = i.person_id)
"""
# The numbers of a synthetic register are computed from the ids, until a person is given another.
_PERSONS: LiteralString = """
select p.person_id from persons p
where p.person_id > %s and not exists (select from access_identitynumber i where i.person_id = p.person_id)
order by p.person_id limit %s
"""
_ONE: LiteralString = """
insert into incoming_people (patient, person_id)
select patient, person_id from unnest(%s::text[], %s::bigint[]) f (patient, person_id)
where exists (select from persons p where p.person_id = f.person_id)
"""


def find_people(cursor: psycopg.Cursor) -> None:
    """Note which person of the register each number names now; a number that names nobody gets no row."""
    wanted = [row[0] for row in cursor.execute(_WANTED).fetchall()]
    computed = not settings.PRODUCTION
    if len(wanted) <= _FEW or not computed:
        if computed:
            found = {number: person_of_number(number, computed=True) for number in wanted}
            named = {number: person for number, person in found.items() if person is not None}
            cursor.execute(_ONE, [list(named), list(named.values())])
        else:
            cursor.execute(_GIVEN)
    else:
        cursor.execute(_GIVEN)
        numbers = np.sort(np.array(wanted, dtype=np.int64))
        for persons, found_numbers in _computed(cursor, numbers):
            with cursor.copy("copy incoming_people (patient, person_id) from stdin") as copy:
                for person, number in zip(persons.tolist(), found_numbers.tolist(), strict=True):
                    copy.write_row((f"{number:011}", person))
    cursor.execute("analyze incoming_people")


def _computed(
    cursor: psycopg.Cursor, wanted: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The persons of the register whose computed number is wanted, and these numbers, in parts."""
    last = 0
    while rows := cursor.execute(_PERSONS, [last, _AT_A_TIME]).fetchall():
        persons = np.array(rows, dtype=np.int64)[:, 0]
        last = int(persons[-1])
        numbers = synthetic_person_numbers_of_keys(persons)
        place = np.searchsorted(wanted, numbers).clip(max=len(wanted) - 1)
        hit = wanted[place] == numbers
        yield persons[hit], numbers[hit]
