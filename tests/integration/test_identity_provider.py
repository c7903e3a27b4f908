"""Logging in with the real provider: what it lets in, and everything that must not pass for a login."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import pytest
import requests
from django.test import Client
from logging_in import log_in
from provider_visits import NOBODY, SITE, Visitor, computed_number, log_in_with, query_of, start
from register_scene import BEGINS, MAN, MOTHER, make_register
from statement_scene import pay_june

from fastlege.access.actions import touch_session
from fastlege.access.models import LoginAttempt, Session
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.identity_provider.running import start_provider
from fastlege.registry.journal import on_day
from fastlege.registry.models import DoctorPeriod, Person
from fastlege.settlement.actions import let_read
from fastlege.web.login import answers
from fastlege.web.login.cookies import SESSION
from fastlege.web.login.oidc.profiles import connection_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(site_with_provider):
    """A register with a family in it, and a site that knows the provider."""
    make_register()


@pytest.fixture
def visitor():
    return Visitor()


def said(answer):
    return answer.content.decode()


def refused(answer, status, text, client):
    assert (answer.status_code, text in said(answer)) == (status, True), said(answer)
    assert SESSION not in answer.cookies
    assert not Session.objects.exists()
    assert client.get("/innlogging/").status_code == 302


class TestResidents:
    def test_a_resident_is_let_in_and_comes_back_to_the_page(self, client, visitor):
        answer = log_in_with(client, visitor, query="?til=/nn/innlogging/", who="0")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/nn/innlogging/")
        login = touch_session(client.cookies[SESSION].value)
        assert login.viewer == resident(MOTHER)
        assert (login.origin.provider, login.origin.level) == ("resident", "idporten-loa-high")
        assert client.get("/nn/innlogging/").status_code == 200
        assert not LoginAttempt.objects.exists()

    def test_the_question_asks_for_what_the_answer_must_hold(self, client):
        asked = query_of(start(client, query="?igjen=1"))
        assert asked["response_type"] == "code"
        assert (asked["acr_values"], asked["code_challenge_method"]) == ("idporten-loa-high", "S256")
        assert (asked["prompt"], asked["ui_locales"]) == ("login", "nb")
        assert len(asked["state"]) >= 32
        assert len(asked["nonce"]) >= 32
        assert "code_verifier" not in asked

    def test_login_begins_a_session_with_a_new_key_and_ends_the_old(self, client, visitor):
        old = log_in(client, MAN)
        log_in_with(client, visitor, who="0")
        assert client.cookies[SESSION].value != old
        assert touch_session(old) is None

    def test_nobody_is_led_to_another_site(self, client, visitor):
        for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
            client.get("/logg-inn/resident/", {"til": elsewhere})
        assert set(LoginAttempt.objects.values_list("return_to", flat=True)) == {"/min-side/"}

    def test_anybody_of_the_synthetic_register_may_be_written_in(self, client, visitor):
        log_in_with(client, visitor, number=computed_number(MAN))
        assert touch_session(client.cookies[SESSION].value).viewer == resident(MAN)

    def test_a_number_of_the_real_series_is_not_even_passed_on(self, client, visitor):
        page = visitor.open(start(client))
        assert visitor.answer(page, number="01010112345") == ""


class TestRefusals:
    def test_one_who_is_not_in_the_register(self, client, visitor):
        answer = log_in_with(client, visitor, number=computed_number(NOBODY))
        refused(answer, 403, "Vi finner deg ikke i registeret", client)
        assert computed_number(NOBODY) not in said(answer)

    def test_the_dead(self, client, visitor):
        with on_day(BEGINS):
            Person.objects.filter(pk=MOTHER).update(status="dead")
        heading = "Innloggingen gjelder en som er registrert som død"
        refused(log_in_with(client, visitor, who="0"), 403, heading, client)

    def test_a_child(self, client, visitor):
        refused(log_in_with(client, visitor, who="1"), 403, "Du må være eldre for å logge inn", client)

    def test_a_lower_level_of_assurance(self, client, visitor):
        answer = log_in_with(client, visitor, who="0", level="low")
        refused(answer, 403, "Innloggingen er ikke sikker nok", client)

    def test_one_who_changed_their_mind(self, client, visitor):
        page = visitor.open(start(client, query="?til=/en/innlogging/"))
        back = visitor.answer(page, cancel="1")
        refused(client.get(back.removeprefix(SITE)), 400, "Logging in was cancelled", client)

    def test_another_state(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        path, query = back.split("?")[0], query_of(back)
        answer = client.get(path, {**query, "state": "x" * 43})
        refused(answer, 400, "Innloggingen gjelder ikke lenger", client)

    def test_another_browser(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        start(other := Client())
        refused(other.get(back), 400, "Innloggingen gjelder ikke lenger", other)

    def test_an_answer_to_another_question(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        LoginAttempt.objects.update(nonce="another")
        refused(client.get(back), 400, "Innloggingen ble avvist", client)

    def test_a_code_that_was_used(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        (attempt,) = LoginAttempt.objects.all()
        client.get(back)
        client.cookies.pop(SESSION)
        Session.objects.all().delete()
        refused(client.get(back), 400, "Innloggingen gjelder ikke lenger", client)
        attempt.save(force_insert=True)
        refused(client.get(back), 400, "Innloggingen ble avvist", client)

    def test_a_code_of_another_attempt(self, client, visitor):
        first = visitor.answer(visitor.open(start(client)), who="0", level="high")
        second = query_of(start(client))
        mixed = {**query_of(first), "state": second["state"]}
        refused(client.get(f"/logg-inn/svar/resident/?{urlencode(mixed)}"), 400, "Innloggingen ble avvist", client)

    def test_an_answer_that_names_another_provider(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        mixed = {**query_of(back), "iss": "https://evil.example"}
        refused(client.get(f"/logg-inn/svar/resident/?{urlencode(mixed)}"), 400, "Innloggingen ble avvist", client)

    def test_a_token_that_is_too_old(self, client, visitor, monkeypatch):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        monkeypatch.setattr(answers, "time", SimpleNamespace(time=lambda: __import__("time").time() + 3600))
        refused(client.get(back), 400, "Innloggingen gjelder ikke lenger", client)

    def test_a_provider_that_does_not_answer(self, client, monkeypatch):
        monkeypatch.setenv("FASTLEGE_RESIDENT_ISSUER", "http://localhost:9")
        connection_to.cache_clear()
        answer = client.get("/logg-inn/resident/")
        refused(answer, 502, "Innloggingen svarer ikke", client)

    def test_going_back_after_a_login_does_nothing(self, client, visitor):
        back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
        client.get(back)
        assert client.get(back).headers["Location"] == "/innlogging/"
        assert Session.objects.count() == 1


class TestKeysAndEndings:
    def test_a_new_key_of_the_provider_is_taken(self, client, visitor, running_provider):
        log_in_with(client, visitor, who="0")
        running_provider.rotate_keys("resident")
        log_in_with(client, Visitor(), who="0")
        assert touch_session(client.cookies[SESSION].value) is not None
        assert Session.objects.count() == 2

    def test_logging_out_ends_the_login_at_the_provider_too(self, client, visitor):
        log_in_with(client, visitor, who="0")
        key = client.cookies[SESSION].value
        away = client.post("/en/logg-ut/").headers["Location"]
        assert touch_session(key) is None
        assert query_of(away).keys() == {"client_id", "post_logout_redirect_uri", "ui_locales"}
        page = visitor.open(away)
        assert "Do you want to log out?" in page.text
        assert visitor.answer(page, logout="yes") == f"{SITE}/en/logg-ut/ferdig/"
        assert "Hvem vil du være?" in visitor.open(start(client)).text

    def test_logging_out_at_the_provider_ends_the_login_here(self, client, visitor, running_provider, notices):
        while not notices.received.empty():
            notices.received.get()
        log_in_with(client, visitor, who="0")
        other = log_in_other(MAN)
        key = client.cookies[SESSION].value
        page = visitor.open(running_provider.issuers["resident"] + "/session/end")
        visitor.answer(page, logout="yes")
        notice = parse_qs(notices.received.get(timeout=10))["logout_token"][0]
        stranger = Client(enforce_csrf_checks=True)
        assert stranger.post("/logg-inn/varsel/office/", {"logout_token": notice}).status_code == 400
        assert touch_session(key) is not None
        assert stranger.post("/logg-inn/varsel/resident/", {"logout_token": notice}).status_code == 200
        assert touch_session(key) is None
        assert touch_session(other) is not None
        assert client.get("/innlogging/").status_code == 401
        assert stranger.post("/logg-inn/varsel/resident/", {"logout_token": notice}).status_code == 400

    def test_a_notice_that_is_none_ends_nothing(self, client, visitor, monkeypatch):
        tokens = []
        original = answers.id_token_for
        monkeypatch.setattr(answers, "id_token_for", lambda *a, **k: tokens.append(original(*a, **k)) or tokens[-1])
        log_in_with(client, visitor, who="0")
        for token in ("", "x", "a.b.c", tokens[0]):
            assert client.post("/logg-inn/varsel/resident/", {"logout_token": token}).status_code == 400
        assert client.get("/logg-inn/varsel/resident/").status_code == 405
        assert touch_session(client.cookies[SESSION].value) is not None


class TestPersonnel:
    def test_a_gp_logs_in_for_the_offices_of_the_lists(self, client, visitor):
        asked = query_of(start(client, "office"))
        assert asked.keys() == {"client_id", "request_uri"}
        log_in_with(client, visitor, kind="office", who="0")
        login = touch_session(client.cookies[SESSION].value)
        assert login.viewer == Viewer("doctor 1", Role.OFFICE, doctor_id=1, office_ids=(1,))
        assert "helsepersonell" in said(client.get("/innlogging/"))

    def test_a_lower_level_is_refused_here_too(self, client, visitor):
        answer = log_in_with(client, visitor, kind="office", who="0", level="low")
        refused(answer, 403, "Innloggingen er ikke sikker nok", client)

    def test_a_doctor_without_a_list_today_has_no_office(self, client, visitor):
        with on_day(BEGINS):
            DoctorPeriod.objects.filter(doctor_id=1).update(end=BEGINS, end_reason="moved")
        answer = log_in_with(client, visitor, kind="office", who="0")
        refused(answer, 403, "Vi finner ikke kontoret ditt", client)


class TestEmployees:
    def test_one_who_was_let_in_reads_what_the_municipality_paid(self, client, visitor):
        pay_june()
        let_read(f"employee {MOTHER}", "4204", by="clerk")
        assert client.get("/kommune/oppgjor/").headers["Location"].startswith("/logg-inn/employee/")
        answer = log_in_with(client, visitor, kind="employee", query="?til=/kommune/oppgjor/", who="0")
        assert answer.headers["Location"] == "/kommune/oppgjor/"
        login = touch_session(client.cookies[SESSION].value)
        assert login.viewer == Viewer(f"employee {MOTHER}", Role.MUNICIPALITY, person_id=MOTHER)
        assert (login.origin.provider, login.origin.level) == ("employee", "high")
        assert "Kristiansand" in said(client.get("/kommune/oppgjor/"))
        assert client.get("/kommune/oppgjor/4204/2026-06/").status_code == 200
        assert "ansatt i en kommune" in said(client.get("/innlogging/"))

    def test_one_who_was_not_let_in_sees_nothing_and_is_told_by_what_name_to_ask(self, client, visitor):
        pay_june()
        answer = log_in_with(client, visitor, kind="employee", who="0")
        page = said(client.get(answer.headers["Location"]))
        assert f"employee {MOTHER}" in page
        assert computed_number(MOTHER) not in page
        assert client.get("/kommune/oppgjor/4204/2026-06/").status_code == 403

    def test_an_employee_is_no_resident_here(self, client, visitor):
        log_in_with(client, visitor, kind="employee", who="0")
        assert client.get("/min-side/").status_code == 403
        assert client.get("/kontor/oppgjor/").status_code == 403

    def test_strangers_children_and_lower_levels_are_refused(self, client, visitor):
        answer = log_in_with(client, visitor, kind="employee", number=computed_number(NOBODY))
        refused(answer, 403, "Vi finner deg ikke i registeret", client)
        answer = log_in_with(client, Visitor(), kind="employee", who="1")
        refused(answer, 403, "Du må være eldre for å logge inn", client)
        answer = log_in_with(client, Visitor(), kind="employee", who="0", level="low")
        refused(answer, 403, "Innloggingen er ikke sikker nok", client)


class TestPagesOfTheProvider:
    @pytest.mark.parametrize(
        ("prefix", "heading"),
        [("", "Hvem vil du være?"), ("/nn", "Kven vil du vere?"), ("/en", "Who do you want to be?")],
    )
    def test_they_speak_the_language_of_the_site(self, client, visitor, prefix, heading):
        page = visitor.open(client.get(f"{prefix}/logg-inn/resident/").headers["Location"])
        assert heading in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script" not in page.text
        assert "style=" not in page.text

    def test_it_ends_when_the_site_does(self, tmp_path):
        provider = start_provider([SITE], keys=tmp_path, people={})
        assert requests.get(provider.issuers["office"] + "/jwks", timeout=10).ok
        provider.stop()
        assert provider.process.returncode == 0


def log_in_other(person_id):
    return log_in(Client(), person_id)
