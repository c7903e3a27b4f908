"""Life month by month on three small municipalities: what holds under every policy, whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.matching.market import Lists, Members
from fastlege.matching.round import run_round
from fastlege.planning.market.assembly import read_market
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.life.market import month_market
from fastlege.simulation.life.nation.people import RESIDENT
from fastlege.simulation.life.nation.world import World
from fastlege.simulation.life.policies.catalogue import POLICIES, policy_named
from fastlege.simulation.life.run import Course, live, live_together
from fastlege.simulation.life.standing import read_standing
from fastlege.simulation.life.state_snapshot import write_snapshot

MONTHS = 6
BOOK = load_rulebook()


@pytest.fixture(scope="module")
def start(small_snapshot):
    return Snapshot(small_snapshot)


def lived(start, policies, months=MONTHS, seed=1, **course):
    return live_together(start, Course(months, policies, seed, **course), book=BOOK)


def state(month):
    """Everything a month tells, as it was then."""
    return [getattr(month, name) for name in ("queue", "moves", "lists", "left", "unplaced")]


@pytest.fixture(scope="module")
def all_policies(start):
    """For each month and policy its tables, and facts about its people."""
    kept = []
    for months in lived(start, list(POLICIES)):
        for name, month in months.items():
            people, standing = month.world.people, month.standing
            on = standing.on.copy()
            facts = {
                "people": len(people),
                "residents": int((people.status == RESIDENT).sum()),
                "placed": int((on >= 0).sum()),
                "placed_but_gone": int(((on >= 0) & (people.status != RESIDENT)).sum()),
                "length": np.bincount(on[on >= 0], minlength=len(standing.length)).tolist(),
                "fates": np.bincount(people.status, minlength=4).tolist(),
                "born": people.birth.sum().item(),
                "homes": people.municipality.astype(int).sum().item(),
                "caps": month.world.practices.cap.sum().item(),
            }
            kept.append((name, month, state(month), facts))
    return kept


def test_everybody_who_lives_here_stands_on_one_list_or_is_without(all_policies):
    for _, _, (_, _, _, _, unplaced), facts in all_policies:
        assert facts["placed"] + unplaced.height == facts["residents"]
        assert facts["placed_but_gone"] == 0


def test_lengths_are_the_people_on_the_lists(all_policies):
    for _, _, (_, _, lists, _, _), facts in all_policies:
        assert lists["length"].to_list() == facts["length"]


def test_a_round_fills_no_list_beyond_its_cap_and_its_length_before(all_policies):
    for _, _, (_, moves, lists, _, _), _ in all_policies:
        came, left = (moves.drop_nulls(c).group_by(pl.col(c).alias("list_id")).len() for c in ("to_list", "from_list"))
        rows = lists.join(came, on="list_id", how="left").join(left, on="list_id", how="left", suffix="_left")
        rows = rows.fill_null(0).with_columns(
            before=pl.col("length").cast(pl.Int64) - pl.col("len").cast(pl.Int64) + pl.col("len_left").cast(pl.Int64)
        )
        assert rows.filter(pl.col("length") > pl.max_horizontal("cap", "before")).is_empty()


def test_nobody_moves_to_an_ended_or_locked_list_or_to_their_own(all_policies):
    for _, _, (_, moves, lists, _, _), _ in all_policies:
        open_to = lists.filter(pl.col("in_force") & (pl.col("status") != "locked"))
        assert moves.join(open_to, left_on="to_list", right_on="list_id", how="anti").is_empty()
        assert moves.filter(pl.col("from_list") == pl.col("to_list")).is_empty()


def test_no_person_moves_twice_in_a_round(all_policies):
    for _, _, (_, moves, _, _, _), _ in all_policies:
        assert moves["person_id"].is_unique().all()


def test_nobody_queues_for_their_own_list_or_twice_for_one(all_policies):
    for _, _, (queue, _, _, _, _), _ in all_policies:
        assert queue.select("person_id", "list_id").is_unique().all()
        assert queue.select("person_id", "rank").is_unique().all()


def test_the_same_happens_to_everybody_under_all_policies(all_policies):
    names = ("people", "fates", "born", "homes", "caps")
    by_month: dict[date, set] = {}
    for _, month, _, facts in all_policies:
        by_month.setdefault(month.day, set()).add(str([facts[name] for name in names]))
    assert [len(fates) for fates in by_month.values()] == [1] * MONTHS


def test_a_queue_place_is_still_there_or_was_met_or_says_why_it_is_gone(all_policies):
    before: dict[str, pl.DataFrame] = {}
    keys = ["person_id", "list_id", "requested_at"]
    for name, _, (queue, moves, _, left, _), _ in all_policies:
        if name in before:
            met = moves.drop_nulls("rank").select("person_id", pl.col("to_list").alias("list_id"), "requested_at")
            gone = before[name].join(queue, on=keys, how="anti").join(left, on=keys, how="anti")
            assert gone.join(met, on=keys, how="anti").is_empty()
        before[name] = queue


def test_a_policy_gives_the_same_alone_and_beside_others(start, all_policies):
    alone = [state(month) for month in live(start, months=MONTHS, policy="round", seed=1, book=BOOK)]
    beside = [tables for name, _, tables, _ in all_policies if name == "round"]
    assert all(a.equals(b) for one, other in zip(alone, beside, strict=True) for a, b in zip(one, other, strict=True))


def test_another_seed_is_another_life(start, all_policies):
    first = next(tables for name, _, tables, _ in all_policies if name == "round")
    other = next(live(start, months=1, policy="round", seed=2, book=BOOK))
    assert not first[1].equals(other.moves)


def test_months_follow_each_other_and_settling_comes_before_them(start):
    days = [m["queue"].day for m in lived(start, ["queue"], months=2, settle=3)]
    assert days == [date(2024, 2, 1), date(2024, 3, 1)]


def test_after_settling_all_policies_start_from_the_same_state(start):
    first = next(lived(start, ["queue", "practice"], months=1, settle=2))
    alone = list(lived(start, ["practice"], months=3))
    assert first["practice"].queue.equals(alone[-1]["practice"].queue)


def test_people_queue_for_one_list_until_the_rules_allow_more(start):
    months = [(m["queue"].day, m["queue"].queue) for m in lived(start, ["queue"], months=38)]
    most = {day: queue.group_by("person_id").len()["len"].max() for day, queue in months}
    assert {most[day] for day in most if day < date(2026, 6, 1)} == {1}
    assert max(most[day] for day in most if day >= date(2026, 6, 1)) in range(2, 6)


def test_the_market_of_those_concerned_gives_what_the_whole_market_gives(start, monkeypatch):
    seen = []
    module = "fastlege.simulation.life.run.month_market"

    def both(world, standing, policy, events):
        market = month_market(world, standing, policy, events)
        seen.append((run_round(market).moves, run_round(whole(market, world, standing)).moves))
        return market

    monkeypatch.setattr(module, both)
    list(live(start, months=4, policy="round", seed=3, book=BOOK))
    for ours, full in seen:
        assert len(ours.person_id) > 0
        for name in ("person_id", "from_list", "to_list", "how", "cycle"):
            assert np.array_equal(getattr(ours, name), getattr(full, name))


def whole(market, world, standing):
    """The market with everybody who lives here, and the caps as they are."""
    people, practices = world.people, world.practices
    everybody = np.flatnonzero(people.status == RESIDENT)
    on = standing.on[everybody]
    runs = practices.in_force
    kept = ~practices.locked[runs]
    lists = market.lists
    full = Lists(lists.list_id, lists.municipality, np.where(kept, practices.cap[runs], 0), lists.has_gp, lists.is_open)
    members = Members(
        people.person_id[everybody],
        np.where(on >= 0, practices.list_id[on], 0),
        world.homes.serving[people.municipality[everybody]],
        standing.since[everybody].astype(np.int64) * 86_400,
    )
    return replace(market, lists=full, members=members)


def test_a_month_gives_out_places_as_the_plan_of_the_register_does(start, tmp_path):
    *_, month = live(start, months=2, policy="queue", seed=1, book=BOOK)
    write_snapshot(start, month, tmp_path / "state")
    state = Snapshot(tmp_path / "state")
    planned = read_market(state, on=date(2024, 1, 1), seed=7, book=BOOK)
    world = World(state, 1)
    events = SimpleNamespace(cutoff=planned.market.terms.cutoff)
    ours = month_market(world, read_standing(state, world), policy_named("round"), events)
    theirs, alike = (run_round(market).moves for market in (planned.market, replace(ours, terms=planned.market.terms)))
    # Rights to enter a closed list are used before a plan's round; life knows none.
    settled = planned.settled["person_id"].to_numpy()
    keep_theirs, keep_alike = (~np.isin(moves.person_id, settled) for moves in (theirs, alike))
    assert keep_theirs.sum() > 50
    for name in ("person_id", "from_list", "to_list", "how", "cycle"):
        assert np.array_equal(getattr(theirs, name)[keep_theirs], getattr(alike, name)[keep_alike])


@pytest.mark.parametrize("months", [0, -1, 361, 10**9])
def test_months_that_cannot_be_lived_are_refused(start, months):
    with pytest.raises(DataError, match="cannot be lived"):
        next(live(start, months=months, policy="round", seed=1, book=BOOK))


def test_an_unknown_scenario_is_refused_with_those_there_are():
    with pytest.raises(DataError, match=r"no scenario 'chance'.*practice, queue, round"):
        policy_named("chance")


@pytest.mark.parametrize("course", [{"settle": -1}, {"seed": -1}, {"seed": 1 << 63}])
def test_a_course_that_makes_no_sense_is_refused(start, course):
    with pytest.raises(DataError):
        next(lived(start, ["queue"], **{"seed": 1, **course}))
