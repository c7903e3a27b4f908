"""A share charged in spite of a free card is approved, and the answer says so and how it is made right."""

from datetime import date, timedelta

import pytest
from claim_files import CHILD_LINE, bill, credit_note, file_of, message
from register_scene import make_register

from fastlege.claims import actions, queries

pytestmark = pytest.mark.django_db
# Nineteen shares of 179 kroner come to more than the ceiling of 2026, 3 278 kroner.
DAYS = [date(2026, 7, 1) + timedelta(days=number) for number in range(19)]
REACHED, LATER = DAYS[-1], date(2026, 7, 21)


@pytest.fixture(autouse=True)
def register():
    make_register()


def receive(*messages, on):
    received = actions.receive_file(file_of(*messages), on=on, by="test")
    actions.control_waiting(on=on)
    return list(queries.answers_to(received.digests))


def visits(*days):
    return [bill(f"{day:%m%d}", at=f"{day}T10:12:00") for day in days]


def remarks(answer):
    return {one["bill_number"]: one["remarks"] for one in answer["bills"] if one["remarks"]}


def test_a_share_in_spite_of_a_card_is_approved_with_a_remark_in_three_languages():
    receive(message(*visits(*DAYS)), on=REACHED)
    (answer,) = receive(message(*visits(LATER)), on=LATER)
    assert answer["bills"][0]["status"] == "approved"
    (remark,) = remarks(answer)["0721"]
    assert (remark["kind"], remark["provision"]) == ("share_with_free_card", "FOR-2020-12-18-2990 sections 3 and 5")
    assert remark["words"]["nb"] == (
        "Pasienten hadde frikort fra 19. juli 2026 klokken 10.12, men regningen tar 179 kr i egenandel. "
        "Frikortet ble utstedt 19. juli 2026."
    )
    assert "19 July 2026" in remark["words"]["en"]
    assert all("F" in words for words in remark["make_right"].values())


def test_the_bill_that_brings_the_card_has_no_remark_nor_has_one_before_it():
    (answer,) = receive(message(*visits(*DAYS)), on=REACHED)
    assert remarks(answer) == {}


def test_a_bill_of_the_same_message_after_the_card_has_one():
    (answer,) = receive(message(*visits(*DAYS, LATER)), on=LATER)
    assert list(remarks(answer)) == ["0721"]


def test_a_card_that_comes_later_does_not_change_an_answer_that_was_given():
    first, rest = DAYS[0], DAYS[1:]
    early = message(*visits(*rest, LATER))
    (before,) = receive(early, on=LATER)
    assert list(remarks(before)) == []
    receive(message(*visits(first)), on=date(2026, 7, 25))
    (again,) = receive(early, on=date(2026, 7, 26))
    assert again == before


def test_what_the_remark_says_makes_the_bill_right():
    receive(message(*visits(*DAYS)), on=REACHED)
    receive(message(*visits(LATER)), on=LATER)
    (right,) = visits(LATER)
    right = {**right, "bill_number": "new", "exemption": "F", "lines": [CHILD_LINE]}
    note = credit_note("k1", "0721")
    receive(message(credits=[note]), on=LATER)
    (answer,) = receive(message(right), on=LATER)
    (one,) = answer["bills"]
    assert (one["status"], one["breaches"], one["remarks"]) == ("approved", [], [])
