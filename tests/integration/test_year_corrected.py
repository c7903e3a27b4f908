"""What is heard of a year too late: twelve paid months are counted again, and only what differs is paid, once."""

from datetime import date

import pytest
from capitation_case import DAY
from django.db.models import Sum
from payment_scene import BOOK, hear_of_leaving, hear_of_member, load, payments_of, through_approval

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.periods import months_later
from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.export import export_snapshot
from fastlege.rules.capitation.lines import run_month
from fastlege.settlement.actions import make_order, make_synthetic_accounts, mark_paid, prepare_run, recalculate
from fastlege.settlement.hindsight import known_now
from fastlege.settlement.models import PaymentLine, PaymentTransfer
from fastlege.settlement.queries.bank import outstanding
from fastlege.settlement.queries.statements import statement_of_gp

MONTHS = [months_later(DAY, number) for number in range(12)]
LEFT, JOINED, HEARD = date(2024, 3, 15), date(2023, 10, 20), date(2024, 10, 5)
"""The doctor of list 1 left in the middle of the sixth month; somebody has stood on list 2 since before the second."""
CLERK = Viewer("clerk", Role.ADMINISTRATOR, purpose="statement")


def paid(run):
    """A run that is approved, ordered and paid."""
    through_approval(run)
    make_order(run.pk, on=date(2024, 10, 12), by="dina")
    mark_paid(run.pk, by="dina")
    return run


@pytest.fixture
def year(transactional_db, tmp_path):
    load(tmp_path / "loaded")
    make_synthetic_accounts(since=date(2023, 1, 1), by="anna")
    for month in MONTHS:
        export_snapshot(tmp_path / f"{month}", on=month)
        paid(prepare_run(payments_of(Snapshot(tmp_path / f"{month}"), month), by="anna").run)
    hear_of_member(gp_list=2, since=JOINED, heard=HEARD)
    hear_of_leaving(on=LEFT, heard=HEARD)


def corrections():
    found = {month: recalculate(month, by="anna", book=BOOK) for month in MONTHS}
    return {month: done.run for month, done in found.items() if done}


def given():
    """What has been given in all, by month and what it is for."""
    rows = PaymentLine.objects.values_list("month", "list_id", "kind", "payee", "doctor_id")
    return {tuple(key): ore for *key, ore in rows.annotate(ore=Sum("amount_ore")).order_by() if ore}


def should_be(tmp_path):
    found = {}
    for month in MONTHS:
        known, _ = known_now(tmp_path / f"known {month}", on=month)
        for row in run_month(known, month, BOOK).lines.to_pylist():
            key = (month, row["list_id"], row["kind"], row["payee"], row["doctor_id"])
            found[key] = row["amount_ore"]
    return {key: ore for key, ore in found.items() if ore}


def test_a_year_is_corrected_by_differences_that_name_what_they_correct_and_paid_once(year, tmp_path):
    transferred = PaymentTransfer.objects.aggregate(ore=Sum("amount_ore"))["ore"]
    runs = corrections()
    # The member counts from November; the doctor has half of March, and nothing after.
    assert list(runs) == MONTHS[1:]
    lines = PaymentLine.objects.filter(run__in=runs.values())
    assert {line.list_id for line in lines} == {1, 2, 3}
    for line in lines.select_related("corrects"):
        if line.before_ore:
            named = (line.corrects.month, line.corrects.list_id, line.corrects.kind, line.corrects.payee)
            assert named == (line.month, line.list_id, line.kind, line.payee)
            assert line.corrects.amount_ore == line.before_ore
        else:
            # Nothing had been given to the municipality for the doctor's list.
            assert (line.list_id, line.payee, line.corrects_id) == (1, "municipality", None)
    back = {line.month: line.before_ore + line.amount_ore for line in lines if line.doctor_id == 1}
    assert list(map(bool, map(back.get, MONTHS[5:]))) == [True, *[False] * 6]
    for run in runs.values():
        paid(run)
    assert given() == should_be(tmp_path)
    assert corrections() == {}
    # The doctor of list 2 gets more, that of list 1 owes, and the bank moves what is due and nothing else.
    now = PaymentTransfer.objects.aggregate(ore=Sum("amount_ore"))["ore"]
    of_doctor = {n: sum(line.amount_ore for line in lines if line.doctor_id == n) for n in (1, 2)}
    assert now - transferred == of_doctor[2] > 0
    assert [(row.payee_id, row.carried_ore) for row in outstanding()] == [(1, of_doctor[1])]
    statement = statement_of_gp(CLERK, 1, MONTHS[-1])
    assert statement.amount_ore == 0
    assert [line.sequence for line in statement.lines] == [0, 1]
