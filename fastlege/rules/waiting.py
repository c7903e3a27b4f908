"""Places in the queues for full lists: how many at once, in which rank, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastlege.kernel.errors import Violation
from fastlege.kernel.vocabulary import ListStatus
from fastlege.rules.admission import LIST_ENDED, LIST_LOCKED, REMOVED_BY_GP, ListFacts
from fastlege.rules.parameters import Rulebook

WAITING_NOT_YET = "waiting.start"
WAITING_MAX = "waiting.max_simultaneous"
WAITING_TWICE = "waiting.same_list_twice"
WAITING_OWN_LIST = "waiting.own_list"
WAITING_RANK = "waiting.rank"
WAITING_LIST_HAS_ROOM = "waiting.list_has_room"


@dataclass(frozen=True)
class Wish:
    """A place in the queue for a list; rank 1 is wanted most."""

    list_id: int
    rank: int


def check_queue_place(
    wanted: Wish, gp_list: ListFacts, held: Sequence[Wish], *, own_list: int | None, on: date, book: Rulebook
) -> list[Violation]:
    """A person may queue for a set number of lists that have no room, each once, in ranks without ties."""
    most = max_simultaneous(on=on, book=book)
    if most == 0:
        return [Violation(WAITING_NOT_YET)]
    found = check_wishes([*held, wanted], on=on, book=book) + _check_list(gp_list, on=on)
    if wanted.list_id == own_list:
        found.append(Violation(WAITING_OWN_LIST))
    return found


def check_wishes(wishes: Sequence[Wish], *, on: date, book: Rulebook) -> list[Violation]:
    """All queue places of one person together: not too many, no list twice, ranks 1, 2, ... without ties."""
    most = max_simultaneous(on=on, book=book)
    found = []
    if len(wishes) > most:
        found.append(Violation(WAITING_MAX, {"max": most}))
    if len({wish.list_id for wish in wishes}) < len(wishes):
        found.append(Violation(WAITING_TWICE))
    ranks = [wish.rank for wish in wishes]
    # Where there are too many, a rank beyond the last is the same fault, and said once.
    last = max(most, len(wishes))
    if len(set(ranks)) < len(ranks) or not all(1 <= rank <= last for rank in ranks):
        found.append(Violation(WAITING_RANK, {"max": most}))
    return found


def check_may_wait_for(*, removed_by_gp: bool, on: date, book: Rulebook) -> list[Violation]:
    """One whom the GP has had removed cannot choose that GP, and so cannot wait for a place there either."""
    refused = removed_by_gp and book.truth("right.cannot_choose_gp_who_removed_person", on=on)
    return [Violation(REMOVED_BY_GP)] if refused else []


def max_simultaneous(*, on: date, book: Rulebook) -> int:
    """How many lists a person may queue for at once; none before there were queues."""
    if on < book.history("waiting.max_simultaneous")[0].period.start:
        return 0
    return book.whole("waiting.max_simultaneous", on=on)


def _check_list(gp_list: ListFacts, *, on: date) -> list[Violation]:
    if gp_list.end is not None and gp_list.end <= on:
        return [Violation(LIST_ENDED, {"end": gp_list.end})]
    if gp_list.status == ListStatus.LOCKED:
        return [Violation(LIST_LOCKED)]
    if gp_list.status == ListStatus.OPEN and gp_list.length < gp_list.cap:
        return [Violation(WAITING_LIST_HAS_ROOM, {"free": gp_list.cap - gp_list.length})]
    return []
