"""Top trading cycles among people who wait, as research describes them: each list points to its member first in line.

Shapley and Scarf (1974), with lists of many members: whoever wants a place on a list is pointed at the member of it
who has waited longest and wants to leave.
"""

from __future__ import annotations

import numpy as np

from fastlege.matching.compiled import compiled
from fastlege.matching.exchange.options import Traders
from fastlege.matching.market import Ints


def trade_in_cycles(traders: Traders, order: Ints, alone: np.ndarray, lists: int) -> Ints:
    """The list (position) of each trader after all cycles. `order` is who comes first, `alone` who moves alone."""
    taking_part = order[alone[order]]
    by_list = taking_part[np.argsort(traders.own[taking_part], kind="stable")]
    bounds = np.searchsorted(traders.own[by_list], np.arange(lists + 1))
    at = traders.own.copy()
    _trade(taking_part, (traders.first_option, traders.to), by_list, bounds, at)
    return at


@compiled
def _trade(order: Ints, traders: tuple[Ints, Ints], by_list: Ints, bounds: Ints, at: Ints) -> None:
    first_option, to = traders
    people = len(first_option) - 1
    out, depth = np.zeros(people, np.bool_), np.full(people, -1)
    head, option = bounds[:-1].copy(), first_option[:-1].copy()
    path = np.empty(people, np.int64)
    for start in order:
        if out[start]:
            continue
        path[0], depth[start], height = start, 0, 1
        while height > 0:
            trader = path[height - 1]
            other = -1
            while option[trader] < first_option[trader + 1]:
                wanted = to[option[trader]]
                while head[wanted] < bounds[wanted + 1] and out[by_list[head[wanted]]]:
                    head[wanted] += 1
                if head[wanted] < bounds[wanted + 1]:
                    other = by_list[head[wanted]]
                    break
                option[trader] += 1
            if other < 0:
                out[trader], depth[trader] = True, -1
                height -= 1
            elif depth[other] >= 0:
                bottom = depth[other]
                for step in range(bottom, height):
                    member = path[step]
                    at[member] = to[option[member]]
                    out[member], depth[member] = True, -1
                height = bottom
            else:
                path[height], depth[other] = other, height
                height += 1
