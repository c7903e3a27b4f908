"""The control of bills: worked examples for each kind of rule, and the completeness of the rules' treatment."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from fastlege.rules.claims.bill import Bill, Known, Line, Performer, Setting
from fastlege.rules.claims.checks.amounts import parts_of
from fastlege.rules.claims.checks.circumstances import circumstance_of, codes
from fastlege.rules.claims.checks.combinations import company_rules, names_as_fit, refusing
from fastlege.rules.claims.checks.evenings import is_working_day, parse_evening_window
from fastlege.rules.claims.control import CHECKED, NOT_SEEN_ON_A_BILL, check_timeliness, control
from fastlege.rules.claims.decisions import load_decisions
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.tariffs import load_claim_rules
from fastlege.rules.tariffs.claim_rules import ARGUMENTS

NOTHING = Known()


def clock(year, month, day, hour, minute=0):
    """A moment by the clock in Norway, as bills give it."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


MONDAY = clock(2026, 8, 3, 10)


def line(code, count=1, on=MONDAY, exempt=False):
    """A line with the amounts that the fees of the day give."""
    rules = ruleset_on(on.date())
    parts = parts_of(code, count, exempt=exempt, rules=rules) if code in rules.fees else None
    return Line(code, count, parts.amount if parts else 0, parts.patient_share if parts else 0)


def bill(*codes, at=MONDAY, **facts):
    exempt = bool(facts.get("exemption"))
    lines = tuple(line(*(code if isinstance(code, tuple) else (code, 1)), on=at, exempt=exempt) for code in codes)
    return Bill(
        **{
            "number": "1",
            "practitioner": "1234567",
            "performer": Performer.DOCTOR,
            "setting": Setting.GP,
            "at": at,
            "lines": lines,
            "minutes": 20,
            **facts,
        }
    )


def kinds(*codes, known=NOTHING, **facts):
    return [breach.kind for breach in control(bill(*codes, **facts), known).breaches]


def test_a_plain_consultation_is_approved():
    found = control(bill("2ad", minutes=15))
    assert (found.approved, found.breaches) == (True, ())


