"""Payments are recorded whole and once, whatever happens on the way."""

import json
from datetime import date
from importlib import import_module

import pyarrow.parquet as pq
import pytest
from capitation_case import DAY, ListCase, small, snapshot_of
from claims_scene import add_bill
from django.db import DatabaseError, IntegrityError, connection, transaction

from fastlege.kernel.errors import DataError, Refused
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import SnapshotRecord
from fastlege.rules.capitation.comparing.scenarios import book_with
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import payment_header, read_payments, write_payments
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import text
from fastlege.settlement.actions import let_read, make_synthetic_accounts, prepare_run
from fastlege.settlement.models import PaymentLine
from fastlege.settlement.queries import payment_runs

BOOK = load_rulebook()
LISTS = (ListCase(1, 12), small(2, 30), small(3, 20, salaried=True), ListCase(4, 5, agreement_date=date(2023, 2, 1)))


def payments_of(folder, snapshot, month=DAY):
    """The run of a month, written to a file and read again."""
    run = run_month(snapshot, month, BOOK)
    path = folder / f"{month}-{len(list(folder.iterdir()))}.parquet"
    write_payments(path, run.lines, payment_header(run, snapshot, BOOK))
    return read_payments(path)


@pytest.fixture
def snapshot(tmp_path):
    return snapshot_of(tmp_path / "snapshot", *LISTS)


@pytest.fixture
def register(db, snapshot):
    load_snapshot(snapshot, by="test")


@pytest.fixture
def payments(tmp_path, snapshot):
    return payments_of(tmp_path, snapshot)


def stored():
    return list(PaymentLine.objects.order_by("list_id", "kind").values_list("list_id", "kind", "amount_ore", "payee"))


def test_a_run_is_recorded_line_by_line(register, payments):
    done = prepare_run(payments, by="anna")
    columns = payments.lines.select(["list_id", "kind", "amount_ore", "payee"]).to_pylist()
    assert done.is_new
    assert stored() == [tuple(row.values()) for row in columns]
    assert (done.run.month, done.run.recorded_by, done.run.amount_ore) == (
        DAY,
        "anna",
        payments.header["totals"]["amount_ore"],
    )


def test_a_recorded_line_keeps_its_trace_and_counts(register, payments):
    prepare_run(payments, by="anna")
    line = PaymentLine.objects.get(list_id=4)
    assert (line.kind, line.paid_persons, line.trace["members"]) == ("base_grant", "500", 5)
    assert (line.cells, line.cell_persons) == ([192], [5])


def test_the_same_run_again_changes_nothing(register, payments):
    first = prepare_run(payments, by="anna")
    before = stored()
    again = prepare_run(payments, by="bo")
    assert (again.is_new, again.run.pk, again.run.recorded_by) == (False, first.run.pk, "anna")
    assert stored() == before
    assert payment_runs().count() == 1


def refusals(payments):
    before = stored()
    with pytest.raises(Refused) as refused:
        prepare_run(payments, by="anna")
    assert stored() == before
    violations = refused.value.violations
    assert all(text(violation, language) for violation in violations for language in ("nb", "nn", "en"))
    return [violation.rule for violation in violations]


def test_another_run_of_a_paid_month_is_refused(register, payments, tmp_path):
    prepare_run(payments, by="anna")
    other = payments_of(tmp_path, snapshot_of(tmp_path / "other", ListCase(1, 13)))
    assert refusals(other) == ["payment.month_already_paid", "payment.snapshot_of_another_register"]


def test_a_run_counted_on_another_day_is_refused(register, snapshot, tmp_path):
    assert refusals(payments_of(tmp_path, snapshot, date(2023, 11, 1))) == ["payment.counted_on_another_day"]


def test_a_run_that_lacks_a_grant_is_refused(register, snapshot, tmp_path):
    assert refusals(payments_of(tmp_path, snapshot, date(2023, 3, 1))) == [
        "payment.counted_on_another_day",
        "payment.rules_not_known",
    ]


def test_a_run_of_another_register_is_refused(register, tmp_path):
    other = payments_of(tmp_path, snapshot_of(tmp_path / "other", ListCase(1, 13)))
    assert refusals(other) == ["payment.snapshot_of_another_register"]


def test_a_run_with_lists_that_the_register_has_not_is_refused(register, tmp_path):
    other = payments_of(tmp_path, snapshot_of(tmp_path / "other", ListCase(98, 3), ListCase(99, 3)))
    SnapshotRecord.objects.create(digest=other.header["snapshot_digest"], on=DAY, change=0, made="loaded")
    with pytest.raises(DataError, match="2 lists of the run are not in the register, the first is 98"):
        prepare_run(other, by="anna")
    assert stored() == []


def test_what_is_stored_adds_up_to_the_run(register, payments):
    run = prepare_run(payments, by="anna").run
    assert sum(amount for _, _, amount, _ in stored()) == run.amount_ore == payments.header["totals"]["amount_ore"]


