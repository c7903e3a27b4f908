"""Whatever the schema of messages allows is read or refused by field, or taken, controlled and answered."""

import json
import re
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

import pytest
from claim_files import number_of
from django.db import connection, transaction
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from register_scene import CHILD, MOTHER, make_register

from fastlege.claims import actions, queries
from fastlege.claims.models import Bill, BillResult, Credit, CreditResult
from fastlege.rules.claims.checks.circumstances import codes
from fastlege.rules.claims.messages.message import Message, read_message

SCHEMA = Message.model_json_schema()
DAY = datetime(2026, 8, 5)  # noqa: DTZ001 (the clock in Norway)
FEW = 3

# What the register knows and days near today, beside all that the schema allows: else nothing ever meets anything.
KNOWN = {
    "at": st.integers(0, 60_000).map(lambda minutes: (DAY - timedelta(minutes=minutes)).isoformat()),
    "sent_at": st.just("2026-08-05T09:00:00+02:00"),
    "hpr": st.sampled_from(["9000001", "9000002"]),
    "number": st.sampled_from([number_of(MOTHER), number_of(CHILD)]),
    "code": st.sampled_from(["2ad", "2ak", "1bd", "10a", "2dd", "101", "660"]),
    "place": st.just("4204"),
    "bill_number": st.sampled_from(["1", "2", "3"]),
    "credit_number": st.sampled_from(["k1", "k2"]),
    "message_id": st.uuids().map(str),
    "circumstances": st.lists(st.sampled_from(sorted(codes())), max_size=2),
}


def of(schema, name="", *, known):
    """A strategy for what a part of the schema allows; with `known`, fields of `KNOWN` have what the register knows."""
    within = partial(of, known=known)
    if known and name in KNOWN:
        return KNOWN[name]
    if "$ref" in schema:
        return within(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return st.one_of([within(each) for each in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    return KINDS[schema["type"]](schema, within)


def of_object(schema, within):
    fields = {name: within(part, name) for name, part in schema["properties"].items()}
    needed = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: part for name, part in fields.items() if name in needed},
        optional={name: part for name, part in fields.items() if name not in needed},
    )


def of_string(schema, within):
    if schema.get("format") == "date-time":
        return st.datetimes().map(datetime.isoformat)
    # A dollar of the schema is the very end; Python's also stands before a line break.
    words = st.from_regex(re.compile(schema["pattern"].replace("$", r"\Z"))) if "pattern" in schema else st.text()
    return words.filter(lambda word: schema.get("minLength", 0) <= len(word) <= schema.get("maxLength", 99))


def of_integer(schema, within):
    above = schema.get("exclusiveMaximum")
    return st.integers(schema.get("minimum", -(2**60)), schema.get("maximum", 2**60) if above is None else above - 1)


KINDS = {
    "object": of_object,
    "string": of_string,
    "integer": of_integer,
    "number": lambda schema, within: st.floats(schema.get("minimum"), schema.get("exclusiveMaximum"), allow_nan=False),
    "array": lambda schema, within: st.lists(within(schema["items"]), max_size=FEW),
    "null": lambda schema, within: st.none(),
}


def test_every_part_of_the_schema_has_a_strategy():
    parts = [SCHEMA, *SCHEMA["$defs"].values()]
    kinds = {each.get("type") for part in parts for each in part.get("properties", {}).values() if "$ref" not in each}
    assert kinds - {None} <= KINDS.keys()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(message=of(SCHEMA, known=False))
def test_what_the_schema_allows_is_read_or_refused_by_a_field(message):
    found = read_message(json.dumps(message))
    if not isinstance(found, Message):
        assert all(error.where for error in found)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages=st.lists(of(SCHEMA, known=True), min_size=1, max_size=FEW))
def test_what_the_schema_allows_is_taken_and_answered(db, messages):
    text = "\n".join(map(json.dumps, messages)).encode()
    with transaction.atomic():
        make_register()
        received = actions.receive_file(BytesIO(text), on=DAY.date(), by="test")
        done = actions.control_waiting(on=DAY.date())
        answers = list(queries.answers_to(received.digests))
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        assert len(answers) == len(messages) == received.messages
        assert Bill.objects.count() == BillResult.objects.count() == done.bills
        assert Credit.objects.count() == CreditResult.objects.count()
        assert all(
            one["status"] in ("approved", "refused")
            for answer in answers
            for one in answer["bills"] + answer["credits"]
        )
        actions.send_to_payment("run", until=DAY.date(), on=DAY.date(), by="anna")
        transaction.set_rollback(True)


def test_the_strategy_finds_messages_that_are_taken():
    found = find(of(SCHEMA, known=True), lambda message: isinstance(read_message(json.dumps(message)), Message))
    assert found["currency"] == "NOK"
