"""`fastlege claims`: a synthetic day is sent, received, answered and followed, by the commands that people type."""

from datetime import date

import orjson
import pyarrow as pa
import pytest
from claim_files import lines, message
from register_scene import CHILD, MOTHER, ROOMY, make_register
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import SNAPSHOT_TABLES
from fastlege.simulation.claims.messages import Written, write_messages

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 3)
CLAIMS = [
    {"claim_id": 1, "person_id": MOTHER, "time": 610, "lines": [("2ad", 19_400, 17_900)], "minutes": 18},
    {"claim_id": 2, "person_id": CHILD, "time": 640, "lines": [("2ad", 19_400, 0)], "exemption": "B", "minutes": 12},
    {"claim_id": 3, "person_id": MOTHER, "time": 700, "lines": [("2ad", 19_500, 17_900)], "distance_m": 1_500},
]


@pytest.fixture(autouse=True)
def register(monkeypatch):
    make_register()
    monkeypatch.setattr("fastlege.database.ready.open_database", lambda: None)


def _anything(field):
    """A value for a column that the messages do not say anything of."""
    if field.nullable:
        return None
    if pa.types.is_date(field.type):
        return DAY
    if pa.types.is_boolean(field.type):
        return False
    return [] if pa.types.is_list(field.type) else "" if pa.types.is_string(field.type) else 1


@pytest.fixture
def year(tmp_path):
    """A snapshot with the claims of one day, of doctor 2."""
    rows = {
        "persons": [{"person_id": number, "municipality": "0301"} for number in (MOTHER, CHILD)],
        "lists": [{"list_id": ROOMY, "municipality": "4204"}],
        "doctors": [{"doctor_id": 2, "hpr": "9000002"}],
        "claims": [
            {"doctor_id": 2, "list_id": ROOMY, "date": DAY, "place": "gp", "diagnosis": "R74", "performer_id": None}
            | {name: claim[name] for name in ("claim_id", "person_id", "time")}
            for claim in CLAIMS
        ],
        "claim_lines": [
            {"claim_id": claim["claim_id"], "line": 1, "tariff": code, "count": 1, "amount": amount}
            | {"reimbursed": amount - share, "patient_share": share}
            for claim in CLAIMS
            for code, amount, share in claim["lines"]
        ],
        "claim_details": [
            {"exemption": "", "circumstances": "", **claim} for claim in CLAIMS
        ],
    }  # fmt: skip
    with new_snapshot(tmp_path / "year") as writer:
        for name, found in rows.items():
            schema = SNAPSHOT_TABLES[name].schema
            filled = [{field.name: row.get(field.name, _anything(field)) for field in schema} for row in found]
            writer.write(name, pa.Table.from_pylist(filled, schema=schema))
        writer.write_meta(DAY, {})
    return tmp_path / "year"


def run(*arguments, code=0):
    done = CliRunner().invoke(app, ["claims", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_synthetic_day_is_sent_received_answered_and_followed(year, tmp_path):
    file, answers = tmp_path / "day.jsonl", tmp_path / "answers.jsonl"
    assert "1 messages with 3 bills" in run(
        "send", "--claims", year, "--first", DAY, "--last", DAY, "--out", file
    )  # fmt: skip
    # The work is done where the list is, wherever the patients live.
    assert {one["place"] for one in orjson.loads(file.read_bytes())["bills"]} == {"4204"}
    said = run("receive", file, "--on", "2026-08-05", "--answers", answers)
    assert "1 received, 0 refused whole, 0 had come before" in said
    assert "3 bills controlled: 2 approved, 1 refused; 0 credited." in said
    (answer,) = map(orjson.loads, answers.read_bytes().splitlines())
    assert [one["status"] for one in answer["bills"]] == ["approved", "approved", "refused"]
    assert orjson.loads(run("answer", answer["message_id"])) == answer
    followed = run("status", answer["message_id"])
    assert "Bill 1: control finished, approved, payment not sent" in followed
    assert "Bill 3: control finished, refused, payment no payment" in followed
    again = orjson.loads(run("receive", file, "--on", "2026-08-05", "--json"))
    assert (again["again"], again["control"]) == (1, {"approved": 0, "refused": 0, "credited": 0})
    assert orjson.loads(run("status", answer["message_id"], "--json"))["status"] == "received"
    assert "0 bills controlled" in run("control", "--on", "2026-08-05")


def test_days_without_claims_give_no_messages(year, tmp_path):
    found = write_messages(Snapshot(year), tmp_path / "none.jsonl", first=date(2026, 8, 4), last=date(2026, 8, 5))
    assert found == Written(0, 0)


def test_a_file_of_refused_messages_only_is_answered(tmp_path):
    file = tmp_path / "wrong.jsonl"
    file.write_bytes(lines(message(practitioner={"hpr": None}), message(currency="EUR")))
    assert "0 received, 2 refused whole" in run("receive", file, "--on", "2026-08-05")


@pytest.mark.parametrize("command", ["answer", "status"])
def test_an_id_that_has_not_come_is_told(command):
    done = CliRunner().invoke(app, ["claims", command, "0b8f3c2e-1111-4222-8333-444455556666"])
    assert isinstance(done.exception, DataError)
    assert "no message with this id" in str(done.exception)
