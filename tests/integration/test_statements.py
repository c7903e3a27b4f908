"""Statements: to the GP with every count, to the municipality without small groups, to nobody else at all."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.translation import override
from logging_in import log_in_as
from register_scene import BEGINS, MOTHER, make_register
from statement_scene import COUNTS, READER, add_line, add_run, pay_bills, pay_june
from typer.testing import CliRunner

from fastlege.access.viewers import ANYONE, Role, Viewer, resident
from fastlege.cli.money import statements
from fastlege.cli.pay import app
from fastlege.kernel.errors import DataError
from fastlege.rules.parameters import load_rulebook
from fastlege.settlement.actions import end_reading, let_read
from fastlege.settlement.models import PaymentLine
from fastlege.settlement.queries.statements import (
    months_of_gp,
    months_of_municipality,
    municipalities_of,
    statement_of_gp,
    statement_of_municipality,
)
from fastlege.settlement.statements.document import as_pdf
from fastlege.settlement.statements.shown import in_words
from fastlege.settlement.statements.table import as_csv
from fastlege.web import site_data

pytestmark = pytest.mark.django_db
BOOK = load_rulebook()
GP = Viewer("doctor 1", Role.OFFICE, doctor_id=1, office_ids=(1,))
COLLEAGUE = Viewer("doctor 2", Role.OFFICE, doctor_id=2, office_ids=(1,))
EMPLOYEE = Viewer(READER, Role.MUNICIPALITY)
NEIGHBOUR = Viewer("somebody else", Role.MUNICIPALITY)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="a case")
ROOT = Viewer("command line", Role.ADMINISTRATOR)


@pytest.fixture
def june():
    make_register()
    site_data.forget()
    yield pay_june()
    site_data.forget()


def of_gp(viewer=GP, doctor=1):
    return statement_of_gp(viewer, doctor, BEGINS)


def of_town(viewer=EMPLOYEE):
    return statement_of_municipality(viewer, "4204", BEGINS, book=BOOK)


@pytest.mark.parametrize("viewer", [ANYONE, resident(MOTHER), COLLEAGUE, EMPLOYEE, CLERK])
def test_a_gps_statement_is_for_the_gp(june, viewer):
    for ask in (lambda: of_gp(viewer), lambda: months_of_gp(viewer, 1)):
        with pytest.raises(PermissionDenied):
            ask()


@pytest.mark.parametrize("viewer", [ANYONE, resident(MOTHER), GP, NEIGHBOUR, CLERK, Viewer(READER, Role.OFFICE)])
def test_a_municipalitys_statement_is_for_those_who_were_let_in(june, viewer):
    for ask in (lambda: of_town(viewer), lambda: months_of_municipality(viewer, "4204")):
        with pytest.raises(PermissionDenied):
            ask()


def test_one_who_is_let_in_no_longer_sees_nothing(june):
    assert municipalities_of(EMPLOYEE) == [("4204", "Kristiansand")]
    end_reading(READER, "4204", by="clerk")
    assert municipalities_of(EMPLOYEE) == []
    with pytest.raises(PermissionDenied):
        of_town()
    with pytest.raises(DataError, match="nobody of that name"):
        end_reading(READER, "4204", by="clerk")
    assert let_read(READER, "4204", by="clerk")
    assert not let_read(READER, "4204", by="clerk")


def test_the_gp_sees_every_amount_with_its_counts_and_what_it_corrects(june):
    first, more = june
    found = of_gp()
    assert [(line.number, line.amount_ore, line.corrects) for line in found.lines] == [
        (first.pk, 672_934, None),
        (more.pk, 8_170, first.pk),
    ]
    assert found.amount_ore == 681_104
    assert found.lines[0].cells.shown == {0: 10, 1: 4, 2: 30, 3: 1, 4: 12, 5: 25}
    assert [(each.month, each.amount_ore) for each in months_of_gp(GP, 1)] == [(BEGINS, 681_104)]


def test_the_municipality_sees_every_amount_and_no_small_group(june):
    found = of_town()
    assert found.amount_ore == 672_934 + 8_170 + 80_000
    cells = {line.number: line.cells for line in found.lines}
    first, more = june
    assert (cells[first.pk].shown, cells[first.pk].together) == ({2: 30, 4: 12, 5: 25}, 15)
    # One more in a group of thirty is one person: it is not told in which group.
    assert (cells[more.pk].shown, cells[more.pk].together) == ({}, 1)
    # Nor are the parts of the amount, which would tell the classes of that one; the doctor sees them.
    assert [dict(line.parts) for line in found.lines if line.number == more.pk] == [{}]
    assert all(line.parts for line in of_gp().lines)
    with override("en"):
        told = {line.number: line.arithmetic for shown in in_words(found).lists for line in shown.lines}
    assert told[more.pk] == "82.5 weighted residents × 993 kroner × 30/365 of the year"


def test_a_list_that_is_paid_to_another_is_not_counted_anew_beside_what_it_was(june):
    """The doctor had left, and one more is known of: 31 beside 30 would tell of that one."""
    _, more = june
    run = add_run(digest="g", sequence=2)
    add_line(run, counts=None, amount_ore=-681_104, before_ore=681_104, corrects=more, trace={"should_be": None})
    kept = add_line(
        run, counts={**COUNTS, 2: 32, 5: 45}, payee="municipality", doctor_id=None, amount_ore=700_000, before_ore=0,
        trace={"should_be": {"part_of_year": "30/365"}, "should_be_ore": 700_000, "before_ore": 0},
    )  # fmt: skip
    back = add_line(
        add_run(digest="h", sequence=3), counts={**COUNTS, 2: 33, 5: 45}, amount_ore=690_000, before_ore=0,
        corrects=PaymentLine.objects.get(run=run, payee="gp"),
        trace={"should_be": {"part_of_year": "30/365"}, "should_be_ore": 690_000, "before_ore": 0},
    )  # fmt: skip
    cells = {line.number: line.cells for line in of_town().lines}
    # Twenty more in one group join the one in another, so that neither is told; one alone is never told.
    assert (cells[kept.pk].shown, cells[kept.pk].together) == ({}, 21)
    assert (cells[back.pk].shown, cells[back.pk].together) == ({}, 1)


def test_what_a_gp_has_had_too_much_is_taken_back_and_never_said_to_be_paid(june):
    _, more = june
    again = add_run(digest="g", sequence=2)
    add_line(
        again, amount_ore=-50, before_ore=681_104, corrects=more,
        trace={"should_be": {"part_of_year": "30/365"}, "should_be_ore": 681_054, "before_ore": 681_104},
    )  # fmt: skip
    statement = of_gp()
    paid = replace(statement, paid={line.run: date(2026, 7, 1) for line in statement.lines})
    with override("en"):
        states = {line.amount: line.state for line in in_words(paid).lists[0].lines}
    back = states.pop("-0.50")
    assert back == "Recorded 1 July 2026. Taken from what is paid out"
    assert set(states.values()) == {"Paid 1 July 2026"}


def test_what_is_not_approved_is_in_no_statement(june):
    add_line(add_run(approved=False, digest="g", sequence=2), amount_ore=5, before_ore=681_104)
    assert of_gp().amount_ore == 681_104
    assert of_town(ROOT).amount_ore == 761_104


def test_bills_of_the_state_stand_beside(june):
    pay_bills()
    found = of_gp()
    assert [(each.bills, each.credits, each.amount_ore) for each in found.bills] == [(7, 1, 150_000)]
    assert found.amount_ore == 681_104 + 150_000
    assert months_of_gp(GP, 1)[0].amount_ore == found.amount_ore
    assert not of_town().bills


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Basistilskudd, retting nr. 1", "6 729,34", "82,5 vektede innbyggere × 993 kroner", "0–5 år, menn"]),
        ("nn", ["Basistilskot, retting nr. 1", "6 729,34", "82,5 vekta innbyggjarar", "0–5 år, menn"]),
        ("en", ["Capitation, correction no. 1", "6,729.34", "82.5 weighted residents", "age 0–5, men"]),
    ],
)
def test_a_statement_is_in_words_in_three_languages(june, language, words):
    with override(language):
        text = str(in_words(of_gp())).replace("\\xa0", " ").replace("\xa0", " ")
    assert [each for each in words if each not in text] == []


@pytest.mark.parametrize(
    ("language", "numbers", "bills"),
    [
        ("nb", ["26 001,04", "1 943,526937 vektede", "7 regninger, 1 kreditnotaer"], "Godkjent, ikke betalt ennå"),
        ("nn", ["26 001,04", "1 943,526937 vekta", "7 rekningar, 1 kreditnotaer"], "Godkjent, ikkje betalt enno"),
        ("en", ["26,001.04", "1,943.526937 weighted", "7 bills, 1 credit notes"], "Approved, not paid yet"),
    ],
)
def test_the_command_line_writes_every_number_as_the_language_does(june, monkeypatch, language, numbers, bills):
    add_line(add_run(digest="g", sequence=2), amount_ore=2_600_104, before_ore=681_104, paid_persons="1943.526937")
    pay_bills()
    monkeypatch.setattr(statements, "open_register", lambda: None)
    done = CliRunner().invoke(app, ["statement", "--gp", "1", "--month", "2026-06", "--language", language])
    said = done.stdout.replace("\xa0", " ").replace("\u202f", " ")
    assert [each for each in (*numbers, bills) if each not in said] == []
    assert bool(re.search(r"\d,\d\d\b", said)) is (language != "en")
    assert bool(re.search(r"\d\.\d\d\b", said)) is (language == "en")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pdf_is_one_that_can_be_read_aloud_and_the_same_each_time(june, language):
    with override(language):
        one, other = as_pdf(of_gp()), as_pdf(of_gp())
    assert one == other
    assert one.startswith(b"%PDF")
    assert b"pdfuaid" in one


def rows_of(statement):
    return list(csv.DictReader(io.StringIO(as_csv(statement).decode("utf-8-sig"))))


def test_the_csv_has_every_line_and_adds_up(june):
    rows = rows_of(of_town())
    assert sum(int(row["amount_ore"]) for row in rows) == of_town().amount_ore
    assert rows[0]["cells"] == "age 6-15, sex male, use 0, centrality 2: 8"
    assert [row["corrects"] for row in rows] == ["", "", rows[1]["line"]]


def client_of(viewer):
    client = Client()
    log_in_as(client, viewer)
    return client


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_the_pages_show_the_statements(june, prefix):
    gp, employee = client_of(GP), client_of(EMPLOYEE)
    for client, address in [
        (gp, "/kontor/oppgjor/"),
        (gp, "/kontor/oppgjor/2026-06/"),
        (employee, "/kommune/oppgjor/"),
        (employee, "/kommune/oppgjor/4204/"),
        (employee, "/kommune/oppgjor/4204/2026-06/"),
        (employee, "/kommune/oppgjor/4204/2026-06/2/"),
    ]:
        answer = client.get(prefix + address)
        assert answer.status_code == 200, address


@pytest.mark.parametrize("address", ["2026-13/", "2026-07/", "2026-0/", "99999-01/", "2026-07.csv", "2026-07.pdf"])
def test_a_month_without_statement_is_a_page_that_is_not_there(june, address):
    answer = client_of(GP).get(f"/en/kontor/oppgjor/{address}")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "No statement has been approved for that month" in text
    assert '<a class="ds-button" href="/en/kontor/oppgjor/">All statements</a>' in text


def test_another_municipality_is_refused_like_one_that_does_not_exist(june):
    employee = client_of(EMPLOYEE)
    for code in ("0301", "9999", "abc"):
        assert employee.get(f"/kommune/oppgjor/{code}/2026-06/").status_code == 403
        assert employee.get(f"/kommune/oppgjor/{code}/").status_code == 403
    assert employee.get("/kommune/oppgjor/4204/2026-06/3/").status_code == 404


@pytest.mark.parametrize(("suffix", "start"), [("csv", b"\xef\xbb\xbfline,"), ("pdf", b"%PDF")])
def test_files_are_downloaded_and_kept_by_nobody_on_the_way(june, suffix, start):
    for client, address in [
        (client_of(GP), "/kontor/oppgjor/2026-06"),
        (client_of(EMPLOYEE), "/kommune/oppgjor/4204/2026-06"),
    ]:
        answer = client.get(f"{address}.{suffix}")
        assert answer.content.startswith(start)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].endswith(f'2026-06.{suffix}"')
