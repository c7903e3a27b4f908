"""What becomes of what is pending when somebody dies, leaves, moves, gets another number or a protected address."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from django.db import connection
from register_scene import CHILD, FULL, MAN, MOTHER, ROOMY

from fastlege.access.actions import register_number
from fastlege.access.queries import number_of_person, person_of_number
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.casework.applications.actions import Asked, apply_for_switch, decide_application, withdraw_application
from fastlege.casework.applications.attachments import File
from fastlege.casework.applications.queries import application, applications_of, attachment, waiting_applications
from fastlege.casework.models import Application, Attachment, RecordsRequest
from fastlege.casework.records.actions import request_records
from fastlege.casework.records.queries import prepared_request
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade
from fastlege.messages.actions import set_contact
from fastlege.messages.models import Contact, Message
from fastlege.registry import actions
from fastlege.registry.check import findings
from fastlege.registry.journal import on_day
from fastlege.registry.models import Custody, GPContract, Membership, Offer, Office, Person, QueuePlace, Switch
from fastlege.registry.resident.people import people_of

DAY, FIRST = date(2026, 7, 10), date(2026, 8, 1)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
PDF = b"%PDF-1.7\ntrailer\n%%EOF\n"


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()
    with on_day(DAY):
        Office.objects.create(
            office_id=2, name="Lund legekontor", organisation_number="810034882", municipality_id="4204",
            latitude=58.16, longitude=8.0, services=[], known_on=None,
        )  # fmt: skip
        scene.add_list(4, cap=100, office_id=2)
        scene.add_list(5, cap=0, status="closed")


@pytest.fixture(autouse=True)
def whole(register):
    yield
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        assert [finding for finding in findings(cursor) if finding.rows] == []


def switch(person=MAN):
    actions.switch_gp(person, to=4, on=DAY, by=CLERK)


def wait_for_an_offer(person=MAN):
    moment = datetime(2026, 7, 10, 9, tzinfo=UTC)
    actions.queue_together([person], list_id=5, at=moment, by=resident(person), accept_in_advance=False)
    with on_day(DAY):
        GPContract.objects.filter(pk=5).update(cap=1)
    actions.renew_offers(on=DAY, by=CLERK)


def spend_switches(person=MAN):
    with on_day(DAY):
        for month in (3, 5):
            Switch.objects.create(
                person_id=person, to_list_id=FULL, on=date(2026, month, 1), reason="chosen_direct", chosen=True
            )


def length(gp_list):
    return GPContract.objects.get(pk=gp_list).member_count


@pytest.mark.parametrize(
    "leave",
    [
        lambda person: actions.register_death(person, died_on=DAY, on=DAY, by=CLERK),
        lambda person: actions.register_emigration(person, left_on=DAY, on=DAY, by=CLERK),
        lambda person: actions.opt_out(person, on=DAY, by=resident(person)),
    ],
    ids=["death", "emigration", "opting out"],
)
class TestLeaving:
    def test_a_coming_switch_an_offer_and_queue_places_fall(self, leave):
        wait_for_an_offer()
        switch()
        leave(MAN)
        assert (length(4), QueuePlace.objects.count(), Offer.objects.get().state) == (0, 0, "lapsed")
        assert not Membership.objects.filter(person_id=MAN, end__isnull=True).exists()

    def test_an_application_lapses_when_it_is_decided(self, leave):
        spend_switches()
        asked = apply_for_switch(MAN, asked=Asked("my knee"), on=DAY, by=resident(MAN))
        leave(MAN)
        assert decide_application(asked.pk, grant=True, reason="yes", on=DAY, by=CLERK) == "lapsed"

    def test_nothing_more_can_be_asked_for(self, leave):
        leave(MAN)
        with pytest.raises((Refused, PermissionDenied)):
            actions.switch_gp(MAN, to=4, on=DAY, by=resident(MAN))

    def test_the_rest_of_a_family_waits_on(self, leave):
        moment = datetime(2026, 7, 10, 9, tzinfo=UTC)
        actions.queue_together([MOTHER, CHILD], list_id=5, at=moment, by=resident(MOTHER))
        leave(MOTHER)
        assert list(QueuePlace.objects.values_list("person_id", flat=True)) == [CHILD]


def test_the_other_parent_chooses_after_a_death_and_no_notice_goes_to_the_dead():
    with on_day(DAY):
        scene.add_person(20, household_id=9)
        scene.add_membership(20, ROOMY, start=date(2020, 1, 1))
        connection.cursor().execute("update lists set member_count = member_count + 1 where list_id = 2")
    actions.register_custody(CHILD, adults=dict.fromkeys([MOTHER, 20], CustodyKind.JOINT), on=DAY, by=CLERK)
    set_contact(resident(MOTHER), email="a@example.org", wants_notice=True, language="nb")
    actions.register_death(MOTHER, died_on=DAY, on=DAY, by=CLERK)
    assert people_of(resident(MOTHER), on=DAY) == []
    assert not Contact.objects.exists()
    assert not Custody.objects.filter(adult_id=MOTHER, end__isnull=True).exists()
    actions.switch_gp(CHILD, to=4, on=DAY, by=resident(20))
    assert set(Message.objects.filter(kind="switched").values_list("person_id", flat=True)) == {20}


def test_a_new_number_changes_nothing_that_is_pending():
    wait_for_an_offer()
    old, new = number_of_person(MAN), number_of_person(900_000)
    register_number(MAN, new, exists=lambda number: Person.objects.filter(pk=number).exists())
    assert [person_of_number(number, computed=True) for number in (new, old)] == [MAN, None]
    actions.accept_offer(MAN, list_id=5, on=DAY, by=resident(MAN))
    assert Membership.objects.get(person_id=MAN, end__isnull=True).list_id == 5


def test_a_new_name_of_a_doctor_changes_nothing_and_people_have_none():
    wait_for_an_offer()
    with on_day(DAY), connection.cursor() as cursor:
        cursor.execute("update doctors set name = 'Another Name' where doctor_id = 1")
    actions.accept_offer(MAN, list_id=5, on=DAY, by=resident(MAN))
    assert not [field.name for field in Person._meta.get_fields() if "name" in field.name]


def test_a_move_keeps_the_places_and_makes_the_next_switch_free():
    spend_switches()
    wait_for_an_offer()
    actions.move_residence(MAN, home=actions.Home("42040101", 77), on=DAY, by=CLERK)
    assert Offer.objects.get().state == "open"
    actions.switch_gp(MAN, to=4, on=DAY, by=resident(MAN))
    assert Switch.objects.get(person_id=MAN, on=FIRST).chosen is False


class TestApplications:
    @pytest.fixture(autouse=True)
    def used(self, register):
        spend_switches()

    def apply(self, *files, reasons="my knee", person=MAN):
        asked = Asked(reasons, wanted_list=4, files=files)
        return apply_for_switch(person, asked=asked, on=DAY, by=resident(person))

    def test_granted_it_gives_one_more_switch(self):
        asked = self.apply(File("letter.pdf", PDF), File("again.pdf", PDF))
        assert Attachment.objects.count() == 1
        assert decide_application(asked.pk, grant=True, reason="needs it", on=DAY, by=CLERK) == "granted"
        switch()
        kinds = set(Message.objects.filter(person_id=MAN).values_list("kind", flat=True))
        assert {"application_received", "application_granted"} <= kinds

    def test_refused_it_gives_none(self):
        asked = self.apply()
        decide_application(asked.pk, grant=False, reason="no ground", on=DAY, by=CLERK)
        with pytest.raises(Refused, match=r"switch\.max_per_year"):
            switch()
        assert self.apply().pk != asked.pk

    def test_sent_twice_it_is_one(self):
        assert self.apply().pk == self.apply(reasons="the other knee").pk

    def test_it_is_answered_once_by_a_case_worker_with_a_reason(self):
        asked = self.apply()
        for error, by, reason in [
            (PermissionDenied, resident(MAN), "because"),
            (PermissionDenied, Viewer("clerk", Role.CASE_WORKER), "because"),
            (DataError, CLERK, " "),
        ]:
            with pytest.raises(error):
                decide_application(asked.pk, grant=True, reason=reason, on=DAY, by=by)
        decide_application(asked.pk, grant=False, reason="no", on=DAY, by=CLERK)
        with pytest.raises(DataError, match="is refused already"):
            decide_application(asked.pk, grant=True, reason="yes", on=DAY, by=CLERK)

    def test_taken_back_it_is_not_answered(self):
        asked = self.apply()
        with pytest.raises(PermissionDenied):
            withdraw_application(asked.pk, on=DAY, by=resident(MOTHER))
        for _ in range(2):
            withdraw_application(asked.pk, on=DAY, by=resident(MAN))
        with pytest.raises(DataError, match="is withdrawn already"):
            decide_application(asked.pk, grant=True, reason="yes", on=DAY, by=CLERK)

    def test_what_is_wrong_is_told_and_nothing_is_kept(self):
        with pytest.raises(Refused, match=r"attachment\.kind"):
            self.apply(File("letter.pdf", b"MZ"))
        with pytest.raises(Refused, match=r"application\.no_reasons"):
            self.apply(reasons="  ")
        with pytest.raises(Refused, match=r"application\.too_long"):
            self.apply(reasons="x" * 4001)
        with pytest.raises(Refused, match=r"application\.not_needed"):
            self.apply(person=MOTHER)
        assert not Application.objects.exists()

    def test_only_the_person_and_case_workers_read_it(self):
        asked = self.apply(File("letter.pdf", PDF))
        found, files = application(resident(MAN), asked.pk, on=DAY)
        assert (found.reasons, [file.name for file in files]) == ("my knee", ["letter.pdf"])
        assert bytes(attachment(resident(MAN), files[0].pk, on=DAY).content) == PDF
        assert waiting_applications(CLERK) == [found] == applications_of(CLERK, MAN, on=DAY)
        for look in (
            lambda: application(resident(MOTHER), asked.pk, on=DAY),
            lambda: application(resident(MOTHER), 999, on=DAY),
            lambda: attachment(resident(MOTHER), files[0].pk, on=DAY),
            lambda: attachment(resident(MOTHER), 999, on=DAY),
            lambda: applications_of(resident(MOTHER), MAN, on=DAY),
            lambda: waiting_applications(resident(MAN)),
        ):
            with pytest.raises(PermissionDenied):
                look()


class TestRecords:
    def test_the_request_goes_to_the_former_office_once_with_the_consent_logged(self):
        assert prepared_request(resident(MAN), MAN, on=DAY) is None
        switch()
        prepared = prepared_request(resident(MAN), MAN, on=DAY)
        assert (prepared.from_office_name, prepared.to_office_name) == ("Torvet legesenter", "Lund legekontor")
        for _ in range(2):
            request_records(MAN, agrees=True, on=DAY, by=resident(MAN))
        assert RecordsRequest.objects.values_list("consented_by", "capacity").get() == (f"resident {MAN}", "self")
        message = Message.objects.get(kind="records_wanted")
        assert (message.office_id, message.concerns_id) == (1, MAN)
        assert prepared_request(resident(MAN), MAN, on=DAY).asked_on == DAY
        assert Message.objects.filter(kind="records_stay", person_id=MAN).exists()

    def test_without_consent_or_a_former_office_nothing_is_sent(self):
        with pytest.raises(Refused, match=r"records\.nothing_to_send"):
            request_records(MAN, agrees=True, on=DAY, by=resident(MAN))
        switch()
        with pytest.raises(Refused, match=r"records\.needs_consent"):
            request_records(MAN, agrees=False, on=DAY, by=resident(MAN))
        with pytest.raises(PermissionDenied):
            request_records(MAN, agrees=True, on=DAY, by=resident(MOTHER))
        assert not RecordsRequest.objects.exists()

    def test_a_protected_address_is_not_shown_to_the_former_office(self):
        switch()
        actions.protect_address(MAN, grade=ProtectionGrade.CONFIDENTIAL, on=DAY, by=CLERK)
        with pytest.raises(Refused, match=r"records\.protected_address"):
            request_records(MAN, agrees=True, on=DAY, by=resident(MAN))
        assert not Message.objects.filter(kind="records_wanted").exists()

    def test_a_parent_consents_for_a_child(self):
        switch(CHILD)
        request_records(CHILD, agrees=True, on=DAY, by=resident(MOTHER))
        assert RecordsRequest.objects.get().capacity == "custodian"


def test_messages_to_offices_name_nobody_and_no_other_place():
    """Also where an office has one list, and for one whose address is protected."""
    actions.protect_address(MAN, grade=ProtectionGrade.STRICTLY_CONFIDENTIAL, on=DAY, by=CLERK)
    switch()
    told = Message.objects.filter(office_id__isnull=False).order_by("office_id")
    assert [(one.kind, one.office_id, one.facts) for one in told] == [
        ("resident_leaves", 1, {"list_name": "Lege 1", "from_day": "2026-08-01"}),
        ("resident_arrives", 2, {"list_name": {"vacant": "Liste 4"}, "from_day": "2026-08-01"}),
    ]
