"""The control of columns of bills and that of one bill: the same breaches and the same rules left unchecked."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from benchmarks import claims_control
from fastlege.kernel.money import to_ore
from fastlege.kernel.snapshot import Snapshot, new_snapshot
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.rules.claims.bill import Bill, Known, Line, Performer, Setting
from fastlege.rules.claims.checks import amounts, combinations, limits
from fastlege.rules.claims.checks.amounts import parts_of
from fastlege.rules.claims.checks.circumstances import codes as circumstance_codes
from fastlege.rules.claims.columns.instructions import KINDS, MADE, counted_codes
from fastlege.rules.claims.columns.programme import cut, programme_on
from fastlege.rules.claims.columns.screening import in_order
from fastlege.rules.claims.columns.year import Tally, controlled
from fastlege.rules.claims.control import CHECKED, SAME_TIME, control
from fastlege.rules.claims.known import known_of, registers_of
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.claims.wording import catalogue
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.tariffs import load_claim_rules, load_fees

BILLS = 700
DAYS = [
    *(date(2025, 6, 20) + timedelta(days=n) for n in range(14)),
    *(date(2025, 12, 20) + timedelta(days=n) for n in range(16)),
    *(date(2026, 6, 25) + timedelta(days=n) for n in range(12)),
]
OFTEN = ["2ad", "2ak", "2cd", "2dd", "2ld", "660", "101", "6a", "6b", "2as", "2at", "100", "106", "2ed", "2ee", "615"]
OFTEN += ["701a", "701c", "21d", "11ad", "2kd", "2bd", "2j", "2sm", "14", "1f", "1i", "8", "10a", "2ns", "S2ad", "217b"]


GONE = ("3001", "9999")
PLACES = ("", "0301", "3101", "4204", *GONE)
"""Halden was 3001 until 2024, and is 3101 since."""


class Scene:
    """Random bills on a snapshot's people, in order of time, as single bills and as tables."""

    def __init__(self, snapshot, seed):
        chance = np.random.default_rng(seed)
        self.snapshot, self.chance = snapshot, chance
        known = sorted({fee.code for fee in load_fees()})
        self.codes = [*OFTEN, *chance.choice(known, 25).tolist(), "2aes", "999z"]
        people = snapshot.table("memberships", ["person_id", "list_id"])
        periods = snapshot.table("doctor_periods", ["list_id", "doctor_id"])
        self.people = people.slice(0, 40).to_pylist()
        self.doctors = [*periods["doctor_id"].to_pylist()[:6], 9_000_001]
        self.lists = sorted(set(people["list_id"].to_pylist()))[:3]
        moments = sorted(
            (DAYS[chance.integers(len(DAYS))], int(chance.choice([479, 480, 600, 600, 959, 960, 1200])))
            for _ in range(BILLS)
        )
        self.bills = [self.bill(number, day, minute) for number, (day, minute) in enumerate(moments, start=1)]

    def pick(self, values):
        return values[int(self.chance.integers(len(values)))]

    def bill(self, number, day, minute):
        rules, exempt = ruleset_on(day), self.pick(["", "", "", "B", "F"])
        used = [self.pick(self.codes) for _ in range(int(self.chance.integers(0, 5)))]
        lines = tuple(self.line(code, bool(exempt), rules) for code in used)
        marks = [one for one in sorted(circumstance_codes()) if self.chance.random() < 0.2]
        person = self.pick(self.people)
        bill = Bill(
            number=str(number),
            practitioner=str(self.pick(self.doctors)),
            performer=self.pick([Performer.DOCTOR] * 4 + [Performer.NURSE]),
            setting=self.pick([Setting.GP] * 4 + [Setting.OUT_OF_HOURS, Setting.WEB_DOCTOR]),
            at=datetime.combine(day, time()) + timedelta(minutes=minute),
            lines=lines,
            minutes=self.pick([None, 10, 20, 21, 35, 36, 50, 95]),
            exemption=exempt,
            circumstances=frozenset(marks),
            group_size=self.pick([None, 7, 8]),
            distance_km=self.pick([None, Decimal("0.999"), Decimal(1)]),
        )
        gp_list = 0 if self.chance.random() < 0.2 else self.pick([person["list_id"], *self.lists])
        return bill, person["person_id"], gp_list

    def line(self, code, exempt, rules):
        count = int(self.chance.choice([1, 1, 1, 2, 3, 9, 10, 0]))
        parts = parts_of(code, count, exempt=exempt, rules=rules) if code in rules.fees and count > 0 else None
        amount, share = (parts.amount, parts.patient_share) if parts else (100, 0)
        return Line(code, count, amount + self.pick([0] * 9 + [1]), share + self.pick([0] * 9 + [1]))

    def write(self, folder):
        with new_snapshot(folder) as writer:
            for name in TABLES.keys() - {"meta"}:
                writer.write(name, self.snapshot.table(name))
            writer.write("claims", pa.Table.from_pylist([self.claim(*one) for one in self.bills]))
            writer.write("claim_lines", pa.Table.from_pylist([row for one in self.bills for row in lines_of(one[0])]))
            writer.write("claim_details", pa.Table.from_pylist([details_of(one[0]) for one in self.bills]))
            writer.write_meta(self.snapshot.as_of, {})
        return Snapshot(folder)

    def claim(self, bill, person, gp_list):
        return {
            "claim_id": int(bill.number),
            "doctor_id": int(bill.practitioner),
            "performer_id": 5 if bill.performer == Performer.NURSE else None,
            "list_id": gp_list or None,
            "person_id": person,
            "date": bill.on,
            "time": bill.at.hour * 60 + bill.at.minute,
            "place": str(bill.setting),
            "diagnosis": "A97",
        }


