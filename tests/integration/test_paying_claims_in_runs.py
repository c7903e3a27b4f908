"""Bills that are due become a run of the state's, which goes through the steps of any other and pays each once."""

from datetime import date

import pytest
from claims_scene import add_bill, credit
from claims_scene import approve as approve_bill
from register_scene import make_register

from fastlege.claims.models import Bill, Payment, Payout
from fastlege.claims.queries import payable
from fastlege.kernel.errors import DataError
from fastlege.rules.parameters import load_rulebook
from fastlege.settlement.actions import (
    approve,
    make_order,
    make_synthetic_accounts,
    mark_paid,
    prepare_claims,
    review,
    withdraw,
)
from fastlege.settlement.bank.pain import credit_transfers
from fastlege.settlement.bank.schema import check_message
from fastlege.settlement.models import ClaimsLine, PaymentRun
from fastlege.settlement.queries.bank import transfers_of

pytestmark = pytest.mark.django_db
BOOK = load_rulebook()
UNTIL = date(2026, 8, 31)
DUE = 1_500
"""What the state owes for one bill of the scene."""


@pytest.fixture(autouse=True)
def register():
    make_register()
    make_synthetic_accounts(since=date(2026, 1, 1), by="anna")


def due(*numbers):
    for number in numbers:
        approve_bill(add_bill(number))


def prepared():
    return prepare_claims(until=UNTIL, by="anna", book=BOOK).run


def paid(run):
    review(run.pk, by="bo")
    approve(run.pk, by="cato")
    order = make_order(run.pk, on=date(2026, 9, 10), by="cato").order
    mark_paid(run.pk, by="dina")
    return order


def test_what_is_due_is_paid_by_payee_and_the_bills_say_so():
    due(1, 2)
    run = prepared()
    assert run.amount_ore == 2 * DUE
    assert list(ClaimsLine.objects.values_list("payee", "doctor_id", "bills", "amount_ore")) == [("gp", 2, 2, 2 * DUE)]
    order = paid(run)
    message = credit_transfers(order, transfers_of(order))
    check_message(message)
    assert b"<Nm>Helfo</Nm>" in message
    assert b">30.00</InstdAmt>" in message
    payout = Payout.objects.get()
    assert (payout.state, payout.settled_on) == ("paid", date(2026, 9, 10))


def test_what_is_in_a_run_is_in_no_other():
    due(1)
    prepared()
    with pytest.raises(DataError, match="no bills are due for payment by 2026-08-31"):
        prepared()
    due(2)
    second = prepared()
    assert (second.sequence, second.amount_ore) == (1, DUE)
    assert Payment.objects.count() == 2


def test_the_bills_of_a_withdrawn_run_are_due_again():
    due(1)
    first = prepared()
    withdraw(first.pk, by="bo", note="a payee is wrong")
    assert [each.bills for each in payable(UNTIL)] == [1]
    again = prepared()
    assert (again.sequence, again.attempt, again.amount_ore) == (0, 2, DUE)


def test_a_bill_credited_after_it_was_paid_is_taken_from_the_next_run():
    due(1)
    paid(prepared())
    credit(Bill.objects.get(pk=1))
    with pytest.raises(DataError, match="no bills are due"):
        prepared()
    due(2, 3)
    run = prepared()
    line = ClaimsLine.objects.get(run=run)
    assert (line.bills, line.credits, line.amount_ore) == (2, 1, DUE)


def test_nothing_is_prepared_when_nothing_is_due():
    with pytest.raises(DataError, match="no bills are due"):
        prepared()
    assert not PaymentRun.objects.exists()
    assert not Payout.objects.exists()
