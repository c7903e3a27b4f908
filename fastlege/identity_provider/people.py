"""Whom the demo's login offers: residents of the loaded register whose situations are worth meeting, a GP, and those
who read what a municipality paid.

Each situation is a query that stops at the first person who is in it; a situation that nobody is in is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from fastlege.access.queries import number_of_person
from fastlege.registry.list_search import register_day
from fastlege.rules.parameters import load_rulebook

_TEXTS = Path(__file__).with_name("data") / "situations.toml"
_STRANGER = 18_999_999
"""A key that no register of ours reaches."""

_CHILDREN = """
from custody c join persons p on p.person_id = c.child_id and p.status = 'resident'
where c.start <= %(on)s and (c."end" is null or c."end" > %(on)s) and p.birth_date > %(on)s - interval '16 years'
    and c.kind in ('joint', 'sole') and exists (select from persons a where a.person_id = c.adult_id)
group by c.adult_id
"""
_MEMBER = """
memberships m where m.person_id = p.person_id and m.start <= %(on)s and (m."end" is null or m."end" > %(on)s)
"""
_GP_OF_LIST = """
doctor_periods d where d.list_id = m.list_id and d.relationship = 'regular' and d.start <= %(on)s
    and (d."end" is null or d."end" > %(on)s)
"""
# A register of one county also holds some who live outside it: what is near them is not there to be found.
_AT_HOME = "p.municipality in (select l.municipality from lists l)"

# Each gives one person's id, and a number for the sentence where it needs one.
_SITUATIONS = {
    "two_kinds_of_custody": f"""
        select c.adult_id, count(*) {_CHILDREN} having count(distinct c.kind) > 1 order by 1 limit 1""",
    "two_children": f"""
        select c.adult_id, count(*) {_CHILDREN}
        having count(*) > 1 and count(distinct c.kind) = 1 and (
            select count(distinct m.list_id) from memberships m
            where m.person_id = any(array_agg(c.child_id)) and m."end" is null) > 1
        order by 1 limit 1""",
    "seventeen": f"""
        select p.person_id, 0 from persons p
        where p.status = 'resident' and p.birth_date <= %(on)s - interval '17 years'
            and p.birth_date > %(on)s - interval '18 years'
            and {_AT_HOME} and exists (select from {_MEMBER}) limit 1""",
    "vacant_list": f"""
        select p.person_id, 0 from persons p join lateral (select m.list_id from {_MEMBER}) m on true
        where p.status = 'resident' and p.birth_date < %(on)s - interval '30 years'
            and {_AT_HOME} and not exists (select from {_GP_OF_LIST}) limit 1""",
    "long_wait": """
        select p.person_id, 0 from queue q join persons p using (person_id)
        where q.requested_at < %(on)s - interval '2 years' and p.status = 'resident'
            and p.birth_date < %(on)s - interval '20 years'
        order by q.requested_at limit 1""",
    "no_switches_left": """
        select s.person_id, count(*) from switches s join persons p using (person_id)
        where s.chosen and date_trunc('year', s."on") = date_trunc('year', %(on)s::date)
            and p.status = 'resident' and p.birth_date < %(on)s - interval '18 years'
        group by s.person_id having count(*) >= %(switches)s order by 1 limit 1""",
    "protected_address": """
        select p.person_id, 0 from protected_addresses a join persons p using (person_id)
        where p.status = 'resident' and p.birth_date < %(on)s - interval '18 years' order by 1 limit 1""",
    "opted_out": """
        select p.person_id, 0 from persons p
        where p.status = 'opted_out' and p.birth_date < %(on)s - interval '18 years' limit 1""",
    "unplaced": """
        select p.person_id, 0 from unplaced u join persons p using (person_id)
        where p.status = 'resident' and p.birth_date < %(on)s - interval '18 years' order by u.since limit 1""",
    "guardian": """
        select c.adult_id, 0 from custody c join persons p on p.person_id = c.adult_id and p.status = 'resident'
        where c.kind = 'guardian' and c.start <= %(on)s and (c."end" is null or c."end" > %(on)s) limit 1""",
    "ordinary": f"""
        select p.person_id, 0 from persons p join lateral (select m.list_id from {_MEMBER}) m on true
        where p.status = 'resident' and p.birth_date < %(on)s - interval '40 years'
            and {_AT_HOME} and exists (select from {_GP_OF_LIST})
            and not exists (select from queue q where q.person_id = p.person_id)
            and not exists (select from custody c where c.adult_id = p.person_id) limit 1""",
    "fourteen": f"""
        select p.person_id, 0 from persons p
        where p.status = 'resident' and p.birth_date <= %(on)s - interval '14 years'
            and p.birth_date > %(on)s - interval '15 years' and {_AT_HOME} limit 1""",
}
_ABOUT = """
select extract(year from age(%(on)s::date, p.birth_date))::int, m.name
from persons p join municipalities m using (municipality) where p.person_id = %(person)s
"""
_GP = """
select d.hpr, o.name, k.name, o.office_id from doctors d
join doctor_periods t on t.doctor_id = d.doctor_id and t.relationship = 'regular' and t.start <= %(on)s
    and (t."end" is null or t."end" > %(on)s)
