"""Claim messages: read or refused by field, duplicates recognised, every line of a file answered."""

import copy
import tomllib
from datetime import datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.rules.claims import wording
from fastlege.rules.claims.bill import Bill as SingleBill
from fastlege.rules.claims.bill import Breach, Performer, Setting
from fastlege.rules.claims.bill import Line as BillLine
from fastlege.rules.claims.control import control
from fastlege.rules.claims.messages import error_words
from fastlege.rules.claims.messages.answers import as_json
from fastlege.rules.claims.messages.batch import check_messages
from fastlege.rules.claims.messages.message import (
    DUPLICATE,
    NO_BILLS,
    NO_ID,
    UNKNOWN_FIELD,
    UNKNOWN_FORMAT,
    Message,
    read_message,
)
from fastlege.rules.dated_rows import DATA
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import LANGUAGES, placeholders

NUMBER = "01810012345"
LINE = {"code": "2ad", "count": 1, "amount": 19_400, "patient_share": 17_900}
BILL = {
    "bill_number": "17",
    "at": "2026-08-03T10:12:00",
    "setting": "gp",
    "place": "0301",
    "patient": {"number": NUMBER},
    "diagnoses": [{"system": "ICPC-2", "code": "R74"}],
    "minutes": 18,
    "lines": [LINE],
}
MESSAGE = {
    "message_id": "0b8f3c2e-1111-4222-8333-444455556666",
    "sent_at": "2026-08-05T09:00:00+02:00",
    "practice_id": "p1",
    "currency": "NOK",
    "practitioner": {"hpr": "1234567"},
    "bills": [BILL],
}


def changed(**fields):
    return orjson.dumps({**copy.deepcopy(MESSAGE), **fields})


def with_bill(**fields):
    return changed(bills=[{**copy.deepcopy(BILL), **fields}])


def errors(text):
    found = read_message(text)
    return [] if isinstance(found, Message) else [(one.code, one.where) for one in found]


def test_a_right_message_is_read():
    assert errors(orjson.dumps(MESSAGE)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"{", [("UKJENT_FORMAT", "")]),
        (b"[]", [("UKJENT_FORMAT", "")]),
        (changed(x=1), [("UKJENT_FELT", "x")]),
        (changed(message_id="1"), [("MANGLER_GUID", "message_id")]),
        (changed(bills=[]), [("MANGLER_REGNINGER", "bills")]),
        (changed(currency="EUR"), [("UKJENT_FORMAT", "currency")]),
        (changed(practitioner={"hpr": "x"}), [("UKJENT_FORMAT", "practitioner.hpr")]),
        (with_bill(place="٠٣٠١"), [("UKJENT_FORMAT", "bills.0.place")]),
        (with_bill(setting="home"), [("UKJENT_FORMAT", "bills.0.setting")]),
        (with_bill(at="2026-08-03T10:12:00+02:00"), [("UKJENT_FORMAT", "bills.0.at")]),
        (with_bill(circumstances=["bored"]), [("UKJENT_FORMAT", "bills.0.circumstances.0")]),
        (with_bill(patient={"number": "x"}), [("UKJENT_FORMAT", "bills.0.patient.number")]),
        (with_bill(diagnoses=[{"system": "ICD-10", "code": "J10"}]), [("UKJENT_FORMAT", "bills.0.diagnoses.0.system")]),
        (with_bill(lines=[{**LINE, "count": 1.5}]), [("UKJENT_FORMAT", "bills.0.lines.0.count")]),
        (with_bill(lines=[{**LINE, "amount": -1}]), [("UKJENT_FORMAT", "bills.0.lines.0.amount")]),
    ],
)
def test_what_is_wrong_with_a_message_is_named_by_field(text, expected):
    assert errors(text) == expected


def paths(value, at=()):
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*at, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*at, index))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(place=st.sampled_from([path for path in paths(MESSAGE) if path]), value=ANYTHING)
def test_any_value_anywhere_is_read_or_refused_and_the_patient_is_never_repeated(place, value):
    message = copy.deepcopy(MESSAGE)
    target = message
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    found = read_message(orjson.dumps(message))
    if not isinstance(found, Message):
        assert found
        assert all(NUMBER not in one.where + one.what for one in found)


@given(st.binary(max_size=80))
def test_any_bytes_are_answered(text):
    assert read_message(text)


def test_a_broken_line_in_the_middle_does_not_lose_the_others():
    other = changed(message_id="0b8f3c2e-1111-4222-8333-444455556667", bills=[{**BILL, "bill_number": "18"}])
    answers = list(check_messages([orjson.dumps(MESSAGE), b"{broken", b"", other], book=load_rulebook()))
    assert [(one.line, one.refused, len(one.controls)) for one in answers] == [
        (1, False, 1),
        (2, True, 0),
        (4, False, 1),
    ]


def test_a_message_or_a_bill_number_sent_again_is_recognised():
    again = changed(message_id="0b8f3c2e-1111-4222-8333-444455556667")
    twice = changed(message_id="0b8f3c2e-1111-4222-8333-444455556668", bills=[{**BILL, "bill_number": "9"}] * 2)
    answers = list(check_messages([orjson.dumps(MESSAGE), orjson.dumps(MESSAGE), again, twice], book=load_rulebook()))
    assert [[(e.code, e.where) for e in one.errors] for one in answers] == [
        [],
        [("DUPLIKAT_KRAV", "message_id"), ("DUPLIKAT_KRAV", "bills.0.bill_number")],
        [("DUPLIKAT_KRAV", "bills.0.bill_number")],
        [("DUPLIKAT_KRAV", "bills.0.bill_number"), ("DUPLIKAT_KRAV", "bills.1.bill_number")],
    ]


