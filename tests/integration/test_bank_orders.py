"""What the bank is told: each approved run once, whole, valid by the standard's schema, and with old debts set off."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from capitation_case import DAY
from django.db import DatabaseError, transaction
from payment_scene import (
    BOOK,
    approved,
    hear_of_leaving,
    hear_of_member,
    load,
    prepared,
    through_approval,
)

from fastlege.cli.money.parties import _read
from fastlege.kernel.errors import DataError, Refused
from fastlege.settlement.accounts import parse_account
from fastlege.settlement.actions import make_order, make_synthetic_accounts, mark_paid, recalculate, record_accounts
from fastlege.settlement.actions.accounts import Told
from fastlege.settlement.bank.pain import NAMESPACE, credit_transfers
from fastlege.settlement.bank.schema import check_message
from fastlege.settlement.models import BankAccount, PaymentLine, PaymentOrder, PaymentTransfer
from fastlege.settlement.models.bank import Party
from fastlege.settlement.queries.bank import outstanding, transfers_of

ON = date(2023, 10, 12)


@pytest.fixture
def snapshot(db, tmp_path):
    return load(tmp_path / "snapshot")


def ordered(run):
    return make_order(run.pk, on=ON, by="cato").order


def message_of(order):
    message = credit_transfers(order, transfers_of(order))
    check_message(message)
    return ElementTree.fromstring(message)


def texts(root, path):
    return [each.text for each in root.iterfind(path.replace("/", f"/{{{NAMESPACE}}}").replace("./", ".//", 1))]


def test_the_message_is_valid_and_its_sums_are_those_of_the_run_to_the_ore(snapshot):
    run = approved(snapshot)
    root = message_of(ordered(run))
    gp_ore = sum(PaymentLine.objects.filter(run=run, payee="gp").values_list("amount_ore", flat=True))
    amounts = [Decimal(text) for text in texts(root, "./InstdAmt")]
    assert [Decimal(text) for text in texts(root, "./GrpHdr/CtrlSum")] == [Decimal(gp_ore) / 100] == [sum(amounts)]
    assert sum(Decimal(text) for text in texts(root, "./PmtInf/CtrlSum")) == sum(amounts)
    assert texts(root, "./GrpHdr/NbOfTxs") == [str(len(amounts))] == ["3"]
    assert texts(root, "./PmtInf/NbOfTxs") == ["2", "1"]
    assert texts(root, "./ReqdExctnDt/Dt") == ["2023-10-12", "2023-10-12"]


def test_who_pays_and_is_paid_is_named_with_account(snapshot):
    root = message_of(ordered(approved(snapshot)))
    assert texts(root, "./Dbtr/Nm") == ["Kommune 0301 kommune", "Kommune 1144 kommune"]
    assert texts(root, "./Cdtr/Nm") == ["Lege 1", "Lege 4", "Lege 2"]
    ibans = texts(root, "./CdtrAcct/Id/IBAN")
    assert len(set(ibans)) == 3
    assert all(iban.startswith("NO") and parse_account(iban[4:]) for iban in ibans)


def test_each_transfer_has_an_id_of_its_own(snapshot):
    ids = texts(message_of(ordered(approved(snapshot))), "./EndToEndId")
    assert len(set(ids)) == len(ids) == 3


def test_the_same_order_again_is_the_same_bytes(snapshot):
    run = approved(snapshot)
    first = make_order(run.pk, on=ON, by="cato")
    again = make_order(run.pk, on=date(2023, 10, 13), by="bo")
    assert (first.is_new, again.is_new, again.order.pk) == (True, False, first.order.pk)
    one, other = (credit_transfers(each.order, transfers_of(each.order)) for each in (first, again))
    assert one == other
    assert PaymentOrder.objects.count() == 1


def test_only_an_approved_run_is_ordered(snapshot):
    make_synthetic_accounts(since=DAY, by="anna")
    run = prepared(snapshot)
    with pytest.raises(Refused) as refusal:
        ordered(run)
    assert [each.rule for each in refusal.value.violations] == ["payment.run_is_prepared"]
    with pytest.raises(DatabaseError, match="has not been approved"), transaction.atomic():
        PaymentOrder.objects.create(run=run, message_id="x", execution_day=ON, amount_ore=0, made_by="me")


def test_without_accounts_nothing_is_ordered(snapshot):
    run = through_approval(prepared(snapshot))
    with pytest.raises(DataError, match="5 have no account, the first is municipality 301"):
        ordered(run)
    assert not PaymentOrder.objects.exists()


def test_what_was_too_much_is_set_off_against_the_next_order(snapshot):
    first = approved(snapshot)
    ordered(first)
    hear_of_leaving()
    back = ordered(through_approval(recalculate(DAY, by="anna", book=BOOK).run))
    given = PaymentTransfer.objects.get(order__run=first, payee_id=1).amount_ore
    (transfer,) = transfers_of(back)
    assert (transfer.run_ore, transfer.amount_ore, transfer.carried_ore) == (-given, 0, -given)
    assert [(each.payee_id, each.carried_ore) for each in outstanding()] == [(1, -given)]
    with pytest.raises(DataError, match="transfers nothing"):
        credit_transfers(back, transfers_of(back))
    hear_of_leaving(on=None)
    again = ordered(through_approval(recalculate(DAY, by="anna", book=BOOK).run))
    (transfer,) = transfers_of(again)
    assert (transfer.brought_ore, transfer.run_ore, transfer.amount_ore, transfer.turn) == (-given, given, 0, 3)
    assert outstanding() == []


def test_a_run_that_transfers_nothing_can_be_paid(snapshot):
    ordered(approved(snapshot))
    hear_of_leaving()
    run = recalculate(DAY, by="anna", book=BOOK).run
    ordered(through_approval(run))
    assert mark_paid(run.pk, by="dina").is_new


def test_a_correction_is_paid_beside_the_run_it_corrects(snapshot):
    ordered(approved(snapshot))
    hear_of_member()
    run = through_approval(recalculate(DAY, by="anna", book=BOOK).run)
    (transfer,) = transfers_of(ordered(run))
    assert (transfer.payee_id, transfer.amount_ore, transfer.turn) == (1, run.amount_ore, 2)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"turn": 3}, "does not begin where the one before ended"),
        ({"brought_ore": -5, "amount_ore": 0}, "does not begin where the one before ended"),
        ({"turn": 1}, "transfers_one_a_turn"),
        ({"amount_ore": 7}, "transfers_add_up"),
        ({"run_ore": -5, "amount_ore": -5}, "transfers_nothing_back"),
        ({"run_ore": 0, "amount_ore": 5, "carried_ore": -5}, "transfers_nothing_back"),
    ],
)
def test_the_database_refuses_a_wrong_transfer(snapshot, changed, message):
    ordered(approved(snapshot))
    hear_of_member()
    run = through_approval(recalculate(DAY, by="anna", book=BOOK).run)
    order = PaymentOrder.objects.create(run=run, message_id="x", execution_day=ON, amount_ore=0, made_by="me")
    row = PaymentTransfer.objects.get(payee_id=1)
    facts = {"turn": 2, "brought_ore": 0, "run_ore": 5, "amount_ore": 5, "carried_ore": 0, **changed}
    for name, value in {"pk": None, "order": order, **facts}.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        row.save(force_insert=True)


def test_accounts_are_told_once_and_replaced_from_a_day(snapshot):
    told = [Told(Party.DOCTOR, 1, "8601 11 17947")]
    assert record_accounts(told, since=DAY, by="anna") == 1
    assert record_accounts(told, since=DAY, by="anna") == 0
    assert make_synthetic_accounts(since=DAY, by="anna") == 9
    assert BankAccount.objects.get(party="doctor", party_id=1).account == "86011117947"


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (Told(Party.DOCTOR, 1, "86011117948"), "its check digit does not fit"),
        (Told(Party.DOCTOR, 1, "1234"), "must be eleven digits"),
        (Told(Party.DOCTOR, 77, "86011117947"), "1 accounts belong to nobody in the register, the first to doctor 77"),
        (Told(Party.MUNICIPALITY, 9999, "86011117947"), "the first to municipality 9999"),
    ],
)
def test_wrong_accounts_are_refused_whole_and_not_repeated(snapshot, told, message):
    with pytest.raises(DataError, match=message) as error:
        record_accounts([Told(Party.STATE, 0, "86011117947"), told], since=DAY, by="anna")
    assert "8601" not in str(error.value)
    assert not BankAccount.objects.exists()


def test_the_database_refuses_an_account_without_its_check_digit(snapshot):
    row = BankAccount(party="state", party_id=0, account="86011117948", since=DAY, recorded_by="me")
    with pytest.raises(DatabaseError, match="bank_accounts_check_digit"), transaction.atomic():
        row.save(force_insert=True)


def test_made_up_accounts_are_not_for_production(snapshot, settings):
    settings.PRODUCTION = True
    with pytest.raises(DataError, match="not for production"):
        make_synthetic_accounts(since=DAY, by="anna")


def test_a_broken_message_is_refused_without_saying_whom_it_names(snapshot):
    order = ordered(approved(snapshot))
    transfers = transfers_of(order)
    transfers[0].payee_name = ""
    with pytest.raises(DataError, match=r"breaks pain\.001\.001\.09\.xsd at /Document") as error:
        check_message(credit_transfers(order, transfers))
    assert "Lege" not in str(error.value)


def accounts_file(folder, *lines):
    file = folder / "accounts.csv"
    file.write_text("\n".join(("party,id,account", *lines)) + "\n")
    return file


def test_accounts_are_read_from_a_file(tmp_path):
    file = accounts_file(tmp_path, "doctor,1,8601.11.17947", "state,0,86011117947")
    assert _read(file) == [Told(Party.DOCTOR, 1, "86011117947"), Told(Party.STATE, 0, "86011117947")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["doctor,1,86011117947", "doctor,2,86011117948"], "line 3: is not an account number: its check digit"),
        (["nurse,1,86011117947"], "line 2: party must be one of doctor, office, municipality, state"),
        (["doctor,one,86011117947"], "line 2: party must be one of"),
        (["doctor,1"], "line 2: is not an account number: it must be eleven digits"),
    ],
)
def test_a_wrong_line_of_a_file_is_named_without_its_account(tmp_path, lines, message):
    with pytest.raises(DataError, match=message) as error:
        _read(accounts_file(tmp_path, *lines))
    assert "8601" not in str(error.value)


def test_a_file_of_something_else_is_refused(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="must have the columns party, id, account"):
        _read(file)
    with pytest.raises(DataError, match=r"cannot be read \(No such file"):
        _read(tmp_path / "none.csv")


@pytest.mark.django_db
def test_nobody_gets_a_made_up_account_in_an_empty_register():
    with pytest.raises(DataError, match="the register is empty"):
        make_synthetic_accounts(since=DAY, by="anna")
    assert not BankAccount.objects.exists()
