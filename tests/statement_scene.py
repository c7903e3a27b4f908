"""June 2026 paid in the register of `register_scene`: a run with a correction, written straight into the tables."""

from __future__ import annotations

from register_scene import BEGINS, FULL, ROOMY

from fastlege.settlement.actions import let_read
from fastlege.settlement.models import ClaimsLine, PaymentLine, PaymentRun, PaymentStep

LABELS = [
    f"age {age}, sex {sex}, use 0, centrality 2" for age in ("0-5", "6-15", "16-19") for sex in ("male", "female")
]
COUNTS = {0: 10, 1: 4, 2: 30, 3: 1, 4: 12, 5: 25}
READER = "municipality"
"""The employee who may read the statements of the one municipality."""


def add_run(*, approved: bool = True, **different: object) -> PaymentRun:
    """A run of June."""
    usual = {
        "digest": "d", "stream": "capitation", "month": BEGINS, "sequence": 0, "attempt": 1, "register_day": BEGINS,
        "snapshot_digest": "s", "rules_digest": "r", "software": "test", "amount_ore": 0,
        "header": {"cells": LABELS}, "recorded_by": "anna",
    }  # fmt: skip
    run = PaymentRun.objects.create(**{**usual, **different})
    if approved:
        for step, by in (("reviewed", "bo"), ("approved", "cato")):
            PaymentStep.objects.create(run=run, step=step, by=by)
    return run


def add_line(run: PaymentRun, counts=COUNTS, **different: object) -> PaymentLine:
    """A line of a run: capitation to doctor 1 for ROOMY."""
    counts = counts or {}
    usual = {
        "list_id": ROOMY, "municipality": "4204", "month": run.month, "kind": "capitation",
        "persons": sum(counts.values()), "paid_persons": "82.5", "rate": "993", "amount_ore": 672_934, "payee": "gp",
        "doctor_id": 1, "parts": {"sex_age_use": 600_000, "centrality": 72_934}, "rule": "capitation.national_mean",
        "source": "Fastlegetariffen", "trace": {"part_of_year": "30/365"}, "cells": list(counts) or None,
        "cell_persons": list(counts.values()) or None, "sequence": run.sequence, "attempt": run.attempt,
    }  # fmt: skip
    return PaymentLine.objects.create(run=run, **{**usual, **different})


def pay_june() -> tuple[PaymentLine, PaymentLine]:
    """The month's line for ROOMY, one kept by the municipality, and a correction: one more in a large group."""
    run = add_run()
    line = add_line(run)
    add_line(run, counts={2: 8}, list_id=FULL, payee="municipality", doctor_id=None, amount_ore=80_000)
    more = add_line(
        add_run(digest="e", sequence=1), counts={**COUNTS, 2: 31}, amount_ore=8_170, before_ore=line.amount_ore,
        corrects=line, trace={"should_be": {"part_of_year": "30/365"}, "should_be_ore": 681_104, "before_ore": 672_934},
    )  # fmt: skip
    let_read(READER, "4204", by="clerk")
    return line, more


def pay_bills() -> ClaimsLine:
    """Bills of doctor 1 that the state has approved for payment in June."""
    run = add_run(stream="claims", digest="f", header={"payout": "x"})
    return ClaimsLine.objects.create(run=run, payee="gp", doctor_id=1, bills=7, credits=1, amount_ore=150_000)