@pytest.mark.parametrize(
    ("where", "language", "said"),
    [
        ("bills.0.lines.2.amount", "nb", "regning 1, linje 3, feltet amount"),
        ("bills.0.lines.2.amount", "nn", "rekning 1, linje 3, feltet amount"),
        ("bills.11.diagnoses.0.system", "en", "bill 12, diagnosis 1, field system"),
        ("credits.4", "en", "credit note 5"),
        ("bills.x", "en", "field bills, field x"),
        ("bills", "nb", "feltet bills"),
        ("currency", "nn", "feltet currency"),
    ],
)
def test_the_place_of_an_error_is_told_in_words(where, language, said):
    assert error_words.place(where, language) == said


@pytest.mark.parametrize(
    "text", [b"{", changed(x=1), changed(message_id="1"), changed(bills=[]), changed(currency="EUR")]
)
def test_the_errors_of_a_refused_message_are_told_in_three_languages(text):
    (answer,) = check_messages([text], book=load_rulebook())
    (error,) = as_json(answer)["errors"]
    assert {*error["words"]} == {*LANGUAGES}
    assert len({*error["words"].values()}) == len(LANGUAGES)
    assert error["where"] in error["words"]["nn"]


def test_every_error_of_a_message_has_words_with_the_same_placeholders_in_each_language():
    found = dict(error_words.catalogue())
    parts = found.pop(error_words.PARTS)
    assert {*found} == {UNKNOWN_FORMAT, UNKNOWN_FIELD, DUPLICATE, NO_BILLS, NO_ID, error_words.NOT_AN_OBJECT}
    assert all({*words} == {*LANGUAGES} for words in (*found.values(), *parts.values()))
    assert all(len({placeholders(text) for text in words.values()}) == 1 for words in found.values())


def test_every_breach_has_words_with_the_same_placeholders_in_each_language():
    found = tomllib.loads((DATA / wording.FILE).read_text(encoding="utf-8"))
    for kind, entry in found.items():
        assert {*entry} - {"beside"} == {*LANGUAGES, "make_right"}, kind
        assert {*entry.get("beside", LANGUAGES)} == {*LANGUAGES}, kind
        assert len({placeholders(entry[language]) for language in LANGUAGES}) == 1, kind
        assert {placeholders(entry["make_right"][one]) <= placeholders(entry["nb"]) for one in LANGUAGES} == {True}, (
            kind
        )


@pytest.mark.parametrize(("language", "said"), [("nb", "Sammen med 2as"), ("nn", "Saman med 2as"), ("en", "With 2as")])
def test_who_breaks_a_list_of_what_may_stand_together_is_told_the_list(language, said):
    """From 1 July 2026 the specialist's supplement to a text consultation has a code of its own."""
    text = BillLine("2as", 1, 17_900, 17_900), BillLine("2dd", 1, 12_000, 5_600)
    at = datetime(2026, 7, 1, 10, 0)  # noqa: DTZ001 (the clock in Norway)
    found = control(SingleBill("1", "1", Performer.DOCTOR, Setting.GP, at, text)).breaches
    told = [wording.in_words(one, language).make_right for one in found if one.kind == "not_together"]
    assert len(told) == 1
    assert said in told[0]
    assert "2dds" in told[0]


def test_words_in_a_language_that_is_none_are_refused():
    with pytest.raises(DataError, match="it has nb, nn, en"):
        wording.in_words(Breach("no_lines", (), "x"), "sv")


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        ([orjson.dumps(MESSAGE)], 0, "1 bills, 1 approved, 0 refused"),
        ([b"{"], 1, "UKJENT_FORMAT: Meldingen er ikke et helt JSON-objekt på én linje. (is not JSON)"),
        ([with_bill(lines=[{**LINE, "code": "7"}])], 1, "krever en konsultasjon"),
    ],
)
def test_the_command_answers_every_message(tmp_path, lines, code, said):
    file = tmp_path / "claims.jsonl"
    file.write_bytes(b"\n".join(lines))
    done = CliRunner().invoke(app, ["claims", "check", str(file), "--language", "nb"])
    assert (done.exit_code, said in done.stdout) == (code, True)


def test_the_command_gives_machines_one_answer_a_line(tmp_path):
    file = tmp_path / "claims.jsonl"
    file.write_bytes(orjson.dumps(MESSAGE) + b"\n{\n")
    done = CliRunner().invoke(app, ["claims", "check", str(file), "--json"])
    answers = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [(one["line"], one["status"]) for one in answers] == [(1, "received"), (2, "refused")]


@pytest.mark.parametrize("file", ["nowhere.jsonl", "empty.jsonl"])
def test_a_file_that_is_not_there_or_holds_nothing_is_refused(tmp_path, file):
    (tmp_path / "empty.jsonl").touch()
    done = CliRunner().invoke(app, ["claims", "check", str(tmp_path / file)])
    assert isinstance(done.exception, DataError)


def test_the_schema_is_printed():
    done = CliRunner().invoke(app, ["claims", "schema"])
    assert orjson.loads(done.stdout)["title"] == "Message"
