"""The exchange beside public libraries for trading cycles and kidney exchange, on a market they can manage.

    pip install --require-hashes --target .fastlege/bench/peers -r benchmarks/requirements-peers.txt
    python -m benchmarks match_peers

The market is what the queue leaves of a small town. Every contender gets the same people, lists and wishes, and its
answer is checked: nobody on a list they did not ask for, no list longer or shorter. Others that were looked at:
py-school-match has trading cycles, but stands on graph-tool, which no package index carries; the libraries for stable
matching (matching, hgpmatch and the like) know no places that people already hold.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections import defaultdict

import numpy as np

from benchmarks.harness import HOME, Contender, Workload
from benchmarks.match_market import market_files
from benchmarks.match_served import most_heads
from fastlege.matching.exchange.options import Traders
from fastlege.matching.exchange.step import exchange
from fastlege.matching.files import read_market
from fastlege.matching.round import run_round, traders_of
from fastlege.matching.variants.cycles import trading_cycles
from fastlege.matching.variants.swaps import pairwise_swaps

_TOWN = {"people": 40_000, "lists": 45, "homes": 3, "waiting": 3_000, "without": 30}
_Exchange = tuple[Traders, np.ndarray, int]


def _town() -> _Exchange:
    """Those who could trade, the order of their wishes, and the number of lists."""
    sys.path.append(str(HOME / "peers"))
    market = read_market(market_files("town", _TOWN))
    run_round(market)
    intake, units, _, part = traders_of(market)
    part = part.only(units.size[part.unit] == 1)
    turn, lists = np.arange(len(part.to)), len(intake.lists.list_id)
    for warm in (_ours, _cycles, _swaps):
        warm((part, turn, lists))
    return part, turn, lists


def _served(part: Traders, at: np.ndarray) -> str:
    """How many moved; with what is wrong when the answer is not an exchange."""
    asked = np.isin(np.arange(len(at)) * 1000 + at, part.trader_of_option * 1000 + part.to) | (at == part.own)
    even = np.array_equal(np.bincount(at, minlength=1000), np.bincount(part.own, minlength=1000))
    faults = ("" if asked.all() else ", not all asked for") + ("" if even else ", lists change length")
    return f"{int((at != part.own).sum())}{faults}"


def _ours(town: _Exchange) -> str:
    part, _, lists = town
    return _served(part, exchange(part, np.ones(int(part.unit.max()) + 1, np.int64), lists).at)


def _cycles(town: _Exchange) -> str:
    return _served(town[0], trading_cycles(*town))


def _swaps(town: _Exchange) -> str:
    return _served(town[0], pairwise_swaps(*town))


def _heads(town: _Exchange) -> str:
    return _served(town[0], most_heads(town[0], town[2]))


def _wishes(part: Traders) -> list[list[int]]:
    return [part.to[low:high].tolist() for low, high in zip(part.first_option, part.first_option[1:], strict=False)]


def _matching_algorithms(town: _Exchange) -> str:
    from matching_algorithms import top_trading_cycles

    part, _, _ = town
    # The library tells people from lists by their names.
    own = [f"list {place}" for place in part.own.tolist()]
    members = defaultdict(list)
    for person, place in enumerate(own):
        members[place].append(person)
    students = {
        person: [name for name in (f"list {place}" for place in wish) if name in members] + [own[person]]
        for person, wish in enumerate(_wishes(part))
    }
    # A list ranks those who stand on it before all others: they own its places.
    schools = {place: {"priorities": people, "capacity": len(people)} for place, people in members.items()}
    try:
        found = top_trading_cycles(students, schools)
    except KeyError:
        # It may carry one circle out twice, and then lacks the places that it gave away too many.
        return "none: it breaks off"
    return _served(part, np.array([int(found[person].split()[1]) for person in range(len(own))]))


def _kep_solver(longest: int):
    def solve(town: _Exchange) -> str:
        from kep_solver.entities import Donor, Instance, Recipient, Transplant
        from kep_solver.model import TransplantCount
        from kep_solver.programme import Programme

        part, _, _ = town
        instance, members = Instance(), defaultdict(list)
        people = [(Donor(str(person)), Recipient(str(person))) for person in range(len(part.person))]
        for (donor, recipient), place in zip(people, part.own.tolist(), strict=True):
            donor.recipient = recipient
            recipient.addDonor(donor)
            instance.addRecipient(recipient)
            members[place].append(donor)
        for (_, recipient), wish in zip(people, _wishes(part), strict=True):
            for donor in (donor for place in wish for donor in members[place]):
                instance.addTransplant(Transplant(donor, recipient, 1))
        programme = Programme([TransplantCount()], longest, 0, "", full_details=False)
        with contextlib.redirect_stdout(io.StringIO()):
            solution, _ = programme.solve_single(instance)
        at = part.own.copy()
        for exchanged in solution.selected:
            for donor, recipient in exchanged.exchange.transplantPairs():
                at[int(recipient.id)] = part.own[int(donor.id)]
        return _served(part, at)

    return solve


WORKLOAD = Workload(
    name="match_peers",
    title="The exchange beside public libraries, on what the queue leaves of a town",
    goal="shown side by side: how many people each serves, and in what time",
    contenders=(
        Contender("queue, then pairwise swaps (today), our own", "limit", _swaps, _town, same_result=False),
        Contender("ours", "ours", _ours, _town, same_result=False),
        Contender("top trading cycles, our own", "rival", _cycles, _town, same_result=False),
        Contender("most heads, by ortools", "rival", _heads, _town, same_result=False),
        Contender("trading cycles of matching-algorithms", "rival", _matching_algorithms, _town, same_result=False),
        Contender("kep-solver, pairs", "rival", _kep_solver(2), _town, same_result=False),
        Contender("kep-solver, rings of up to three", "rival", _kep_solver(3), _town, same_result=False),
    ),
    rounds=3,
    answer="people served",
)
