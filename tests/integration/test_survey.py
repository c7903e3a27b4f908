"""A survey of municipalities from the first letter to the published page, through a real mail server."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.timezone import localdate, now
from typer.testing import CliRunner

from fastlege.access.viewers import ANYONE, Role, Viewer
from fastlege.cli.surveys.survey import app
from fastlege.kernel.errors import DataError
from fastlege.messages.mail.address import mail_server
from fastlege.messages.mail.worker import Retries
from fastlege.reporting.report.wording.numbers import day
from fastlege.rules.parameters import load_rulebook
from fastlege.surveys import actions, queries
from fastlege.surveys.actions import Filled
from fastlege.surveys.letters import Signature, sending
from fastlege.surveys.levels import Level
from fastlege.surveys.links import invitation_of, link_path
from fastlege.surveys.models import Answer, Invitation, Letter

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = localdate()
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="survey")
PLACES = {"0301": "nb", "4601": "nn", "5501": "en"}
SIGNATURE = Signature("The Directorate", "survey@directorate.example")
RETRIES = Retries.of(load_rulebook(), on=date(2026, 9, 1))


@pytest.fixture
def asked():
    """A survey that three municipalities are asked in, with their letters still here."""
    actions.open_survey("2026", on=TODAY, answer_by=TODAY + timedelta(days=20), previous="2018", by=CLERK)
    rows = [{"municipality": code, "email": f"post@{code}.example", "language": PLACES[code]} for code in PLACES]
    assert actions.set_addresses(rows, on=TODAY, where="addresses.csv") == 3
    assert actions.invite("2026", on=TODAY, by=CLERK) == 3


def server(mailbox):
    return mail_server(
        {
            "FASTLEGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "FASTLEGE_MAIL_FROM": "survey@fastlege.example",
            "FASTLEGE_SITE_URL": "https://fastlege.example/",
        }
    )


def deliver(mailbox):
    with sending(server(mailbox), RETRIES, SIGNATURE) as send:
        return send()


def invitation(code):
    return Invitation.objects.select_related("survey").get(municipality=code)


def address_of(code, language="nb"):
    return link_path(invitation(code), language)


def post(code, **fields):
    return Client().post(address_of(code), fields, follow=True)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_letters_go_out_once_each_in_their_language_with_a_link_of_their_own(asked, mailbox):
    assert deliver(mailbox) == {"sent": 3}
    assert deliver(mailbox) == {}
    mails = {each.rcpt_tos[0]: message_from_bytes(each.content, policy=policy.default) for each in mailbox.got}
    assert sorted(mails) == ["post@0301.example", "post@4601.example", "post@5501.example"]
    links = {}
    for code, language in PLACES.items():
        mail = mails[f"post@{code}.example"]
        assert mail["Content-Language"] == language
        assert mail.get_content().rstrip().endswith(": survey@directorate.example")
        assert "The Directorate" in mail.get_content().splitlines()
        links[code] = re.search(r"https://fastlege\.example(\S+)", mail.get_content())[1]
        assert links[code] == address_of(code, language)
    # The link alone opens the form of that municipality, in the language of the letter.
    assert "Bergen" in text_of(Client().get(links["4601"]))
    assert "How is recruiting" in text_of(Client().get(links["5501"]))
    assert len(set(links.values())) == 3


def test_a_link_that_was_not_made_here_opens_nothing(asked):
    good = address_of("0301")
    other = invitation("4601").pk
    wrong = [good[:-3] + "00/", re.sub(r"\d+", str(other), good, count=1), "/svar/x/", f"/svar/{'9' * 30}-a/"]
    for address in wrong:
        answer = Client().get(address)
        assert answer.status_code == 404, address
        assert "Lenken virker ikke" in text_of(answer)
        assert "Oslo" not in text_of(answer)
    assert Client().get(good)["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(good)["Referrer-Policy"] == "same-origin"
    assert invitation_of("") is None


def test_a_draft_is_kept_and_counts_first_when_it_is_sent_in(asked):
    page = post("0301", ledige="3", merknad="Ring oss.", kladd="1")
    assert "Kladden er lagret" in text_of(page)
    assert queries.said_in(queries.survey_with_key("2026")) == {}
    # In another browser the draft stands in the form.
    form = Client().get(address_of("0301")).content.decode()
    assert 'value="3"' in form
    assert "Ring oss." in form
    page = post("0301", niva="orange", ledige="3", uten="2", merknad="Ring oss.")
    assert "Svaret er sendt inn" in text_of(page)
    assert queries.said_in(queries.survey_with_key("2026")) == {"0301": (Level.ORANGE, None)}
    # The same again is one answer; another one is a new version, and the first stays.
    post("0301", niva="orange", ledige="3", uten="2", merknad="Ring oss.")
    post("0301", niva="red")
    assert list(Answer.objects.order_by("version").values_list("version", "level")) == [(1, "orange"), (2, "red")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "niva"),
        ({"niva": "purple"}, "niva"),
        ({"niva": "red", "ledige": "-1"}, "ledige"),
        ({"niva": "red", "ledige": "1000"}, "ledige"),
        ({"niva": "red", "ledige": "²"}, "ledige"),
        ({"niva": "red", "ledige": "1", "uten": "2"}, "uten"),
        ({"niva": "red", "uten": "2"}, "uten"),
        ({"niva": "red", "merknad": "x" * 2001}, "merknad"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_kept(asked, fields, field):
    page = post("0301", **fields)
    assert page.status_code == 400
    assert f'href="#{field}"' in page.content.decode()
    assert f'id="{field}-feil"' in page.content.decode()
    assert not Answer.objects.exists()


def test_what_was_typed_stays_in_the_form_beside_what_is_wrong_with_it(asked):
    page = post("0301", niva="red", ledige="<tre>", uten="2", merknad="Ring oss.")
    form = page.content.decode()
    assert 'name="ledige" maxlength="3" autocomplete="off" value="&lt;tre&gt;"' in form
    assert 'name="uten" maxlength="3" autocomplete="off" value="2"' in form
    assert "Ring oss." in form
    # One mistake is one message: the other number cannot be judged before the first is right.
    assert form.count('class="ds-validation-message"') == 1


def test_only_the_silent_are_reminded(asked, mailbox):
    deliver(mailbox)
    post("0301", niva="green")
    post("4601", ledige="1", kladd="1")
    assert actions.remind("2026", on=TODAY, by=CLERK) == 2
    # A second time before the letters have gone writes no more of them.
    assert actions.remind("2026", on=TODAY, by=CLERK) == 0
    assert deliver(mailbox) == {"sent": 2}
    assert {each.rcpt_tos[0] for each in mailbox.got[3:]} == {"post@4601.example", "post@5501.example"}
    standing = {each.municipality: each for each in queries.standings("2026", CLERK)}
    assert [standing[code].letters for code in PLACES] == [1, 2, 2]
    assert standing["0301"].answered_at is not None
    assert standing["4601"].has_draft
    with pytest.raises(PermissionDenied):
        queries.standings("2026", ANYONE)


def test_those_who_run_it_read_whole_answers_and_nobody_else(asked, tmp_path, monkeypatch):
    post("0301", niva="green", ledige="3", uten="1", merknad="=1+1")
    post("0301", niva="yellow", ledige="3", uten="1", merknad="=1+1")
    post("4601", niva="red", kladd="1")
    [found] = queries.answers_in("2026", CLERK)
    assert (found.municipality, found.level, found.vacant_posts, found.without_applicants) == ("0301", "yellow", 3, 1)
    with pytest.raises(PermissionDenied):
        queries.answers_in("2026", ANYONE)
    monkeypatch.setattr("fastlege.cli.surveys.survey._ready", lambda: CLERK)
    run = CliRunner()
    assert "0301 Oslo: yellow, 3 vacant, 1 without applicants: =1+1" in run.invoke(app, ["answers", "2026"]).output
    assert "4601 Bergen: no answer after 1 letter, has a draft" in run.invoke(app, ["status", "2026"]).output
    assert run.invoke(app, ["answers", "2026", "--out", str(tmp_path / "answers.csv")]).exit_code == 0
    text = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig")
    # A spreadsheet must not run what a municipality wrote.
    assert "0301,Oslo,yellow,3,1,'=1+1," in text


def test_a_sender_that_died_in_the_middle_sends_no_letter_twice(asked, mailbox):
    Letter.objects.filter(invitation__municipality="0301").update(state="handing_over")
    assert deliver(mailbox) == {"sent": 2}
    assert queries.letters_by_state("2026") == {"sent": 2, "unknown": 1}


def test_a_server_that_is_busy_gets_the_letter_again_and_one_that_refuses_does_not(asked, mailbox):
    mailbox.answers = ["450 busy", "550 no such box"]
    assert deliver(mailbox) == {"waiting": 1, "refused": 1, "sent": 1}
    Letter.objects.filter(state="waiting").update(next_at=now())
    assert deliver(mailbox) == {"sent": 1}


def test_two_windows_at_once_make_one_version_each(asked):
    def answer(level):
        try:
            return actions.send_answer(invitation("0301"), Filled(level), on=TODAY).version
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(answer, Level)) == [1, 2, 3, 4]


def test_a_closed_survey_takes_nothing_and_is_published_once_in_each_version(asked):
    post("0301", niva="green")
    post("4601", niva="red")
    with pytest.raises(DataError, match="still takes answers"):
        actions.publish("2026", note="", by=CLERK)
    actions.close("2026", by=CLERK)
    late = post("5501", niva="red")
    assert late.status_code == 410
    assert "avsluttet" in text_of(late)
    assert Client().get("/undersokelser/2026/").status_code == 404
    actions.publish("2026", note="", by=CLERK)
    with pytest.raises(DataError, match="says the same"):
        actions.publish("2026", note="again", by=CLERK)
    page = text_of(Client().get("/undersokelser/2026/"))
    assert "2 av 3 kommuner svarte." in page
    # Bergen was red in 2018, Oslo's level is not given there.
    assert "Bergen Rød Rød Som før" in page
    assert "Oslo Ikke oppgitt Grønn Kan ikke sammenlignes" in page
    lines = Client().get("/undersokelser/2026.csv").content.decode().splitlines()
    assert "2026,1,4601,Bergen,red,red,same" in lines
    assert all("comment" not in line for line in lines)


def test_a_survey_that_cannot_be_compared_says_so_instead_of_a_table_of_nothing(asked):
    post("0301", niva="green")
    actions.close("2026", by=CLERK)
    actions.publish("2026", note="", by=CLERK)
    text = text_of(Client().get("/en/undersokelser/2026/"))
    assert "no municipality has a known answer in both" in text
    assert "Change" not in text


def test_a_survey_that_is_not_published_is_told_and_leads_to_those_that_are(asked):
    for address in ("/en/undersokelser/2026/", "/en/undersokelser/2026.csv", "/en/undersokelser/no-such/"):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert "No survey of that name is published" in text_of(answer)
        assert 'href="/en/undersokelser/"' in answer.content.decode()


def test_those_who_moved_are_named_and_an_early_end_gives_the_day(asked):
    post("4601", niva="green")
    post("5501", niva="red")
    actions.close("2026", by=CLERK)
    actions.publish("2026", note="", by=CLERK)
    page = text_of(Client().get("/undersokelser/2026/"))
    assert f"Rekruttering av fastleger, {day(TODAY, 'nb')}" in page
    assert "Hvem som har endret svar Fra oransje til rød Tromsø Fra rød til grønn Bergen" in page
    assert "1 kommune " in page
    # Neither asked now nor known from before.
    assert "Sandnes" not in page


@pytest.mark.parametrize(
    "statement",
    [
        "update survey_answers set level = 'green'",
        "delete from survey_answers",
        "update survey_publications set note = 'x'",
        "delete from survey_publications",
        "delete from survey_letters",
    ],
)
def test_the_database_keeps_what_was_sent_in_and_what_was_published(asked, statement):
    post("0301", niva="red")
    actions.close("2026", by=CLERK)
    actions.publish("2026", note="", by=CLERK)
    with pytest.raises(DatabaseError, match="rows are only added"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_surveys_of_the_source_are_there_from_the_start():
    page = text_of(Client().get("/undersokelser/2018/"))
    assert "Trondheim" in page
    assert "3 av de ti største kommunene var grønne." in page
    assert "Verre 5" in page
    assert "198 av 425 kommuner" in text_of(Client().get("/undersokelser/2017/"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"municipality": "9999", "email": "a@b.example"}, "no municipality '9999'"),
        ({"municipality": "0301", "email": "nobody"}, "e-mail address"),
        ({"municipality": "0301", "email": "a@b.example", "language": "de"}, "not a language"),
    ],
)
def test_a_wrong_address_is_told_with_its_line_and_none_is_set(row, told):
    good = {"municipality": "4601", "email": "a@b.example"}
    with pytest.raises(DataError, match=told) as refused:
        actions.set_addresses([good, row], on=TODAY, where="a.csv")
    assert "a.csv, line 3" in str(refused.value)
    assert queries.without_address({"4601"}) == ["4601"]


def test_a_survey_is_opened_with_a_name_of_its_own_and_by_those_who_run_it():
    last = TODAY + timedelta(days=3)
    for key, previous in (("2018", "2017"), ("Ny!", "2018"), ("2026", "1999")):
        with pytest.raises(DataError):
            actions.open_survey(key, on=TODAY, answer_by=last, previous=previous, by=CLERK)
    with pytest.raises(DataError, match="is before"):
        actions.open_survey("2026", on=last, answer_by=TODAY, previous="2018", by=CLERK)
    with pytest.raises(PermissionDenied):
        actions.open_survey("2026", on=TODAY, answer_by=last, previous="2018", by=ANYONE)
