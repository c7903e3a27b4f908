"""`fastlege simulate`: runs, comparisons and the page, and a lived state that the register takes."""

from __future__ import annotations

import re
import shutil

import polars as pl
import pytest
from typer.testing import CliRunner

from fastlege.cli.trying.simulate import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.check import check_register
from fastlege.registry.load import load_snapshot
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.life.run import live
from fastlege.simulation.life.telling.wording import LANGUAGES


def simulate(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)


@pytest.fixture(scope="module")
def runs(small_snapshot, tmp_path_factory):
    """Two runs of three months."""
    folder = tmp_path_factory.mktemp("runs")
    for name in ("practice", "round"):
        done = simulate("run", name, "--snapshot", small_snapshot, "--months", 3, "--out", folder / name)
        assert done.exit_code == 0, done.output
    return folder


def test_a_run_leaves_its_months_its_spells_and_a_snapshot_of_the_last(runs):
    months = pl.read_csv(runs / "round" / "months.csv", try_parse_dates=True)
    assert [str(day) for day in months["day"]] == ["2023-11-01", "2023-12-01", "2024-01-01"]
    state = Snapshot(runs / "round" / "snapshot")
    assert str(state.as_of) == "2024-01-01"
    waiting = pl.DataFrame(state.table("queue"))["person_id"].n_unique()
    assert waiting == months["waiting"][-1]
    spells = pl.read_parquet(runs / "round" / "spells.parquet")
    assert spells.filter(pl.col("outcome") == "waiting").height == waiting


def test_the_same_run_gives_the_same_bytes(runs, small_snapshot, tmp_path):
    again = tmp_path / "again"
    simulate("run", "round", "--snapshot", small_snapshot, "--months", 3, "--out", again)
    for name in ("months.csv", "spells.parquet", "run.json"):
        assert (again / name).read_bytes() == (runs / "round" / name).read_bytes()
    assert Snapshot(again / "snapshot").digest() == Snapshot(runs / "round" / "snapshot").digest()


@pytest.mark.django_db(transaction=True)
def test_the_register_takes_a_lived_state_and_finds_nothing_wrong(runs):
    load_snapshot(Snapshot(runs / "round" / "snapshot"), by="test")
    assert [finding for finding in check_register() if finding.rows] == []


def test_life_goes_on_from_a_lived_state(runs):
    month = next(live(Snapshot(runs / "round" / "snapshot"), months=1, policy="queue", seed=5, book=load_rulebook()))
    assert str(month.day) == "2024-02-01"


def test_runs_are_compared_person_by_person(runs):
    done = simulate("compare", runs / "practice", runs / "round")
    assert done.exit_code == 0, done.output
    assert "People beside practice" in done.output
    assert "round" in done.output


def test_runs_of_other_lengths_are_not_compared(runs, small_snapshot, tmp_path):
    simulate("run", "round", "--snapshot", small_snapshot, "--months", 1, "--out", tmp_path / "short")
    done = simulate("compare", runs / "practice", tmp_path / "short")
    assert isinstance(done.exception, DataError)
    assert "differ in months" in str(done.exception)


def test_one_run_alone_or_the_same_twice_is_misuse(runs):
    assert simulate("compare", runs / "round").exit_code == 2
    assert simulate("compare", runs / "round", runs / "round").exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_table_to_each_picture_and_no_script(small_snapshot, tmp_path, language):
    out = tmp_path / "page"
    done = simulate("dynamics", "--snapshot", small_snapshot, "--months", 2, "--settle", 0, "--out", out,
                    "--language", language)  # fmt: skip
    assert done.exit_code == 0, done.output
    page = (out / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "style=" not in page
    figures = re.findall(r"<section>.*?</section>", page, re.DOTALL)
    pictures = [figure for figure in figures if 'role="img"' in figure]
    assert len(pictures) == 13
    assert all(figure.count("<table>") == 1 for figure in pictures)
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_can_be_had_in_another_language_and_back(small_snapshot, tmp_path):
    out = tmp_path / "page"
    simulate("dynamics", "--snapshot", small_snapshot, "--months", 1, "--settle", 0, "--out", out, "--language", "nn")
    nynorsk = (out / "index.html").read_bytes()
    assert simulate("page", out, "--language", "en").exit_code == 0
    assert b'<html lang="en">' in (out / "index.html").read_bytes()
    assert simulate("page", out, "--language", "nn").exit_code == 0
    assert (out / "index.html").read_bytes() == nynorsk


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "chance", "--months", 3), "no scenario 'chance'"),
        (("run", "round", "--months", 0), "0 months cannot be lived"),
        (("run", "round", "--months", -4), "-4 months cannot be lived"),
        (("run", "round", "--months", 10**12), "cannot be lived"),
        (("run", "round", "--months", 3, "--settle", -1), "to settle are not usable"),
        (("dynamics", "--language", "fr"), "no page in 'fr'"),
    ],
)
def test_what_cannot_be_lived_is_refused_in_words(small_snapshot, tmp_path, words, told):
    done = simulate(*words, "--snapshot", small_snapshot, "--out", tmp_path / "out")
    assert isinstance(done.exception, DataError)
    assert told in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_a_run_is_not_replaced(small_snapshot, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep")
    done = simulate("run", "round", "--snapshot", small_snapshot, "--months", 1, "--out", tmp_path / "letters")
    assert "is not a run" in str(done.exception)
    assert (tmp_path / "letters" / "mine.txt").read_text() == "keep"


def test_a_snapshot_that_lacks_a_table_is_refused(small_snapshot, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(small_snapshot, broken)
    (broken / "queue.parquet").unlink()
    done = simulate("run", "round", "--snapshot", broken, "--months", 1, "--out", tmp_path / "out")
    assert "the table queue is missing" in str(done.exception)


def test_a_folder_that_is_no_run_is_refused_by_compare(runs, tmp_path):
    done = simulate("compare", runs / "round", tmp_path)
    assert "is not a run" in str(done.exception)


def test_a_folder_that_is_not_there_and_a_run_without_its_record_are_told_apart(runs, tmp_path):
    missing = simulate("compare", runs / "round", tmp_path / "nowhere")
    assert "nowhere: there is no such folder" in str(missing.exception)
    assert "run.json is missing" in str(simulate("compare", runs / "round", tmp_path).exception)