@pytest.mark.parametrize(
    "statement",
    [
        "update payment_lines set amount_ore = 0",
        "delete from payment_lines",
        "truncate payment_lines",
        "update payment_runs set month = '2023-11-01', register_day = '2023-11-01'",
        "delete from payment_runs",
        "truncate payment_runs cascade",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_payment(register, payments, statement):
    prepare_run(payments, by="anna")
    with connection.cursor() as cursor:
        cursor.execute("set local fastlege.emptying = 'off'; set constraints all immediate")
        with pytest.raises(DatabaseError, match="is refused: rows are only added"):
            cursor.execute(statement)


def line_again(**changed):
    line = PaymentLine.objects.order_by("id").first()
    line.pk = None
    for name, value in changed.items():
        setattr(line, name, value)
    return line


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({}, "payment_lines_paid_once"),
        ({"doctor_id": None}, "payment_lines_gp_is_named"),
        ({"payee": "municipality"}, "payment_lines_gp_is_named"),
        ({"before_ore": 5}, "payment_lines_not_negative"),
        ({"kind": "bonus"}, "payment_lines_kind"),
        ({"payee": "me"}, "payment_lines_(payee|gp_is_named)"),
        ({"amount_ore": -1}, "payment_lines_not_negative"),
        ({"persons": -1}, "payment_lines_persons_not_negative"),
    ],
)
def test_the_database_refuses_a_wrong_line(register, payments, changed, constraint):
    prepare_run(payments, by="anna")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        line_again(**changed).save(force_insert=True)


@pytest.mark.parametrize(
    ("month", "register_day", "constraint"),
    [
        (DAY, DAY, "payment_runs_once"),
        (date(2023, 11, 2), date(2023, 11, 2), "payment_runs_month_is_a_first"),
        (date(2023, 11, 1), date(2023, 11, 2), "payment_runs_register_day"),
    ],
)
def test_the_database_refuses_a_wrong_run(register, payments, month, register_day, constraint):
    run = prepare_run(payments, by="anna").run
    run.pk, run.digest, run.month, run.register_day = None, "other", month, register_day
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        run.save(force_insert=True)


@pytest.mark.parametrize("scenario", ["damping-lifted", "reading-annual-twelfth"])
def test_a_trial_of_other_rules_is_never_recorded(register, snapshot, tmp_path, scenario):
    book = book_with(scenarios=[scenario])
    run = run_month(snapshot, DAY, book)
    path = tmp_path / "trial.parquet"
    write_payments(path, run.lines, payment_header(run, snapshot, book, tried=[scenario]))
    with pytest.raises(Refused) as refusal:
        prepare_run(read_payments(path), by="anna")
    (found,) = refusal.value.violations
    assert (found.rule, found.facts["tried"]) == ("payment.other_rules", scenario)
    assert not payment_runs().exists()
    # So there is nothing to tell the bank; and a file whose header keeps quiet about it is not the file that was made.
    made = pq.read_table(path)
    header = json.loads(made.schema.metadata[b"fastlege.payment_run"])
    quiet = {**made.schema.metadata, b"fastlege.payment_run": json.dumps({**header, "tried": []}).encode()}
    pq.write_table(made.replace_schema_metadata(quiet), path)
    with pytest.raises(DataError, match="was altered after it was made"):
        read_payments(path)


def has_accounts():
    make_synthetic_accounts(since=DAY, by="anna")


def has_claims():
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")
    add_bill(1, doctor_id=1, list_id=1, person_id=None, place="0301")


def has_readers():
    let_read("employee 1", "0301", by="anna")


@pytest.mark.parametrize(
    ("record", "kept"),
    [(has_accounts, "bank accounts"), (has_claims, "claim bills"), (has_readers, "statement readers")],
)
def test_a_register_that_accounts_claims_or_readers_rest_on_is_not_replaced(register, snapshot, record, kept):
    record()
    with pytest.raises(DataError, match=f"{kept} are kept for good and rest on it. Use another database"):
        load_snapshot(snapshot, by="test", replace=True)


def test_a_register_that_has_paid_is_not_replaced(register, payments, snapshot):
    prepare_run(payments, by="anna")
    with pytest.raises(DataError, match="payment lines are kept for good"):
        load_snapshot(snapshot, by="test", replace=True)
    assert payment_runs().count() == 1


def test_the_migration_names_the_gp_of_lines_that_were_recorded_before(register, payments):
    prepare_run(payments, by="anna")
    lines = PaymentLine.objects.filter(payee="gp").order_by("id")
    named = list(lines.values_list("doctor_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table payment_lines drop constraint payment_lines_gp_is_named")
        cursor.execute("alter table payment_lines disable trigger payment_lines_only_added")
        cursor.execute("update payment_lines set doctor_id = null")
        cursor.execute("set constraints all immediate")
        cursor.execute(import_module("fastlege.settlement.migrations.0002_states").NAME_DOCTORS)
    assert list(lines.values_list("doctor_id", flat=True)) == named == [1, 2, 2, 4]
    assert not PaymentLine.objects.filter(payee="municipality", doctor__isnull=False).exists()
