"""How often codes with a limit were used before: by the patient in the year, and for the list in the half-year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import LiteralString

from django.db import connection

from fastlege.claims.controlling.rows import Row
from fastlege.rules.tariffs import load_claim_rules

_OF_PATIENT = ("max_per_patient_per_calendar_year", "max_per_patient_specialty_calendar_year")
_OF_LIST = ("max_per_list_per_half_year",)
_OF_LENGTH = ("max_per_list_inhabitants",)

_APPROVED: LiteralString = """
join claim_results r on r.bill_id = b.id and r.approved
join claim_lines l on l.bill_id = b.id and l.code = any(%(codes)s)
where not exists (select from claim_credit_results c where c.bill_id = b.id and c.approved)
"""
_PATIENTS: LiteralString = f"""
select b.person_id, w.year, l.code, sum(l.count)
from unnest(%(owners)s::bigint[], %(periods)s::int[]) w (owner, year)
join claim_bills b on b.person_id = w.owner
    and b."on" >= make_date(w.year, 1, 1) and b."on" < make_date(w.year + 1, 1, 1)
{_APPROVED} group by 1, 2, 3
"""
_LISTS: LiteralString = f"""
select b.list_id, w.half, l.code, sum(l.count)
from unnest(%(owners)s::bigint[], %(periods)s::int[]) w (owner, half)
join claim_bills b on b.list_id = w.owner and b."on" >= make_date(w.half / 2, w.half %% 2 * 6 + 1, 1)
    and b."on" < make_date(w.half / 2, w.half %% 2 * 6 + 1, 1) + interval '6 months'
{_APPROVED} group by 1, 2, 3
"""
_LENGTHS: LiteralString = """
select w.list_id, w."on", count(m.person_id)
from unnest(%(lists)s::bigint[], %(days)s::date[]) w (list_id, "on")
left join memberships m on m.list_id = w.list_id and m.start <= w."on" and (m."end" is null or m."end" > w."on")
group by 1, 2
"""

Key = tuple[int, int]
Use = tuple[int, int, str]


class Earlier:
    """The counts for a part of bills, and those of the bills of the part that have been approved since."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._of_patient = _counted(_PATIENTS, _codes_of(_OF_PATIENT), _keys(rows, _OF_PATIENT, patient_year))
        self._of_list = _counted(_LISTS, _codes_of(_OF_LIST), _keys(rows, _OF_LIST, list_half_year))
        self._lengths = _lengths(rows)

    def of_patient(self, row: Row) -> Mapping[str, int] | None:
        """Uses of each limited code for the patient in the year; none for an unknown patient."""
        return _uses(self._of_patient, patient_year(row), row)

    def of_list(self, row: Row) -> Mapping[str, int] | None:
        """Uses of each limited code for the list in the half-year; none when the doctor worked for no list."""
        return _uses(self._of_list, list_half_year(row), row)

    def length(self, row: Row) -> int | None:
        """Residents on the list on the day, where a code asks for it."""
        return None if row.raw.list_id is None else self._lengths.get((row.raw.list_id, row.bill.on))

    def add(self, row: Row) -> None:
        """Note the codes of an approved bill."""
        for counts, codes, key in (
            (self._of_patient, _codes_of(_OF_PATIENT), patient_year(row)),
            (self._of_list, _codes_of(_OF_LIST), list_half_year(row)),
        ):
            for line in row.bill.lines:
                if key is not None and line.code in codes:
                    counts[*key, line.code] += line.count


def patient_year(row: Row) -> Key | None:
    """The patient and the calendar year."""
    return None if row.raw.person_id is None else (row.raw.person_id, row.bill.on.year)


def list_half_year(row: Row) -> Key | None:
    """The list and the half-year, counted from the year nought."""
    return None if row.raw.list_id is None else (row.raw.list_id, row.bill.on.year * 2 + row.bill.on.month // 7)


@cache
def _codes_of(kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(rule.code for rule in load_claim_rules() if rule.rule in kinds)


def _keys(rows: Sequence[Row], kinds: tuple[str, ...], key_of: object) -> list[Key]:
    codes = _codes_of(kinds)
    found = {key_of(row) for row in rows if not codes.isdisjoint(row.bill.counts)}  # type: ignore[operator]
    return sorted(key for key in found if key is not None)


def _counted(query: LiteralString, codes: Iterable[str], keys: Sequence[Key]) -> Counter[Use]:
    if not keys:
        return Counter()
    owners, periods = zip(*keys, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(query, {"codes": sorted(codes), "owners": list(owners), "periods": list(periods)})
        return Counter({(owner, period, code): int(count) for owner, period, code, count in cursor.fetchall()})


def _uses(counts: Counter[Use], key: Key | None, row: Row) -> Mapping[str, int] | None:
    return None if key is None else {code: counts[*key, code] for code in row.bill.counts}


def _lengths(rows: Sequence[Row]) -> dict[tuple[int, date], int]:
    codes = _codes_of(_OF_LENGTH)
    wanted = {
        (row.raw.list_id, row.bill.on)
        for row in rows
        if row.raw.list_id is not None and not codes.isdisjoint(row.bill.counts)
    }
    if not wanted:
        return {}
    lists, days = zip(*sorted(wanted), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_LENGTHS, {"lists": list(lists), "days": list(days)})
        return {(gp_list, day): count for gp_list, day, count in cursor.fetchall()}
