"""Claims are paid once, and a paid bill that is credited is taken back once; the database refuses anything else."""

from datetime import date

import pytest
from claims_scene import add_bill, approve, credit, settle_now
from django.db import DatabaseError, transaction
from register_scene import make_register

from fastlege.claims import actions, queries
from fastlege.claims.models import Bill, Line, Payment, Payout
from fastlege.claims.paying.due import PayeeSum
from fastlege.kernel.errors import DataError

pytestmark = pytest.mark.django_db
PART = 19_400 - 17_900
LATER = date(2026, 8, 10)


@pytest.fixture(autouse=True)
def register():
    make_register()


def owed(bills=0, credits=0, amount=None):
    return PayeeSum("gp", 2, None, bills, credits, PART * (bills - credits) if amount is None else amount)


def pay(run, until=LATER):
    sent = actions.send_to_payment(run, until=until, on=until, by="anna")
    actions.mark_paid(run, on=until, by="berit")
    return sent


def test_what_is_approved_and_unpaid_is_owed_by_payee():
    for number in (1, 2):
        approve(add_bill(number))
    add_bill(3)
    approve(add_bill(4), approved=False, breaches=[{"kind": "no_fee"}])
    approve(add_bill(5, payee="municipality", payee_municipality_id="4204"))
    approve(add_bill(6), on=date(2026, 9, 1))
    approve(add_bill(7, amount=100, share=100))
    settle_now()
    assert queries.payable(LATER) == [owed(bills=2), PayeeSum("municipality", None, "4204", 1, 0, PART)]


def test_what_has_been_sent_is_not_owed_again_and_the_same_run_pays_once():
    approve(add_bill(1))
    assert actions.send_to_payment("2026-08", until=LATER, on=LATER, by="anna") == [owed(bills=1)]
    approve(add_bill(2))
    assert actions.send_to_payment("2026-08", until=LATER, on=LATER, by="anna") == [owed(bills=1)]
    assert queries.payable(LATER) == [owed(bills=1)]
    assert pay("2026-09") == [owed(bills=1)]
    assert queries.payable(LATER) == []


def test_a_paid_bill_that_is_credited_is_taken_back_in_the_next_payout():
    bill = add_bill(1)
    approve(bill)
    pay("first")
    credit(bill)
    approve(add_bill(2))
    approve(add_bill(3))
    assert queries.payable(LATER) == [owed(bills=2, credits=1)]
    assert pay("second") == [owed(bills=2, credits=1)]
    assert list(Payment.objects.order_by("id").values_list("bill_id", "part", "amount_ore")) == [
        (1, "bill", PART), (1, "credit", -PART), (2, "bill", PART), (3, "bill", PART),
    ]  # fmt: skip
    assert queries.payable(LATER) == []


def test_an_unpaid_bill_that_is_credited_is_never_paid():
    bill = add_bill(1)
    approve(bill)
    credit(bill)
    assert queries.payable(LATER) == []


def test_who_owes_more_than_is_due_waits_until_it_is_outweighed():
    bill = add_bill(1)
    approve(bill)
    pay("first")
    credit(bill)
    assert pay("second") == []
    assert queries.payable(LATER) == [owed(credits=1)]
    approve(add_bill(2))
    assert pay("third") == [owed(bills=1, credits=1)]


def test_a_credit_note_waits_until_the_payout_of_its_bill_is_paid_or_withdrawn():
    bill = add_bill(1)
    approve(bill)
    actions.send_to_payment("first", until=LATER, on=LATER, by="anna")
    credit(bill)
    assert queries.payable(LATER) == []
    actions.withdraw_payout("first", on=LATER, by="anna")
    assert queries.payable(LATER) == []


