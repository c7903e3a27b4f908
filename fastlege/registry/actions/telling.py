"""Who is told of a choice: the person, or those who have custody of the child; the other parent too; the offices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import LiteralString

from fastlege.kernel.periods import age_on
from fastlege.messages.actions import NewMessage
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions.choice import Choice, ChosenList
from fastlege.registry.standing import Standing


def tell(choice: Choice, standing: Standing, kind: MessageKind, facts: Mapping[str, object]) -> None:
    """Tell what has been done with a person: each reader once."""
    for reader in readers(choice, standing):
        choice.messages.append(
            NewMessage(
                kind,
                key=f"{kind}:{choice.number}:{standing.person_id}:{reader}",
                on=choice.on,
                facts=facts,
                person_id=reader,
                concerns_id=None if reader == standing.person_id else standing.person_id,
            )
        )


def readers(choice: Choice, standing: Standing) -> list[int]:
    """Those who choose for themselves; else all who have custody and may know; and whoever acts for the person."""
    own = age_on(standing.birth_date, choice.on) >= choice.alone_from
    told = {standing.person_id} if own else set(standing.custodians)
    if choice.by.person_id is not None:
        told.add(choice.by.person_id)
    return sorted(told)


def tell_of_switch(choice: Choice, standing: Standing, gp_list: ChosenList, start: date) -> None:
    """The receipt; that the record stays with the former office; and to both offices that one comes and one leaves."""
    day = start.isoformat()
    tell(choice, standing, MessageKind.SWITCHED, {"list_name": gp_list.called, "from_day": day})
    former = None if standing.list_id is None else choice.lists[standing.list_id]
    if former is not None and former.office_id != gp_list.office_id:
        tell(choice, standing, MessageKind.RECORDS_STAY, {"office_name": former.office_name})
    _tell_office(choice, standing, MessageKind.RESIDENT_ARRIVES, gp_list, day)
    if former is not None:
        _tell_office(choice, standing, MessageKind.RESIDENT_LEAVES, former, day)


def _tell_office(choice: Choice, standing: Standing, kind: MessageKind, gp_list: ChosenList, day: str) -> None:
    choice.messages.append(
        NewMessage(
            kind,
            key=f"{kind}:{choice.number}:{standing.person_id}",
            on=choice.on,
            facts={"list_name": gp_list.called, "from_day": day},
            office_id=gp_list.office_id,
            concerns_id=standing.person_id,
        )
    )


# Those who choose for others are told in their place: custodians of minors; guardians beside the ward. Where the child
# welfare service has taken over, and where an address is kept from others, where the child goes is not told to a parent
# elsewhere.
_TOLD: LiteralString = """
    select c.child_id, c.adult_id from custody c join persons w on w.person_id = c.child_id
    left join persons a on a.person_id = c.adult_id
    where c.start <= %(on)s and (c."end" is null or c."end" > %(on)s)
    and (w.birth_date > %(grown)s or c.kind = 'guardian')
    and not exists (select from care_orders o where o.child_id = c.child_id and o.start <= %(on)s
                    and (o."end" is null or o."end" > %(on)s))
    and (a.household_id = w.household_id
         or not exists (select from protected_addresses s where s.person_id = c.child_id))
"""


def readers_of(people: LiteralString) -> LiteralString:
    """SQL for whom each of some persons reads it through: `concerned` and `reader`. `people` is what they come from.

    It asks for the values `on` and `grown`: who was born after that day is told through those who choose for them.
    """
    return (
        "with told as (" + _TOLD + " and c.child_id in (select person_id from " + people + "))\n"
        "select v.person_id as concerned, v.person_id as reader from (select person_id from " + people + ") v\n"
        "join persons p using (person_id)\n"
        "where p.birth_date <= %(grown)s or v.person_id not in (select child_id from told)\n"
        "union all select child_id, adult_id from told"
    )
