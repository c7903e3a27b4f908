"""Whatever visitors do, right or wrong, no log says who they are: no number, no name, no key, nothing of a provider."""

import io
import logging
import re
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from log_search import personal
from logging_in import log_in
from page_table import PAGES, key_of
from provider_visits import NOBODY, SITE, Visitor, computed_number, log_in_with, start
from register_scene import CHILD, MAN, MOTHER, ROOMY, make_register

from fastlege.access.viewers import resident
from fastlege.registry.models import Doctor
from fastlege.web.login.cookies import SESSION

pytestmark = pytest.mark.django_db

NAME = "Kari Nordmann"


@pytest.fixture
def log():
    """Everything that any logger of the process says, however small."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(exc_info)s %(args)s"))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("django", "fastlege", "urllib3", "psycopg"))]
    before = [(each, each.level) for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.DEBUG)
    # These two tell each statement and each variable of a page when told to: for one at a desk, and nobody else.
    for name in ("django.db.backends", "django.template"):
        logging.getLogger(name).setLevel(logging.INFO)
    yield text
    for each, level in before:
        each.removeHandler(handler)
        each.setLevel(level)
    for name in ("django.db.backends", "django.template"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(autouse=True)
def register():
    make_register()


def named(text, also=()):
    """What of a text says who somebody is: of the people here, and of anyone."""
    return personal(text, [*(doctor.name for doctor in Doctor.objects.all()), NAME, *also])


def test_the_search_finds_what_it_is_looking_for():
    number = computed_number(MOTHER)
    assert named(f"a {number} b") == [number]
    assert named(f"a {number[:6]} {number[6:]} b") == [f"{number[:6]} {number[6:]}"]
    assert named("hello Lege 1, eyJhbGciOiJSUzI1NiJ9 secret", also=["secret"]) == [
        "eyJhbGciOiJSUzI1NiJ9",
        "Lege 1",
        "secret",
    ]
    assert named("2026-11-22 01:02:03 12345678901") == []


def test_logins_right_and_wrong_leave_no_trace_of_who_it_was(client, log, site_with_provider):
    log_in_with(client, Visitor(), who="0")
    key = client.cookies[SESSION].value
    for form in ({"who": "1"}, {"who": "0", "level": "low"}, {"number": computed_number(NOBODY)}):
        log_in_with(client, Visitor(), **form)
    log_in_with(client, Visitor(), kind="office", who="0")
    visitor = Visitor()
    back = visitor.answer(visitor.open(start(client)), who="0", level="high").removeprefix(SITE)
    code = re.search("code=([^&]+)", back)[1]
    client.get(back.replace(code, code[::-1]))
    client.get(back)
    client.post("/logg-inn/varsel/resident/", {"logout_token": "a.b.c"})
    client.post("/logg-ut/")
    text = log.getvalue()
    assert "logged in: resident" in text
    assert "login refused: the level of assurance is too low" in text
    assert "login refused: the register does not know the person" in text
    assert named(text, also=[key, code, client.cookies["fastlege_login"].value]) == []


def test_pages_opened_and_forms_sent_leave_no_trace(client, log):
    number, key = computed_number(MAN), log_in(client, MOTHER)
    parameters = {"who": key_of(resident(MOTHER), CHILD), "key": UUID(int=1), "message_id": 1, "attachment_id": 1}
    hostile = {"q": number, "sted": NAME, "side": number, "hvem": number, "grunn": NAME, "epost": NAME}
    for name, page in PAGES.items():
        own = {**page.parameters, **({page.whose: parameters[page.whose]} if page.whose else {})}
        for address in (reverse(name, kwargs=own), f"/{number}/", f"/liste/{ROOMY}/{NAME}"):
            client.get(address, hostile)
            client.post(address, hostile)
    # What is not found is a visitor's mistake: its address, which they wrote, is not kept.
    text = "\n".join(line for line in log.getvalue().splitlines() if "django.request WARNING" not in line)
    assert named(text, also=[key]) == []


def test_what_the_visitor_writes_in_an_address_reaches_no_log_of_the_installation(client, capfd):
    """With the loggers as an installation has them: a page that is not there is no event."""
    client.get(f"/{computed_number(MAN)}/")
    client.get(f"/liste/{NAME}/")
    said = capfd.readouterr()
    assert named(said.out + said.err) == []


def test_an_error_of_ours_says_where_and_not_whose(client, log, monkeypatch):
    log_in(client, MOTHER)
    client.raise_request_exception = False
    monkeypatch.setattr("fastlege.web.login.pages.protection", lambda: 1 / 0)
    assert client.get("/innlogging/").status_code == 500
    text = log.getvalue()
    assert "Internal Server Error: /innlogging/" in text
    assert named(text) == []


def test_what_the_database_refuses_is_not_written_down_by_its_server(server):
    """A row that breaks a rule is told to the program, with its values; the server's own log keeps quiet of them."""
    number = computed_number(MOTHER)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("insert into access_identitynumber (number, person_id) values (%s, 1), (%s, 2)", [number] * 2)
    text = "".join(log.read_text() for log in server.folder.rglob("*.log"))
    assert "identitynumber" in text
    assert number not in text
