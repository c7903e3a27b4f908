"""The round carried out word by word: slow, and plain to see. What the real one is compared with."""

from __future__ import annotations

from fastlege.kernel.draws import hash_text
from fastlege.planning.market.arrays import NO_RANK, NOWHERE

MS_PER_DAY = 86_400_000


class LiteralRound:
    """One claim at a time; after each, everything is looked at again. Knows no rights, grants or parents."""

    def __init__(self, market, seed, reopens_at):
        self.lists, self.units, self.requests = market.lists, market.units, market.requests
        self.reopens_at = reopens_at
        self.stands_on, self.length = market.persons.stands_on.tolist(), market.lists.length.tolist()
        self.is_open = [status == "open" for status in self.lists.status]
        self.rank = [NO_RANK] * len(self.units)
        unit_of = market.persons.unit.tolist()
        self.people = [[p for p, of in enumerate(unit_of) if of == unit] for unit in range(len(self.units))]
        self.lot = [hash_text(f"{seed}:{number}") for number in self.units.unit_id.tolist()]
        self.settle()

    def result(self):
        """The list that each person ends on."""
        self.place_those_without_list()
        claims = self.claims()
        while any(self.meet(claim) for claim in claims):
            pass
        return self.stands_on

    def settle(self):
        """Close the lists with no free place, open those with ten."""
        for place in range(len(self.lists)):
            free = self.lists.cap[place] - self.length[place]
            can = bool(self.lists.takes_part[place]) and free > 0
            self.is_open[place] = can and (self.is_open[place] or free >= self.reopens_at)

    def fits(self, unit, place):
        return self.is_open[place] and self.lists.cap[place] - self.length[place] >= len(self.people[unit])

    def without(self, unit):
        return self.stands_on[self.people[unit][0]] == NOWHERE

    def move(self, unit, place, rank):
        for person in self.people[unit]:
            if self.stands_on[person] != NOWHERE:
                self.length[self.stands_on[person]] -= 1
            self.stands_on[person] = place
            self.length[place] += 1
            self.settle()
        self.rank[unit] = rank

    def near(self, unit):
        """Lists that a unit may be placed on, nearest first: all lie due north and south of it."""
        part = [place for place in range(len(self.lists)) if self.lists.takes_part[place]]
        home = [place for place in part if self.lists.municipality[place] == self.units.municipality[unit]]
        here = self.units.latitude[unit]
        return sorted(home or part, key=lambda place: (round(abs(self.lists.latitude[place] - here), 6), place))

    def wishes(self, unit):
        rows = [row for row in range(len(self.requests)) if self.requests.unit[row] == unit]
        return sorted((int(self.requests.rank[row]), int(self.requests.list[row])) for row in rows)

    def in_line(self):
        waiting = [unit for unit in range(len(self.units)) if self.without(unit)]
        return sorted(waiting, key=lambda unit: (self.units.since[unit], self.lot[unit], self.units.unit_id[unit]))

    def place_those_without_list(self):
        for unit in self.in_line():
            options = [*self.wishes(unit), *((NO_RANK, place) for place in self.near(unit))]
            best = next((option for option in options if self.fits(unit, option[1])), None)
            if best:
                self.move(unit, best[1], best[0])

    def claims(self):
        """Every claim, in the order in which they are met."""
        waiting = self.in_line()
        claims = []
        for row in range(len(self.requests)):
            unit = int(self.requests.unit[row])
            if self.units.may_move[unit]:
                claims.append((unit not in waiting, int(self.requests.moment[row]), unit, int(self.requests.rank[row])))
                claims[-1] += (int(self.requests.list[row]),)
        for unit in waiting:
            since = int(self.units.since[unit]) * MS_PER_DAY
            claims += [(False, since, unit, NO_RANK, place) for place in self.near(unit)]
        return sorted(claims, key=lambda c: (c[0], c[1], self.lot[c[2]], self.units.unit_id[c[2]], c[3], c[4]))

    def meet(self, claim):
        _, _, unit, rank, place = claim
        wanted = self.without(unit) if rank == NO_RANK else rank < self.rank[unit]
        if wanted and self.fits(unit, place):
            self.move(unit, place, rank)
            return True
        return False
