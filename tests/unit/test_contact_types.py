"""Contacts by type: table V3.1 and what came after it, one bill at a time and in columns."""

import csv
from datetime import date

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_tables import DATA
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.rules.contacts.classify import CONTACTS, classify, typed_claims
from fastlege.rules.contacts.types import contact_types, kind_of_bill, load_contact_kinds
from tools.published.names import TYPES

IN_2023 = date(2023, 10, 1)


def type_of(*codes, on=IN_2023):
    found = kind_of_bill(codes, on=on)
    return found.contact_type if found else None


def test_every_code_of_table_v3_1_alone_makes_its_type():
    wrong = []
    with (DATA / "status_report_2023_table_v3_1.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    for row in rows:
        code = "L4" if row["code_kind"] == "code_family" else row["tariff_code"]
        if type_of(code) != TYPES[row["contact_type"]]:
            wrong.append((code, type_of(code)))
    assert wrong == []


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("2ad", "2cd", "7"), "physical_consultation"),
        (("7",), "administrative"),
        (("1i", "701a"), "simple_contact_present"),
        (("L36", "L4"), "dialogue_meeting"),
        (("100",), None),
        ((), None),
    ],
)
def test_the_first_row_that_has_a_code_of_the_bill_decides(codes, expected):
    assert type_of(*codes) == expected


@pytest.mark.parametrize(
    ("code", "day", "medium"),
    [
        ("2ae", date(2025, 6, 30), "unspecified"),
        ("2as", date(2025, 7, 1), "text"),
        ("2at", date(2026, 1, 1), "phone"),
        ("S2av", date(2026, 1, 1), "video"),
    ],
)
def test_the_medium_of_a_digital_consultation_is_known_from_july_2025(code, day, medium):
    assert kind_of_bill([code], on=day).medium == medium
    assert kind_of_bill(["2as"], on=date(2025, 6, 30)) is None


CODES = sorted({code for kind in load_contact_kinds() for code in kind.codes} | {"100", "701b", "2cd", "L4"})
BILLS = st.lists(
    st.tuples(st.dates(date(2019, 1, 1), date(2026, 12, 31)), st.lists(st.sampled_from(CODES), min_size=1, max_size=4)),
    min_size=1,
    max_size=30,
)


def written(folder, bills):
    with new_snapshot(folder) as writer:
        ids = range(1, len(bills) + 1)
        claims = {
            **{name: list(ids) for name in ("claim_id", "doctor_id", "person_id")},
            **{name: [None] * len(bills) for name in ("performer_id", "list_id")},
            **{"date": [day for day, _ in bills], "time": [600] * len(bills)},
            **{name: ["gp"] * len(bills) for name in ("place", "diagnosis")},
        }
        rows = [
            (claim, line, code) for claim, (_, codes) in zip(ids, bills, strict=True) for line, code in enumerate(codes)
        ]
        lines = {"claim_id": [r[0] for r in rows], "line": [r[1] for r in rows], "tariff": [r[2] for r in rows]}
        lines |= {name: [0] * len(rows) for name in ("count", "amount", "reimbursed", "patient_share")}
        writer.write("claims", pa.table(claims))
        writer.write("claim_lines", pa.table(lines))
        writer.write_meta(date(2026, 12, 31), {})
    return Snapshot(folder)


# Each example writes and reads files, and the first one compiles.
@settings(deadline=None, max_examples=40)
@given(BILLS)
def test_columns_say_the_same_as_one_bill_at_a_time(tmp_path_factory, bills):
    snapshot = written(tmp_path_factory.mktemp("claims") / "year", bills)
    kinds = load_contact_kinds()
    columns = [kinds[k].line if k < len(kinds) else None for _, part in typed_claims(snapshot) for k in part.tolist()]
    singly = [found.line if (found := kind_of_bill(codes, on=day)) else None for day, codes in bills]
    assert columns == singly


