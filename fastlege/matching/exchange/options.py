"""Who takes part in the exchange, from where, and what each of their options is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fastlege.matching.intake import WORST_RANK, Intake
from fastlege.matching.lots import option_lots
from fastlege.matching.market import NO_LIST, Flags, Ints, Terms
from fastlege.matching.order import stable_order
from fastlege.matching.queue.places import Queued
from fastlege.matching.queue.serving import EXTRA_RANK
from fastlege.matching.units import Units, per_member

# The weights of docs/algorithms.md, step 2.
LOT_BITS = 20
"""The low bits of a value, which draw lots between equal numbers of points."""
_SECONDS_A_DAY = 86_400
_MOST_DAYS = 7300
_ENTRY_POINTS = 365
_POINTS_A_RANK = 30


@dataclass(frozen=True)
class Traders:
    """One row a person who takes part, by list and then person; and their options, best rank first.

    `own` is the list (position) where the person stands before the exchange. The options of row i are rows
    `first_option[i]:first_option[i + 1]` of `to` and `value`. Only `linked` options can carry an exchange: their
    lists lie in one strongly connected component. The value of another option is its ceiling: all lot bits set.
    """

    person: Ints
    unit: Ints
    own: Ints
    first_option: Ints
    to: Ints
    value: Ints
    linked: Flags

    @property
    def trader_of_option(self) -> Ints:
        """The row of the person whose option it is."""
        return np.repeat(np.arange(len(self.person)), np.diff(self.first_option))

    def only(self, keep: Flags) -> Traders:
        """These rows alone, with their options."""
        options = np.repeat(keep, np.diff(self.first_option))
        count = np.diff(self.first_option)[keep]
        return Traders(
            self.person[keep],
            self.unit[keep],
            self.own[keep],
            np.concatenate([[0], np.cumsum(count)]),
            self.to[options],
            self.value[options],
            self.linked[options],
        )


def traders(intake: Intake, units: Units, queued: Queued, terms: Terms, *, all_lots: bool = False) -> Traders:
    """Everybody with a list and an option, after the queue. With `all_lots` every value is exact."""
    wish_unit = units.wish_unit
    has_list = (units.on != NO_LIST) | (queued.at != NO_LIST)
    wish = np.flatnonzero((units.wish_rank < queued.state[wish_unit]) & has_list[wish_unit])
    person, wish = per_member(units, wish)
    unit = wish_unit[wish]
    own = np.where(queued.at[unit] != NO_LIST, queued.at[unit], intake.people.on[person])
    # Wishes come by unit and rank, so a stable order by list and person keeps the best rank first.
    order = stable_order(own * max(len(intake.people.person_id), 1) + person)
    person, wish, unit, own = person[order], wish[order], unit[order], own[order]
    to = units.wish_to[wish]
    linked = _linked(own, to, len(intake.lists.list_id))
    value = _points(units, queued, terms, wish, unit) << LOT_BITS
    exact = np.ones(len(wish), np.bool_) if all_lots else linked
    value += (1 << LOT_BITS) - 1
    value[exact] += option_lots(terms.seed, units.unit_id[unit[exact]], intake.lists.list_id[to[exact]])
    value[exact] -= (1 << LOT_BITS) - 1
    new = np.flatnonzero(np.diff(person, prepend=-1))
    return Traders(person[new], unit[new], own[new], np.append(new, len(person)), to, value, linked)


def _points(units: Units, queued: Queued, terms: Terms, wish: Ints, unit: Ints) -> Ints:
    """B: days waited and rank for a first place, the step up in rank for one who has a requested place already."""
    earliest = np.full(len(units.unit_id), terms.cutoff)
    np.minimum.at(earliest, units.wish_unit, units.wish_at)
    days = np.clip((terms.cutoff - earliest[unit]) // _SECONDS_A_DAY, 0, _MOST_DAYS)
    rank, state = units.wish_rank[wish], queued.state[unit]
    waiting = _ENTRY_POINTS + days + _POINTS_A_RANK * (WORST_RANK - rank)
    return np.where(state >= EXTRA_RANK, waiting, _POINTS_A_RANK * (state - rank))


def _linked(own: Ints, to: Ints, lists: int) -> Flags:
    """Options whose two lists lie on some ring together."""
    if len(own) == 0:
        return np.zeros(0, np.bool_)
    graph = coo_matrix((np.ones(len(own), np.int32), (own, to)), shape=(lists, lists)).tocsr()
    _, component = connected_components(graph, directed=True, connection="strong")
    return component[own] == component[to]