join lists l on l.list_id = t.list_id join offices o on o.office_id = l.office_id
join municipalities k on k.municipality = o.municipality
order by d.doctor_id limit 1
"""
_READERS = """
select p.person_id, string_agg(m.name, ', ' order by m.name)
from statement_readers r join municipalities m using (municipality)
join persons p on r.viewer = 'employee ' || p.person_id and p.status = 'resident'
where r.ended_at is null group by 1 order by 1 limit 5
"""
_OTHER_EMPLOYEE = """
select p.person_id from persons p
where p.status = 'resident' and p.birth_date < %(on)s - interval '30 years'
    and not exists (select from statement_readers r where r.viewer = 'employee ' || p.person_id)
order by p.person_id limit 1
"""


@dataclass(frozen=True, repr=False)
class Choice:
    """Somebody to be: their number, their HPR number if they have one, and a title and a sentence in each language."""

    situation: str
    number: str
    facts: Mapping[str, object] = field(default_factory=dict)
    hpr: str | None = None

    def row(self) -> dict[str, Any]:
        """As the provider takes it."""
        texts = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))[self.situation]
        words = {
            language: {"title": title.format(**self.facts), "text": text.format(**self.facts)}
            for language, (title, text) in texts.items()
        }
        return {"situation": self.situation, "number": self.number, "hpr": self.hpr, "words": words}


def choices() -> dict[str, Sequence[Choice]]:
    """Residents, health personnel and employees of the loaded register to choose among; none while it is empty."""
    day = register_day()
    if day is None:
        return {}
    return {"resident": _residents(day.on), "office": _personnel(day.on), "employee": _employees(day.on)}


def _residents(on: date) -> list[Choice]:
    most = load_rulebook().whole("switch.max_per_year", on=on)
    found = []
    for situation, sql in _SITUATIONS.items():
        for person, number in _rows(sql, on=on, switches=most):
            ((age, municipality),) = _rows(_ABOUT, on=on, person=person)
            facts = {"age": age, "municipality": municipality, "children": number}
            found.append(Choice(situation, number_of_person(person), facts))
    return [*found, Choice("stranger", number_of_person(_STRANGER))]


def _personnel(on: date) -> list[Choice]:
    return [
        Choice("gp", number_of_person(_STRANGER - office_id), {"office": office, "municipality": municipality}, hpr)
        for hpr, office, municipality, office_id in _rows(_GP, on=on)
    ]


def _employees(on: date) -> list[Choice]:
    readers = [Choice("reader", number_of_person(person), {"municipality": name}) for person, name in _rows(_READERS)]
    return readers + [Choice("other_employee", number_of_person(one)) for (one,) in _rows(_OTHER_EMPLOYEE, on=on)]


def _rows(sql: str, **values: date | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
