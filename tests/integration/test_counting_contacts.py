"""A year's contacts counted straight from the claims: the same as counted over the contacts that are written."""

import json

import polars as pl
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.contacts.classify import classify
from fastlege.rules.contacts.counting import AGES, count_contacts
from fastlege.simulation.claims.year import build_year

KEYS = ["month", "county", "age_from", "sex", "contact_type"]


@pytest.fixture(scope="module")
def year(small_snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims") / "year"
    build_year(Snapshot(small_snapshot), folder, year=2024, seed=7)
    return folder


def test_counts_are_those_of_the_typed_contacts(year, tmp_path):
    snapshot = Snapshot(year)
    classify(snapshot, tmp_path / "contacts.parquet")
    people = pl.read_parquet(year / "persons.parquet").join(
        pl.read_parquet(year / "municipalities.parquet"), on="municipality"
    )
    age = 2024 - pl.col("birth_date").dt.year()
    band = pl.max_horizontal(*(pl.when(age >= first).then(first).otherwise(0) for first in AGES))
    contacts = pl.read_parquet(tmp_path / "contacts.parquet").join(people, on="person_id")
    expected = (
        contacts.with_columns(month=pl.col("date").dt.month(), age_from=band)
        .group_by(KEYS)
        .agg(contacts=pl.len())
        .select(*(pl.col(name).cast(pl.String) for name in KEYS), pl.col("contacts").cast(pl.Int64))
    )
    counted = pl.DataFrame(count_contacts(snapshot).table())
    found = counted.select(*(pl.col(name).cast(pl.String) for name in KEYS), "contacts")
    assert found.sort(KEYS).equals(expected.sort(KEYS))
    assert found["contacts"].sum() == snapshot.rows("claims")


def test_the_command_writes_the_counts(year, tmp_path):
    words = ["claims", "volumes", "--claims", str(year), "--out", str(tmp_path / "v.parquet"), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["year"] == 2024
    assert told["contacts"] == pl.read_parquet(tmp_path / "v.parquet")["contacts"].sum()


def test_claims_of_people_who_are_not_there_are_refused(year, tmp_path):
    folder = tmp_path / "strange"
    folder.mkdir()
    for file in year.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    claims = pl.read_parquet(year / "claims.parquet").with_columns(person_id=pl.col("person_id") + 9_000_000)
    pq.write_table(claims.to_arrow().cast(Snapshot(year).table("claims").schema), folder / "claims.parquet")
    with pytest.raises(DataError, match="names a person that the snapshot lacks"):
        count_contacts(Snapshot(folder))


def test_claims_whose_lines_are_missing_are_refused(year, tmp_path):
    folder = tmp_path / "lacking"
    folder.mkdir()
    for file in year.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    lines = Snapshot(year).table("claim_lines")
    pq.write_table(lines.filter(pc.not_equal(lines["claim_id"], 7)), folder / "claim_lines.parquet")
    with pytest.raises(DataError, match="a claim has no lines"):
        count_contacts(Snapshot(folder))


def test_a_snapshot_without_claims_is_refused(small_snapshot):
    with pytest.raises(DataError, match="the table claims is missing"):
        count_contacts(Snapshot(small_snapshot))
