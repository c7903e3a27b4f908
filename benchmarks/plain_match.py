"""The round in plain Python, straight from its description: slow, without tricks, and independent of the engine.

The tests compare the engine with it row by row; the benchmark shows what the engine gains.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from hashlib import sha256

DAY = 86_400


@dataclass(frozen=True)
class PlainMarket:
    """Rows as in the files: lists (id, municipality, cap, has_gp, open), members (person, list or 0, municipality,
    since), requests (person, list, rank, at, family or 0); moments in seconds."""

    lists: tuple[tuple[int, int, int, int, int], ...]
    members: tuple[tuple[int, int, int, int], ...]
    requests: tuple[tuple[int, int, int, int, int], ...]
    cutoff: int
    seed: str
    intake_all: bool = False


@dataclass
class Unit:
    id: int
    people: list[int]
    home: int
    since: int
    lot: int
    wishes: dict[int, tuple[int, int]]  # list -> (rank, time)
    state: int = 99
    reason: str = ""

    @property
    def size(self) -> int:
        return len(self.people)


@dataclass
class Round:
    market: PlainMarket
    at: dict[int, int] = field(default_factory=dict)
    length: dict[int, int] = field(default_factory=dict)
    limit: dict[int, int] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)

    def h(self, *parts: int) -> int:
        text = ":".join([self.market.seed, *map(str, parts)])
        return int.from_bytes(sha256(text.encode()).digest()[:8], "big")

    def free(self, place: int) -> int:
        return max(0, self.limit[place] - self.length[place])

    def move(self, unit: Unit, place: int, state: int, reason: str) -> None:
        for person in unit.people:
            if self.at[person]:
                self.length[self.at[person]] -= 1
            self.at[person] = place
            self.length[place] += 1
        unit.state, unit.reason = state, reason


def plain_round(market: PlainMarket) -> tuple[list[tuple[int, int, int, str, int]], int]:
    """The rows of the result (person, from or 0, to, reason, ring or 0), and the value of the exchange."""
    turn = Round(market)
    turn.at = {person: place for person, place, _, _ in market.members}
    turn.length = {row[0]: 0 for row in market.lists}
    for place in turn.at.values():
        if place:
            turn.length[place] += 1
    for place, _, cap, _, is_open in market.lists:
        turn.limit[place] = cap if is_open or market.intake_all else min(cap, turn.length[place])
    turn.units = _units(turn)
    start = dict(turn.at)
    _step_0(turn)
    _step_1(turn)
    before = dict(turn.at)
    value = _step_2(turn)
    ring = _rings(before, turn.at)
    reason = {person: unit.reason for unit in turn.units for person in unit.people}
    rows = [
        (person, start[person], turn.at[person], "exchange" if person in ring else reason[person], ring.get(person, 0))
        for person in sorted(turn.at)
        if turn.at[person] != start[person]
    ]
    return rows, value


def _units(turn: Round) -> list[Unit]:
    market = turn.market
    home = {person: place for person, _, place, _ in market.members}
    since = {person: moment for person, _, _, moment in market.members}
    known = {row[0] for row in market.lists}
    valid: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    family: dict[int, int] = {}
    for person, place, rank, at, name in market.requests:
        if person not in home:
            continue
        family[person] = name
        if place in known and 1 <= rank <= 5 and at <= market.cutoff and turn.at[person] != place:
            valid[person][place, rank] = at
    together: dict[int, list[int]] = defaultdict(list)
    for person, name in family.items():
        if name:
            together[name].append(person)
    groups = []
    grouped = set()
    for people in together.values():
        if any(turn.at[person] for person in people):
            people = [person for person in people if turn.at[person]]
        groups.append(sorted(people))
        grouped.update(people)
    groups += [[person] for person in home if person not in grouped]
    units = []
    for people in groups:
        common = set.intersection(*(set(valid[person]) for person in people))
        wishes = {place: (rank, max(valid[p][place, rank] for p in people)) for place, rank in common}
        lot = turn.h(people[0])
        units.append(Unit(people[0], people, home[people[0]], min(since[p] for p in people), lot, wishes))
    return units


def _step_0(turn: Round) -> None:
    lacking = [unit for unit in turn.units if not any(turn.at[person] for person in unit.people)]
    for unit in sorted(lacking, key=lambda unit: (unit.since, unit.lot, unit.id)):
        room = [(rank, place) for place, (rank, _) in unit.wishes.items() if turn.free(place) >= unit.size]
        if room:
            rank, place = min(room)
            turn.move(unit, place, rank, "queue")
            continue
        near = [
            (-has_gp, -turn.free(place), place)
            for place, home, _, has_gp, is_open in turn.market.lists
            if home == unit.home and is_open and turn.free(place) >= unit.size
        ]
        if near:
            turn.move(unit, min(near)[2], 99, "assigned")


def _step_1(turn: Round) -> None:
    requests = []
    for unit in turn.units:
        lacking = not any(turn.at[person] for person in unit.people)
        for place, (rank, at) in unit.wishes.items():
            requests.append(((0 if lacking else 1, at, unit.lot, unit.id, rank, place), unit))
        if lacking:
            for place, home, *_ in turn.market.lists:
                if home == unit.home and place not in unit.wishes:
                    requests.append(((0, unit.since, unit.lot, unit.id, 10, place), unit))
    requests.sort(key=lambda request: request[0])
    while True:
        for key, unit in requests:
            rank, place = key[4], key[5]
            if rank < unit.state and turn.free(place) >= unit.size:
                turn.move(unit, place, rank, "assigned" if rank == 10 else "queue")
                break
        else:
            return


def _value(turn: Round, unit: Unit, place: int) -> int:
    rank = unit.wishes[place][0]
    if unit.state >= 10:
        earliest = min(at for _, at in unit.wishes.values())
        points = 365 + min(max((turn.market.cutoff - earliest) // DAY, 0), 7300) + 30 * (5 - rank)
    else:
        points = 30 * (unit.state - rank)
    return points * 2**20 + (turn.h(unit.id, place) >> 44)


def _step_2(turn: Round) -> int:
    part = [unit for unit in turn.units if all(turn.at[person] for person in unit.people)]
    while True:
        values = {
            person: {place: _value(turn, unit, place) for place, (rank, _) in unit.wishes.items() if rank < unit.state}
            for unit in part
            for person in unit.people
        }
        to = best_exchange({person: turn.at[person] for person in values}, values)
        divided = []
        for unit in part:
            moving = [person for person in unit.people if to[person] != turn.at[person]]
            if moving and (len(moving) < unit.size or len({to[person] for person in moving}) > 1):
                divided.append(unit.id)
        if not divided:
            total = sum(values[person][place] for person, place in to.items() if place != turn.at[person])
            turn.at.update(to)
            return total
        part = [unit for unit in part if unit.id not in divided]


def best_exchange(at: dict[int, int], values: dict[int, dict[int, int]]) -> dict[int, int]:
    """Where everybody goes so that the total value is greatest and no list changes length.

    Start with nobody moving. As long as some circle of people could each take the next one's place and the total
    would grow, let them; when there is no such circle, no exchange is better.
    """
    to = dict(at)
    people = [person for person in values if values[person]]
    while circle := _bettering_circle(to, at, values, people):
        for person, place in circle:
            to[person] = place
    return to


def _best_gains(to, at, values, people):
    """For each pair of lists the greatest gain of one person's step from the one to the other, and whose it is."""
    arcs = {}
    for person in people:
        now = values[person].get(to[person], 0)
        for place, worth in [*values[person].items(), (at[person], 0)]:
            edge = (to[person], place)
            if place != to[person] and (edge not in arcs or worth - now > arcs[edge][0]):
                arcs[edge] = (worth - now, person)
    return arcs


