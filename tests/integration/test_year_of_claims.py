"""A synthetic year of claims: the published volumes, the rules kept but for the documented mistakes, the same bytes."""

from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.columns.year import Tally, controlled
from fastlege.rules.contacts.classify import classify
from fastlege.simulation.claims import faults, tables
from fastlege.simulation.claims.history import in_year
from fastlege.simulation.claims.year import build_year

YEAR = 2025


@pytest.fixture(scope="module")
def year(small_snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims") / "year"
    build_year(Snapshot(small_snapshot), folder, year=YEAR, seed=3)
    return Snapshot(folder)


@pytest.fixture(scope="module")
def control_of_year(year):
    tally = Tally()
    breaches = pl.concat(pl.DataFrame(part.breaches) for part in controlled(year, tally))
    return breaches, tally


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


@pytest.fixture(scope="module")
def long_before(small_snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims") / "before"
    build_year(Snapshot(small_snapshot), folder, year=2019, seed=3)
    return Snapshot(folder)


def test_in_a_year_long_before_the_nation_people_come_to_their_own_gp_as_often(long_before, tmp_path):
    classify(long_before, tmp_path / "contacts.parquet")
    contacts = pl.read_parquet(tmp_path / "contacts.parquet")
    consultations = contacts.filter(
        (pl.col("place") == "gp") & pl.col("contact_type").is_in(["physical_consultation", "e_consultation"])
    )
    assert 0.68 < (consultations["relation"] == "own_gp").mean() < 0.82


def test_a_nation_reaches_back_by_its_first_rows_and_nobody_stands_on_a_list_before_birth(long_before, small_snapshot):
    now, first = Snapshot(small_snapshot), date(2019, 1, 1)
    for name, owner in (("memberships", "person_id"), ("doctor_periods", "list_id"), ("lists", "list_id")):
        before, after = (_without_first_posts(snapshot, name) for snapshot in (now, long_before))
        assert (
            before.drop("start", strict=False)
            .select(pl.exclude("agreement_date"))
            .equals(after.drop("start").select(pl.exclude("agreement_date")))
        )
        changed = before.filter(before["start"] != after["start"])
        assert len(changed) > 0
        assert changed[owner].is_unique().all()
        assert (after["start"] <= before["start"]).all()
    members = pl.DataFrame(long_before.table("memberships")).group_by("person_id").agg(pl.col("start").min())
    born = members.join(pl.DataFrame(long_before.table("persons")), on="person_id")
    reached = pl.max_horizontal(pl.col("birth_date"), pl.lit(first))
    assert born.filter(pl.col("start") > reached).is_empty()
    assert born.filter((pl.col("start") < pl.col("birth_date")) & (pl.col("start") == first)).is_empty()


def _without_first_posts(snapshot: Snapshot, name: str) -> pl.DataFrame:
    rows = pl.DataFrame(snapshot.table(name))
    return rows.filter(pl.col("relationship") != "lis1") if name == "doctor_periods" else rows


@pytest.mark.parametrize("lent", [2019, 2025])
def test_doctors_in_first_posts_are_moved_to_the_year_by_whole_years(lent, small_snapshot):
    nation = Snapshot(small_snapshot)
    moved = pl.DataFrame(in_year(nation, lent).table("doctor_periods")).filter(pl.col("relationship") == "lis1")
    theirs = pl.DataFrame(nation.table("doctor_periods")).filter(pl.col("relationship") == "lis1")
    years = lent - (nation.as_of.year - 1)
    assert len(moved) == len(theirs) > 0
    assert (moved["start"].dt.year() - theirs["start"].dt.year() == years).all()
    assert (moved["end"].dt.year() - theirs["end"].dt.year() == years).all()
    first, last = date(lent, 1, 1), date(lent, 12, 31)
    working = [moved.filter((pl.col("start") <= day) & (pl.col("end") > day)) for day in (first, last)]
    assert all(len(each) > 0 for each in working)


def test_doctors_in_first_posts_have_mornings_of_their_own_list_and_what_no_specialist_has(year):
    periods = pl.DataFrame(year.table("doctor_periods")).filter(pl.col("relationship") == "lis1")
    claims = pl.DataFrame(year.table("claims")).join(periods, on="doctor_id", suffix="_of_post")
    assert len(claims) > 0.005 * year.rows("claims")
    assert (claims["list_id"] == claims["list_id_of_post"]).all()
    assert ((claims["start"] <= claims["date"]) & (claims["date"] < claims["end"])).all()
    assert (claims["place"] == "gp").all()
    on_hours = claims.filter(pl.col("time").is_between(8 * 60, 12 * 60 - 1))
    assert len(on_hours) > 0.99 * len(claims)
    codes = pl.DataFrame(year.table("claim_lines")).join(claims.select("claim_id"), on="claim_id")["tariff"]
    assert (codes == "2dd").mean() < 0.01


def test_the_year_before_the_nation_is_that_of_its_own_history(small_snapshot):
    nation = Snapshot(small_snapshot)
    assert in_year(nation, nation.as_of.year - 1) is nation


def test_nobody_pays_above_the_ceiling_by_more_than_one_bill(year, control_of_year):
    """A refused bill does not bring the free card nearer; a few mistakes of the first half-year no known rule finds."""
    lines = pl.DataFrame(year.table("claim_lines")).join(pl.DataFrame(year.table("claims")), on="claim_id")
    approved = lines.join(control_of_year[0], on="claim_id", how="anti")
    shares = approved.filter(pl.col("patient_share") < pl.col("amount"))
    by_bill = shares.group_by("person_id", "claim_id").agg(pl.col("patient_share").sum())
    of_person = by_bill.group_by("person_id").agg(
        total=pl.col("patient_share").sum(), largest=pl.col("patient_share").max()
    )
    assert of_person["total"].max() > 0
    assert of_person.filter(pl.col("total") - pl.col("largest") >= 327_800).height < 0.002 * len(of_person)
    assert of_person.filter(pl.col("total") >= 327_800).height > 0.01 * len(of_person)
    assert (lines["amount"] == lines["reimbursed"] + lines["patient_share"]).all()


def test_claims_stand_in_order_of_time_and_nobody_comes_before_being_born(year):
    claims = pl.DataFrame(year.table("claims"))
    assert claims.select(pl.struct("date", "time").is_sorted()).item()
    born = claims.join(pl.DataFrame(year.table("persons")), on="person_id")
    assert (born["birth_date"].dt.month_start() <= born["date"]).all()


def test_the_control_finds_the_documented_mistakes_and_no_others(year, control_of_year):
    """From July 2025, from when all fees are known: each kind in about its share, and nothing undocumented."""
    breaches, tally = control_of_year
    breaches = breaches.filter(pl.col("date") >= date(YEAR, 7, 1))
    kinds = dict(breaches["kind"].value_counts().iter_rows())
    assert set(kinds) <= {fault.name for fault in faults.faults()}
    assert breaches["claim_id"].n_unique() == len(breaches)
    lines = pl.DataFrame(year.table("claim_lines")).join(pl.DataFrame(year.table("claims")), on="claim_id")
    consultations = lines.filter((pl.col("tariff") == "2ad") & (pl.col("date") >= date(YEAR, 7, 1))).height
    expected = consultations * next(one.share for one in faults.faults() if one.name == "wrong_amount")
    assert kinds["wrong_amount"] == pytest.approx(expected, abs=4 * expected**0.5 + 2)
    assert 0.9 * tally.bills < tally.approved < tally.bills


def test_details_say_how_long_supplements_for_time_took(year):
    """Bills of the first half-year too, before the rule that the file holds: minutes are drawn by the nearest one."""
    lines = pl.DataFrame(year.table("claim_lines")).filter(pl.col("tariff") == "2cd")
    details = lines.join(pl.DataFrame(year.table("claim_details")), on="claim_id")
    assert len(details) == len(lines)
    honest = details.filter(pl.col("count") < 4)
    assert (honest["minutes"] > 20 + (honest["count"] - 1) * 15).all()


def test_a_contact_has_the_lines_that_the_nations_year_has(year):
    """About: three municipalities have other shares of specialists than the nation."""
    assert year.rows("claim_lines") / year.rows("claims") == pytest.approx(68 / 37, abs=0.06)


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
