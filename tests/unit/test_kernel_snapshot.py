"""Snapshots are written whole, read with care, and known by their content."""

import os
import subprocess
import sys
from datetime import date
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import TABLES, VERSION

DAY = date(2023, 10, 1)


def make(folder, since=DAY):
    with new_snapshot(folder) as writer:
        writer.write("unplaced", pa.table({"person_id": [1, 2], "since": [since, since]}))
        writer.write_meta(DAY, {"recipe": "by hand"})
    return folder


def test_a_snapshot_holds_every_table_of_the_contract(tmp_path):
    snapshot = Snapshot(make(tmp_path / "s"))
    assert snapshot.as_of == DAY
    assert snapshot.meta["recipe"] == "by hand"
    assert {name: snapshot.rows(name) for name in TABLES if snapshot.rows(name)} == {"unplaced": 2, "meta": 4}


def test_the_digest_follows_the_content_and_nothing_else(tmp_path):
    one, same, other = (make(tmp_path / n, d) for n, d in [("a", DAY), ("b", DAY), ("c", date(2023, 9, 1))])
    assert Snapshot(one).digest() == Snapshot(same).digest() != Snapshot(other).digest()


def test_the_parts_a_table_is_written_in_leave_no_trace(tmp_path, monkeypatch):
    monkeypatch.setattr("fastlege.kernel.table_writer.ROW_GROUP", 1000)
    rows = pa.table({"person_id": range(3500), "since": [DAY] * 3500})
    for folder, cuts in [("whole", [0, 3500]), ("parts", [0, 1, 999, 1000, 2400, 3500])]:
        with new_snapshot(tmp_path / folder) as writer:
            with writer.stream("unplaced") as stream:
                for first, end in pairwise(cuts):
                    stream.write_table(rows.slice(first, end - first))
            writer.write_meta(DAY, {})
    whole, parts = (Snapshot(tmp_path / folder) for folder in ["whole", "parts"])
    assert whole.digest() == parts.digest()
    assert pq.read_metadata(whole.path("unplaced")).num_row_groups == 4
    assert whole.table("unplaced").to_pydict() == rows.to_pydict()


def test_a_snapshot_that_fails_half_way_leaves_nothing(tmp_path):
    with pytest.raises(KeyError), new_snapshot(tmp_path / "s") as writer:
        writer.write("unknown", pa.table({}))
    assert list(tmp_path.iterdir()) == []


def test_an_older_snapshot_stays_when_the_new_one_fails(tmp_path):
    digest = Snapshot(make(tmp_path / "s")).digest()
    with pytest.raises(KeyError), new_snapshot(tmp_path / "s") as writer:
        writer.write("unknown", pa.table({}))
    assert Snapshot(tmp_path / "s").digest() == digest
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_folder_with_other_things_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="is not a snapshot"):
        make(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    def fill():
        raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match="No space left"), new_snapshot(tmp_path / "s"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "plan"
    path.write_text("old")
    with pytest.raises(KeyError), whole_file(path) as part:
        raise KeyError(part.write_text("half"))
    assert path.read_text() == "old"
    with whole_file(path) as part:
        part.write_text("new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"plan": "new"}


def damage(path):
    path.write_bytes(path.read_bytes()[:40])


def meta(path, **values):
    pq.write_table(pa.table({"key": list(values), "value": list(values.values())}), path / "meta.parquet")


def other_columns(path):
    pq.write_table(pa.table({"person_id": [1]}), path)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda s: damage(s / "unplaced.parquet"), "unplaced.parquet: is damaged"),
        (lambda s: (s / "unplaced.parquet").unlink(), "table unplaced is missing"),
        (lambda s: (s / "meta.parquet").unlink(), "table meta is missing"),
        (lambda s: other_columns(s / "unplaced.parquet"), "has other columns than the contract"),
        (lambda s: meta(s, version="0"), "version 0"),
        (lambda s: meta(s, version=VERSION), "does not say which day it holds"),
        (lambda s: meta(s, version=VERSION, as_of="2023-02-30"), "does not say which day it holds"),
    ],
)
def test_a_harmed_snapshot_is_refused_with_the_place_and_the_remedy(tmp_path, harm, message):
    folder = make(tmp_path / "s")
    harm(folder)
    with pytest.raises(DataError, match=message) as error:
        Snapshot(folder)
    assert "population build" in str(error.value)


def test_one_changed_byte_in_a_table_is_noticed(tmp_path):
    snapshot = Snapshot(make(tmp_path / "s"))
    column = pq.read_metadata(snapshot.path("unplaced")).row_group(0).column(0)
    content = bytearray(snapshot.path("unplaced").read_bytes())
    content[column.data_page_offset + column.total_compressed_size - 1] ^= 1
    snapshot.path("unplaced").write_bytes(content)
    with pytest.raises(DataError, match=r"unplaced.parquet: is damaged \(.*checksum"):
        snapshot.table("unplaced")


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        Snapshot(tmp_path / "nowhere")


def test_tables_that_are_not_those_that_were_written_have_no_digest(tmp_path):
    folder, other = make(tmp_path / "s"), make(tmp_path / "other", date(2023, 9, 1))
    (folder / "unplaced.parquet").write_bytes((other / "unplaced.parquet").read_bytes())
    with pytest.raises(DataError, match="not those that were written"):
        Snapshot(folder).digest()


def gone():
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_a_killed_process_left_half_written_is_taken_away(tmp_path):
    (tmp_path / f".s.{gone()}.part").mkdir()
    (tmp_path / f".s.{os.getppid()}.part").mkdir()
    make(tmp_path / "s")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["s", f".s.{os.getppid()}.part"])


def test_what_a_killed_process_was_replacing_comes_back(tmp_path):
    digest = Snapshot(make(tmp_path / "s")).digest()
    (tmp_path / "s").rename(tmp_path / f".s.{gone()}.old")
    with pytest.raises(KeyError), new_snapshot(tmp_path / "s") as writer:
        writer.write("unknown", pa.table({}))
    assert Snapshot(tmp_path / "s").digest() == digest


def test_a_table_that_may_be_left_out_has_no_file_while_it_is_empty(tmp_path):
    def made(name, rows):
        with new_snapshot(tmp_path / name) as writer:
            writer.write("asked_first", pa.table(rows))
            writer.write_meta(DAY, {})
        return Snapshot(tmp_path / name)

    ids = pa.array([], pa.int64())
    without, empty = Snapshot(make(tmp_path / "none")), made("empty", {"person_id": ids, "list_id": ids})
    some = made("some", {"person_id": [7], "list_id": [3]})
    assert [one.has("asked_first") for one in (without, empty, some)] == [False, False, True]
    assert [one.rows("asked_first") for one in (empty, some)] == [0, 1]
    assert empty.table("asked_first", ["list_id"]).to_pydict() == {"list_id": []}
    assert list(empty.batches("asked_first", rows=10)) == []
    with new_snapshot(tmp_path / "plain") as writer:
        writer.write_meta(DAY, {})
    assert empty.digest() == Snapshot(tmp_path / "plain").digest() != some.digest()
