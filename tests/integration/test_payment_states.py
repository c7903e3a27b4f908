"""A run is prepared, reviewed, approved by another and paid, in that order, and each step is signed once."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from payment_scene import approved, load, payments_of, prepared, through_approval

from fastlege.kernel.errors import DataError, Refused
from fastlege.rules.texts import text
from fastlege.settlement.actions import approve, make_order, mark_paid, prepare_run, review, withdraw
from fastlege.settlement.models import PaymentLine, PaymentRun, PaymentStep
from fastlege.settlement.queries import State, payment_runs, state_of, steps_of


@pytest.fixture
def snapshot(db, tmp_path):
    return load(tmp_path / "snapshot")


def state(run):
    return state_of(PaymentRun.objects.get(pk=run.pk))


def refused(action, *arguments, **named):
    before = list(PaymentStep.objects.values_list("run", "step", "by"))
    with pytest.raises(Refused) as refusal:
        action(*arguments, **named)
    assert list(PaymentStep.objects.values_list("run", "step", "by")) == before
    assert all(text(each, language) for each in refusal.value.violations for language in ("nb", "nn", "en"))
    return [each.rule for each in refusal.value.violations]


def test_a_run_goes_through_its_steps_and_each_says_who_and_when(snapshot):
    run = approved(snapshot)
    make_order(run.pk, on=date(2023, 10, 12), by="cato")
    mark_paid(run.pk, by="dina", note="in the account statement of 12 October")
    steps = steps_of(PaymentRun.objects.get(pk=run.pk))
    assert [(step.value, each.by) for step, each in steps.items()] == [
        ("reviewed", "bo"),
        ("approved", "cato"),
        ("paid", "dina"),
    ]
    assert steps["paid"].note == "in the account statement of 12 October"
    assert all(each.at for each in steps.values())
    assert state(run) is State.PAID


@pytest.mark.parametrize("by", ["anna", "bo", " Anna ", "BO"])
def test_whoever_prepared_or_reviewed_does_not_approve(snapshot, by):
    run = prepared(snapshot)
    review(run.pk, by="bo")
    assert refused(approve, run.pk, by=by) == ["payment.approved_by_the_same"]
    assert state(run) is State.REVIEWED


def test_whoever_prepared_may_review(snapshot):
    run = prepared(snapshot)
    review(run.pk, by="anna")
    approve(run.pk, by="cato")
    assert state(run) is State.APPROVED


def test_steps_out_of_order_are_refused(snapshot):
    run = prepared(snapshot)
    assert refused(approve, run.pk, by="cato") == ["payment.run_is_prepared"]
    assert refused(mark_paid, run.pk, by="cato") == ["payment.run_is_prepared"]
    through_approval(run)
    assert refused(review, run.pk, by="dina") == ["payment.run_is_approved"]
    assert refused(withdraw, run.pk, by="dina", note="wrong") == ["payment.run_is_approved"]
    assert refused(mark_paid, run.pk, by="dina") == ["payment.bank_not_told"]


def test_a_refused_step_says_how_far_the_run_has_come(snapshot):
    run = approved(snapshot)
    make_order(run.pk, on=date(2023, 10, 12), by="cato")
    assert refused(withdraw, run.pk, by="dina", note="wrong") == ["payment.run_is_ordered"]
    mark_paid(run.pk, by="dina")
    assert refused(approve, run.pk, by="dina") == ["payment.run_is_paid"]


def test_the_same_step_again_by_the_same_changes_nothing(snapshot):
    run = prepared(snapshot)
    assert review(run.pk, by="bo").is_new
    assert not review(run.pk, by="Bo").is_new
    assert refused(review, run.pk, by="cato") == ["payment.run_is_reviewed"]
    assert PaymentStep.objects.count() == 1


def test_a_withdrawn_run_goes_nowhere_and_its_month_is_prepared_anew(snapshot):
    first = prepared(snapshot)
    withdraw(first.pk, by="bo", note="counted too early")
    for action in (review, approve, mark_paid):
        assert refused(action, first.pk, by="cato") == ["payment.run_is_withdrawn"]
    again = prepare_run(payments_of(snapshot), by="anna")
    assert (again.is_new, again.run.attempt, again.run.digest) == (True, 2, first.digest)
    assert [state_of(run) for run in payment_runs()] == [State.WITHDRAWN, State.PREPARED]
    assert PaymentLine.objects.filter(run=again.run).count() == PaymentLine.objects.filter(run=first).count()


def test_a_withdrawal_says_why_and_a_step_says_who(snapshot):
    run = prepared(snapshot)
    with pytest.raises(DataError, match="without a reason"):
        withdraw(run.pk, by="bo", note=" ")
    with pytest.raises(DataError, match="without a name"):
        review(run.pk, by=" ")
    with pytest.raises(DataError, match="there is no payment run 999999999"):
        review(999_999_999, by="bo")


def steps(run_id, *taken):
    with connection.cursor() as cursor:
        for step, by in taken:
            cursor.execute("insert into payment_steps (run_id, step, by) values (%s, %s, %s)", [run_id, step, by])


@pytest.mark.parametrize(
    ("taken", "message"),
    [
        ([("approved", "cato")], "out of order"),
        ([("paid", "cato")], "out of order"),
        ([("reviewed", "bo"), ("approved", "BO")], "has prepared or reviewed"),
        ([("reviewed", "bo"), ("approved", "anna ")], "has prepared or reviewed"),
        ([("reviewed", "bo"), ("reviewed", "cato")], "payment_steps_once"),
        ([("reviewed", "bo"), ("approved", "cato"), ("withdrawn", "bo")], "out of order"),
        ([("reviewed", "bo"), ("approved", "cato"), ("paid", "bo")], "the bank has not been told"),
        ([("withdrawn", "bo"), ("reviewed", "bo")], "has been withdrawn"),
        ([("looked at", "bo")], "payment_steps_step"),
        ([("reviewed", "")], "payment_steps_signed"),
    ],
)
def test_the_database_itself_refuses_wrong_steps(snapshot, taken, message):
    run = prepared(snapshot)
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        steps(run.pk, *taken)


@pytest.mark.parametrize(
    "statement", ["update payment_steps set by = 'me'", "delete from payment_steps", "truncate payment_steps"]
)
def test_the_database_keeps_the_steps(snapshot, statement):
    review(prepared(snapshot).pk, by="bo")
    with connection.cursor() as cursor:
        cursor.execute("set local fastlege.emptying = 'off'; set constraints all immediate")
        with pytest.raises(DatabaseError, match="is refused: rows are only added"):
            cursor.execute(statement)


def test_the_database_refuses_a_second_attempt_beside_the_first(snapshot):
    run = prepared(snapshot)
    run.pk, run.attempt = None, 2
    with pytest.raises(DatabaseError, match="has not been withdrawn"), transaction.atomic():
        run.save(force_insert=True)


def test_the_database_ties_a_line_to_the_count_of_its_run(snapshot):
    prepared(snapshot)
    line = PaymentLine.objects.order_by("pk").first()
    line.pk, line.sequence, line.corrects_id = None, 1, line.pk
    line.before_ore = line.amount_ore
    with pytest.raises(DatabaseError, match="payment_lines_counted_as_run"), transaction.atomic():
        line.save(force_insert=True)
