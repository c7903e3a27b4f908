"""A payment file is whole, says what it was made of, and shows any change."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from capitation_case import DAY, ListCase, small, snapshot_of

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import payment_header, read_payments, write_payments
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
LISTS = (ListCase(1, 1012), small(2, 300), small(3, 20, salaried=True))


@pytest.fixture
def made(tmp_path):
    snapshot = snapshot_of(tmp_path / "s", *LISTS)
    run = run_month(snapshot, DAY, BOOK)
    return run, payment_header(run, snapshot, BOOK), snapshot


@pytest.fixture
def path(tmp_path, made):
    write_payments(tmp_path / "run.parquet", made[0].lines, made[1])
    return tmp_path / "run.parquet"


def test_what_is_written_is_read(path, made):
    read = read_payments(path)
    assert read.lines.equals(made[0].lines)
    assert dict(read.header) == json.loads(json.dumps(made[1]))
    assert (read.month, read.register_day) == (DAY, DAY)


def test_the_header_names_its_sources_and_adds_up(made):
    run, header, snapshot = made
    assert (header["snapshot_digest"], header["rules_digest"]) == (snapshot.digest(), BOOK.digest())
    amounts = run.lines["amount_ore"].to_pylist()
    totals = header["totals"]
    assert totals["amount_ore"] == sum(amounts) == totals["gp_ore"] + totals["municipality_ore"]
    assert totals["amount_ore"] == sum(kind["amount_ore"] for kind in totals["kinds"].values())
    assert totals["lines"] == len(amounts) == sum(kind["lines"] for kind in totals["kinds"].values())


def test_the_same_input_gives_the_same_bytes(tmp_path, path, made):
    again = tmp_path / "again.parquet"
    run = run_month(snapshot_of(tmp_path / "t", *LISTS), DAY, BOOK)
    write_payments(again, run.lines, payment_header(run, made[2], BOOK))
    assert again.read_bytes() == path.read_bytes()


def test_csv_holds_the_same_lines(tmp_path, made):
    run, header, _ = made
    write_payments(tmp_path / "run.csv", run.lines, header)
    with (tmp_path / "run.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["amount_ore"]) for row in rows] == run.lines["amount_ore"].to_pylist()
    assert [row["trace"] for row in rows] == run.lines["trace"].to_pylist()
    assert rows[0]["cells"] == "192:1012"


def rewritten(path, lines=None, **changed):
    """The file with other lines or another header, written as someone would who wants it to look right."""
    table = pq.read_table(path)
    header = {**json.loads(table.schema.metadata[b"fastlege.payment_run"]), **changed}
    metadata = {b"fastlege.payment_run": json.dumps(header, sort_keys=True).encode()}
    pq.write_table((table if lines is None else lines).replace_schema_metadata(metadata), path)
    return path


def other_amounts(table):
    amounts = pa.array([amount + 100 for amount in table["amount_ore"].to_pylist()], pa.int64())
    return table.set_column(table.schema.get_field_index("amount_ore"), table.schema.field("amount_ore"), amounts)


def test_another_amount_is_seen(path):
    with pytest.raises(DataError, match="was altered after it was made"):
        read_payments(rewritten(path, other_amounts(pq.read_table(path))))


def test_another_month_is_seen(path):
    with pytest.raises(DataError, match="was altered after it was made"):
        read_payments(rewritten(path, month="2023-11-01"))


def test_amounts_that_do_not_follow_from_their_traces_are_seen_even_with_a_right_digest(tmp_path, made):
    from fastlege.rules.capitation.payment_file import _digest

    run, header, _ = made
    lines = other_amounts(run.lines)
    bare = {key: value for key, value in header.items() if key != "digest"}
    write_payments(tmp_path / "f.parquet", lines, {**bare, "digest": _digest(bare, lines)})
    with pytest.raises(DataError, match="5 amounts do not follow from their traces"):
        read_payments(tmp_path / "f.parquet")


def test_a_run_of_another_form_is_refused(path):
    with pytest.raises(DataError, match="is a payment run of another form"):
        read_payments(rewritten(path, format="fastlege payment run 0"))


def test_a_foreign_parquet_file_is_refused(tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "foreign.parquet")
    with pytest.raises(DataError, match="is not a payment run: it has no header of one"):
        read_payments(tmp_path / "foreign.parquet")


def test_a_cut_file_is_refused(path):
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="is not a payment run, or is damaged"):
        read_payments(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        read_payments(tmp_path / "none.parquet")