def _bettering_circle(to, at, values, people):
    """Bellman-Ford for a circle of positive gain between lists; the moves (person, list) of it, or none."""
    arcs = _best_gains(to, at, values, people)
    best: dict[int, int] = defaultdict(int)
    through: dict[int, tuple[int, int]] = {}
    places = {place for edge in arcs for place in edge}
    last = None
    for _ in range(len(places) + 1):
        last = None
        for (start, place), (gain, person) in arcs.items():
            if best[start] + gain > best[place]:
                best[place] = best[start] + gain
                through[place] = (start, person)
                last = place
        if last is None:
            return []
    for _ in range(len(places)):
        last = through[last][0]
    return _circle(through, last)


def _circle(through, last):
    circle, place = [], last
    while True:
        start, person = through[place]
        circle.append((person, place))
        place = start
        if place == last:
            return circle


def _rings(before: dict[int, int], after: dict[int, int]) -> dict[int, int]:
    movers = [person for person in sorted(after) if after[person] != before[person]]
    ring: dict[int, int] = {}
    number = 0
    for mover in movers:
        if mover in ring:
            continue
        number += 1
        ring[mover] = number
        goal, reached = before[mover], {after[mover]: mover}
        queue = deque([after[mover]])
        while goal not in reached:
            place = queue.popleft()
            for other in movers:
                if before[other] == place and other not in ring and after[other] not in reached:
                    reached[after[other]] = other
                    queue.append(after[other])
        place = goal
        while reached[place] != mover:
            other = reached[place]
            ring[other] = number
            place = before[other]
    return ring
