"""Messages are taken once and whole; every one is answered, and the same one again has the same answer."""

from datetime import date
from io import BytesIO
from uuid import UUID

import orjson
import pytest
from claim_files import CHILD_LINE, LINE, bill, credit_note, file_of, lines, message, number_of
from django.core.exceptions import PermissionDenied
from register_scene import CHILD, FULL, LOCKED, MAN, MOTHER, ROOMY, UNPLACED, make_register

from fastlege.access.models import IdentityNumber
from fastlege.access.viewers import ANYONE, Role, Viewer
from fastlege.claims import actions, queries
from fastlege.claims.controlling import passing
from fastlege.claims.models import Bill, BillResult, CreditResult, Line, Message
from fastlege.kernel.errors import DataError
from fastlege.registry.journal import on_day
from fastlege.registry.models import DoctorPeriod, GPContract
from fastlege.rules.claims.messages.statuses import BillStatus, PaymentStatus

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 5)
NEW_NUMBER = number_of(5_000)
CLERK = Viewer("clerk", Role.ADMINISTRATOR, purpose="claims")


@pytest.fixture(autouse=True, params=[1, 1_000_000], ids=["in columns", "one by one"])
def register(request, monkeypatch):
    """However many bills come, the answers are the same: those in order are found in columns, or one by one."""
    monkeypatch.setattr(passing, "_MANY", request.param)
    make_register()


def receive(*messages, on=DAY):
    """Receive and control a file; the answers."""
    received = actions.receive_file(file_of(*messages), on=on, by="test")
    actions.control_waiting(on=on)
    return list(queries.answers_to(received.digests))


def told(answer):
    """What an answer says, shortly: errors, or each bill with the kinds of its breaches."""
    if answer["errors"]:
        return [(error["code"], error["where"]) for error in answer["errors"]]
    return {one["bill_number"]: [breach["kind"] for breach in one["breaches"]] for one in answer["bills"]}


def credited(answer):
    return {one["credit_number"]: [breach["kind"] for breach in one["breaches"]] for one in answer["credits"]}


def test_a_right_bill_is_taken_with_its_lines_and_approved():
    (answer,) = receive(message(bill(1)))
    assert told(answer) == {"1": []}
    assert answer["bills"][0]["status"] == "approved"
    kept = Bill.objects.get()
    assert (kept.doctor_id, kept.list_id, kept.person_id, kept.payee) == (2, ROOMY, MOTHER, "gp")
    assert (kept.amount_ore, kept.share_ore, kept.diagnoses) == (19_400, 17_900, ["ICPC-2 R74"])
    assert list(Line.objects.values_list("line", "code", "count", "amount_ore", "share_ore")) == [
        (1, "2ad", 1, 19_400, 17_900)
    ]
    assert BillResult.objects.get().counted_ore == 17_900


def test_a_number_is_kept_as_it_was_sent_whatever_signs_it_holds():
    number = 'a\\b "{1,2}" \\N Å'
    (answer,) = receive(message(bill(number, circumstances=["sick_note", "patient_absent"], distance_km=1.5)))
    assert list(told(answer)) == [number]
    kept = Bill.objects.get()
    assert (kept.bill_number, kept.distance_km, kept.performed_by) == (number, "1.5", None)
    assert kept.circumstances == ["sick_note", "patient_absent"]


def test_a_breach_is_answered_with_its_rule_and_what_would_make_the_bill_right():
    (answer,) = receive(message(bill(1, lines=[{**LINE, "amount": 19_500}])))
    (breach,) = answer["bills"][0]["breaches"]
    assert (breach["kind"], answer["bills"][0]["status"]) == ("wrong_amount", "refused")
    assert breach["words"]["en"] == "The fee for code 2ad is NOK 195 on the bill, but should be NOK 194."
    assert breach["make_right"]["nn"] == "Set honoraret til 194 kr."


def test_the_same_message_again_has_the_same_answer_and_changes_nothing():
    sent = message(bill(1), bill(2, lines=[{**LINE, "code": "9zz"}]))
    first = receive(sent)
    spaced = orjson.dumps(dict(reversed(sent.items())), option=orjson.OPT_INDENT_2).replace(b"\n", b" ")
    assert receive(sent, spaced, sent) == first * 3
    assert (Message.objects.count(), Bill.objects.count()) == (1, 2)


