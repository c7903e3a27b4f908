"""Early notices in the register: given once, to the right doctor, and read by nobody else."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from logging_in import log_in_as
from notices_scene import DOCTORS, EVIDENCE, GIVEN, PERIOD, give, notice
from register_scene import MOTHER, make_register

from fastlege.access.viewers import ANYONE, Role, Viewer, resident
from fastlege.claims.actions import give_notices
from fastlege.claims.models import EarlyNotice, NoticeRound
from fastlege.claims.queries import notices_to
from fastlege.kernel.errors import DataError
from fastlege.web import site_data

pytestmark = pytest.mark.django_db
GP = Viewer("doctor 1", Role.OFFICE, doctor_id=1, office_ids=(1,))
COLLEAGUE = Viewer("doctor 2", Role.OFFICE, doctor_id=2, office_ids=(1,))
ROOT = Viewer("command line", Role.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def scene():
    make_register()
    site_data.forget()
    yield
    site_data.forget()


def test_what_was_given_is_read_as_it_was_found():
    assert give()
    found = notices_to(GP, 1)
    assert (found.period, found.given_on) == (PERIOD, GIVEN)
    assert found.notices == [notice(kind) for kind in EVIDENCE]
    assert notices_to(COLLEAGUE, 2).notices == []


def test_the_same_round_again_gives_nothing_and_a_new_one_takes_its_place():
    assert (give(), give()) == (True, False)
    assert (NoticeRound.objects.count(), EarlyNotice.objects.count()) == (1, 5)
    assert give("changed", period=replace(PERIOD, last=date(2026, 3, 31)))
    assert [one.kind for one in notices_to(GP, 1).notices] == ["changed"]


@pytest.mark.parametrize("doctors", [{1: "9999999"}, {2: "9000002"}])
def test_claims_of_other_doctors_than_the_registers_give_nothing(doctors):
    with pytest.raises(DataError, match="1 of the doctors of these claims are not those of the register"):
        give(doctors=doctors)
    with pytest.raises(DataError, match="not those of the register"):
        give_notices([notice("changed", doctor=99)], PERIOD, doctors={99: "9000099"}, on=GIVEN, by="anna")
    assert not NoticeRound.objects.exists()


@pytest.mark.parametrize("viewer", [ANYONE, resident(MOTHER), COLLEAGUE, Viewer("x", Role.MUNICIPALITY, doctor_id=1)])
def test_notices_are_for_the_doctor_alone(viewer):
    give()
    with pytest.raises(PermissionDenied):
        notices_to(viewer, 1)
    assert notices_to(ROOT, 1).notices


@pytest.mark.parametrize("statement", ["update claim_notices set kind = 'x'", "delete from claim_notice_rounds"])
def test_what_was_given_stays(statement):
    give()
    with pytest.raises(DatabaseError, match="rows are only added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local fastlege.emptying = 'off'; {statement}")


def shown(language="", viewer=GP):
    client = Client()
    log_in_as(client, viewer)
    answer = client.get(f"{language}/kontor/varsler/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_the_page_says_when_there_is_nothing():
    assert "Det er ikke sendt noen varsler ennå." in shown()
    give()
    assert "Ingenting i dem skiller seg ut." in shown(viewer=COLLEAGUE)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", ["61,5 prosent av 12 400 kontakter", "Takster som er talt</dt><dd>2cd", "12 til 31,4", "sier ikke at"]),
        ("/nn", ["61,5 prosent av 12 400 kontaktar", "Takstar som er talde</dt><dd>2cd", "Den lengste dagen"]),
        ("/en", ["61.5 per cent of 12,400 contacts", "Codes counted</dt><dd>2cd", "3 February 2025", "40.1 per cent"]),
    ],
)
def test_the_doctor_sees_each_notice_with_the_numbers_behind_it(language, words):
    give()
    page = shown(language)
    assert [each for each in words if each not in page] == []
    assert page.count("<h2") == len(EVIDENCE)
    # What comes beside the doctor's own is never said to be anybody's.
    assert not any(number in page for number in DOCTORS.values())
