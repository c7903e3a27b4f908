"""A national market for the round's benchmarks: 5.6 million members, 6 000 lists, 300 000 waiting with 1-5 requests.

Popular lists are full and asked for; people on unpopular lists ask more often. Drawn from one seed, written once.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from benchmarks.harness import HOME

NATION = {"people": 5_600_000, "lists": 6_000, "homes": 350, "waiting": 280_000, "without": 5_000}
COUNTY = {"people": 90_000, "lists": 100, "homes": 12, "waiting": 5_000, "without": 100}
_DAY = 86_400
_CUTOFF = 1_788_220_799  # 2026-08-31T23:59:59Z


def market_files(name: str, sizes: dict[str, int]) -> Path:
    """The folder with the four files of a market, written first when it is not there."""
    folder = HOME / f"match-{name}"
    if not (folder / "round.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _Draw(sizes).write(folder)
    return folder


class _Draw:
    def __init__(self, sizes: dict[str, int]) -> None:
        self.random = random = np.random.default_rng(11)
        self.people, self.lists, self.homes = sizes["people"], sizes["lists"], sizes["homes"]
        weight = 1 / np.arange(1, self.homes + 1) ** 0.9
        per_home = np.maximum(1, np.round(weight / weight.sum() * self.lists)).astype(int)
        per_home[0] += self.lists - per_home.sum()
        self.home_of_list = np.repeat(np.arange(self.homes), per_home)
        self.first = np.concatenate([[0], np.cumsum(per_home)])
        self.popularity = random.pareto(1.5, self.lists) + 0.05
        placed = self.people - sizes["without"]
        length = np.maximum(1, random.normal(1, 0.2, self.lists))
        length = np.maximum(1, (length * placed / length.sum()).astype(int))
        length[0] += placed - length.sum()
        popular = self.popularity > np.quantile(self.popularity, 0.3)
        spare = np.where(popular & (random.random(self.lists) < 0.93), random.integers(-12, 2, self.lists), 60)
        self.cap = np.maximum(1, length + spare)
        self.open = (self.cap - length >= 10).astype(int)
        self.list_id = np.sort(random.choice(np.arange(1, 3 * self.lists), self.lists, replace=False))
        self.on = np.concatenate([np.repeat(np.arange(self.lists), length), np.full(sizes["without"], -1)])
        at_home = np.where(self.on >= 0, self.home_of_list[self.on], random.integers(0, self.homes, self.people))
        away = (self.on >= 0) & (random.random(self.people) < 0.1)
        self.home = np.clip(at_home + away * random.integers(-3, 4, self.people), 0, self.homes - 1)
        self.person_id = random.permutation(self.people) + 1
        self.waiting = sizes["waiting"]

    def _wishes(self, person: np.ndarray) -> tuple[np.ndarray, ...]:
        """Person, list, rank, time: lists by popularity, three in ten in another municipality nearby."""
        random = self.random
        reach = np.cumsum(self.popularity)
        total = np.append(0, reach)
        count = random.choice([1, 2, 3, 4, 5], len(person), p=[0.45, 0.2, 0.15, 0.1, 0.1])
        who = np.repeat(np.arange(len(person)), count)
        away = random.random(len(who)) < 0.3
        home = np.clip(self.home[person][who] + away * random.integers(-3, 4, len(who)), 0, self.homes - 1)
        low, high = total[self.first[home]], total[self.first[home + 1]]
        to = np.minimum(np.searchsorted(reach, low + (high - low) * random.random(len(who))), self.lists - 1)
        _, keep = np.unique(who * self.lists + to, return_index=True)
        who, to = who[keep], to[keep]
        rank = np.arange(len(who)) - np.searchsorted(who, who) + 1
        days = np.minimum(random.exponential(250, len(person)), 1400)
        waited = (days * _DAY).astype(int)[who] * (1 + random.random(len(who)))
        return person[who], to, rank, _CUTOFF - waited.astype(int) + random.integers(0, 2, len(who)) * _DAY

    def _requests(self) -> dict[str, np.ndarray]:
        """Of those waiting one in seven brings others of the family along, who stand next to them on the list."""
        random = self.random
        placed = np.flatnonzero(self.on >= 0)
        dislike = 1 / (self.popularity[self.on[placed]] + 0.3)
        heads = np.sort(random.choice(placed, int(self.waiting * 0.85), replace=False, p=dislike / dislike.sum()))
        person, to, rank, at = self._wishes(heads)
        taken = np.zeros(self.people + 4, np.bool_)
        taken[heads] = True
        family = np.zeros(self.people, np.int64)
        parts = [(person, to, rank, at)]
        with_family = np.sort(random.choice(heads, len(heads) // 7, replace=False))
        for step in (1, 2):
            mate = with_family + step
            fits = (mate < self.people) & ~taken[mate]
            fits &= self.on[np.minimum(mate, self.people - 1)] == self.on[with_family]
            with_family = with_family[fits]
            taken[with_family + step] = True
            family[with_family], family[with_family + step] = with_family + 1, with_family + 1
            theirs = np.isin(person, with_family)
            parts.append((person[theirs] + step, to[theirs], rank[theirs], at[theirs] + 60))
        parts.append(self._wishes(np.flatnonzero(self.on < 0)[::2]))
        person, to, rank, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = random.permutation(len(person))
        person = person[order]
        return {
            "person_id": self.person_id[person],
            "list_id": self.list_id[to[order]],
            "rank": rank[order],
            "requested_at": _iso(at[order]),
            "family_id": pa.array(family[person], mask=family[person] == 0),
        }

    def write(self, folder: Path) -> None:
        random, codes = self.random, np.array([f"{1100 + 3 * home:04d}" for home in range(self.homes)])
        order = random.permutation(self.people)
        on = self.on[order]
        since = _iso(_CUTOFF - random.integers(0, 400, self.people) * _DAY)
        lists = {
            "list_id": self.list_id,
            "municipality": codes[self.home_of_list],
            "cap": self.cap,
            "has_gp": (random.random(self.lists) > 0.05).astype(int),
            "open": self.open,
        }
        members = {
            "person_id": self.person_id[order],
            "list_id": pa.array(self.list_id[on], mask=on < 0),
            "municipality": codes[self.home[order]],
            "unallocated_since": pc.if_else(pa.array(on < 0), since, None),
        }
        for name, columns in (("lists", lists), ("members", members), ("requests", self._requests())):
            with (folder / f"{name}.csv").open("wb") as stream:
                stream.write((",".join(columns) + "\n").encode())
                options = csv.WriteOptions(include_header=False, quoting_style="none")
                csv.write_csv(pa.table(columns), stream, options)
        terms = {"round": "2026-10-01", "cutoff": "2026-08-31T23:59:59Z", "seed": "2026-10", "intake": "open_only"}
        (folder / "round.json").write_text(json.dumps(terms))


def _iso(seconds: np.ndarray) -> pa.Array:
    return pc.strftime(pa.array(np.minimum(seconds, _CUTOFF + _DAY), pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")