def test_the_same_refused_message_again_has_the_same_answer():
    wrong = message(bill(1), currency="EUR")
    first = receive(wrong)
    assert first[0]["errors"][0]["words"]["nb"].endswith("slik skjemaet for kravmeldinger sier: feltet currency.")
    assert told(first[0]) == [("UKJENT_FORMAT", "currency")]
    assert receive(wrong) == first
    assert (Message.objects.count(), Bill.objects.count()) == (1, 0)


def test_another_message_under_a_used_number_is_refused_whole():
    sent = message(bill(1))
    receive(sent)
    again = message(bill(2), message_id=sent["message_id"])
    same_number = message(bill(1, minutes=20), bill(3))
    twice = message(bill(4), bill(4, minutes=20))
    assert [told(one) for one in receive(again, same_number, twice, message(bill(3)))] == [
        [("DUPLIKAT_KRAV", "message_id")],
        [("DUPLIKAT_KRAV", "bills.0.bill_number")],
        [("DUPLIKAT_KRAV", "bills.0.bill_number"), ("DUPLIKAT_KRAV", "bills.1.bill_number")],
        {"3": ["billed_before"]},
    ]
    assert sorted(Bill.objects.values_list("bill_number", flat=True)) == ["1", "3"]


def test_of_messages_in_one_file_with_the_same_number_the_first_is_taken():
    first, second, third = message(bill(1)), message(bill(1, minutes=20), bill(2)), message(bill(2, minutes=25))
    assert [told(one) for one in receive(first, second, third)] == [
        {"1": []},
        [("DUPLIKAT_KRAV", "bills.0.bill_number")],
        {"2": []},
    ]


def test_another_doctor_may_use_the_same_bill_number():
    other = message(bill(1, person=MAN, at="2026-08-03T11:00:00"), practitioner={"hpr": "9000001"})
    assert [told(one) for one in receive(message(bill(1)), other)] == [{"1": []}, {"1": []}]


def test_the_same_work_under_another_number_is_refused():
    answers = receive(message(bill(1)), message(bill(2)))
    assert [told(one) for one in answers] == [{"1": []}, {"2": ["billed_before"]}]
    assert told(receive(message(bill(3)))[0]) == {"3": ["billed_before"]}


def test_a_damaged_file_is_refused_whole_and_its_lines_named():
    with pytest.raises(DataError, match="line 2 is not JSON; line 4 is not JSON") as told_of:
        actions.receive_file(file_of(message(bill(1)), b"{broken", message(bill(2)), b"\xff"), on=DAY, by="test")
    assert "Nothing was taken" in str(told_of.value)
    assert (Message.objects.count(), Bill.objects.count()) == (0, 0)


def test_a_file_of_garbage_names_the_first_lines_only():
    with pytest.raises(DataError, match="line 10 is not JSON; and 90 more"):
        actions.receive_file(BytesIO(b"x\n" * 100), on=DAY, by="test")


def test_a_line_without_end_is_refused_before_it_fills_the_memory():
    class Endless:
        def readline(self, size):
            return b"x" * size

    with pytest.raises(DataError, match="longer than 32 MiB"):
        actions.receive_file(Endless(), on=DAY, by="test")


def test_an_empty_file_is_refused():
    with pytest.raises(DataError, match="no claim message"):
        actions.receive_file(BytesIO(b"\n \n"), on=DAY, by="test")


def test_unknown_patients_doctors_and_codes_are_answered():
    stranger = bill(1, patient={"number": number_of(999)})
    nobody = bill(2, patient={"number": "12345678901"})
    odd = bill(3, lines=[{**LINE, "code": "9zz"}])
    answers = receive(message(stranger, nobody, odd), message(bill(1), practitioner={"hpr": "1234567"}))
    assert [told(one) for one in answers] == [
        {"1": ["unknown_patient"], "2": ["unknown_patient"], "3": ["no_fee"]},
        {"1": ["unknown_doctor"]},
    ]
    assert Bill.objects.filter(person=None).count() == 2


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        ("2026-08-06T10:00:00", ["in_the_future"]),
        ("2199-12-31T23:59:00", ["in_the_future"]),
        ("2026-02-05T10:00:00", []),
        ("2026-02-04T10:00:00", ["too_late"]),
        ("1900-01-01T00:00:00", ["too_late"]),
    ],
)
def test_future_and_too_old_work_is_refused(at, kinds):
    (answer,) = receive(message(bill(1, at=at, lines=[{**LINE, "amount": 19_400}])))
    assert [kind for kind in told(answer)["1"] if kind in ("in_the_future", "too_late")] == kinds