def test_the_command_writes_the_contacts_and_counts_the_types(tmp_path):
    written(tmp_path / "year", [(IN_2023, ["2ad"]), (IN_2023, ["7"]), (IN_2023, ["100"])])
    out = tmp_path / "contacts.parquet"
    done = CliRunner().invoke(
        app, ["claims", "classify", "--snapshot", str(tmp_path / "year"), "--out", str(out), "--json"]
    )
    assert done.exit_code == 0, done.output
    table = pq.read_table(out)
    assert table.schema.equals(CONTACTS)
    assert table["contact_type"].to_pylist() == ["physical_consultation", "administrative", "none"]
    assert set(table["relation"].to_pylist()) == {"other"}


def test_lines_of_claims_that_are_not_there_are_refused(tmp_path):
    snapshot = written(tmp_path / "year", [(IN_2023, ["2ad"]), (IN_2023, ["7", "100"])])
    lines = pq.read_table(snapshot.path("claim_lines"))
    strayed = lines.set_column(0, lines.schema.field("claim_id"), pa.array([1, 2, 9], pa.int64()))
    pq.write_table(strayed, snapshot.path("claim_lines"))
    with pytest.raises(DataError, match="lines of claims that are not there"):
        classify(snapshot, tmp_path / "contacts.parquet")
    assert not (tmp_path / "contacts.parquet").exists()


@pytest.mark.parametrize("codes", [[[], ["7"]], [["2ad"], []], [["2ad"], [], ["7"]]])
def test_claims_whose_lines_are_missing_are_refused(tmp_path, codes):
    snapshot = written(tmp_path / "year", [(IN_2023, of_bill) for of_bill in codes])
    missing = [claim for claim, of_bill in enumerate(codes, 1) if not of_bill]
    with pytest.raises(DataError, match=f"{len(missing)} of {len(codes)} claims .* the first is claim {missing[0]}"):
        classify(snapshot, tmp_path / "contacts.parquet")
    assert not (tmp_path / "contacts.parquet").exists()


def test_claims_without_any_lines_are_refused(tmp_path):
    with pytest.raises(DataError, match="the table claim_lines is missing"):
        classify(written(tmp_path / "year", [(IN_2023, [])]), tmp_path / "contacts.parquet")


def test_a_snapshot_without_claims_is_refused(small_snapshot, tmp_path):
    with pytest.raises(DataError, match="the table claims is missing"):
        classify(Snapshot(small_snapshot), tmp_path / "contacts.parquet")


def test_own_gp_and_others_are_told_apart(small_snapshot, tmp_path):
    """A claim for a member of a list, by its regular GP, by another doctor on that list, and by a doctor elsewhere."""
    small = Snapshot(small_snapshot)
    member = pl.DataFrame(small.table("memberships")).filter(pl.col("end").is_null())
    periods = pl.DataFrame(small.table("doctor_periods"))
    regular = periods.filter((pl.col("relationship") == "regular") & pl.col("end").is_null())
    one = member.join(regular, on="list_id").row(0, named=True)
    claims = pl.DataFrame(
        {
            "claim_id": [1, 2, 3],
            "doctor_id": [one["doctor_id"], one["doctor_id"] + 10**9, one["doctor_id"]],
            "list_id": [one["list_id"], one["list_id"], None],
        }
    ).with_columns(
        performer_id=None,
        person_id=one["person_id"],
        date=small.as_of,
        time=600,
        place=pl.lit("gp"),
        diagnosis=pl.lit("R74"),
    )
    lines = pl.DataFrame({"claim_id": [1, 2, 3], "tariff": ["2ad"] * 3}).with_columns(
        line=0, count=1, amount=0, reimbursed=0, patient_share=0
    )
    with new_snapshot(tmp_path / "with-claims") as writer:
        for name in ("memberships", "doctor_periods"):
            writer.write(name, small.table(name))
        writer.write("claims", claims.to_arrow())
        writer.write("claim_lines", lines.to_arrow())
        writer.write_meta(small.as_of, {})
    classify(Snapshot(tmp_path / "with-claims"), tmp_path / "contacts.parquet")
    assert pq.read_table(tmp_path / "contacts.parquet")["relation"].to_pylist() == ["own_gp", "on_own_list", "other"]


def test_the_types_are_those_of_the_official_tables():
    assert set(contact_types()) == set(TYPES.values())
