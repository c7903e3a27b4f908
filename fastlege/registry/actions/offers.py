"""Offers to those who want to be asked first: a place that is free and theirs in line is kept until they answer.

A round cannot wait for answers, so a place whose owner wants to be asked takes no part in it. Instead the register asks
as soon as a list has room for the person's number in line, counting everybody ahead. The place is reserved: nobody
else gets it while the offer is open. Who says no gives up the place in that queue; who does not answer keeps it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, LiteralString

from django.core.exceptions import PermissionDenied
from django.db import connection

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import Violation, refuse_if
from fastlege.kernel.periods import years_before
from fastlege.kernel.vocabulary import Reason
from fastlege.messages.actions import queue_selected
from fastlege.messages.kinds import MessageKind
from fastlege.registry.actions.choice import NO_CONSENT, Choice, Consent, Receipt, alone_from, choosing
from fastlege.registry.actions.queueing import give_up
from fastlege.registry.actions.switching import check_choice, write_moves
from fastlege.registry.actions.telling import readers_of, tell, tell_of_switch
from fastlege.registry.actions.writing import Case, close_offers
from fastlege.registry.journal import EventKind, on_day
from fastlege.registry.models import Offer, OfferState
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import effective_day

NOT_OPEN = "offer.not_open"
ANSWER_WITHIN = "waiting.offer_answer_within"

_EXPIRE = """
update offers set state = 'expired', answered_on = %(on)s where state = 'open' and answer_by < %(on)s
returning id, person_id, list_id
"""
_EXPIRED_EVENTS = """
insert into events ("on", kind, by, person_id, to_list_id)
select %(on)s, %(kind)s, %(by)s, person_id, list_id from offers where id = any(%(ids)s)
"""
_READERS = readers_of("offers where id = any(%(ids)s)")
_LAPSED_MESSAGES: LiteralString = f"""
select 'offer_lapsed:' || f.id || ':' || r.reader as key, 'offer_lapsed' as kind, r.reader as person_id,
    null::bigint as office_id, nullif(r.concerned, r.reader) as concerns_id,
    jsonb_build_object('list_name', l.called, 'answer_day', f.answer_by) as facts, %(on)s::date as "on"
from ({_READERS}) r join offers f on f.person_id = r.concerned join lists_called(%(on)s) l using (list_id)
where f.id = any(%(ids)s)
"""

# Each list's queue in order, with its free places. Who is without a list comes before those who have one.
_MAKE = """
with room as (
    select l.list_id, l.cap - l.member_count
        - (select count(*) from offers f where f.list_id = l.list_id and f.state = 'open') as free
    from lists l where l.status <> 'locked' and (l."end" is null or l."end" > %(starts)s)),
line as (
    select q.person_id, q.list_id, q.rank, q.accept_in_advance, r.free,
        row_number() over (partition by q.list_id order by u.person_id is null, q.requested_at, q.person_id) as number
    from queue q join room r using (list_id) left join unplaced u using (person_id)
    where r.free > 0
      and not exists (select from offers f where f.person_id = q.person_id and f.list_id = q.list_id
                      and f.state = 'open')
      and exists (select from queue a where a.list_id = q.list_id and not a.accept_in_advance))
insert into offers (person_id, list_id, made_on, answer_by)
select distinct on (person_id) person_id, list_id, %(on)s, %(answer_by)s
from line
where not accept_in_advance and number <= free
  and not exists (select from offers f where f.person_id = line.person_id
                  and (f.state = 'open' or f.made_on = %(on)s))
  and not exists (select from memberships m where m.person_id = line.person_id and m.start > %(on)s)
order by person_id, rank
returning id
"""
_MADE_EVENTS = """
insert into events ("on", kind, by, person_id, to_list_id, details)
select %(on)s, %(kind)s, %(by)s, person_id, list_id, jsonb_build_object('answer_by', answer_by)
from offers where id = any(%(ids)s)
"""
_OFFER_MESSAGES: LiteralString = f"""
select 'offer:' || f.id || ':' || r.reader as key, 'offer' as kind, r.reader as person_id, null::bigint as office_id,
    nullif(r.concerned, r.reader) as concerns_id,
    jsonb_build_object('list_name', l.called, 'from_day', %(starts)s::date, 'answer_day', f.answer_by) as facts,
    %(on)s::date as "on"
