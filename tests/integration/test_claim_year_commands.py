"""The commands on a year of claims: control, early notices and caps, run as people run them."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from fastlege.claims.models import EarlyNotice
from fastlege.cli.main import app
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.load import load_snapshot
from fastlege.simulation.claims.year import build_year


@pytest.fixture(scope="module")
def year(small_snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims") / "year"
    build_year(Snapshot(small_snapshot), folder, year=2025, seed=5)
    return folder


def run(*words, code=0):
    done = CliRunner().invoke(app, ["claims", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_control_writes_every_breach_and_says_what_it_could_not_check(year, tmp_path):
    told = json.loads(run("control-year", "--claims", year, "--out", tmp_path / "b.parquet", "--json"))
    breaches = pl.read_parquet(tmp_path / "b.parquet")
    assert told["bills"] == Snapshot(year).rows("claims")
    assert told["refused"] == breaches["claim_id"].n_unique() > 0
    assert sum(told["breaches"].values()) == len(breaches)
    assert told["not_checked_for_want_of"]["fee"] > 0
    assert "approved" in run("control-year", "--claims", year, "--out", tmp_path / "b.parquet")


def test_the_rules_of_a_coming_day_refuse_more(year, tmp_path):
    """From July 2026 the codes 8 and 1e are gone, and a supplement for time is five minutes."""
    words = ("--claims", year, "--out", tmp_path / "b.parquet", "--json")
    today = json.loads(run("control-year", *words))
    coming = json.loads(run("control-year", *words, "--rules-of", "2026-07-01"))
    assert coming["refused"] > 10 * today["refused"]


def test_notices_tell_of_coming_refusals_in_three_languages(year, tmp_path):
    out = tmp_path / "n.jsonl"
    assert "notices to" in run("notices", "--claims", year, "--rules-of", "2026-07-01", "--out", out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    coming = [row for row in rows if row["kind"] == "coming_refusals"]
    assert coming
    assert set(coming[0]["words"]) == {"nb", "nn", "en"}
    one = json.loads(run("notices", "--claims", year, "--doctor", coming[0]["doctor_id"], "--json"))
    assert {row["doctor_id"] for row in one} <= {coming[0]["doctor_id"]}


def test_days_and_doctors_that_the_claims_lack_are_named(year, tmp_path):
    """What cannot be answered is refused, and no file is written."""
    messages, breaches = tmp_path / "m.jsonl", tmp_path / "b.parquet"
    days = ("--first", "2025-03-02", "--last")
    assert "before the first" in run("send", "--claims", year, "--out", messages, *days, "2025-03-01", code=2)
    for words, said in (
        (
            ("send", "--out", messages, "--first", "2024-03-02", "--last", "2024-03-03"),
            "the claims are of 2025-01-01",
        ),
        (("control-year", "--out", breaches, "--rules-of", "1999-01-01"), "no fees of 1999-01-01 are known"),
        (("notices", "--rules-of", "2025-07-01"), "are not coming ones: the claims go on until 2025-12-31"),
        (("notices", "--doctor", "999999"), "there is no doctor 999999 in these claims"),
    ):
        done = CliRunner().invoke(app, ["claims", *map(str, words), "--claims", str(year)])
        assert done.exit_code == 1
        assert said in str(done.exception)
    assert not messages.exists()
    assert not breaches.exists()


@pytest.mark.django_db
def test_a_register_of_others_gets_no_notices(year):
    done = CliRunner().invoke(app, ["claims", "record-notices", "--claims", str(year), "--on", "2026-01-20"])
    assert done.exit_code == 1
    assert "are not those of the register" in str(done.exception)


@pytest.mark.django_db
def test_notices_are_given_to_the_doctors_of_the_register_once(year):
    load_snapshot(Snapshot(year), by="test")
    words = ("record-notices", "--claims", year, "--rules-of", "2026-07-01", "--on", "2026-01-20", "--by", "anna")
    told = json.loads(run(*words, "--json"))
    assert told["new"]
    assert told["notices"] == EarlyNotice.objects.count() > 0
    assert "given already" in run(*words)
    assert EarlyNotice.objects.count() == told["notices"]


def test_a_higher_cap_takes_less_away_and_scenarios_are_rows(year):
    one, two = (
        json.loads(run("caps", "--claims", year, "--json", *more)) for more in ((), ("--fees-per-patient-day", "2"))
    )
    assert one["consultation_fees"]["most"] == 1
    assert 0 < one["consultation_fees"]["over"] < 0.1 * one["consultation_fees"]["fees"]
    assert two["consultation_fees"]["over"] < one["consultation_fees"]["over"]
    assert one["companies"]["over"] == 0
    small = json.loads(run("caps", "--claims", year, "--json", "--residents-per-company", "500"))
    assert small["companies"]["residents_over"] > 0
    run("caps", "--claims", year, "--scenario", "nothing", code=1)


def test_the_fees_beyond_a_cap_are_those_counted_by_hand(year):
    told = json.loads(run("caps", "--claims", year, "--json"))["consultation_fees"]
    lines = pl.read_parquet(year / "claim_lines.parquet").join(pl.read_parquet(year / "claims.parquet"), on="claim_id")
    codes = ["2ad", "2ak", "2ae", "2aek", "2as", "2at", "2av", "2aft", "2afv", "2akt", "11ad", "11ak", "2ed", "2ns"]
    days = lines.filter(pl.col("tariff").is_in(codes)).group_by("person_id", "date").agg(pl.col("count").sum())
    assert told["fees"] == days["count"].sum()
    assert told["over"] == (days["count"] - 1).clip(0).sum()
    assert told["patient_days"] == (days["count"] > 1).sum()


def test_claims_out_of_order_of_time_are_refused_with_a_remedy(year, tmp_path):
    folder = tmp_path / "disorder"
    folder.mkdir()
    for file in year.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    claims = pl.read_parquet(year / "claims.parquet")
    late = claims.with_columns(date=claims["date"].reverse())
    table = Snapshot(year).table("claims").schema
    import pyarrow.parquet as pq

    pq.write_table(late.to_arrow().cast(table), folder / "claims.parquet")
    done = CliRunner().invoke(app, ["claims", "control-year", "--claims", str(folder), "--out", str(tmp_path / "b")])
    assert done.exit_code == 1
    assert "not in order of time" in str(done.exception or done.output)
    assert not (tmp_path / "b").exists()