def test_a_withdrawn_payout_leaves_its_bills_owed():
    approve(add_bill(1))
    actions.send_to_payment("first", until=LATER, on=LATER, by="anna")
    actions.withdraw_payout("first", on=LATER, by="anna")
    assert queries.payable(LATER) == [owed(bills=1)]
    assert pay("second") == [owed(bills=1)]
    with pytest.raises(DataError, match="withdrawn already"):
        actions.mark_paid("first", on=LATER, by="berit")
    with pytest.raises(DataError, match="paid already"):
        actions.withdraw_payout("second", on=LATER, by="anna")
    with pytest.raises(DataError, match="no payout"):
        actions.mark_paid("third", on=LATER, by="berit")


def refused(write):
    @transaction.atomic
    def attempt():
        write()
        settle_now()

    with pytest.raises(DatabaseError):
        attempt()


def test_the_database_refuses_a_second_payment_of_a_bill():
    approve(add_bill(1))
    pay("first")
    second = Payout.objects.create(run="second", sent_on=LATER, sent_by="anna")
    refused(lambda: Payment.objects.create(bill_id=1, part="bill", payout=second, amount_ore=PART))
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(("part", "amount"), [("bill", PART + 1), ("bill", -PART), ("credit", -PART), ("other", PART)])
def test_the_database_refuses_a_payment_that_is_not_due(part, amount):
    approve(add_bill(1))
    payout = Payout.objects.create(run="first", sent_on=LATER, sent_by="anna")
    refused(lambda: Payment.objects.create(bill_id=1, part=part, payout=payout, amount_ore=amount))


def test_the_database_refuses_to_pay_what_is_not_approved_or_is_credited():
    waiting, credited = add_bill(1), add_bill(2)
    approve(credited)
    credit(credited)
    payout = Payout.objects.create(run="first", sent_on=LATER, sent_by="anna")
    for bill in (waiting, credited):
        refused(lambda bill=bill: Payment.objects.create(bill=bill, part="bill", payout=payout, amount_ore=PART))


def test_the_database_refuses_to_change_what_was_paid():
    approve(add_bill(1))
    pay("first")
    refused(lambda: Payment.objects.update(withdrawn=True))
    refused(lambda: Payment.objects.update(amount_ore=1))
    refused(lambda: Payment.objects.all().delete())
    refused(lambda: Payout.objects.update(state="withdrawn"))
    refused(lambda: Payout.objects.all()._raw_delete("default"))


def test_the_database_refuses_lines_that_do_not_add_up():
    refused(lambda: add_bill(1, lines=[("2ad", 1, 19_400, 17_899)]))
    refused(lambda: add_bill(1, lines=[]))
    refused(lambda: add_bill(1, line_count=2))
    add_bill(1)
    settle_now()
    refused(lambda: Line.objects.create(bill_id=1, line=2, code="1ak", count=1, amount_ore=0, share_ore=0))
    refused(lambda: Line.objects.create(bill_id=99, line=1, code="1ak", count=1, amount_ore=0, share_ore=0))
    refused(lambda: Bill.objects.update(share_ore=0))


def test_the_database_refuses_to_approve_twice_what_says_the_same():
    approve(add_bill(1, content="same"))
    refused(lambda: approve(add_bill(2, content="same")))
    credit(Bill.objects.get(pk=1))
    approve(add_bill(3, content="same"))


def test_the_database_refuses_to_approve_for_or_by_nobody_or_to_count_more_than_the_share():
    refused(lambda: approve(add_bill(1, person_id=None)))
    refused(lambda: approve(add_bill(1, doctor_id=None)))
    refused(lambda: approve(add_bill(1), counted_ore=17_901))
    refused(lambda: approve(add_bill(1), approved=False))


def test_the_database_refuses_a_credit_note_of_a_part_of_another_or_a_second_time():
    bill, waiting = add_bill(1), add_bill(2)
    approve(bill)
    refused(lambda: credit(bill, amount_ore=100))
    refused(lambda: credit(bill, practitioner="9000001"))
    refused(lambda: credit(waiting))
    credit(bill)
    refused(lambda: credit(bill))
