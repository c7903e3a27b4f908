"""What every planned round promises, on snapshots of all shapes."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from carried_plan import carry_out
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planning_scenes import AWAY, HOME, ON, Scene

from fastlege.kernel.snapshot import Snapshot
from fastlege.matching.files import read_market
from fastlege.matching.round import run_round
from fastlege.planning.audit import audit
from fastlege.planning.explaining import explain
from fastlege.planning.market.as_files import write_market
from fastlege.planning.round import month_of, plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
DAYS = st.integers(0, 900).map(lambda days: ON - timedelta(days=days))


@st.composite
def scenes(draw):
    """A few lists, people on them and without one, families, children of members, grants and wishes of all kinds."""
    scene = Scene()
    lists = draw(st.integers(1, 5))
    for list_id in range(1, lists + 1):
        status = draw(st.sampled_from(["open", "open", "closed", "locked"]))
        home = draw(st.sampled_from([HOME, HOME, AWAY]))
        scene.list(list_id, cap=draw(st.integers(0, 6)), status=status, municipality=home)
        if draw(st.booleans()):
            scene.gp(list_id)
    people = draw(st.integers(0, 18))
    for person in range(11, 11 + people):
        on_list = draw(st.sampled_from([*range(1, lists + 1), *range(1, lists + 1), None]))
        parent = draw(st.sampled_from([None, None, None, 11])) if person > 11 else None
        born = date(2015, 1, 1) if parent else date(1980, 1, 1)
        home = draw(st.sampled_from([HOME, HOME, AWAY, "5501"]))
        status = draw(st.sampled_from(["resident"] * 9 + ["opted_out"]))
        scene.person(person, on_list=on_list, municipality=home, mother_id=parent, birth_date=born, status=status)
        if on_list is None and draw(st.booleans()):
            scene.unplaced(person, draw(DAYS))
        if on_list is not None and draw(st.integers(0, 9)) == 0:
            scene.switch(person, on_list, draw(st.integers(1, lists)), ON)
        if on_list is not None and draw(st.integers(0, 9)) == 0:
            scene.rows["memberships"][-1]["end"] = ON + timedelta(days=31)
        family = draw(st.sampled_from([None, None, 1, 2]))
        wanted = draw(st.lists(st.sampled_from([*range(1, lists + 1), 99]), max_size=3, unique=True))
        for rank, to in enumerate(wanted, start=draw(st.sampled_from([1, 1, 1, 2, 4]))):
            scene.queue(person, to, draw(st.sampled_from([ON, draw(DAYS)])), rank=rank, family=family)
    return scene


def lengths(folder):
    rows = pl.read_parquet(folder / "memberships.parquet").filter(pl.col("end").is_null() | (pl.col("end") > ON))
    return dict(rows.group_by("list_id").len().iter_rows())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(scenes(), st.integers(0, 3))
def test_a_planned_round_keeps_every_promise(scene, seed):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        snapshot = scene.write(home / "snapshot")
        plan = plan_round(snapshot, on=ON, seed=seed, book=BOOK)
        assert [finding for finding in audit(plan, snapshot, BOOK) if not finding.holds] == []

        # The same rows in another order are the same plan, but for the digest of the input.
        again = plan_round(scene.write(home / "shuffled", shuffle=seed), on=ON, seed=seed, book=BOOK)
        assert (again.moves, again.places, again.lists) == (plan.moves, plan.places, plan.lists)

        # The engine alone, given the written market, moves the same people to the same lists.
        write_market(month_of(snapshot, on=ON, seed=seed, book=BOOK), snapshot, home / "market")
        result = run_round(read_market(home / "market")).moves
        went = {row["person_id"]: row["to_list"] for row in plan.moves.to_pylist()}
        for person, to in zip(result.person_id.tolist(), result.to_list.tolist(), strict=True):
            assert went[person] == to

        # Carried out, the lists are as long as the plan says, and everybody who asked can be told why.
        carry_out(snapshot, plan, home / "next")
        after = lengths(Snapshot(home / "next").folder)
        assert {row["list_id"]: row["length_after"] for row in plan.lists.to_pylist()} == {
            row["list_id"]: after.get(row["list_id"], 0) for row in plan.lists.to_pylist()
        }
        for row in scene.rows["queue"]:
            told = explain(plan, row["person_id"], snapshot=snapshot, book=BOOK)
            assert told
            assert all(statement.in_words("nb") for statement in told)
