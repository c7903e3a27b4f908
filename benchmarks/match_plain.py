"""The round beside a plain Python program of the same description, on a market that the latter can manage."""

from __future__ import annotations

from hashlib import sha256

from benchmarks.harness import Contender, Workload
from benchmarks.match_market import market_files
from benchmarks.plain_match import PlainMarket, plain_round
from fastlege.matching.files import read_market
from fastlege.matching.market import How, Market
from fastlege.matching.round import run_round

_REGION = {"people": 27_000, "lists": 30, "homes": 4, "waiting": 1_500, "without": 30}


def _region() -> Market:
    market = read_market(market_files("region", _REGION))
    run_round(market)
    return market


def _rows(market: Market) -> PlainMarket:
    lists, members, requests = market.lists, market.members, market.requests
    return PlainMarket(
        lists=_zip(lists.list_id, lists.municipality, lists.cap, lists.has_gp, lists.is_open),
        members=_zip(members.person_id, members.list_id, members.municipality, members.since),
        requests=_zip(requests.person_id, requests.list_id, requests.rank, requests.requested_at, requests.family_id),
        cutoff=market.terms.cutoff,
        seed=market.terms.seed,
    )


def _zip(*columns):
    return tuple(zip(*[column.tolist() for column in columns], strict=True))


def _digest(rows) -> str:
    return sha256(repr(list(rows)).encode()).hexdigest()


def _ours(market: Market) -> str:
    moves = run_round(market).moves
    words = [How(how).word for how in moves.how.tolist()]
    columns = [moves.person_id, moves.from_list, moves.to_list, moves.cycle]
    return _digest(zip(words, *[column.tolist() for column in columns], strict=True))


def _plain(market: PlainMarket) -> str:
    rows, _ = plain_round(market)
    return _digest((reason, person, start, to, ring) for person, start, to, reason, ring in rows)


WORKLOAD = Workload(
    name="match_plain",
    title="The round beside plain Python (a small region: 30 lists, 1 600 waiting)",
    goal="at most a twentieth of the time",
    contenders=(
        Contender("plain Python", "limit", _plain, lambda: _rows(_region())),
        Contender("fastlege.matching", "ours", _ours, _region),
    ),
    at_most=0.05,
)
