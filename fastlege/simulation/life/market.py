"""The market of a month: what `matching` needs of a policy's lists and queue, people who want nothing left out."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fastlege.matching.market import Lists, Market, Members, Requests, Terms
from fastlege.simulation.life.nation.wishes import MOST_WISHES
from fastlege.simulation.life.nation.world import Events, World
from fastlege.simulation.life.policies.catalogue import Policy
from fastlege.simulation.life.standing import Standing

Positions = NDArray[np.int64]
_DAY = 86_400
NOWHERE_ID = 1 << 40
"""Id of a list that does not exist: under one policy people without a list stand in line as if they were on it."""
_NOWHERE_HOME = 1 << 20


def month_market(world: World, standing: Standing, policy: Policy, events: Events) -> Market:
    """The round of a month.

    Only people who wait or have no list are members; caps are lowered by the others on each list. A place is free in
    this market exactly when it is free in the whole one: a list over-full by others alone stays so whoever leaves.
    """
    unplaced = standing.without_list(world)
    concerned = np.unique(np.concatenate([standing.queue.person, unplaced]))
    on = standing.on[concerned].astype(np.int64)
    inside = np.bincount(on[on >= 0], minlength=len(world.practices))
    market = Market(
        Terms(world.day, events.cutoff, f"{world.seed}:{world.day - timedelta(days=1)}", policy.intake_all),
        _lists_in_force(world, standing, others=standing.length - inside),
        _members(world, standing, concerned),
        _requests(world, standing, cutoff=events.cutoff),
    )
    return market if policy.unplaced_first else _in_line(market)


def _lists_in_force(world: World, standing: Standing, *, others: Positions) -> Lists:
    """Lists with the cap that `others`, those on each who are no members of the market, leave to it."""
    practices, runs = world.practices, world.practices.in_force
    cap = np.where(practices.locked, 0, np.maximum(practices.cap - others, 0))
    return Lists(
        list_id=practices.list_id[runs],
        municipality=practices.municipality[runs],
        cap=cap[runs],
        has_gp=practices.has_gp[runs],
        is_open=standing.is_open[runs],
    )


def _members(world: World, standing: Standing, concerned: Positions) -> Members:
    on = standing.on[concerned].astype(np.int64)
    return Members(
        person_id=world.people.person_id[concerned],
        list_id=np.where(on >= 0, world.practices.list_id[on], 0),
        municipality=world.homes.serving[world.people.municipality[concerned]],
        since=standing.since[concerned].astype(np.int64) * _DAY,
    )


def _requests(world: World, standing: Standing, *, cutoff: int) -> Requests:
    """Queue places on lists that take part in the round."""
    practices, queue = world.practices, standing.queue
    rows = np.flatnonzero((practices.in_force & ~practices.locked)[queue.list_])
    return Requests(
        person_id=world.people.person_id[queue.person[rows]],
        list_id=practices.list_id[queue.list_[rows]],
        rank=queue.rank[rows],
        requested_at=np.minimum(queue.at[rows], cutoff),
        family_id=queue.family[rows],
    )


def _in_line(market: Market) -> Market:
    """The market in which people without a list stand in line from the day they lost theirs.

    They are put on a list that takes nobody and that nobody wants; besides what they ask for they ask for the open
    lists at home with most room, up to as many wishes as a person may have.
    """
    members, lists = market.members, market.lists
    nowhere = Lists(
        np.append(lists.list_id, NOWHERE_ID),
        np.append(lists.municipality, _NOWHERE_HOME),
        np.append(lists.cap, 0),
        np.append(lists.has_gp, False),
        np.append(lists.is_open, False),
    )
    list_id = np.where(members.list_id == 0, NOWHERE_ID, members.list_id)
    standing = Members(members.person_id, list_id, members.municipality, members.since)
    asked = zip(_columns(market.requests), _columns(_wishes_at_home(market)), strict=True)
    return Market(market.terms, nowhere, standing, Requests(*(np.concatenate(both) for both in asked)))


def _wishes_at_home(market: Market) -> Requests:
    """What people without a list ask for besides: after their own wishes, the roomiest open lists at home."""
    members, requests = market.members, market.requests
    unplaced = np.flatnonzero(members.list_id == 0)
    person = members.person_id[unplaced]
    own = np.isin(requests.person_id, person)
    family = _value_by_id(requests.person_id[own], requests.family_id[own], person)
    last_rank = _value_by_id(requests.person_id[own], requests.rank[own], person)
    by_home = _roomiest(market)
    offered = by_home[np.minimum(members.municipality[unplaced], len(by_home) - 1)]
    rank = last_rank[:, None] + 1 + np.arange(MOST_WISHES)
    row, column = np.nonzero((offered > 0) & (rank <= MOST_WISHES))
    asked_for = set(zip(requests.person_id[own].tolist(), requests.list_id[own].tolist(), strict=True))
    pairs = zip(person[row].tolist(), offered[row, column].tolist(), strict=True)
    fresh = np.array([pair not in asked_for for pair in pairs], bool)
    row, column = row[fresh], column[fresh]
    return Requests(person[row], offered[row, column], rank[row, column], members.since[unplaced][row], family[row])


def _columns(rows: Requests) -> tuple[Positions, ...]:
    return rows.person_id, rows.list_id, rows.rank, rows.requested_at, rows.family_id


def _value_by_id(ids: Positions, values: Positions, wanted: Positions) -> Positions:
    """The largest value of each wanted id (rising), 0 where it does not occur."""
    found = np.zeros(len(wanted), np.int64)
    np.maximum.at(found, np.searchsorted(wanted, ids), values)
    return found


def _roomiest(market: Market) -> Positions:
    """Ids of the five open lists with most room in each municipality, 0 where there are fewer."""
    lists, members = market.lists, market.members
    length = np.zeros(len(lists.list_id), np.int64)
    placed = members.list_id[members.list_id > 0]
    np.add.at(length, np.searchsorted(lists.list_id, placed), 1)
    room = np.where(lists.is_open, lists.cap - length, 0)
    best = np.zeros((int(lists.municipality.max(initial=0)) + 2, MOST_WISHES), np.int64)
    taken = np.zeros(len(best), np.int64)
    for place in np.argsort(-room, kind="stable").tolist():
        home = int(lists.municipality[place])
        if room[place] > 0 and taken[home] < MOST_WISHES:
            best[home, taken[home]] = lists.list_id[place]
            taken[home] += 1
    return best


def is_nowhere(list_id: Positions) -> NDArray[np.bool_]:
    """Whether ids are that of the list that does not exist, or of none."""
    return (list_id == NOWHERE_ID) | (list_id == 0)
