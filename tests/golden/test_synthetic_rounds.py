"""A round on synthetic people: every promise holds, the bare engine agrees, and it can be made again."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fastlege.kernel.snapshot import Snapshot
from fastlege.matching.files import read_market
from fastlege.matching.round import run_round
from fastlege.planning.audit import audit
from fastlege.planning.grounds import EARLIER
from fastlege.planning.market.as_files import write_market
from fastlege.planning.plan import Plan
from fastlege.planning.round import month_of, plan_round
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.population import build_population

BOOK = load_rulebook()
ON, SEED = date(2023, 11, 1), 7


def keeps_every_promise_and_agrees_with_the_bare_engine(snapshot: Snapshot, folder: Path) -> Plan:
    plan = plan_round(snapshot, on=ON, seed=SEED, book=BOOK)
    assert [finding for finding in audit(plan, snapshot, BOOK) if not finding.holds] == []
    write_market(month_of(snapshot, on=ON, seed=SEED, book=BOOK), snapshot, folder)
    engine = run_round(read_market(folder)).moves
    moves = pl.DataFrame(plan.moves).filter(~pl.col("explanation_key").is_in([way.value for way in EARLIER]))
    assert engine.person_id.tolist() == moves["person_id"].to_list()
    assert engine.to_list.tolist() == moves["to_list"].to_list()
    assert engine.cycle.tolist() == moves["cycle_id"].fill_null(0).to_list()
    assert plan_round(snapshot, on=ON, seed=SEED, book=BOOK).header == plan.header
    return plan


def test_a_small_area_is_given_a_round_in_queues_and_rings(small_snapshot: Path, tmp_path: Path) -> None:
    plan = keeps_every_promise_and_agrees_with_the_bare_engine(Snapshot(small_snapshot), tmp_path / "market")
    assert {"allocated", "cycle", "swap"} <= set(plan.header.counts)
    assert set(pl.DataFrame(plan.places)["wait_basis"].drop_nulls()) >= {"estimated"}


@pytest.mark.national
def test_the_nation_is_given_a_round_of_more_than_a_hundred_thousand_moves(tmp_path: Path) -> None:
    build_population("norway-2023-10", tmp_path / "nation")
    plan = keeps_every_promise_and_agrees_with_the_bare_engine(Snapshot(tmp_path / "nation"), tmp_path / "market")
    assert plan.moves.num_rows > 100_000
