"""What is heard of too late is paid as a difference that names what it corrects, once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from capitation_case import DAY
from django.db import DatabaseError, transaction
from django.db.models import Sum
from payment_scene import (
    BOOK,
    LATE,
    approved,
    hear_of_ending,
    hear_of_leaving,
    hear_of_member,
    load,
    prepared,
    through_approval,
)
from typer.testing import CliRunner

from fastlege.cli.pay import app
from fastlege.kernel.errors import DataError, Refused
from fastlege.registry.journal import on_day
from fastlege.registry.models import GPContract
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.one_list import amount_of_trace
from fastlege.settlement.actions import recalculate, withdraw
from fastlege.settlement.hindsight import known_now
from fastlege.settlement.models import PaymentLine, PaymentRun


@pytest.fixture
def snapshot(db, tmp_path):
    return load(tmp_path / "snapshot")


def correction(book=BOOK):
    done = recalculate(DAY, by="anna", book=book)
    return list(PaymentLine.objects.filter(run=done.run).order_by("list_id", "kind", "payee")) if done else None


def changes(lines):
    return [(line.list_id, line.kind, line.payee, line.doctor_id, line.amount_ore > 0) for line in lines]


def test_nothing_new_gives_no_correction(snapshot):
    approved(snapshot)
    assert recalculate(DAY, by="anna", book=BOOK) is None
    assert PaymentRun.objects.count() == 1


def test_a_late_member_is_paid_for_on_that_list_only_and_the_line_names_what_it_corrects(snapshot):
    first = approved(snapshot)
    before = PaymentLine.objects.get(list_id=1, run=first)
    hear_of_member()
    (line,) = correction()
    assert (line.list_id, line.corrects_id, line.before_ore) == (1, before.pk, before.amount_ore)
    assert (line.persons, line.sequence, line.run.sequence) == (13, 1, 1)
    assert line.amount_ore > 0
    assert (
        amount_of_trace(line.trace["should_be"]) == line.trace["should_be_ore"] == before.amount_ore + line.amount_ore
    )


def test_a_second_recalculation_finds_nothing_more(snapshot):
    approved(snapshot)
    hear_of_member()
    through_approval(recalculate(DAY, by="anna", book=BOOK).run)
    assert recalculate(DAY, by="anna", book=BOOK) is None


def test_a_second_late_event_is_paid_as_the_difference_to_both_runs_before(snapshot):
    approved(snapshot)
    hear_of_member()
    (one,) = correction()
    through_approval(one.run)
    hear_of_member(901)
    (two,) = correction()
    assert (two.corrects_id, two.sequence, two.before_ore) == (one.pk, 2, one.before_ore + one.amount_ore)


def test_a_gp_who_had_left_pays_back_and_the_municipality_keeps_it(snapshot):
    first = approved(snapshot)
    amount = PaymentLine.objects.get(list_id=1, run=first).amount_ore
    hear_of_leaving()
    lines = correction()
    assert changes(lines) == [(1, "capitation", "gp", 1, False), (1, "capitation", "municipality", None, True)]
    assert [line.amount_ore for line in lines] == [-amount, amount]
    assert (lines[0].persons, lines[0].cells, lines[1].corrects_id) == (0, None, None)


def test_a_list_that_had_ended_is_paid_nothing(snapshot):
    first = approved(snapshot)
    given = PaymentLine.objects.filter(list_id=4, run=first).aggregate(ore=Sum("amount_ore"))["ore"]
    hear_of_ending()
    assert sum(line.amount_ore for line in correction()) == -given


def test_a_rate_that_comes_late_corrects_every_list(snapshot):
    approved(snapshot)
    row = replace(BOOK.row("capitation.national_mean", on=DAY), value=Decimal(900), source="a later agreement")
    lines = correction(BOOK.with_rows([row]))
    assert {line.list_id for line in lines} == {1, 2, 3, 4}
    assert all(line.amount_ore > 0 for line in lines)
    assert {line.rate for line in lines} == {"900"}


def test_runs_and_corrections_add_up_to_what_is_known_now(snapshot, tmp_path):
    approved(snapshot)
    for hear in (hear_of_member, hear_of_leaving, hear_of_ending):
        hear()
        through_approval(recalculate(DAY, by="anna", book=BOOK).run)
    known, _ = known_now(tmp_path / "known", on=DAY)
    now = run_month(known, DAY, BOOK).lines.to_pylist()
    should_be = {(row["list_id"], row["kind"], row["payee"], row["doctor_id"]): row["amount_ore"] for row in now}
    rows = PaymentLine.objects.values_list("list_id", "kind", "payee", "doctor_id")
    given = {tuple(key): ore for *key, ore in rows.annotate(ore=Sum("amount_ore")).order_by() if ore}
    assert given == should_be
    assert sum(PaymentRun.objects.values_list("amount_ore", flat=True)) == sum(should_be.values())


def test_what_was_known_in_time_is_known_now_too(snapshot, tmp_path):
    known, _ = known_now(tmp_path / "known", on=DAY)
    assert run_month(known, DAY, BOOK).lines.equals(run_month(snapshot, DAY, BOOK).lines)


def test_what_was_changed_later_does_not_rewrite_the_month(snapshot):
    approved(snapshot)
    with on_day(LATE):
        GPContract.objects.filter(pk=1).update(salaried=True, cap=5)
    assert recalculate(DAY, by="anna", book=BOOK) is None


def test_what_is_recorded_on_an_earlier_day_corrects_the_month(snapshot):
    approved(snapshot)
    with on_day(DAY):
        GPContract.objects.filter(pk=1).update(salaried=True)
    assert changes(correction()) == [(1, "capitation", "gp", 1, False), (1, "capitation", "municipality", None, True)]


def test_only_approved_runs_are_recalculated(snapshot):
    prepared(snapshot)
    with pytest.raises(Refused) as refusal:
        recalculate(DAY, by="anna", book=BOOK)
    assert [each.rule for each in refusal.value.violations] == ["payment.run_waits"]
    with pytest.raises(DataError, match="2023-11 has no payment run"):
        recalculate(date(2023, 11, 1), by="anna", book=BOOK)


def test_no_month_is_begun_unless_all_can_be(snapshot):
    approved(snapshot)
    hear_of_member()
    months = ["--month", "2023-10", "--to", "2023-11"]
    done = CliRunner().invoke(app, ["recalculate", *months])
    assert done.exit_code == 1
    assert "2023-11 has no payment run" in str(done.exception)
    assert PaymentRun.objects.count() == 1


def test_a_correction_that_waits_is_finished_first_and_a_withdrawn_one_is_made_anew(snapshot):
    approved(snapshot)
    hear_of_member()
    first = recalculate(DAY, by="anna", book=BOOK).run
    with pytest.raises(Refused):
        recalculate(DAY, by="anna", book=BOOK)
    withdraw(first.pk, by="bo", note="the member is being looked into")
    again = recalculate(DAY, by="anna", book=BOOK).run
    assert (again.sequence, again.attempt, again.amount_ore) == (1, 2, first.amount_ore)


@pytest.mark.parametrize(
    ("wrong_before", "own_line", "message"),
    [
        (1, True, "does not start from what was given before"),
        (0, False, "names a line of something else"),
    ],
)
def test_the_database_refuses_a_wrong_difference(snapshot, wrong_before, own_line, message):
    first = approved(snapshot)
    hear_of_member()
    (line,) = correction()
    other = PaymentLine.objects.get(list_id=2, kind="capitation", run=first)
    corrected = other.pk if own_line else line.corrects_id
    count = {"run_id": line.run_id, "sequence": 1, "corrects_id": corrected}
    wrong = {**values(other), **count, "before_ore": other.amount_ore + wrong_before}
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        PaymentLine(**wrong).save()


def test_the_database_refuses_the_same_difference_twice(snapshot):
    approved(snapshot)
    hear_of_member()
    (line,) = correction()
    with pytest.raises(DatabaseError, match="payment_lines_paid_once"), transaction.atomic():
        PaymentLine(**values(line)).save()
    through_approval(line.run)
    run = PaymentRun.objects.get(pk=line.run_id)
    run.pk, run.sequence = None, 2
    run.save(force_insert=True)
    with pytest.raises(DatabaseError, match="does not start from what was given before"), transaction.atomic():
        PaymentLine(**{**values(line), "run_id": run.pk, "sequence": 2}).save()


def test_the_database_refuses_to_correct_what_is_not_approved(snapshot):
    run = prepared(snapshot)
    run.pk, run.sequence = None, 1
    with pytest.raises(DatabaseError, match="only an approved run is corrected"), transaction.atomic():
        run.save(force_insert=True)


def values(line):
    names = [field.attname for field in PaymentLine._meta.concrete_fields if field.attname != "id"]
    return {name: getattr(line, name) for name in names}