@pytest.mark.parametrize(
    ("codes_on_bill", "facts", "known", "expected"),
    [
        (("2ad", "2ak"), {"at": clock(2026, 8, 3, 18, 0)}, NOTHING, ["not_together"]),
        (("1i", "701a"), {}, NOTHING, []),
        (("1i", "2ad"), {}, NOTHING, ["not_together"]),
        (("1g", "701a"), {}, NOTHING, ["not_together"]),
        (("2as", "100"), {}, NOTHING, ["not_together"]),
        (("2as", "2cd"), {"setting": Setting.OUT_OF_HOURS, "minutes": 25}, NOTHING, []),
        (("701c",), {}, NOTHING, ["requires_code"]),
        (("7",), {}, NOTHING, ["requires_base_code"]),
        (("2ad", "7"), {}, NOTHING, []),
        (("2ad", ("100", 9)), {}, NOTHING, []),
        (("2ad", ("100", 10)), {}, NOTHING, ["too_often_on_bill"]),
        (("2ad", ("2cd", 2)), {"minutes": 26}, NOTHING, []),
        (("2ad", ("2cd", 2)), {"minutes": 25}, NOTHING, ["too_many_units"]),
        (("2ad", "2cd"), {"minutes": 20}, NOTHING, ["too_many_units"]),
        (("615",), {"minutes": 14}, NOTHING, ["too_short"]),
        (("615",), {"minutes": 15}, NOTHING, []),
        (("2ad", "660"), {}, Known(of_patient_this_year={"660": 1}), ["too_many_of_patient"]),
        (("2ad", "660"), {}, Known(of_patient_this_year={}), []),
        (("6a",), {}, Known(of_list_this_half_year={"6a": 1}), ["too_many_of_list"]),
        ((("6b", 10),), {}, Known(list_length=1_099), []),
        ((("6b", 11),), {}, Known(list_length=1_099), ["too_many_for_list"]),
        (("2ed",), {"minutes": 45, "group_size": 7}, NOTHING, []),
        (("2ed",), {"minutes": 45, "group_size": 8}, NOTHING, ["group_too_large"]),
        (("2ak",), {"at": clock(2026, 8, 3, 15, 59)}, NOTHING, ["not_evening"]),
        (("2ak",), {"at": clock(2026, 8, 3, 16, 0)}, NOTHING, []),
        (("2ak",), {"at": clock(2026, 8, 4, 7, 59)}, NOTHING, []),
        (("2ak",), {"at": clock(2026, 8, 4, 8, 0)}, NOTHING, ["not_evening"]),
        (("2ak",), {"at": clock(2026, 8, 8, 12, 0)}, NOTHING, []),
        (("2ak",), {"at": clock(2026, 12, 25, 12, 0)}, NOTHING, []),
        (("1bk",), {"at": clock(2026, 8, 3, 20, 0)}, NOTHING, ["only_out_of_hours_service"]),
        (("2ad", "2j"), {}, Known(patient_birth=date(2010, 8, 3)), []),
        (("2ad", "2j"), {}, Known(patient_birth=date(2010, 8, 4)), ["patient_age"]),
        (("2ad", "2ld"), {}, Known(own_list=False), ["not_own_list"]),
        (("2ad", "2dd"), {}, Known(is_specialist=False), ["not_specialist"]),
        (("2ad", "2dd"), {}, Known(is_specialist=True, specialist_since=date(2021, 8, 4)), []),
        (("2ad", "2dd"), {}, Known(is_specialist=True, specialist_since=date(2021, 8, 3)), ["approval_too_old"]),
        (("2ad", "2p"), {}, Known(holds_doctorate=False), ["no_doctorate"]),
        (("2ad", "2sm"), {}, NOTHING, ["no_sick_note"]),
        (("2ad", "2sm"), {"circumstances": frozenset({"sick_note"})}, NOTHING, []),
        (("2kd",), {}, NOTHING, ["patient_present"]),
        (("2kd",), {"circumstances": frozenset({"patient_absent"})}, NOTHING, []),
        (("11ad", "21d"), {"distance_km": Decimal("0.9")}, NOTHING, ["too_near"]),
        (("11ad", "21d"), {"distance_km": Decimal(1)}, NOTHING, []),
        (("2bd",), {"circumstances": frozenset({"emergency"})}, NOTHING, ["not_when"]),
        (("14",), {"setting": Setting.OUT_OF_HOURS, "minutes": 15}, NOTHING, ["not_when"]),
        (("1i",), {"circumstances": frozenset({"advice_given"})}, NOTHING, ["use_instead"]),
        (("S2ad",), {}, NOTHING, ["only_nurse"]),
        (("2ad",), {"performer": Performer.NURSE}, NOTHING, ["only_doctor"]),
        (("2ns",), {}, NOTHING, ["only_web_doctor"]),
        (("2as",), {"setting": Setting.WEB_DOCTOR}, NOTHING, ["not_web_doctor"]),
        (("2ad",), {"exemption": "F"}, Known(free_card=False), ["no_free_card"]),
        (("2ad",), {"exemption": "F"}, Known(free_card=True), []),
        (("2ad",), {}, Known(billed_by_other_at_that_minute=True), ["same_time"]),
        (("2ae",), {}, NOTHING, ["no_fee"]),
        ((), {}, NOTHING, ["no_lines"]),
    ],
)
def test_each_kind_of_rule_finds_its_breach_and_lets_the_rest_be(codes_on_bill, facts, known, expected):
    assert kinds(*codes_on_bill, known=known, **facts) == expected


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [("2cd", clock(2026, 6, 30, 10), []), ("2cd", clock(2026, 7, 1, 10), ["too_many_units"])],
)
def test_a_changed_unit_of_time_holds_from_its_day(code, day, expected):
    """Until June 2026 a unit was each started quarter, from July each started five minutes."""
    assert kinds("2ad", (code, 3), at=day, minutes=51) == []
    assert kinds("2ad", (code, 3), at=day, minutes=31) == ([] if expected else ["too_many_units"])


def test_amounts_are_those_of_the_day_and_repeats_are_paid_at_their_share():
    right = line("106", 3)
    assert right.amount == 40_900 + 2 * 20_450
    wrong = Bill("1", "1", Performer.DOCTOR, Setting.GP, MONDAY, (line("2ad"), Line("106", 3, 122_700, 0)))
    assert [(b.kind, b.facts["expected"]) for b in control(wrong).breaches] == [("wrong_amount", 81_800)]


