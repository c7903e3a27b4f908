"""A synthetic year of claims: the published volumes, the rules kept but for the documented mistakes, the same bytes."""

from collections import Counter
from datetime import datetime, time, timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.bill import Bill, Known, Line, Performer, Setting
from fastlege.rules.claims.control import control
from fastlege.rules.contacts.classify import classify
from fastlege.simulation.claims import faults, tables
from fastlege.simulation.claims.year import build_year

YEAR = 2025


@pytest.fixture(scope="module")
def year(small_snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims") / "year"
    build_year(Snapshot(small_snapshot), folder, year=YEAR, seed=3)
    return Snapshot(folder)


def test_every_month_of_the_year_has_claims_in_order(year):
    claims = pl.DataFrame(year.table("claims"))
    assert claims["claim_id"].to_list() == list(range(1, len(claims) + 1))
    assert sorted(set(claims["date"].dt.month())) == list(range(1, 13))
    assert set(claims["date"].dt.year()) == {YEAR}


def test_volumes_by_type_are_the_published_ones_for_the_part_of_the_nation(year, tmp_path):
    counts = classify(year, tmp_path / "contacts.parquet")
    people = pl.DataFrame(year.table("persons"))
    share = len(people.filter(pl.col("status") != "dead")) / tables.assumed("residents")
    published = tables.volumes(YEAR).group_by("group").agg(pl.col("contacts").sum())
    expected = dict(zip(published["group"], published["contacts"], strict=True))
    for name in ("home_visit", "e_consultation"):
        # Cut to whole contacts once a place, and people born after the snapshot are not there.
        assert counts[name] == pytest.approx(expected[name] * share, abs=2 + 0.01 * expected[name] * share)


def test_part_of_the_consultations_go_to_the_own_gp(year, tmp_path):
    classify(year, tmp_path / "contacts.parquet")
    contacts = pl.read_parquet(tmp_path / "contacts.parquet")
    assert set(contacts["relation"]) == {"own_gp", "on_own_list", "other"}
    assert set(contacts.filter(pl.col("place") == "out_of_hours_service")["relation"]) == {"other"}


def test_nobody_pays_above_the_ceiling_by_more_than_one_bill(year):
    lines = pl.DataFrame(year.table("claim_lines")).join(pl.DataFrame(year.table("claims")), on="claim_id")
    shares = lines.filter(pl.col("patient_share") < pl.col("amount"))
    by_bill = shares.group_by("person_id", "claim_id").agg(pl.col("patient_share").sum())
    of_person = by_bill.group_by("person_id").agg(
        total=pl.col("patient_share").sum(), largest=pl.col("patient_share").max()
    )
    assert of_person["total"].max() > 0
    assert of_person.filter(pl.col("total") - pl.col("largest") >= 327_800).is_empty()
    assert (lines["amount"] == lines["reimbursed"] + lines["patient_share"]).all()


def bills_of(year, *, after):
    """Bills from a day whose fees and rules the sources know, as the control reads them."""
    claims = pl.DataFrame(year.table("claims")).filter(pl.col("date") >= after).head(4_000)
    lines = pl.DataFrame(year.table("claim_lines")).filter(pl.col("claim_id").is_in(claims["claim_id"].implode()))
    of_claim = {key[0]: part.rows(named=True) for key, part in lines.group_by("claim_id")}
    for row in claims.iter_rows(named=True):
        own = of_claim[row["claim_id"]]
        paid = sum(line["patient_share"] for line in own)
        yield Bill(
            number=str(row["claim_id"]),
            practitioner=str(row["doctor_id"]),
            performer=Performer.DOCTOR,
            setting=Setting(row["place"]),
            at=datetime.combine(row["date"], time()) + timedelta(minutes=row["time"]),
            lines=tuple(Line(line["tariff"], line["count"], line["amount"], line["patient_share"]) for line in own),
            exemption="" if paid else "B",
            circumstances=frozenset({"patient_absent"}),
        )


def test_only_the_documented_mistakes_are_found(year):
    """Over half a year in which all fees are known; a bill without share is taken for an exempt patient's."""
    found = Counter()
    bills = list(bills_of(year, after=datetime(YEAR, 10, 1).date()))  # noqa: DTZ001
    for bill in bills:
        found.update({breach.kind for breach in control(bill, Known()).breaches})
    assert set(found) <= {*faults.shares(), "wrong_amount", "wrong_patient_share", "requires_base_code", "not_together"}
    assert 0 < sum(found.values()) < 0.05 * len(bills)


def test_the_same_seed_gives_the_same_claims_and_another_seed_others(small_snapshot, year, tmp_path):
    build_year(Snapshot(small_snapshot), tmp_path / "again", year=YEAR, seed=3)
    build_year(Snapshot(small_snapshot), tmp_path / "other", year=YEAR, seed=4)
    assert Snapshot(tmp_path / "again").digest() == year.digest() != Snapshot(tmp_path / "other").digest()


def test_a_year_without_published_volumes_is_refused(small_snapshot, tmp_path):
    with pytest.raises(DataError, match="no volumes are published for 2018"):
        build_year(Snapshot(small_snapshot), tmp_path / "x", year=2018)
    assert not (tmp_path / "x").exists()


def test_the_command_makes_a_year(small_snapshot, tmp_path):
    words = [
        "claims",
        "build",
        "--snapshot",
        str(small_snapshot),
        "--year",
        "2019",
        "--out",
        str(tmp_path / "y"),
        "--json",
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert Snapshot(tmp_path / "y").rows("claims") > 0
