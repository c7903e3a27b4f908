"""Markets for the tests of the round: as plain rows, as columns and as files; and markets of all shapes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from benchmarks.plain_match import DAY, PlainMarket
from fastlege.matching.market import How, Lists, Market, Members, Requests, RoundResult, Terms

CUTOFF = int(datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def moment(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}T12:00:00").replace(tzinfo=UTC).timestamp())


EXAMPLE = PlainMarket(
    lists=((1, 301, 3, 1, 0), (2, 301, 3, 1, 0), (3, 301, 4, 1, 1), (4, 4601, 2, 1, 0)),
    members=tuple(
        (person, person // 10 if person < 50 else 0, 4601 if person in (41, 42) else 301, moment("2026-06-15"))
        for person in (11, 12, 13, 21, 22, 23, 24, 31, 32, 41, 42, 51)
    ),
    requests=(
        (11, 4, 1, moment("2025-01-10"), 0),
        (12, 3, 1, moment("2026-05-01"), 0),
        (21, 1, 1, moment("2026-02-01"), 0),
        (22, 1, 1, moment("2024-10-01"), 0),
        (31, 4, 1, moment("2026-01-01"), 7),
        (32, 4, 1, moment("2026-01-01"), 7),
        (41, 2, 1, moment("2025-03-01"), 0),
    ),
    cutoff=CUTOFF,
    seed="example",
)


def columns(plain: PlainMarket) -> Market:
    """The market as the engine takes it."""
    lists, members, requests = (
        [np.array([row[i] for row in rows], np.int64) for i in range(width)]
        for rows, width in ((plain.lists, 5), (plain.members, 4), (plain.requests, 5))
    )
    return Market(
        Terms(date(2026, 10, 1), plain.cutoff, plain.seed, plain.intake_all),
        Lists(lists[0], lists[1], lists[2], lists[3] == 1, lists[4] == 1),
        Members(*members),
        Requests(*requests),
    )


def rows(result: RoundResult) -> list[tuple[int, int, int, str, int]]:
    moves = result.moves
    words = [How(how).word for how in moves.how.tolist()]
    return list(
        zip(
            moves.person_id.tolist(),
            moves.from_list.tolist(),
            moves.to_list.tolist(),
            words,
            moves.cycle.tolist(),
            strict=True,
        )
    )


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_files(folder: Path, plain: PlainMarket) -> Path:
    """The market as the four files."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, header: str, lines: list[str]) -> None:
        (folder / name).write_text("".join(line + "\n" for line in [header, *lines]))

    write(
        "lists.csv",
        "list_id,municipality,cap,has_gp,open",
        [f"{place},{home:04d},{cap},{gp},{is_open}" for place, home, cap, gp, is_open in plain.lists],
    )
    write(
        "members.csv",
        "person_id,list_id,municipality,unallocated_since",
        [
            f"{person},{place or ''},{home:04d},{'' if place else iso(since)}"
            for person, place, home, since in plain.members
        ],
    )
    write(
        "requests.csv",
        "person_id,list_id,rank,requested_at,family_id",
        [f"{person},{place},{rank},{iso(at)},{family or ''}" for person, place, rank, at, family in plain.requests],
    )
    terms = {
        "round": "2026-10-01",
        "cutoff": iso(plain.cutoff),
        "seed": plain.seed,
        "intake": "all" if plain.intake_all else "open_only",
    }
    (folder / "round.json").write_text(json.dumps(terms))
    return folder


@st.composite
def markets(draw: st.DrawFn, *, families: bool = True) -> PlainMarket:
    """Markets of all shapes: over-full, vacant and closed lists, families on several lists, rows to be ignored."""
    ids = draw(st.lists(st.integers(1, 60), min_size=1, max_size=8, unique=True))
    homes = st.integers(1, 3)
    flag = st.integers(0, 1)
    lists = [(place, draw(homes), draw(st.integers(0, 6)), draw(flag), draw(flag)) for place in ids]
    people = draw(st.lists(st.integers(1, 200), max_size=26, unique=True))
    places = st.sampled_from([*ids, *ids, *ids, 0])
    members = [(person, draw(places), draw(homes), CUTOFF - DAY * draw(st.integers(0, 5))) for person in people]
    family_names = st.sampled_from([0, 0, 0, 1, 2, 3]) if families else st.just(0)
    wishes_of = {name: draw(_wishes(ids)) for name in range(1, 4)}
    requests = []
    # 777 is somebody who has left the country.
    for person in [*people, 777]:
        family = draw(family_names)
        wishes = wishes_of[family] if family and draw(st.integers(0, 3)) else draw(_wishes(ids))
        for place, rank in wishes:
            days = draw(st.sampled_from([0, 1, 5, 100, 800, -1]))
            requests.append((person, place, rank, CUTOFF - days * DAY, family))
    seed, intake_all = draw(st.sampled_from(["a", "example"])), draw(st.booleans())
    return PlainMarket(tuple(lists), tuple(members), tuple(requests), CUTOFF, seed, intake_all)


@st.composite
def _wishes(draw: st.DrawFn, ids: list[int]) -> list[tuple[int, int]]:
    places = draw(st.lists(st.sampled_from([*ids, 999]), max_size=5, unique=True))
    ranks = draw(st.permutations([1, 2, 3, 4, 5])) if draw(st.booleans()) else [1, 2, 0, 6, 3]
    return list(zip(places, ranks, strict=False))
