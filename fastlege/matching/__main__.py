"""Carry out the worked example once: `python -m fastlege.matching`, at set-up.

It goes through every compiled loop, so that their machine code lies ready beside the sources, and nobody's first round
waits for a compiler.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import numpy as np

from fastlege.matching.market import Lists, Market, Members, Requests, Terms
from fastlege.matching.round import result_of, run_stages
from fastlege.matching.standing import standings
from fastlege.matching.verify import verify

_LISTS = ((1, 301, 3, 0), (2, 301, 3, 0), (3, 301, 4, 1), (4, 4601, 2, 0))
_MEMBERS = ((11, 1), (12, 1), (13, 1), (21, 2), (22, 2), (23, 2), (24, 2), (31, 3), (32, 3), (41, 4), (42, 4), (51, 0))
_REQUESTS = (
    (11, 4, "2025-01-10", 0),
    (12, 3, "2026-05-01", 0),
    (21, 1, "2026-02-01", 0),
    (22, 1, "2024-10-01", 0),
    (31, 4, "2026-01-01", 7),
    (32, 4, "2026-01-01", 7),
    (41, 2, "2025-03-01", 0),
)
_RING = ((11, 4), (21, 1), (41, 2))


def _moment(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


def example() -> Market:
    """The small market of docs/algorithms.md: places by queue, one without a list, a family, and a ring of three."""
    lists, members = np.array(_LISTS, np.int64).T, np.array(_MEMBERS, np.int64).T
    person, to, _, family = (list(column) for column in zip(*_REQUESTS, strict=True))
    asked = [_moment(day) for _, _, day, _ in _REQUESTS]
    since = np.where(members[1] == 0, _moment("2026-06-15"), 0)
    return Market(
        Terms(date(2026, 10, 1), _moment("2026-08-31"), "example"),
        Lists(lists[0], lists[1], lists[2], np.ones(len(_LISTS), np.bool_), lists[3] == 1),
        Members(members[0], members[1], np.full(len(_MEMBERS), 301, np.int64), since),
        Requests(*(np.array(column, np.int64) for column in (person, to, [1] * len(person), asked, family))),
    )


def main() -> int:
    """Exit code 0 when the example comes out as the documentation says."""
    stages = run_stages(example())
    result = result_of(stages)
    standings(stages)
    exchanged = result.moves.cycle > 0
    ring = tuple(zip(result.moves.person_id[exchanged].tolist(), result.moves.to_list[exchanged].tolist(), strict=True))
    holds = all(verdict.holds for verdict in verify(example(), result))
    return 0 if holds and ring == _RING else 1


if __name__ == "__main__":
    sys.exit(main())
