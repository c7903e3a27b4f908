import resource
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.simulation.population import build_population

FASTLEGE = str(Path(sys.executable).with_name("fastlege"))
RECIPE = "norway-2023-10"
AREA = ["3433", "3434", "3435"]


def build(*arguments, **options):
    command = [FASTLEGE, "population", "build", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_the_same_recipe_and_seed_give_the_same_bytes(small_snapshot, tmp_path):
    build_population(RECIPE, tmp_path / "again", areas=AREA)
    files = sorted(path.name for path in small_snapshot.iterdir())
    assert {name: (tmp_path / "again" / name).read_bytes() for name in files} == {
        name: (small_snapshot / name).read_bytes() for name in files
    }


def test_another_seed_gives_other_people_and_the_same_totals(small_snapshot, tmp_path):
    build_population(RECIPE, tmp_path / "other", areas=AREA, seed=2)
    one, other = Snapshot(small_snapshot), Snapshot(tmp_path / "other")
    assert one.digest() != other.digest()
    assert (one.rows("persons"), one.rows("lists")) == (other.rows("persons"), other.rows("lists"))


def test_a_municipality_has_the_same_people_alone_as_among_others(small_snapshot, tmp_path):
    build_population(RECIPE, tmp_path / "alone", areas=["3434"])
    alone, among = Snapshot(tmp_path / "alone").table("persons"), Snapshot(small_snapshot).table("persons")
    ids = alone["person_id"]
    start = among["person_id"].to_pylist().index(ids[0].as_py())
    assert among.slice(start, len(alone)).equals(alone)


def test_the_command_prints_a_summary_for_machines(tmp_path):
    run = build("--recipe", RECIPE, "--area", "3433", "--out", tmp_path / "one", "--json")
    summary = orjson.loads(run.stdout)
    snapshot = Snapshot(tmp_path / "one")
    assert run.returncode == 0
    assert summary["rows"]["persons"] == snapshot.rows("persons")
    assert summary["digest"] == snapshot.digest()


@pytest.mark.parametrize(
    ("recipe", "options", "message"),
    [
        ("norway-1999", {}, "there is no recipe 'norway-1999'. Choose one of: norway-2023-10"),
        (RECIPE, {"areas": ["9999"]}, "'9999' is neither a municipality nor a county on 2023-10-01."),
        (RECIPE, {"seed": -1}, "the seed -1 is not usable."),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(tmp_path, recipe, options, message):
    with pytest.raises(DataError, match=message):
        build_population(recipe, tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_a_snapshot_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("keep me")
    with pytest.raises(DataError, match="exists and is not a snapshot, so it is not replaced"):
        build_population(RECIPE, tmp_path / "letters", areas=["3433"])
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["letters", "one.txt"]


def test_the_command_says_in_one_line_what_is_wrong(tmp_path):
    run = build("--recipe", RECIPE, "--area", "3433,99", "--out", tmp_path / "out")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("fastlege: --area: '99' is neither a municipality nor a county")
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_clear_message_and_leaves_nothing(tmp_path):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    run = build("--recipe", RECIPE, "--area", "3433,3434", "--out", tmp_path / "full", preexec_fn=no_room)
    assert run.returncode == 1
    assert "cannot be written" in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []
