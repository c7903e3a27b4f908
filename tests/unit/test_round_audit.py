"""The audit of a round: everything holds for a plan that was made, and each promise is noticed when it is broken."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from planning_scenes import ON, Scene
from typer.testing import CliRunner

from fastlege.cli.round import app
from fastlege.kernel.errors import DataError
from fastlege.planning.audit import Finding, audit
from fastlege.planning.explaining import LANGUAGES
from fastlege.planning.plan import sealed
from fastlege.planning.plan_file import write_plan
from fastlege.planning.round import plan_round
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
EARLY, LATE = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """Somebody who swaps, queues, enters by right, has no list, and waits."""
    scene = Scene()
    for list_id in (1, 2):
        scene.list(list_id, cap=3, status="closed")
        scene.people(range(10 * list_id + 1, 10 * list_id + 4), on_list=list_id)
    scene.list(3, cap=2)
    scene.person(40, on_list=3, birth_date=date(2020, 1, 1), mother_id=11)
    scene.person(50)
    scene.unplaced(50, LATE)
    for person, to in ((12, 2), (21, 1), (13, 3), (40, 1), (23, 1)):
        scene.queue(person, to, EARLY if person != 23 else LATE)
    return scene.write(tmp_path_factory.mktemp("audited") / "snapshot")


@pytest.fixture(scope="module")
def plan(snapshot):
    return plan_round(snapshot, on=ON, seed=1, book=BOOK)


def broken(plan, snapshot):
    return {finding.promise for finding in audit(plan, snapshot, BOOK) if not finding.holds}


def changed(plan, person, **cells):
    """The plan with other values in one person's row, sealed again as somebody who cheats would."""
    moves = pl.DataFrame(plan.moves)
    here = pl.col("person_id") == person
    values = [
        pl.when(here).then(pl.lit(value, moves.schema[name])).otherwise(name).alias(name)
        for name, value in cells.items()
    ]
    return sealed(plan.header, moves.with_columns(values).to_arrow(), plan.places, plan.lists)


def without(plan, person):
    moves = pl.DataFrame(plan.moves).filter(pl.col("person_id") != person)
    return sealed(plan.header, moves.to_arrow(), plan.places, plan.lists)


def with_list(plan, list_id, **cells):
    lists = pl.DataFrame(plan.lists)
    here = pl.col("list_id") == list_id
    values = [
        pl.when(here).then(pl.lit(value, lists.schema[name])).otherwise(name).alias(name)
        for name, value in cells.items()
    ]
    return sealed(plan.header, plan.moves, plan.places, lists.with_columns(values).to_arrow())


def test_everything_holds_for_a_plan_that_was_made(plan, snapshot):
    ways = set(plan.moves["explanation_key"].to_pylist())
    assert ways == {"swap", "queue", "child_of_member", "without_list_assigned"}
    findings = audit(plan, snapshot, BOOK)
    assert (len(findings), [finding.promise for finding in findings if not finding.holds]) == (15, [])


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        (lambda plan: changed(plan, 12, to_list=77), "moves_belong_to_the_month"),
        (lambda plan: changed(plan, 12, from_list=3), "moves_belong_to_the_month"),
        (lambda plan: changed(plan, 12, person_id=11), "moves_belong_to_the_month"),
        (lambda plan: changed(plan, 12, to_list=3), "moves_were_asked_for"),
        (lambda plan: changed(plan, 12, to_list=3), "exchange_keeps_lengths"),
        (lambda plan: changed(plan, 12, cycle_id=9), "rings_are_as_described"),
        (lambda plan: without(plan, 50), "queue_as_described"),
        (lambda plan: without(without(plan, 12), 21), "nothing_left_to_trade"),
        (lambda plan: without(plan, 40), "settled_first"),
        (lambda plan: changed(plan, 50, explanation_key="switch_granted"), "settled_first"),
        (lambda plan: changed(plan, 12, rule="waiting.order"), "grounds_hold_on_the_day"),
        (lambda plan: changed(plan, 12, rule_source="hearsay"), "grounds_hold_on_the_day"),
        (lambda plan: with_list(plan, 1, price=0), "prices_prove_the_exchange"),
        (lambda plan: with_list(plan, 3, length_after=9), "lists_add_up"),
        (lambda plan: with_list(plan, 3, length_after=9), "above_cap_by_right_only"),
        (lambda plan: replace(plan, header=replace(plan.header, lists_opened=(1,))), "lists_add_up"),
    ],
)
def test_each_promise_that_is_broken_is_noticed(plan, snapshot, spoil, promise):
    assert promise in broken(spoil(plan), snapshot)


def test_a_plan_without_its_proof_is_noticed(plan, snapshot):
    short = sealed(plan.header, plan.moves, plan.places, plan.lists.slice(1))
    finding = next(finding for finding in audit(short, snapshot, BOOK) if not finding.holds)
    assert "prices" in finding.detail


def test_another_snapshot_or_other_rules_cannot_audit_a_plan(plan, snapshot, tmp_path):
    other = Scene()
    other.list(1, cap=1)
    with pytest.raises(DataError, match="not the snapshot"):
        audit(plan, other.write(tmp_path / "other"), BOOK)
    with pytest.raises(DataError, match="other rules"):
        audit(plan, snapshot, BOOK.with_rows([replace(BOOK.row("list.reopen_free_places", on=ON), value=7)]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_has_words(plan, snapshot, language):
    assert all(finding.in_words(language) for finding in audit(plan, snapshot, BOOK))


def test_a_language_without_words_is_an_error():
    with pytest.raises(DataError, match="no language 'fr'"):
        Finding("settled_first").in_words("fr")


def test_the_command_says_what_holds_and_fails_when_something_does_not(plan, snapshot, tmp_path):
    def run(made, *more):
        write_plan(made, tmp_path / "plan")
        command = ["audit", str(tmp_path / "plan"), "--snapshot", str(snapshot.folder), *more]
        return CliRunner().invoke(app, command)

    assert (run(plan).exit_code, run(plan).stdout.count("holds")) == (0, 15)
    failed = run(without(plan, 50))
    assert failed.exit_code == 1
    assert "BROKEN  Whoever did not exchange stands where the queue gives" in failed.stdout
    assert "first by 50" in failed.stdout
    assert '"holds": false' in run(without(plan, 50), "--json").stdout
