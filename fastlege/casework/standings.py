"""What the last applied round said of one resident's places and moves, and of lists: for the resident's own pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from fastlege.access.viewers import Viewer
from fastlege.casework.models import ListStanding, PlaceStanding, Round, RoundMove
from fastlege.database.prepared import ask
from fastlege.planning.explaining import ring_of
from fastlege.planning.waits.words import Wait
from fastlege.registry.models import Membership, QueuePlace, RegisterState
from fastlege.registry.resident.people import may_act_for


@dataclass(frozen=True)
class Told:
    """What everyone may know of a round: its day, its published seed, and the digest of its plan."""

    round_id: int
    on: date
    seed: int
    digest: str


@dataclass(frozen=True)
class PlaceTold:
    """One queue place after a round, what the round did with its list, and the wait.

    `place` and `gp_list` have the columns of a plan's places and lists; `own_list` is the list that the person could
    give in the exchange.
    """

    round: Told
    place: Mapping[str, Any]
    gp_list: Mapping[str, Any] | None
    own_list: int | None
    wait: Wait | None


@dataclass(frozen=True)
class MoveTold:
    """One move of a round, with the columns of a plan's moves.

    `ring` is the lists whose places were passed on, from the one that the person gave back to it: never the people.
    """

    round: Told
    move: Mapping[str, Any]
    ring: tuple[int, ...]


# Sent at every search, the public one too: one statement, and no models.
_WAITS = """
select s.list_id, s.wait_low, s.wait_median, s.wait_high, s.wait_basis from list_standings s
where s.round_id = (
    select r.id from rounds r join register_state w on w.loaded_at = r.register_loaded_at
    where r.applied_at is not null order by r."on" desc, r.id desc limit 1)
  and s.list_id = any(%s) and s.wait_basis is not null
"""


def waits_of_places(viewer: Viewer, person_id: int, asked: Mapping[int, datetime], *, on: date) -> dict[int, Wait]:
    """By list, the waits that the last round gave a person's places.

    `asked` is since when each is held: one who left a queue and came back stands behind the place that was estimated.
    """
    may_act_for(viewer, person_id, on=on)
    last = _last_round()
    if last is None:
        return {}
    places = PlaceStanding.objects.filter(round_id=last.round_id, person_id=person_id, wait_basis__isnull=False)
    return {
        place.list_id: _wait(place)
        for place in places
        if place.list_id in asked and _same_second(place.requested_at, asked[place.list_id])
    }


def _same_second(one: datetime, other: datetime) -> bool:
    """Plans hold requests by the second, the register more exactly."""
    return one.replace(microsecond=0) == other.replace(microsecond=0)


def last_round_day() -> date | None:
    """The day of the last round that was applied, if any: what was asked for from that day on, waits for the next."""
    last = _last_round()
    return last.on if last else None


def waits_of_lists(lists: Sequence[int]) -> dict[int, Wait]:
    """By list, the wait of one who queues today. Everyone may know."""
    if not lists:
        return {}
    return {number: Wait(low, median, high, basis) for number, low, median, high, basis in ask(_WAITS, [list(lists)])}


def place_told(viewer: Viewer, person_id: int, list_id: int, *, on: date) -> PlaceTold | None:
    """What the last round said of a place; none when it had not been asked for then, or has been asked for anew."""
    may_act_for(viewer, person_id, on=on)
    last = _last_round()
    if last is None:
        return None
    place = PlaceStanding.objects.filter(round_id=last.round_id, person_id=person_id, list_id=list_id).first()
    held = QueuePlace.objects.filter(person_id=person_id, list_id=list_id).first()
    if place is None or (held is not None and not _same_second(place.requested_at, held.requested_at)):
        return None
    gp_list = ListStanding.objects.filter(round_id=last.round_id, list_id=list_id).values().first()
    wait = _wait(place) if place.wait_basis else None
    return PlaceTold(last, _row(place), gp_list, _own_list(last, person_id), wait)


def move_told(viewer: Viewer, person_id: int, to_list: int, *, on: date) -> MoveTold | None:
    """The last move that a round made of a person to a list; none when no round did."""
    may_act_for(viewer, person_id, on=on)
    moves = RoundMove.objects.filter(
        person_id=person_id, to_list_id=to_list, dropped__isnull=True, round__register_loaded_at=_now_loaded()
    )
    move = moves.select_related("round").order_by("-round_id").first()
    if move is None:
        return None
    row = _row(move) | {"on": move.round.on}
    row |= {name: row[f"{name}_id"] for name in ("from_list", "to_list", "exchanged_from")}
    return MoveTold(_told(move.round), row, _ring(move))


def _row(found: PlaceStanding | RoundMove) -> dict[str, Any]:
    return {column.attname: getattr(found, column.attname) for column in found._meta.concrete_fields}


def _ring(move: RoundMove) -> tuple[int, ...]:
    if move.cycle_id is None or move.exchanged_from_id is None:
        return ()
    moves = RoundMove.objects.filter(round_id=move.round_id, cycle_id=move.cycle_id)
    steps = [(gave, got) for gave, got in moves.values_list("exchanged_from_id", "to_list_id") if gave is not None]
    return ring_of(steps, move.exchanged_from_id)


def _own_list(last: Told, person_id: int) -> int | None:
    """The list that the person came to the exchange with: given in it, got before it, or stood on all along."""
    move = RoundMove.objects.filter(round_id=last.round_id, person_id=person_id).first()
    if move is not None:
        return move.exchanged_from_id or move.to_list_id
    stay = Membership.objects.filter(person_id=person_id, start__lt=last.on).order_by("-start").first()
    return stay.list_id if stay is not None and (stay.end is None or stay.end >= last.on) else None


def _last_round() -> Told | None:
    applied = Round.objects.filter(applied_at__isnull=False, register_loaded_at=_now_loaded())
    found = applied.order_by("-on", "-id").first()
    return _told(found) if found else None


def _now_loaded() -> QuerySet[RegisterState, datetime]:
    """When the register was loaded: rounds of an earlier load speak of other people."""
    return RegisterState.objects.values_list("loaded_at", flat=True)[:1]


def _told(found: Round) -> Told:
    header: Mapping[str, Any] = found.header
    return Told(found.pk, found.on, header["seed"], found.digest)


def _wait(row: PlaceStanding | ListStanding) -> Wait:
    return Wait(row.wait_low, row.wait_median, row.wait_high, row.wait_basis or "")