def lines_of(bill):
    for number, line in enumerate(bill.lines, start=1):
        paid = line.patient_share
        row = {"tariff": line.code, "count": line.count, "amount": line.amount, "patient_share": paid}
        yield {"claim_id": int(bill.number), "line": number, "reimbursed": line.amount - paid, **row}


def details_of(bill):
    return {
        "claim_id": int(bill.number),
        "minutes": bill.minutes,
        "exemption": bill.exemption,
        "circumstances": " ".join(sorted(bill.circumstances)),
        "group_size": bill.group_size,
        "distance_m": None if bill.distance_km is None else int(bill.distance_km * 1000),
    }


class Ledger:
    """What approved bills leave behind, kept bill by bill."""

    def __init__(self):
        self.paid, self.of_patient, self.of_list, self.last = Counter(), Counter(), Counter(), {}

    def known(self, bill, gp_list, person, known):
        half = (bill.on.year, bill.on.month > 6)
        used = {code: n for (who, year, code), n in self.of_patient.items() if (who, year) == (person, bill.on.year)}
        listed = {code: n for (which, when, code), n in self.of_list.items() if (which, when) == (gp_list, half)}
        ceiling = to_ore(load_rulebook().decimal("fee.ceiling", on=bill.on))
        at, doctor = self.last.get(gp_list, (None, ""))
        return replace(
            known,
            of_patient_this_year=used,
            of_list_this_half_year=listed if gp_list else None,
            free_card=self.paid[person, bill.on.year] >= ceiling,
            billed_by_other_at_that_minute=bool(gp_list) and at == bill.at and doctor != bill.practitioner,
        )

    def approve(self, bill, gp_list, person):
        no_share = ruleset_on(bill.on).no_share
        for line in bill.lines:
            self.of_patient[person, bill.on.year, line.code] += line.count
            self.of_list[gp_list, (bill.on.year, bill.on.month > 6), line.code] += line.count
            self.paid[person, bill.on.year] += 0 if line.code in no_share else line.patient_share
        self.last[gp_list] = (bill.at, bill.practitioner)


def bill_by_bill(scene, snapshot):
    registers = registers_of(snapshot, DAYS[0], DAYS[-1])
    ledger, breaches, not_checked, approved = Ledger(), Counter(), Counter(), 0
    for bill, person, gp_list in scene.bills:
        facts = known_of(registers, person=person, doctor=int(bill.practitioner), gp_list=gp_list, on=bill.on)
        found = control(bill, ledger.known(bill, gp_list, person, facts))
        breaches.update((int(bill.number), one.kind, *padded(one.codes), one.rule_line) for one in found.breaches)
        not_checked.update((one.kind, one.code, one.lacking) for one in found.not_checked)
        if found.approved:
            approved += 1
            ledger.approve(bill, gp_list, person)
    return breaches, not_checked, approved


def padded(codes):
    return (*codes, "", "")[:2]


@pytest.mark.parametrize("seed", range(4))
def test_columns_and_single_bills_find_the_same(small_snapshot, tmp_path, seed):
    scene = Scene(Snapshot(small_snapshot), seed)
    snapshot = scene.write(tmp_path / "claims")
    tally = Tally()
    parts = [part.breaches for part in controlled(snapshot, tally)]
    rows = pa.concat_tables(parts).to_pylist()
    found = Counter((r["claim_id"], r["kind"], r["code"], r["other"], r["rule_line"]) for r in rows)
    breaches, not_checked, approved = bill_by_bill(scene, snapshot)
    assert found == breaches
    assert tally.not_checked == not_checked
    assert (tally.bills, tally.approved) == (BILLS, approved)
    assert tally.by_kind == Counter(kind for _, kind, *_ in breaches.elements())
    assert 0 < approved < BILLS
    assert len(tally.by_kind) > 20


