"""All rules of the tariff file on a year of bills, beside the same rules on one bill at a time.

The engine for one bill is the one that answers doctors; it checks a sample, and its time is stated per million bills.
It is told how often codes with a limit were used before, by the bills that the year's control approved: both must find
the same breaches of the sample, but for free cards and doctors at the same minute.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.claims_year import claims_year
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.bill import Bill, Line, Performer, Setting
from fastlege.rules.claims.checks.limits import OF_LIST, OF_PATIENT
from fastlege.rules.claims.columns.instructions import counted_codes
from fastlege.rules.claims.columns.year import Tally, controlled
from fastlege.rules.claims.control import control
from fastlege.rules.claims.known import known_of, registers_of
from fastlege.rules.claims.ruleset import ruleset_on

SAMPLE = 20_000
FIRST_DAY = date(2025, 9, 1)
MILLION = 1_000_000
OF_THE_YEAR = ("no_free_card", "same_time")
AT_LEAST = 10


def section(log: Callable[[str], None]) -> str:
    """Run both, each in a fresh process, and write what was measured."""
    claims_year()
    runs = {}
    with TemporaryDirectory() as folder:
        refused = Path(folder) / "refused.npy"
        for name in ("year", "single"):
            command = [sys.executable, "-m", "benchmarks.claims_control", name, str(refused)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            runs[name] = json.loads(done.stdout.splitlines()[-1])
            log(f"claims_control {name}: {runs[name]['per_million']:.2f} s per million bills")
    year, single = runs["year"], runs["single"]
    if year["sample"] != single["sample"]:
        raise SystemExit(f"the engines do not agree on the sample: {year['sample']} and {single['sample']}")
    ratio = single["per_million"] / year["per_million"]
    verdict = "met" if ratio >= AT_LEAST else f"missed: {ratio:.1f} against at least {AT_LEAST}"
    return "\n".join(
        [
            "## Control of a year of bills by all rules",
            "",
            f"Goal: at least {AT_LEAST} x as fast as one bill at a time. Command: `python -m benchmarks "
            "claims_control`, 1 round.",
            "",
            "| contender | bills | seconds per million bills | CPU seconds | peak MiB |",
            "|---|---|---|---|---|",
            *(
                _row(name, runs[key])
                for key, name in (("single", "one bill at a time (a sample)"), ("year", "columns"))
            ),
            "",
            f"Result: {verdict} ({ratio:.0f} x). The year took {year['seconds']:.0f} s with reading, registers and",
            f"writing nothing; {year['refused']} bills were refused. Same breaches of the sample: {single['sample']}.",
            "",
        ]
    )


def _row(name: str, run: dict) -> str:
    return f"| {name} | {run['bills']} | {run['per_million']:.2f} | {run['cpu']:.0f} | {run['peak']:.0f} |"


def year(snapshot: Snapshot, refused: Path, *, first_day: date = FIRST_DAY) -> dict:
    """The whole year in columns; the time is that of everything but the first compilation."""
    _warm(snapshot)
    low, high = _sample_ids(snapshot, first_day)
    started, cpu, tally, found, not_approved = time.perf_counter(), time.process_time(), Tally(), Counter(), []
    for part in controlled(snapshot, tally):
        rows = pl.DataFrame(part.breaches).filter(pl.col("claim_id").is_between(low, high))
        found.update(kind for kind in rows["kind"] if kind not in OF_THE_YEAR)
        not_approved.append(part.claim_ids[~part.approved])
    told = _told(started, cpu, found, {"bills": tally.bills, "refused": tally.bills - tally.approved})
    np.save(refused, np.concatenate(not_approved))
    return told


def single(snapshot: Snapshot, refused: Path, *, first_day: date = FIRST_DAY) -> dict:
    """The sample, one bill at a time, with what the registers and the approved bills before say of each."""
    low, high = _sample_ids(snapshot, first_day)
    bills = list(_bills(snapshot, low, high))
    earlier = Earlier(snapshot, (low, high), np.load(refused))
    days = [bill.on for bill, *_ in bills]
    registers = registers_of(snapshot, min(days), max(days))
    for day in set(days):
        ruleset_on(day)
    started, cpu, found = time.perf_counter(), time.process_time(), Counter()
    for bill, person, doctor, gp_list in bills:
        known = known_of(registers, person=person, doctor=doctor, gp_list=gp_list, on=bill.on)
        used = earlier.before(bill, person, gp_list)
        known = replace(known, of_patient_this_year=used[0], of_list_this_half_year=used[1])
        found.update(one.kind for one in control(bill, known).breaches if one.kind not in OF_THE_YEAR)
    return _told(started, cpu, found, {"bills": len(bills), "refused": 0})


class Earlier:
    """How often the codes with a limit were used by approved bills before: by patient and year, by list and half-year.

    Asked bill by bill in order of time, as `rules/claims/columns` goes through the year.
    """

    def __init__(self, snapshot: Snapshot, sample: tuple[int, int], refused: np.ndarray) -> None:
        self._codes = (frozenset(counted_codes(OF_PATIENT)), frozenset(counted_codes(OF_LIST)))
        self._refused = set(refused[(refused >= sample[0]) & (refused <= sample[1])].tolist())
        self._of_patient: Counter[tuple[int, int, str]] = Counter()
        self._of_list: Counter[tuple[int, tuple[int, bool], str]] = Counter()
        for person, gp_list, on, code, count in _uses_before(snapshot, sample, refused, self._codes):
            self._add(person, gp_list, on, {code: count})

    def before(self, bill: Bill, person: int, gp_list: int) -> tuple[dict[str, int], dict[str, int] | None]:
        """The uses before a bill by its patient and by its list, none without a list; then the bill counts too."""
        of_patient = {code: self._of_patient[person, bill.on.year, code] for code in bill.counts}
        of_list = {code: self._of_list[gp_list, _half_year(bill.on), code] for code in bill.counts} if gp_list else None
        if int(bill.number) not in self._refused:
            self._add(person, gp_list, bill.on, bill.counts)
        return of_patient, of_list

    def _add(self, person: int, gp_list: int, on: date, counts: Mapping[str, int]) -> None:
        for code, count in counts.items():
            if code in self._codes[0]:
                self._of_patient[person, on.year, code] += count
            if code in self._codes[1] and gp_list:
                self._of_list[gp_list, _half_year(on), code] += count


def _uses_before(
    snapshot: Snapshot, sample: tuple[int, int], refused: np.ndarray, codes: tuple[frozenset[str], ...]
) -> Iterator[tuple[int, int, date, str, int]]:
    """The lines with limited codes of the approved bills before a sample, for its patients and lists."""
    claims = pl.scan_parquet(snapshot.path("claims")).select("claim_id", "person_id", "list_id", "date")
    lines = pl.scan_parquet(snapshot.path("claim_lines")).select("claim_id", "tariff", "count")
    limited = lines.filter((pl.col("claim_id") < sample[0]) & pl.col("tariff").is_in(sorted(codes[0] | codes[1])))
    of_sample = claims.filter(pl.col("claim_id").is_between(*sample)).collect()
    seen = pl.col("person_id").is_in(of_sample["person_id"].implode()) | pl.col("list_id").is_in(
        of_sample["list_id"].implode()
    )
    found = claims.filter((pl.col("claim_id") < sample[0]) & seen).join(limited, on="claim_id").collect()
    kept = found.filter(~pl.col("claim_id").is_in(pl.Series(refused).implode())).select(pl.exclude("claim_id"))
    for person, gp_list, on, code, count in kept.iter_rows():
        yield person, gp_list or 0, on, code, count


def _half_year(on: date) -> tuple[int, bool]:
    return on.year, on.month > 6


def _told(started: float, cpu: float, found: Counter, told: dict) -> dict:
    seconds = time.perf_counter() - started
    per_million = seconds / told["bills"] * MILLION
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"seconds": seconds, "per_million": per_million, "cpu": time.process_time() - cpu, "peak": peak}
    return {**told, **spent, "sample": dict(sorted(found.items()))}


def _warm(snapshot: Snapshot) -> None:
    """Compile the loop, on the first part."""
    next(controlled(snapshot, Tally()))


def _sample_ids(snapshot: Snapshot, first_day: date) -> tuple[int, int]:
    claims = pl.scan_parquet(snapshot.path("claims")).filter(pl.col("date") >= first_day)
    low = claims.select(pl.min("claim_id")).collect().item()
    return low, low + SAMPLE - 1


def _bills(snapshot: Snapshot, low: int, high: int) -> Iterator[tuple[Bill, int, int, int]]:
    within = pl.col("claim_id").is_between(low, high)
    tables = {
        name: pl.scan_parquet(snapshot.path(name)).filter(within).collect()
        for name in ("claims", "claim_lines", "claim_details")
    }
    lines: dict = {key[0]: own.rows(named=True) for key, own in tables["claim_lines"].group_by("claim_id")}
    details = {row["claim_id"]: row for row in tables["claim_details"].iter_rows(named=True)}
    for row in tables["claims"].iter_rows(named=True):
        said = details.get(row["claim_id"], {})
        bill = Bill(
            number=str(row["claim_id"]),
            practitioner=str(row["doctor_id"]),
            performer=Performer.NURSE if row["performer_id"] else Performer.DOCTOR,
            setting=Setting(row["place"]),
            at=datetime.combine(row["date"], datetime.min.time()) + timedelta(minutes=row["time"]),
            lines=tuple(
                Line(one["tariff"], one["count"], one["amount"], one["patient_share"])
                for one in lines.get(row["claim_id"], ())
            ),
            minutes=said.get("minutes"),
            exemption=said.get("exemption", ""),
            circumstances=frozenset(said.get("circumstances", "").split()),
            group_size=said.get("group_size"),
            distance_km=None if said.get("distance_m") is None else Decimal(said["distance_m"]) / 1000,
        )
        yield bill, row["person_id"], row["doctor_id"], row["list_id"] or 0


if __name__ == "__main__":
    run = {"year": year, "single": single}[sys.argv[1]]
    print(json.dumps(run(Snapshot(claims_year()), Path(sys.argv[2]))))