def test_negative_counts_and_other_currencies_are_answered():
    negative = message(bill(1, lines=[{**LINE, "count": -1}]))
    answers = receive(negative, message(bill(2), currency="EUR"), message(bill(3, lines=[{**LINE, "amount": -1}])))
    assert [told(one) for one in answers] == [
        {"1": ["count_below_one"]},
        [("UKJENT_FORMAT", "currency")],
        [("UKJENT_FORMAT", "bills.0.lines.0.amount")],
    ]


def test_a_number_that_was_replaced_names_nobody_and_the_new_one_the_person():
    IdentityNumber.objects.create(number=NEW_NUMBER, person_id=MOTHER)
    old, new = bill(1), bill(2, patient={"number": NEW_NUMBER})
    assert told(receive(message(old, new))[0]) == {"1": ["unknown_patient"], "2": []}


def test_many_numbers_are_looked_up_over_the_register(monkeypatch):
    monkeypatch.setattr("fastlege.claims.receiving.people._FEW", 1)
    IdentityNumber.objects.create(number=NEW_NUMBER, person_id=MOTHER)
    bills = [
        bill(1),
        bill(2, patient={"number": NEW_NUMBER}),
        bill(3, person=MAN, at="2026-08-03T11:00:00"),
        bill(4, person=999),
    ]
    assert told(receive(message(*bills))[0]) == {"1": ["unknown_patient"], "2": [], "3": [], "4": ["unknown_patient"]}
    assert list(Bill.objects.order_by("id").values_list("person_id", flat=True)) == [None, MOTHER, MAN, None]


def test_two_doctors_of_a_list_are_not_paid_for_the_same_minute():
    with on_day(date(2026, 7, 1)):
        DoctorPeriod.objects.create(
            list_id=ROOMY, doctor_id=1, relationship="substitute", working_percentage=50, start=date(2026, 7, 1)
        )
    by_other = message(bill(1, person=CHILD, exemption="B", lines=[CHILD_LINE]), practitioner={"hpr": "9000001"})
    assert told(receive(message(bill(1)), by_other)[1]) == {"1": ["same_time"]}
    later = message(bill(2, person=CHILD, exemption="B", lines=[CHILD_LINE]), practitioner={"hpr": "9000001"})
    assert told(receive(later)[0]) == {"2": ["same_time"]}


def test_a_substitute_is_paid_for_the_own_bills_and_the_holder_for_none_of_them():
    with on_day(date(2026, 7, 1)):
        DoctorPeriod.objects.create(
            list_id=ROOMY, doctor_id=1, relationship="substitute", working_percentage=50, start=date(2026, 7, 1)
        )
    receive(message(bill(1)), message(bill(1, at="2026-08-03T15:00:00"), practitioner={"hpr": "9000001"}))
    assert list(Bill.objects.order_by("doctor_id").values_list("doctor_id", "list_id", "payee")) == [
        (1, ROOMY, "gp"),
        (2, ROOMY, "gp"),
    ]
    assert [(owed.doctor_id, owed.bills, owed.amount_ore) for owed in queries.payable(date(2026, 12, 31))] == [
        (1, 1, 1_500),
        (2, 1, 1_500),
    ]


def of_code(number, at, code, amount, *beside):
    line = {"code": code, "count": 1, "amount": amount, "patient_share": 0}
    return bill(number, at=at, lines=[*beside, line])


def test_yearly_limits_count_what_was_approved_before_in_this_file_and_in_earlier_ones():
    """Code 101: three times a patient and calendar year."""
    first = message(*[of_code(day, f"2026-07-0{day}T10:00:00", "101", 17_000, LINE) for day in (1, 2)])
    second = message(*[of_code(day, f"2026-07-0{day}T10:00:00", "101", 17_000, LINE) for day in (3, 4)])
    receive(first)
    assert told(receive(second)[0]) == {"3": [], "4": ["too_many_of_patient"]}
    receive(message(credits=[credit_note("k", 1, amount=36_400)]))
    third = message(*[of_code(day, f"2026-07-0{day}T10:00:00", "101", 17_000, LINE) for day in (5, 6)])
    assert told(receive(third)[0]) == {"5": [], "6": ["too_many_of_patient"]}


def test_limits_of_a_list_count_by_half_year_and_by_its_residents():
    """Code 6a: once a list and half-year. Code 6b: one for each hundred residents, and there are two."""
    june, july = (of_code(1, "2026-06-30T10:00:00", "6a", 87_800), of_code(2, "2026-07-01T10:00:00", "6a", 87_800))
    more = of_code(3, "2026-07-02T10:00:00", "6a", 87_800), of_code(4, "2026-07-02T11:00:00", "6b", 87_800)
    assert told(receive(message(june, july))[0]) == {"1": [], "2": []}
    assert told(receive(message(*more))[0]) == {"3": ["too_many_of_list"], "4": ["too_many_for_list"]}


