"""Other rules tried on the same lists: scenarios are rows, and a comparison says who gains and who loses."""

import json
from datetime import date
from xml.etree import ElementTree

import pytest
from capitation_case import ListCase, membership, person, small, snapshot_of
from typer.testing import CliRunner

from fastlege.cli.pay import app
from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.comparing.groups import compare
from fastlege.rules.capitation.comparing.picture import comparison_picture
from fastlege.rules.capitation.comparing.scenarios import book_with, scenario_names, scenario_rows
from fastlege.rules.capitation.lines import run_month
from fastlege.rules.capitation.payment_file import PaymentFile, payment_header
from fastlege.rules.capitation.terms import Kind
from fastlege.rules.parameters import load_rulebook

BOOK, MONTH = load_rulebook(), date(2025, 8, 1)
PLANNED = [name for name in scenario_names() if not name.startswith("reading-")]


@pytest.fixture
def snapshot(tmp_path):
    """A city list of the young, a country list of the old, and newcomers on the third."""
    people = [person(n, born=date(2000, 1, 1), municipality="0301") for n in range(1, 41)]
    people += [person(n, born=date(1940, 1, 1), sex=2, municipality="1144", gp_use=20) for n in range(41, 81)]
    people += [person(n, born=date(1990, 1, 1), municipality="1144") for n in range(81, 101)]
    rows = [membership(row["person_id"], 1 + (row["person_id"] - 1) // 40) for row in people]
    for row in rows[80:]:
        row.update(start=date(2025, 2, 1), begin_reason="immigration")
    lists = ListCase(1, 0), small(2, 0, salaried=True), ListCase(3, 0)
    return snapshot_of(tmp_path / "s", *lists, day=MONTH, people=people, memberships=rows)


def paid(snapshot, *scenarios, month=MONTH):
    book = book_with(scenarios=scenarios)
    run = run_month(snapshot, month, book)
    return PaymentFile(payment_header(run, snapshot, book, tried=scenarios), run.lines)


def by_list(payments, kind=Kind.CAPITATION):
    return {line["list_id"]: line["amount_ore"] for line in payments.lines.to_pylist() if line["kind"] == kind}


def test_the_five_planned_changes_are_there():
    assert PLANNED == [
        "centrality-by-practice",
        "damping-lifted",
        "education-by-unit",
        "equalisation-into-centrality",
        "newcomers-extra",
    ]


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_is_rows_in_the_place_of_rules_with_their_sources(name):
    for row in scenario_rows(name):
        law = BOOK.history(row.parameter)[0]
        assert (row.unit, bool(row.source)) == (law.unit, True)
    assert book_with(scenarios=[name]).digest() != BOOK.digest()


def test_lifting_the_damping_pays_more_for_those_who_need_more(snapshot):
    before, after = by_list(paid(snapshot)), by_list(paid(snapshot, "damping-lifted"))
    assert after[1] < before[1]
    assert after[2] > before[2]


def test_centrality_by_practice_moves_what_residents_of_the_country_bring_to_a_city_list(snapshot):
    before, after = by_list(paid(snapshot)), by_list(paid(snapshot, "centrality-by-practice"))
    # List 3 lies in the city, and all its members live in the country.
    assert after[3] < before[3]


def test_newcomers_bring_more_and_all_others_a_little_less(snapshot):
    before, after = by_list(paid(snapshot)), by_list(paid(snapshot, "newcomers-extra"))
    assert after[3] > before[3] * 1.5
    assert 0.97 < after[1] / before[1] < 1


def test_education_in_place_of_all_traits_moves_what_basic_units_bring(snapshot):
    assert by_list(paid(snapshot)) != by_list(paid(snapshot, "education-by-unit"))


def test_the_equalisation_grant_moves_into_centrality(snapshot):
    before, after = paid(snapshot), paid(snapshot, "equalisation-into-centrality")
    assert by_list(before, Kind.EQUALISATION_GRANT)
    assert not by_list(after, Kind.EQUALISATION_GRANT)
    share = [run.header["totals"]["parts"]["centrality"] / run.header["totals"]["kinds"]["capitation"]["amount_ore"]
             for run in (before, after)]  # fmt: skip
    assert share[1] > 3 * share[0]


def test_by_the_other_reading_one_equalisation_grant_is_shared(snapshot):
    before = by_list(paid(snapshot), Kind.EQUALISATION_GRANT)
    assert by_list(paid(snapshot, "reading-equalisation-shared"), Kind.EQUALISATION_GRANT) == before  # one list there


def test_by_the_other_reading_a_month_is_a_twelfth(snapshot):
    trace = json.loads(paid(snapshot, "reading-annual-twelfth").lines["trace"][0].as_py())
    assert trace["part_of_year"] == "1/12"


def test_months_before_the_adjusted_model_do_not_change_by_its_scenarios(snapshot):
    month = date(2022, 10, 1)
    before = paid(snapshot, month=month)
    for name in PLANNED:
        assert by_list(paid(snapshot, name, month=month)) == by_list(before)


def test_an_unknown_scenario_is_refused_with_those_that_there_are():
    with pytest.raises(DataError, match=r"there is no scenario 'damping'\. Choose among: centrality-by-practice, dam"):
        book_with(scenarios=["damping"])


def test_every_grouping_is_of_all_lists(snapshot):
    before, after = paid(snapshot), paid(snapshot, "damping-lifted")
    changes = compare(before, after, snapshot)
    whole = changes[0]
    assert (whole.lists, whole.before_ore) == (3, before.header["totals"]["amount_ore"])
    assert (whole.gaining, whole.losing) == (1, 2)
    for by in {one.by for one in changes}:
        own = [one for one in changes if one.by == by]
        assert sum(one.lists for one in own) == 3
        assert sum(one.change_ore for one in own) == whole.change_ore


def test_runs_of_different_months_or_snapshots_are_not_compared(tmp_path, snapshot):
    run = paid(snapshot)
    with pytest.raises(DataError, match="different months, 2025-08 and 2025-09"):
        compare(run, paid(snapshot, month=date(2025, 9, 1)), snapshot)
    with pytest.raises(DataError, match="not both made on this snapshot"):
        compare(run, run, snapshot_of(tmp_path / "other", ListCase(1, 1)))


def test_the_picture_stands_on_its_own_and_says_every_number(snapshot):
    changes = compare(paid(snapshot), paid(snapshot, "damping-lifted"), snapshot)
    root = ElementTree.fromstring(comparison_picture(changes, title="Trial & error"))
    texts = "".join(root.itertext())
    assert "Trial & error" in texts
    for one in changes:
        assert f"{one.percent:+.1f}" in texts


def test_the_command_line_tries_compares_and_draws(tmp_path, snapshot):
    def pay(*words):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done

    month = ("--snapshot", snapshot.folder, "--month", "2025-08")
    pay("run", *month, "--out", tmp_path / "a.parquet")
    tried = pay("run", *month, "--out", tmp_path / "b.parquet", "--scenario", "damping-lifted")
    assert "damping-lifted: a trial of other rules, not a payment" in " ".join(tried.stderr.split())
    files = (tmp_path / "a.parquet", tmp_path / "b.parquet", "--snapshot", snapshot.folder)
    assert "self-employed" in pay("compare", *files, "--svg", tmp_path / "c.svg").stdout
    assert (tmp_path / "c.svg").read_text().startswith("<svg")
    assert json.loads(pay("compare", *files, "--json").stdout)[0]["lists"] == 3
    assert "damping-lifted" in pay("scenarios").stdout
    year = json.loads(pay("year", "--snapshot", snapshot.folder, "--year", "2025", "--json").stdout)
    assert year["ore"] == sum(row["ore"] for row in year["rows"])
