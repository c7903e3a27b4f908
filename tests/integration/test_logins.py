"""Logins in the database: what begins, holds and ends a session, and which number names whom."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from logging_in import log_in, session_for
from register_scene import BEGINS, CHILD, MAN, MOTHER, make_register

from fastlege.access import actions
from fastlege.access.actions.sessions import Attempt, EndReason, Origin
from fastlege.access.models import IdentityNumber, LoginAttempt, Lookup, Session
from fastlege.access.protection import protection
from fastlege.access.queries import number_of_person, person_of_number
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import DataError
from fastlege.kernel.identifiers import synthetic_person_number
from fastlege.registry.actions import register_death
from fastlege.registry.journal import on_day
from fastlege.registry.models import Person
from fastlege.web import site_data
from fastlege.web.login.cookies import SESSION

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    make_register()
    site_data.forget()
    yield
    site_data.forget()


def known(person_id):
    return person_id in {MOTHER, CHILD, MAN}


def aged(**fields):
    """Make every session older: its fields are set back by so much."""
    Session.objects.update(**{name: F(name) - by for name, by in fields.items()})


class TestDeath:
    def test_the_logins_of_one_who_dies_end_at_once_and_nobody_elses(self, register, client):
        other, key = session_for(resident(MAN)), log_in(client, MOTHER)
        clerk = Viewer("clerk", Role.CASE_WORKER, purpose="test case")
        register_death(MOTHER, died_on=BEGINS, on=BEGINS, by=clerk)
        assert actions.touch_session(key) is None
        assert actions.touch_session(other) is not None
        assert Session.objects.get(person_id=MOTHER).end_reason == EndReason.DEATH.value
        answer = client.get("/min-side/")
        assert answer.status_code == 401
        assert "Du må logge inn igjen" in answer.content.decode()

    def test_a_login_that_had_ended_keeps_its_reason(self, register):
        key = session_for(resident(MOTHER))
        actions.end_session(key, EndReason.LOGGED_OUT)
        with on_day(BEGINS):
            Person.objects.filter(pk=MOTHER).update(status="dead")
        assert Session.objects.get(person_id=MOTHER).end_reason == EndReason.LOGGED_OUT.value


class TestSessions:
    def test_a_session_holds_for_the_one_with_its_key(self):
        key = session_for(resident(MOTHER))
        assert actions.touch_session(key).viewer == resident(MOTHER)
        assert actions.touch_session(key + "x") is None

    def test_the_key_is_not_in_the_database(self):
        key = session_for(resident(MOTHER))
        with connection.cursor() as cursor:
            cursor.execute("select access_session::text from access_session")
            assert key not in cursor.fetchone()[0]

    def test_a_session_left_alone_ends(self):
        key, idle = session_for(resident(MOTHER)), protection().idle
        aged(seen_at=idle - timedelta(minutes=1))
        assert actions.touch_session(key) is not None
        aged(seen_at=idle + timedelta(minutes=1))
        assert actions.touch_session(key) is None

    def test_using_a_session_keeps_it_but_not_beyond_its_longest(self):
        key, limits = session_for(resident(MOTHER)), protection()
        for _ in range(3):
            aged(seen_at=limits.idle - timedelta(minutes=2))
            assert actions.touch_session(key) is not None
        aged(ends_at=limits.longest)
        assert actions.touch_session(key) is None

    def test_a_new_login_in_a_browser_ends_the_one_before_and_has_another_key(self):
        first = session_for(resident(MOTHER))
        origin = Origin("resident", "s", None, "high")
        second = actions.begin_session(resident(MOTHER), origin, instead_of=first)
        assert first != second
        assert actions.touch_session(first) is None
        assert actions.touch_session(second) is not None

    def test_a_session_that_has_ended_keeps_its_reason(self):
        key = session_for(resident(MOTHER))
        actions.end_session(key, EndReason.LOGGED_OUT)
        actions.end_session(key, EndReason.NEW_LOGIN)
        assert Session.objects.get().end_reason == "logged out"

    def test_old_sessions_are_swept_away(self):
        session_for(resident(MOTHER))
        aged(ends_at=protection().kept + protection().longest + timedelta(hours=1))
        session_for(resident(MAN))
        assert [session.person_id for session in Session.objects.all()] == [MAN]

    def test_a_provider_ends_its_session_and_no_other(self):
        keys = [
            actions.begin_session(resident(MOTHER), Origin(provider, subject, sid, "high"))
            for provider, subject, sid in [("resident", "m", "1"), ("resident", "m", "2"), ("office", "m", "1")]
        ]
        assert actions.end_sessions_of_provider("resident", token_id="t1", session="1", subject="m")
        assert [actions.touch_session(key) is not None for key in keys] == [False, True, True]
        assert not actions.end_sessions_of_provider("resident", token_id="t1", session="2", subject="m")
        assert actions.touch_session(keys[1]) is not None
        assert actions.end_sessions_of_provider("resident", token_id="t2", session=None, subject="m")
        assert [actions.touch_session(key) is not None for key in keys] == [False, False, True]


class TestAttempts:
    ATTEMPT = Attempt("resident", "nonce", "verifier", "/")

    def test_an_attempt_is_taken_once_in_its_browser_for_its_provider(self):
        actions.start_attempt(self.ATTEMPT, state="s", browser="b")
        assert actions.take_attempt(state="s", browser="other", provider="resident") is None
        assert actions.take_attempt(state="other", browser="b", provider="resident") is None
        assert actions.take_attempt(state="s", browser="b", provider="office") is None
        assert actions.take_attempt(state="s", browser="b", provider="resident") == self.ATTEMPT
        assert actions.take_attempt(state="s", browser="b", provider="resident") is None

    def test_an_attempt_that_took_too_long_counts_no_more_and_is_swept_away(self):
        actions.start_attempt(self.ATTEMPT, state="s", browser="b")
        LoginAttempt.objects.update(started_at=F("started_at") - protection().attempt - timedelta(minutes=1))
        assert actions.take_attempt(state="s", browser="b", provider="resident") is None
        actions.start_attempt(self.ATTEMPT, state="t", browser="b")
        assert LoginAttempt.objects.count() == 1


class TestNumbers:
    def test_a_synthetic_person_has_a_number_without_having_been_given_one(self):
        assert person_of_number(number_of_person(MOTHER), computed=True) == MOTHER
        assert person_of_number(number_of_person(MOTHER), computed=False) is None

    def test_a_new_number_names_the_person_and_the_old_one_nobody(self):
        before, after = number_of_person(MOTHER), synthetic_person_number(BEGINS, 7)
        actions.register_number(MOTHER, after, exists=known)
        actions.register_number(MOTHER, after, exists=known)
        assert (number_of_person(MOTHER), person_of_number(after, computed=False)) == (after, MOTHER)
        assert person_of_number(before, computed=True) is None
        again = synthetic_person_number(BEGINS, 8)
        actions.register_number(MOTHER, again, exists=known)
        assert person_of_number(after, computed=True) is None
        assert person_of_number(again, computed=True) == MOTHER

    def test_a_number_of_somebody_else_is_refused_and_not_repeated(self):
        for number in (number_of_person(MAN), "12345678901"):
            with pytest.raises(DataError) as refused:
                actions.register_number(MOTHER, number, exists=known)
            assert number not in str(refused.value)
        assert not IdentityNumber.objects.exists()

    @pytest.mark.parametrize(
        "statement",
        [
            "delete from access_identitynumber",
            "update access_identitynumber set person_id = 1",
            "update access_identitynumber set number = '00000000000'",
        ],
    )
    def test_the_database_keeps_what_a_number_named(self, statement):
        actions.register_number(MOTHER, synthetic_person_number(BEGINS, 7), exists=known)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert IdentityNumber.objects.get().person_id == MOTHER


class TestLookups:
    def test_looking_at_oneself_is_not_noted(self):
        actions.log_lookup(resident(MOTHER), person_id=MOTHER)
        assert not Lookup.objects.exists()

    def test_one_who_acts_for_another_is_noted_once_for_one_look(self):
        for _ in range(3):
            actions.log_lookup(resident(MOTHER), person_id=CHILD)
        (look,) = Lookup.objects.all()
        assert (look.person_id, look.viewer_person_id, look.purpose) == (CHILD, MOTHER, "acts for")

    def test_nobody_looks_without_a_reason(self):
        with pytest.raises(PermissionDenied):
            actions.log_lookup(Viewer("clerk", Role.CASE_WORKER), person_id=CHILD)
        assert not Lookup.objects.exists()


class TestPages:
    def test_a_visitor_sets_no_cookie_and_asks_nothing_of_the_sessions(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = client.get("/logg-ut/ferdig/")
        assert answer.status_code == 200
        assert not answer.cookies

    def test_the_page_about_a_login_is_for_those_who_have_logged_in(self, client):
        answer = client.get("/nn/innlogging/?a=1")
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/nn/logg-inn/?til=%2Fnn%2Finnlogging%2F%3Fa%3D1"
        log_in(client, MOTHER)
        answer = client.get("/innlogging/")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"

    def test_an_ended_login_says_so_and_leads_back_to_the_page(self, client):
        log_in(client, MOTHER)
        aged(seen_at=protection().idle)
        answer = client.get("/en/innlogging/")
        assert answer.status_code == 401
        assert "You need to log in again" in answer.content.decode()
        assert "/en/logg-inn/?til=%2Fen%2Finnlogging%2F&amp;igjen=1" in answer.content.decode()
        assert answer.cookies[SESSION]["max-age"] == 0

    def test_logging_out_needs_the_form_of_this_browser(self):
        client = Client(enforce_csrf_checks=True)
        key = log_in(client, MOTHER)
        answer = client.post("/logg-ut/")
        assert answer.status_code == 403
        assert "Skjemaet kunne ikke tas imot" in answer.content.decode()
        assert actions.touch_session(key) is not None
        client.get("/logg-ut/")
        token = client.cookies["csrftoken"].value
        answer = client.post("/logg-ut/", {"csrfmiddlewaretoken": token})
        assert answer.headers["Location"] == "/logg-ut/ferdig/"
        assert actions.touch_session(key) is None

    def test_a_form_left_from_a_login_that_has_ended_says_so(self):
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/min-side/innstillinger/")
        assert answer.status_code == 401
        assert "Du må logge inn igjen" in answer.content.decode()
        assert "/logg-inn/resident/?til=%2Fmin-side%2Finnstillinger%2F&amp;igjen=1" in answer.content.decode()
        log_in(client, MOTHER)
        answer = client.post("/min-side/innstillinger/")
        assert answer.status_code == 403
        assert "Skjemaet kunne ikke tas imot" in answer.content.decode()