def test_a_doctor_of_several_lists_works_for_the_patients_own_and_else_for_the_first():
    with on_day(date(2026, 6, 1)):
        for gp_list, start in ((FULL, date(2020, 1, 1)), (LOCKED, date(2026, 8, 4))):
            DoctorPeriod.objects.create(
                list_id=gp_list, doctor_id=2, relationship="substitute", working_percentage=20, start=start
            )
    days = ((MOTHER, "2026-08-03"), (MAN, "2026-08-03"), (UNPLACED, "2026-08-03"), (MAN, "2026-08-04"))
    receive(message(*(bill(n, person, at=f"{day}T09:0{n}:00") for n, (person, day) in enumerate(days))))
    assert list(Bill.objects.order_by("id").values_list("list_id", flat=True)) == [ROOMY, FULL, ROOMY, FULL]


def test_salaried_doctors_and_web_doctors_bills_are_paid_to_the_municipality():
    with on_day(date(2026, 7, 1)):
        GPContract.objects.filter(pk=ROOMY).update(salaried=True)
    web = bill(2, setting="municipal_web_doctor", at="2026-08-03T11:00:00")
    nowhere = bill(3, setting="municipal_web_doctor", place="0999", at="2026-08-03T12:00:00")
    out = bill(4, setting="out_of_hours_service", at="2026-08-03T13:00:00")
    (answer,) = receive(message(bill(1), web, nowhere, out))
    assert "unknown_place" not in told(answer)["2"]
    assert {"unknown_place", "no_such_municipality"} <= set(told(answer)["3"])
    assert list(Bill.objects.order_by("id").values_list("payee", "payee_municipality", "list_id")) == [
        ("municipality", "4204", ROOMY), ("municipality", "4204", None), ("gp", None, None), ("gp", None, None),
    ]  # fmt: skip


def test_a_doctor_in_a_first_post_earns_for_the_municipality_and_the_holder_of_the_list_for_the_own_practice():
    with on_day(date(2026, 7, 1)):
        DoctorPeriod.objects.create(
            list_id=ROOMY, doctor_id=1, relationship="lis1", working_percentage=100, start=date(2026, 3, 1),
            end=date(2026, 9, 1), end_reason="left",
        )  # fmt: skip
    by_lis1 = {"hpr": "9000001"}
    receive(message(bill(1)), message(bill(1, at="2026-08-03T15:00:00"), practitioner=by_lis1))
    assert list(Bill.objects.order_by("doctor_id").values_list("doctor_id", "list_id", "payee")) == [
        (1, ROOMY, "municipality"), (2, ROOMY, "gp"),
    ]  # fmt: skip


def test_a_web_doctor_of_a_municipality_that_the_register_lacks_is_paid_by_nobody():
    line = {"code": "2nt", "count": 1, "amount": 19_300, "patient_share": 17_900}
    here = bill(1, setting="municipal_web_doctor", lines=[line])
    elsewhere = bill(2, setting="municipal_web_doctor", lines=[line], place="0301", at="2026-08-03T12:00:00")
    assert told(receive(message(here, elsewhere))[0]) == {"1": [], "2": ["unknown_place"]}


def test_a_bill_for_work_in_a_municipality_that_does_not_exist_is_refused():
    (answer,) = receive(message(bill(1), bill(2, place="9999", at="2026-08-03T11:00:00")))
    assert told(answer) == {"1": [], "2": ["no_such_municipality"]}
    (breach,) = answer["bills"][1]["breaches"]
    assert breach["words"]["nb"].startswith("Arbeidet er oppgitt utført i kommune 9999")


def test_children_pay_no_share_and_nobody_else_is_exempt_as_a_child():
    child, pays = bill(1, person=CHILD, exemption="B", lines=[CHILD_LINE]), bill(2, person=CHILD)
    adult = bill(3, exemption="B", lines=[CHILD_LINE])
    (answer,) = receive(message(child, pays, adult))
    assert told(answer) == {"1": [], "2": ["child_pays"], "3": ["not_a_child"]}


