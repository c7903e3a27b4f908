"""A small register whose October 2023 is paid, step by step, and what is heard of it too late."""

from __future__ import annotations

from datetime import date

from capitation_case import DAY, ListCase, small, snapshot_of

from fastlege.kernel.snapshot import Snapshot
from fastlege.registry.journal import on_day
from fastlege.registry.load import load_snapshot
from fastlege.registry.models import DoctorPeriod, GPContract, Membership, Person
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import PaymentFile, payment_header
from fastlege.rules.parameters import load_rulebook
from fastlege.settlement.actions import approve, make_synthetic_accounts, prepare_run, review
from fastlege.settlement.models import PaymentRun

BOOK = load_rulebook()
LISTS = (ListCase(1, 12), small(2, 30), small(3, 20, salaried=True), ListCase(4, 5, agreement_date=date(2023, 2, 1)))
"""List 1 and 4 in Oslo, the latter new; 2 and 3 in a small municipality, the latter salaried. Doctor n holds list n."""
LATE = date(2023, 11, 20)
NEW = 900


def load(folder) -> Snapshot:
    """Load the register with the lists; each has a doctor of its own number."""
    snapshot = snapshot_of(folder, *LISTS)
    load_snapshot(snapshot, by="test")
    return snapshot


def payments_of(snapshot: Snapshot, month: date = DAY) -> PaymentFile:
    """What a month comes to."""
    run = run_month(snapshot, month, BOOK)
    return PaymentFile(payment_header(run, snapshot, BOOK), run.lines)


def prepared(snapshot: Snapshot) -> PaymentRun:
    """October's run as anna prepares it."""
    return prepare_run(payments_of(snapshot), by="anna").run


def through_approval(run: PaymentRun) -> PaymentRun:
    """A run that bo has reviewed and cato approved."""
    review(run.pk, by="bo")
    approve(run.pk, by="cato")
    return run


def approved(snapshot: Snapshot) -> PaymentRun:
    """October's run, approved, in a register where everybody has an account."""
    make_synthetic_accounts(since=date(2023, 1, 1), by="anna")
    return through_approval(prepared(snapshot))


def hear_of_member(
    person_id: int = NEW, *, gp_list: int = 1, since: date = date(2023, 9, 20), heard: date = LATE
) -> None:
    """In November, or another day, it is recorded that somebody has stood on a list since September."""
    like = Person.objects.order_by("pk").first()
    with on_day(heard):
        Person.objects.create(
            person_id=person_id, birth_date=date(1985, 1, 1), sex=2, municipality_id=like.municipality_id,
            basic_unit_id=like.basic_unit_id, household_id=person_id, status="resident", gp_use=3,
        )  # fmt: skip
        Membership.objects.create(person_id=person_id, list_id=gp_list, start=since, begin_reason="chosen_direct")


def hear_of_leaving(gp_list: int = 1, *, on: date = date(2023, 9, 30), heard: date = LATE) -> None:
    """In November, or another day, it is recorded that the GP had left the list, by default before October."""
    with on_day(heard):
        DoctorPeriod.objects.filter(list_id=gp_list).update(end=on, end_reason="moved")


def hear_of_ending(gp_list: int = 4, *, on: date = date(2023, 9, 30)) -> None:
    """In November it is recorded that the list had ended, with everybody on it, before October."""
    with on_day(LATE):
        Membership.objects.filter(list_id=gp_list).update(end=on, end_reason="practice_closed")
        GPContract.objects.filter(pk=gp_list).update(end=on, end_reason="practice_closed", member_count=0)