def test_an_exempt_patient_pays_no_share_but_still_what_is_not_reimbursed():
    assert line("2ad", exempt=True).patient_share == 0
    assert line("2bd", exempt=True).patient_share == line("2bd").amount


def test_what_the_registers_do_not_say_is_named_and_not_taken_for_kept():
    found = control(bill("2ad", "2dd", "2ld", minutes=None))
    assert {(one.kind, one.lacking) for one in found.not_checked} == {
        ("requires_specialist", "is_specialist"),
        ("requires_own_list_patient", "own_list"),
        ("max_per_patient_per_calendar_year", "of_patient_this_year"),
        ("control_same_time", "billed_by_other_at_that_minute"),
    }


def test_a_claim_runs_out_and_no_work_is_billed_before_it_is_done():
    book = load_rulebook()
    one = bill("2ad")

    def on(day):
        return [breach.kind for breach in check_timeliness(one, received=day, book=book)]

    assert (on(date(2026, 8, 2)), on(date(2026, 8, 3)), on(date(2027, 2, 3))) == (["in_the_future"], [], [])
    assert on(date(2027, 2, 4)) == ["too_late"]


def test_every_kind_of_rule_is_checked_or_said_not_to_stand_on_a_bill():
    assert set(ARGUMENTS) == CHECKED | NOT_SEEN_ON_A_BILL.keys()
    assert not CHECKED & NOT_SEEN_ON_A_BILL.keys()


def test_every_rule_argument_can_be_read():
    for rule in load_claim_rules():
        if rule.rule == "not_when":
            assert {circumstance_of(words) for words in rule.argument.split("; ")} <= codes()
        if rule.rule == "evening_window":
            assert parse_evening_window(rule.argument).contains(clock(2026, 8, 8, 12))


def test_every_contradiction_of_the_rules_is_decided_and_every_decision_needed():
    """On each day from which a rule holds: pairs that one rule names as fit and another refuses."""
    undecided, needed = set(), set()
    for day in sorted({rule.validity.first for rule in load_claim_rules() if rule.validity.first}):
        rules = ruleset_on(day)
        bare = replace(rules, decisions={})
        for setting in Setting:
            for code in rules.fees:
                for rule in company_rules(code, bare, setting):
                    for other in rules.fees:
                        contradicted = (
                            other != code and names_as_fit(rule, other) and refusing(other, code, bare, setting)
                        )
                        if contradicted:
                            needed.add(frozenset((code, other)))
                            if frozenset((code, other)) not in rules.decisions:
                                undecided.add((day, code, other))
    assert undecided == set()
    assert {decision.pair for decision in load_decisions()} == needed


def test_a_sick_listed_talk_may_not_be_billed_with_a_text_consultation():
    """Code 2as names 2sm as fit, 2sm refuses 2as; the decision follows the supplement's own rule."""
    sick = {"circumstances": frozenset({"sick_note"})}
    assert kinds("2as", "2sm", **sick) == ["not_together"]
    assert kinds("2as", "2dds", known=Known(is_specialist=True, specialist_since=date(2025, 1, 1))) == []


def test_the_place_is_a_municipality_of_the_day():
    """Halden was 3001 until 2024, and is 3101 since."""
    before, after = clock(2023, 12, 29, 10), clock(2024, 1, 2, 10)
    for at, stands, gone in ((before, "3001", "3101"), (after, "3101", "3001"), (MONDAY, "0301", "9999")):
        assert "no_such_municipality" not in kinds("2ad", at=at, municipality=stands)
        assert "no_such_municipality" in kinds("2ad", at=at, municipality=gone)
    assert "no_such_municipality" not in kinds("2ad")


def test_on_borders_that_are_not_known_the_place_is_not_checked():
    found = control(bill("2ad", at=clock(2019, 6, 3, 10), municipality="0101"))
    assert ("no_such_municipality", "borders") in {(one.kind, one.lacking) for one in found.not_checked}
    assert "no_such_municipality" not in {one.kind for one in found.breaches}


def test_working_days_leave_out_weekends_and_holidays():
    assert [day for day in range(24, 30) if is_working_day(date(2026, 12, day))] == [24, 28, 29]