def test_a_bill_is_credited_once_whole_and_by_its_doctor():
    receive(message(bill(1), bill(2, at="2026-08-04T10:00:00"), bill(3, lines=[])))
    notes = message(
        credits=[
            credit_note("k1", 1, amount=17_900),
            credit_note("k2", 1),
            credit_note("k3", 1),
            credit_note("k4", 3, amount=0),
            credit_note("k5", 99),
        ]
    )
    by_other = message(practitioner={"hpr": "9000001"}, credits=[credit_note("k1", 2)])
    answers = receive(notes, by_other)
    assert [credited(one) for one in answers] == [
        {"k1": ["credit_not_whole"], "k2": [], "k3": ["credited_before"], "k4": ["credit_of_refused_bill"],
         "k5": ["credit_of_unknown_bill"]},
        {"k1": ["credit_of_unknown_bill"]},
    ]  # fmt: skip
    assert credited(receive(message(credits=[credit_note("k6", 1)]))[0]) == {"k6": ["credited_before"]}
    assert CreditResult.objects.filter(approved=True).count() == 1
    assert told(receive(message(bill(7)))[0]) == {"7": []}


def test_a_credit_note_comes_after_its_bill():
    note = message(credits=[credit_note("k1", 1)])
    answers = receive(note, message(bill(1)))
    assert credited(answers[0]) == {"k1": ["credit_of_unknown_bill"]}
    both = message(bill(2, at="2026-08-04T10:00:00"), credits=[credit_note("k2", 2)])
    assert credited(receive(both)[0]) == {"k2": []}


@pytest.mark.parametrize(("on", "kinds"), [(date(2029, 8, 3), []), (date(2029, 8, 4), ["credit_too_late"])])
def test_a_bill_can_be_credited_for_three_years(on, kinds):
    receive(message(bill(1)))
    assert credited(receive(message(credits=[credit_note("k1", 1)]), on=on)[0]) == {"k1": kinds}


def test_a_message_without_bills_or_credit_notes_is_refused():
    assert told(receive(message())[0]) == [("MANGLER_REGNINGER", "bills")]


def test_an_answer_and_the_statuses_can_be_had_later_by_those_who_may():
    sent = message(bill(1), bill(2, at="2026-08-04T10:00:00"), bill(3, lines=[]))
    digest = actions.receive_message(orjson.dumps(sent, option=orjson.OPT_INDENT_2), on=DAY, by="test").digests.hex()
    waiting = queries.progress(CLERK, sent["message_id"])
    assert {one.status for one in waiting.bills} == {BillStatus.IN_PROCESS}
    assert queries.answer(CLERK, sent["message_id"])["bills"][0]["status"] == "in_process"
    actions.control_message(digest, on=DAY)
    receive(message(credits=[credit_note("k1", 2)]))
    actions.send_to_payment("run", until=DAY, on=DAY, by="anna")
    found = queries.progress(CLERK, sent["message_id"])
    assert [(one.status, one.payment, one.run) for one in found.bills] == [
        (BillStatus.APPROVED, PaymentStatus.SENT, "run"),
        (BillStatus.CREDITED, PaymentStatus.NO_PAYMENT, None),
        (BillStatus.REFUSED, PaymentStatus.NO_PAYMENT, None),
    ]
    assert told(queries.answer(CLERK, sent["message_id"])) == {"1": [], "2": [], "3": ["no_lines"]}
    sender, other = (Viewer("doctor", Role.OFFICE, doctor_id=number) for number in (2, 1))
    assert queries.answer(sender, sent["message_id"]) == queries.answer(CLERK, sent["message_id"])
    assert queries.answer(other, sent["message_id"]) is None
    assert queries.progress(CLERK, "nothing") is None
    with pytest.raises(PermissionDenied):
        queries.answer(ANYONE, sent["message_id"])


def test_what_is_received_and_not_controlled_is_controlled_by_whoever_comes_next():
    sent = lines(*[message(bill(number, at=f"2026-08-03T{8 + number:02}:00:00")) for number in range(1, 4)])
    first = actions.receive_file(BytesIO(sent), on=DAY, by="test")
    again = actions.receive_file(BytesIO(sent), on=DAY, by="test")
    assert (first.received, again.received, again.again) == (3, 0, 3)
    assert actions.control_waiting(on=DAY).approved == 3
    assert actions.control_waiting(on=DAY).bills == 0


def test_ids_of_messages_are_free_again_when_the_message_was_refused():
    name = str(UUID(int=2**64))
    wrong, right = message(bill(1), message_id=name, currency="EUR"), message(bill(1), message_id=name)
    assert [told(one) for one in receive(wrong, right)] == [[("UKJENT_FORMAT", "currency")], {"1": []}]
    assert told(queries.answer(CLERK, name)) == {"1": []}
