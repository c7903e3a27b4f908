"""How fast a visitor may ask, which provider an installation names, and what production refuses of its logins."""

import json
import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.access.protection import Rate, protection
from fastlege.config.hardening import weak_settings
from fastlege.config.login_hardening import whole_number
from fastlege.identity_provider.beside_site import how_people_log_in, is_wanted
from fastlege.kernel.errors import DataError
from fastlege.web.login import rates
from fastlege.web.login.oidc.profiles import connection_to, profiles
from fastlege.web.login.rates import Buckets, limited, visitor_of

RATE = Rate(at_once=3, per_minute=60)


def test_a_visitor_may_ask_so_often_at_once_and_then_waits():
    buckets = Buckets(RATE)
    assert [buckets.wait("a", 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.wait("b", 0.0) == 0
    assert buckets.wait("a", 0.5) == pytest.approx(0.5)
    assert buckets.wait("a", 1.0) == 0
    assert [buckets.wait("a", 100.0) for _ in range(4)] == [0, 0, 0, 1]


@given(st.lists(st.floats(0, 10), max_size=60))
def test_no_pattern_of_asking_gets_more_than_the_rate(waits):
    buckets, at, passed = Buckets(RATE), 0.0, 0
    for wait in waits:
        at += wait
        passed += buckets.wait("a", at) == 0
    assert passed <= RATE.at_once + at * RATE.per_minute / 60 + 1e-6


def test_the_memory_of_visitors_is_bounded(monkeypatch):
    monkeypatch.setattr("fastlege.web.login.rates._MOST_VISITORS", 10)
    buckets = Buckets(RATE)
    for visitor in range(100):
        buckets.wait(str(visitor), 0.0)
    assert len(buckets._left) == 10


def test_too_many_requests_get_a_clear_page_and_when_to_come_back(monkeypatch):
    rates.forget()
    monkeypatch.setattr(rates, "monotonic", lambda: 1000.0)
    view = limited("login")(lambda request: HttpResponse("ok"))
    request = RequestFactory().get("/")
    answers = [view(request) for _ in range(protection().rates["login"].at_once + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "For mange forespørsler" in answers[-1].content.decode()
    assert view(RequestFactory(REMOTE_ADDR="192.0.2.7").get("/")).status_code == 200
    rates.forget()


@settings(deadline=None)
@given(st.integers(1, 9), st.lists(st.floats(0, 1), max_size=60))
def test_all_processes_together_let_no_more_pass_than_the_rate(processes, waits):
    rate, at, passed = Rate(at_once=90, per_minute=600), 0.0, 0
    with override_settings(PROCESSES=processes):
        buckets = [Buckets(rates.share_of(rate)) for _ in range(processes)]
    for wait in waits:
        at += wait
        passed += sum(each.wait("a", at) == 0 for each in buckets for _ in range(60))
    assert passed <= rate.at_once + at * rate.per_minute / 60 + 1e-6


def test_no_process_is_left_without_a_share():
    with override_settings(PROCESSES=64):
        assert rates.share_of(Rate(at_once=3, per_minute=6)) == Rate(at_once=1, per_minute=1)


@pytest.mark.parametrize(
    ("proxies", "meta", "visitor"),
    [
        (0, {"REMOTE_ADDR": "192.0.2.1"}, "192.0.2.1"),
        (0, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "192.0.2.1"),
        (1, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.1"}, "198.51.100.1"),
        (2, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.1"}, "203.0.113.9"),
        (0, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        (0, {}, ""),
    ],
)
def test_a_visitor_is_the_address_that_our_own_proxies_saw(proxies, meta, visitor):
    with override_settings(PROXIES=proxies):
        assert visitor_of(meta) == visitor


class TestProviders:
    @pytest.fixture(autouse=True)
    def forgotten(self):
        connection_to.cache_clear()
        yield
        connection_to.cache_clear()

    @pytest.fixture
    def key_file(self, tmp_path):
        path = tmp_path / "key.json"
        path.write_text(json.dumps({"kty": "RSA", "kid": "1", "alg": "RS256", "d": "secret", "n": "1", "e": "AQAB"}))
        return path

    def name(self, monkeypatch, issuer="https://provider.example", client="fastlege", key_file=None):
        for part, value in (("ISSUER", issuer), ("CLIENT", client), ("KEY_FILE", key_file)):
            monkeypatch.delenv(f"FASTLEGE_RESIDENT_{part}", raising=False)
            if value is not None:
                monkeypatch.setenv(f"FASTLEGE_RESIDENT_{part}", str(value))

    def test_there_is_none_until_one_is_named(self, monkeypatch, key_file):
        self.name(monkeypatch, issuer=None, client=None)
        assert connection_to("resident") is None
        assert connection_to("nobody") is None
        connection_to.cache_clear()
        self.name(monkeypatch, key_file=key_file)
        found = connection_to("resident")
        assert (found.issuer, found.client_id) == ("https://provider.example", "fastlege")
        assert "secret" not in repr(found)

    @pytest.mark.parametrize("missing", ["issuer", "client", "key_file"])
    def test_a_half_named_one_is_refused_by_name(self, monkeypatch, key_file, missing):
        self.name(monkeypatch, **{"key_file": key_file, missing: None})
        with pytest.raises(DataError, match=f"FASTLEGE_RESIDENT_{missing.upper()}: is not set"):
            connection_to("resident")

    @pytest.mark.parametrize("text", ["", "[]", '{"kty": "RSA", "kid": "1", "alg": "RS256"}'])
    def test_a_file_that_is_no_private_key_is_refused(self, monkeypatch, key_file, text):
        key_file.write_text(text)
        self.name(monkeypatch, key_file=key_file)
        with pytest.raises(DataError, match="FASTLEGE_RESIDENT_KEY_FILE"):
            connection_to("resident")

    def test_each_kind_asks_for_the_highest_level(self):
        assert {name: profile.levels for name, profile in profiles().items()} == {
            "resident": ("idporten-loa-high",),
            "office": ("4",),
            "employee": ("high",),
        }


class TestProduction:
    @pytest.fixture
    def environ(self, tmp_path):
        key = tmp_path / "key.json"
        key.write_text("{}")
        key.chmod(0o600)
        return {
            "FASTLEGE_RESIDENT_ISSUER": "https://provider.example",
            "FASTLEGE_RESIDENT_CLIENT": "fastlege",
            "FASTLEGE_RESIDENT_KEY_FILE": str(key),
        }

    def about_logins(self, environ):
        """What is said of logins, without what is said of an environment that names nothing at all."""
        return [each for each in weak_settings(environ) if each not in weak_settings({})]

    def test_a_provider_named_in_full_is_accepted(self, environ):
        assert self.about_logins(environ) == []

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("FASTLEGE_DEMO_LOGIN", "1", "lets anyone be anyone"),
            ("FASTLEGE_DEBUG", "1", "debug pages"),
            ("FASTLEGE_RATE_FACTOR", "1000", "limits"),
            ("FASTLEGE_RESIDENT_ISSUER", "http://provider.example", "not an https address"),
            ("FASTLEGE_RESIDENT_ISSUER", "https://localhost:9000", "on this machine"),
            ("FASTLEGE_RESIDENT_ISSUER", "", "is not set"),
            ("FASTLEGE_RESIDENT_CLIENT", "", "is not set"),
            ("FASTLEGE_RESIDENT_KEY_FILE", "", "is not set"),
            ("FASTLEGE_RESIDENT_KEY_FILE", "/nowhere/key.json", "cannot be read"),
            ("FASTLEGE_OFFICE_CLIENT", "fastlege", "is not set"),
        ],
    )
    def test_each_weak_setting_of_logins_is_named(self, environ, name, value, said):
        found = " ".join(self.about_logins({**environ, name: value}))
        assert said in found
        assert name.rsplit("_", 1)[0] in found
        assert not value or value not in found.replace(name, "")

    def test_a_key_that_others_can_read_is_named(self, environ, tmp_path):
        (tmp_path / "key.json").chmod(0o644)
        (problem,) = self.about_logins(environ)
        assert problem == "FASTLEGE_RESIDENT_KEY_FILE names a file that others on the machine can read."

    def test_production_with_the_demos_login_does_not_start_and_says_why(self, environ):
        weak = {"FASTLEGE_DEMO_LOGIN": "1", "FASTLEGE_DEBUG": "1", "FASTLEGE_RESIDENT_ISSUER": "http://localhost:9"}
        found = subprocess.run(
            [sys.executable, "-m", "fastlege.config.wsgi"],
            env={**os.environ, **environ, **weak, "FASTLEGE_ENV": "production"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 1
        for name in (*weak, "FASTLEGE_SECRET_KEY", "FASTLEGE_ALLOWED_HOSTS", "FASTLEGE_DATABASE_URL"):
            assert name in found.stderr

    def test_the_demos_provider_is_not_started_in_production_or_beside_another(self, monkeypatch):
        with override_settings(PRODUCTION=True):
            assert not is_wanted()
            assert how_people_log_in() == "nobody can: no provider is named"
        monkeypatch.setenv("FASTLEGE_RESIDENT_ISSUER", "https://provider.example")
        assert not is_wanted()
        assert how_people_log_in() == "with the provider of FASTLEGE_RESIDENT_ISSUER"

    def test_a_setting_that_must_be_a_number_is_named_when_it_is_none(self):
        assert whole_number({"FASTLEGE_PROXIES": "2"}, "FASTLEGE_PROXIES", usual=0) == 2
        assert whole_number({}, "FASTLEGE_PROXIES", usual=0) == 0
        with pytest.raises(DataError, match="FASTLEGE_PROXIES: is not a whole number"):
            whole_number({"FASTLEGE_PROXIES": "-1"}, "FASTLEGE_PROXIES", usual=0)

    def test_in_production_keys_travel_over_tls_only_and_no_script_reads_them(self, environ):
        strong = {
            **{"FASTLEGE_SECRET_KEY": "kT7-vX2_pQ9.zL4:wB8;nC3,mD6+hF1=jG5*yR0?uE8!sA2#iO7", "FASTLEGE_PROXIES": "1"},
            **{"FASTLEGE_ALLOWED_HOSTS": "testserver", "FASTLEGE_DATABASE_URL": "postgresql://site@db.example/x"},
            **{"FASTLEGE_SMTP_URL": "smtps://a:b@mail.example", "FASTLEGE_MAIL_FROM": "a@fastlege.example"},
            **{"FASTLEGE_SITE_URL": "https://fastlege.example", "FASTLEGE_ENV": "production"},
        }
        program = """
import django, json
django.setup()
from django.http import HttpResponse
from django.test import Client
from fastlege.web.login import cookies
response = HttpResponse()
cookies.set_session(response, "key")
cookies.set_browser(response, "browser")
plain = Client().get("/logg-ut/ferdig/", HTTP_X_FORWARDED_PROTO="http")
print(json.dumps([response.cookies.output(), plain.status_code, plain.headers["Location"]]))
"""
        environ = {**os.environ, **environ, **strong, "DJANGO_SETTINGS_MODULE": "fastlege.config.settings"}
        found = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
        written, status, target = json.loads(found.stdout)
        assert (status, target) == (301, "https://testserver/logg-ut/ferdig/")
        lines = written.splitlines()
        assert len(lines) == 2
        for line in lines:
            assert line.startswith("Set-Cookie: __Host-fastlege_")
            assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(line.split("; "))
            assert "Domain" not in line