@pytest.mark.parametrize("seed", range(2))
def test_the_benchmark_gives_both_engines_the_same_to_go_by(small_snapshot, tmp_path, seed):
    snapshot = Scene(Snapshot(small_snapshot), seed).write(tmp_path / "claims")
    refused = tmp_path / "refused.npy"
    year = claims_control.year(snapshot, refused, first_day=DAYS[7])["sample"]
    single = claims_control.single(snapshot, refused, first_day=DAYS[7])["sample"]
    assert year == single
    assert {"too_many_of_patient", "too_many_of_list"} <= year.keys()


def test_every_kind_of_rule_that_one_bill_is_checked_by_has_its_place_in_columns():
    in_columns = {*MADE, *combinations.KINDS, *amounts.KINDS, SAME_TIME, limits.MINUTES_PER_UNIT, limits.MINUTES_BEFORE}
    assert in_columns == CHECKED
    assert {rule.rule for rule in load_claim_rules()} & CHECKED <= in_columns


def test_every_breach_of_columns_has_words():
    assert {kind for kind in KINDS if kind not in catalogue()} <= {"only_gp", "only_municipal_web_doctor"}


def certain(known, chance):
    """The same with everything known that the register of those who send bills knows."""
    since = known.specialist_since or (date(2010, 1, 1) if known.is_specialist else None)
    return replace(
        known,
        patient_birth=known.patient_birth or date(1980, 1, 1),
        is_specialist=since is not None,
        specialist_since=since,
        free_card=bool(chance.random() < 0.5),
        billed_by_other_at_that_minute=bool(chance.random() < 0.1),
    )


@pytest.mark.parametrize("seed", range(4))
def test_bills_that_are_in_order_among_many_are_so_one_by_one_whatever_went_before(small_snapshot, seed):
    scene = Scene(Snapshot(small_snapshot), seed)
    registers = registers_of(Snapshot(small_snapshot), DAYS[0], DAYS[-1])
    scene.chance.shuffle(scene.bills)
    bills, known = [], []
    for bill, person, gp_list in scene.bills:
        at = bill.at.replace(second=int(scene.chance.integers(60)))
        plain = replace(bill, at=at, lines=bill.lines[:2], municipality=scene.pick(PLACES))
        facts = known_of(registers, person=person, doctor=int(bill.practitioner), gp_list=gp_list, on=bill.on)
        bills.append(plain)
        known.append(certain(facts, scene.chance))
    found = in_order(bills, known)
    for bill, facts, is_in_order in zip(bills, known, found, strict=True):
        used_up = dict.fromkeys(bill.counts, 99)
        single = control(bill, replace(facts, of_patient_this_year=used_up, of_list_this_half_year=used_up))
        assert ("no_such_municipality" in {one.kind for one in single.breaches}) == (bill.municipality in GONE)
        if is_in_order:
            assert (single.breaches, single.not_checked) == ((), ())
        else:
            # The others have a finding, or a code that goes by earlier bills or by the whole list.
            fresh = replace(facts, list_length=None, of_patient_this_year={}, of_list_this_half_year={})
            lenient = control(bill, fresh)
            counted = {*counted_codes(limits.OF_PATIENT), *counted_codes(limits.OF_LIST)}
            assert lenient.breaches or lenient.not_checked or counted & bill.counts.keys()
    assert 10 < found.sum() < len(bills)


def test_the_programme_of_a_day_knows_the_municipalities_of_that_day():
    before, after = (programme_on(day, ["2ad"]).places for day in cut(date(2023, 12, 30), date(2024, 1, 2)))
    assert [bool(places[3001]) for places in (before, after)] == [True, False]
    assert [bool(places[3101]) for places in (before, after)] == [False, True]
    assert (before.sum(), after.sum()) == (356, 357)


MORNING = datetime.combine(date(2026, 8, 3), time(10))


def test_what_is_not_known_or_too_large_for_columns_is_left_to_the_control_of_one_bill():
    bill = Bill("1", "1", Performer.DOCTOR, Setting.GP, MORNING, (Line("2ad", 1, 19_400, 17_900),))
    known = Known(
        patient_birth=date(1980, 1, 1), own_list=True, is_specialist=False, free_card=False,
        billed_by_other_at_that_minute=False,
    )  # fmt: skip
    assert in_order([bill], [known]).tolist() == [True]
    for place, stands in (("3101", True), ("3001", False), ("9999", False)):
        assert in_order([replace(bill, municipality=place)], [known]).tolist() == [stands]
    for fact in ("patient_birth", "own_list", "is_specialist", "free_card", "billed_by_other_at_that_minute"):
        assert in_order([bill], [replace(known, **{fact: None})]).tolist() == [False]
    huge = replace(bill, lines=(Line("2ad", 1, 1 << 40, 17_900),))
    assert in_order([huge, bill, replace(bill, distance_km=Decimal(10**9))], [known] * 3).tolist() == [
        False,
        True,
        False,
    ]
    assert in_order([], []).tolist() == []
