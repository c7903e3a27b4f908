"""Tariffs and claim rules: the form of the files, and what a list of codes includes."""

from datetime import date

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.claims import decisions
from fastlege.rules.tariffs import claim_rules, fees, parse_codes
from fastlege.rules.tariffs.codes import is_code

FEE = "2ad,Consultation,consultation,200,179,2025-07-01,,FOR-2024-06-26-1322,sourced"
RULE = "2ad,not_with,1* 2ak,2025-07-01,,FOR-2024-06-26-1322,sourced,"


def written(tmp_path, name, header, *rows):
    path = tmp_path / name
    path.write_text("\n".join([",".join(header), *rows]) + "\n", encoding="utf-8")
    return path


def test_the_shipped_files_are_in_order():
    assert len(fees.load_fees()) == 608
    assert len({rule.rule for rule in claim_rules.load_claim_rules()}) == len(claim_rules.ARGUMENTS)


@pytest.mark.parametrize(("day", "amount"), [(date(2020, 7, 6), 160), (date(2021, 6, 30), 160)])
def test_a_fee_is_answered_by_day(day, amount):
    assert fees.fee_on("2ad", on=day).amount == amount


def test_a_day_without_a_fee_and_a_strange_code_are_errors():
    with pytest.raises(DataError, match="Tariff 2ad has no fee on 2001-01-01; known: 2020-07-06"):
        fees.fee_on("2ad", on=date(2001, 1, 1))
    with pytest.raises(DataError, match="9zz is not a tariff code"):
        fees.fee_on("9zz", on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (FEE.replace("2ad,", "??,"), "it is not a tariff code"),
        (FEE.replace(",consultation,", ",visit,"), "unknown contact type 'visit'"),
        (FEE.replace("200,179", ","), "neither an amount nor a patient share"),
        (FEE.replace("200,179", "200,201"), "the patient's share is more than the fee"),
        (FEE.replace("200", "2.5"), "'2.5' is not an amount in whole kroner"),
        (FEE.replace("FOR-2024-06-26-1322", ""), "it has no source"),
    ],
)
def test_a_faulty_fee_is_refused_with_file_and_line(tmp_path, row, expected):
    with pytest.raises(DataError) as refusal:
        fees.load_fees(written(tmp_path, "tariffs.csv", fees.HEADER, row))
    assert str(refusal.value).startswith("tariffs.csv, line 2: ")
    assert expected in str(refusal.value)


def test_two_fees_on_one_day_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"line 3: 2ad: it overlaps line 2"):
        fees.load_fees(written(tmp_path, "tariffs.csv", fees.HEADER, FEE, FEE.replace("2025-07-01", "2026-07-01")))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (RULE.replace("not_with", "never_with"), "it is not a known kind of rule"),
        (RULE.replace("1* 2ak", "1** 2ak"), "the argument '1** 2ak' is not codes such as"),
        (RULE.replace("1* 2ak", ""), "the argument '' is not a list of codes"),
        (RULE.replace("not_with,1* 2ak", "not_with_all,1*"), "the argument '1*' is not nothing"),
        (RULE.replace("not_with,1* 2ak", "max_repeats,few"), "the argument 'few' is not a whole number"),
        (RULE.replace("not_with,1* 2ak", "requires,"), "the argument '' is not a text"),
        (RULE.replace("2ad", "2AD", 1), "it is not a tariff code"),
        (RULE.replace("2025-07-01", "07/2025"), "valid_from is '07/2025'"),
    ],
)
def test_a_faulty_claim_rule_is_refused_with_file_and_line(tmp_path, row, expected):
    with pytest.raises(DataError) as refusal:
        claim_rules.load_claim_rules(written(tmp_path, "tariff_rules.csv", claim_rules.HEADER, row))
    assert str(refusal.value).startswith("tariff_rules.csv, line 2: ")
    assert expected in str(refusal.value)


@pytest.mark.parametrize(
    "other",
    [
        RULE,
        RULE.replace("1* 2ak", "2ak"),
        RULE.replace("FOR-2024-06-26-1322", "FOR-2020-12-18-2990"),
        RULE.replace("2025-07-01,", "2024-07-01,2025-07-01").replace("FOR-2024-06-26-1322", "handbook"),
    ],
)
def test_a_claim_rule_that_would_apply_twice_is_refused(tmp_path, other):
    with pytest.raises(DataError, match=r"line 3: 2ad not_with: it would apply twice, as line 2\.\s.*make one row"):
        claim_rules.load_claim_rules(written(tmp_path, "tariff_rules.csv", claim_rules.HEADER, RULE, other))


def test_claim_rules_may_follow_each_other_and_name_a_set_under_two_provisions(tmp_path):
    earlier = RULE.replace("2025-07-01,", "2024-07-01,2025-06-30").replace("FOR-2024-06-26-1322", "handbook")
    counted = "ALL,patient_paid_not_counted,8 10a,2025-07-01,,{},sourced,"
    rows = [RULE, earlier, counted.format("one"), counted.format("another")]
    assert len(claim_rules.load_claim_rules(written(tmp_path, "tariff_rules.csv", claim_rules.HEADER, *rows))) == 4
    unlike = written(tmp_path, "unlike.csv", claim_rules.HEADER, rows[2], rows[3].replace("8 10a", "8"))
    with pytest.raises(DataError, match="line 3: ALL patient_paid_not_counted: it would apply twice"):
        claim_rules.load_claim_rules(unlike)


@pytest.mark.parametrize(
    ("codes", "inside", "outside"),
    [
        ("2*", ["2", "2ad", "2k"], ["215", "12ad", "S2ad"]),
        ("2a*", ["2ad", "2ak", "2afs"], ["2", "2cd"]),
        ("S1*", ["S1", "S1bd"], ["1bd", "S11ad"]),
        ("155*", ["155", "155a"], ["15", "1551"]),
        ("701..743", ["701", "701a", "743"], ["700", "744", "S701"]),
        ("S701..S743", ["S712"], ["712"]),
        ("1* 2* except 11e 2bd", ["1ad", "2ad"], ["2bd", "11e"]),
        ("H1", ["H1"], ["1"]),
    ],
)
def test_a_list_of_codes_includes_what_its_grammar_says(codes, inside, outside):
    listed = parse_codes(codes)
    assert [code for code in [*inside, *outside] if listed.includes(code)] == inside


def test_a_code_is_digits_with_letters():
    assert [text for text in ("2ad", "S2cd", "615", "21k2", "", "ad", "2*") if is_code(text)] == [
        "2ad", "S2cd", "615", "21k2",
    ]  # fmt: skip


def test_a_pair_that_is_decided_twice_for_the_same_days_is_refused(tmp_path):
    header = decisions.HEADER
    cells = {"code": "2ad", "other": "2cd", "decision": "allowed", "valid_from": "2025-07-01", "valid_to": ""}
    cells |= {"source": "test", "confidence": "assumed", "note": "a reason"}
    row = ",".join(cells.get(name, "") for name in header)
    turned = row.replace("2ad,2cd", "2cd,2ad").replace("allowed", "refused")
    with pytest.raises(DataError, match="line 3: line 2 decides the pair for some of these days"):
        decisions.load_decisions(written(tmp_path, "claim_decisions.csv", header, row, turned))