from ({_READERS}) r join offers f on f.person_id = r.concerned join lists_called(%(on)s) l using (list_id)
where f.id = any(%(ids)s)
"""


def renew_offers(*, on: date, by: Viewer) -> tuple[int, int]:
    """Close the offers that nobody has answered in time, and make new ones where there is room; how many of each.

    For a case worker. Doing it again on the same day does nothing more.
    """
    if by.role != Role.CASE_WORKER or not by.purpose:
        raise PermissionDenied
    book = load_rulebook()
    answer_by = on + timedelta(days=book.whole(ANSWER_WITHIN, on=on))
    starts = effective_day(on, book=book)
    grown = years_before(on, alone_from(book, on))
    values: dict[str, Any] = {"on": on, "by": by.name, "answer_by": answer_by, "starts": starts, "grown": grown}
    # Alone, so that nobody takes a place between the count and the offer.
    with on_day(on, alone=True), connection.cursor() as cursor:
        cursor.execute(_EXPIRE, values)
        expired = [row[0] for row in cursor.fetchall()]
        cursor.execute(_EXPIRED_EVENTS, values | {"ids": expired, "kind": EventKind.OFFER_EXPIRED.value})
        queue_selected(_LAPSED_MESSAGES, values | {"ids": expired})
        cursor.execute(_MAKE, values)
        made = [row[0] for row in cursor.fetchall()]
        cursor.execute(_MADE_EVENTS, values | {"ids": made, "kind": EventKind.OFFERED.value})
        queue_selected(_OFFER_MESSAGES, values | {"ids": made})
    return len(expired), len(made)


def accept_offer(person_id: int, *, list_id: int, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> Receipt:
    """Take an offered place from the first of the next month. Accepting what has been accepted gives its receipt."""
    with choosing([person_id], lists=[list_id], on=on, by=by) as choice:
        standing, gp_list = choice.people[person_id], choice.lists[list_id]
        if standing.list_id == list_id and _latest(person_id, list_id) == OfferState.ACCEPTED:
            facts = {"to_list": list_id, "from_day": str(standing.member_since), "people": [person_id]}
            return Receipt("switched", on, facts, already=True)
        refuse_if(check_choice(choice, standing, consent) + _check_open(choice, person_id, list_id))
        start = effective_day(on, book=choice.book)
        row = {
            "person_id": person_id,
            "from_list": standing.list_id,
            "reason": Reason.CHOSEN_QUEUE.value,
            "chosen": True,
            "extra_switch": None,
            "details": {"from_day": start.isoformat(), "offer": standing.offers[list_id]},
        }
        receipt = choice.receipt("switched", {"to_list": list_id, "from_day": start.isoformat(), "people": [person_id]})
        tell(choice, standing, MessageKind.OFFER_ACCEPTED, {"list_name": gp_list.called, "from_day": start.isoformat()})
        tell_of_switch(choice, standing, gp_list, start)
        write_moves(choice, [row], gp_list, start, receipt)
    return receipt


def decline_offer(person_id: int, *, list_id: int, on: date, by: Viewer, consent: Consent = NO_CONSENT) -> None:
    """Say no to an offered place: the place in that queue is given up, and the next in line may have it."""
    with choosing([person_id], lists=[list_id], on=on, by=by) as choice:
        standing, gp_list = choice.people[person_id], choice.lists[list_id]
        if not standing.offers and _latest(person_id, list_id) == OfferState.DECLINED:
            return
        refuse_if(check_choice(choice, standing, consent, with_right=False) + _check_open(choice, person_id, list_id))
        case = Case(on, by, choice.book)
        close_offers([person_id], OfferState.DECLINED, case=case, kind=EventKind.OFFER_DECLINED)
        give_up(choice, list_id)
        tell(choice, standing, MessageKind.OFFER_DECLINED, {"list_name": gp_list.called})


def _check_open(choice: Choice, person_id: int, list_id: int) -> list[Violation]:
    """An offer can be answered until the end of its last day, whether or not it has been closed since."""
    open_offers = Offer.objects.filter(person_id=person_id, list_id=list_id, state=OfferState.OPEN)
    return [] if open_offers.filter(answer_by__gte=choice.on).exists() else [Violation(NOT_OPEN)]


def _latest(person_id: int, list_id: int) -> str | None:
    offers = Offer.objects.filter(person_id=person_id, list_id=list_id).order_by("-pk")
    return offers.values_list("state", flat=True).first()
