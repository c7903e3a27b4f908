"""The notices of a year of claims: patterns, and what coming rules would refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.columns.codes import CodeBook
from fastlege.rules.claims.columns.reading import read_bills
from fastlege.rules.claims.columns.year import Tally, controlled, period_of
from fastlege.rules.parameters import Rulebook
from fastlege.rules.warnings.notices import COMING_REFUSALS, Notice, limits_on, notices
from fastlege.rules.warnings.profile import Counting

Report = Callable[[str, float], None]

_CODES_NAMED = 3
_LATELY = timedelta(days=91)
_NOT_OF_RULES = ("wrong_amount", "wrong_patient_share", "no_free_card")
"""Breaches that change of themselves with new fees and cards: they say nothing of how codes are used."""


def notices_of_year(
    snapshot: Snapshot, book: Rulebook, *, rules_of: date | None = None, report: Report = lambda *_: None
) -> list[Notice]:
    """All notices on a snapshot's claims, by doctor; with `rules_of` also what the rules of that day would refuse."""
    first, last = period_of(snapshot)
    if rules_of is not None and rules_of <= last:
        raise DataError(
            f"the rules of {rules_of} are not coming ones: the claims go on until {last}.",
            remedy="Name a later day with --rules-of.",
        )
    limits = limits_on(book, last)
    codes, counting, done = CodeBook(), Counting(snapshot, first), 0
    total = snapshot.rows("claims")
    for ids, bills in read_bills(snapshot, codes):
        counting.add(bills, codes, bills.lines["code"])
        done += len(ids)
        report("patterns", done / total)
    found = list(notices(counting.profiles(), limits))
    if rules_of is not None:
        found += _coming(snapshot, (last - _LATELY, rules_of), limits.refusals, report)
    return sorted(found, key=lambda one: (one.doctor_id, one.kind, str(one.facts.get("watch", ""))))


def _coming(snapshot: Snapshot, days: tuple[date, date], least: int, report: Report) -> Iterator[Notice]:
    """Late bills that are in order by the rules of their day and that those of a coming day would refuse."""
    since, rules_of = days
    today = _breaches(snapshot, None, report)
    coming = _breaches(snapshot, rules_of, report).join(today, on="claim_id", how="anti")
    coming = coming.filter(pl.col("date") >= since)
    by_doctor = coming.group_by("doctor_id").agg(
        bills=pl.col("claim_id").n_unique(), codes=pl.col("code").filter(pl.col("code") != "")
    )
    for doctor, bills, codes in by_doctor.filter(pl.col("bills") >= least).sort("doctor_id").iter_rows():
        often = pl.Series(codes, dtype=pl.String).value_counts().sort(["count", ""], descending=[True, False])
        named = ", ".join(islice(often[""], _CODES_NAMED))
        yield Notice(doctor, COMING_REFUSALS, {"bills": bills, "since": since, "on": rules_of, "codes": named})


def _breaches(snapshot: Snapshot, rules_of: date | None, report: Report) -> pl.DataFrame:
    parts = controlled(snapshot, Tally(), rules_of=rules_of, report=report)
    found = pl.concat(
        [pl.DataFrame(part.breaches).select("claim_id", "doctor_id", "date", "kind", "code") for part in parts]
    )
    return found.filter(~pl.col("kind").is_in(_NOT_OF_RULES)).unique(maintain_order=True)
