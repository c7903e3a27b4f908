"""Every page, opened by every role, for one's own and for another's: only who may gets in, and no answer tells more.

The pages are walked from the addresses themselves, so a page cannot be forgotten.
"""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from logging_in import log_in_as
from page_table import PAGES, key_of
from register_scene import BEGINS, CHILD, MAN, MOTHER, ROOMY, add_custody, add_person, make_register
from statement_scene import pay_june

from fastlege.access.models import Lookup
from fastlege.access.protection import Rate
from fastlege.access.viewers import ANYONE, Role, Viewer, resident
from fastlege.casework.models import Application, Attachment
from fastlege.messages.actions import queue_message
from fastlege.messages.kinds import MessageKind
from fastlege.messages.models import Message
from fastlege.registry.journal import on_day
from fastlege.registry.models import Receipt
from fastlege.registry.state import last_change
from fastlege.web import site_data
from fastlege.web.login import rates, roles_of

pytestmark = pytest.mark.django_db

HIS_CHILD = 15
WITHOUT_MORE = {
    "figures",
    "figure",
    "figure-csv",
    "figure-json",
    "figure-xlsx",
    "figure-parquet",
    "profiles",
    "profile",
    "open-data-nothing",
    "login",
    "login-start",
    "login-answer",
    "survey-answer",
}
"""Pages that say that there are no figures, no provider, or no such invitation here."""
MINE, HIS, NOBODYS = UUID(int=1), UUID(int=2), UUID(int=3)
VIEWERS = {
    Role.PUBLIC: ANYONE,
    Role.RESIDENT: resident(MOTHER),
    Role.OFFICE: Viewer("doctor 1", Role.OFFICE, doctor_id=1, office_ids=(1,)),
    Role.MUNICIPALITY: Viewer("municipality", Role.MUNICIPALITY, purpose="test"),
    Role.CASE_WORKER: Viewer("clerk", Role.CASE_WORKER, purpose="test"),
    Role.ADMINISTRATOR: Viewer("administrator", Role.ADMINISTRATOR, purpose="test"),
}


@pytest.fixture
def scene():
    """A mother with her child and a man with his, each with a message, a receipt and an application of their own."""
    make_register()
    pay_june()
    with on_day(BEGINS):
        add_person(HIS_CHILD, birth_date=BEGINS.replace(year=2018), father_id=MAN, household_id=2)
        add_custody(HIS_CHILD, MAN, kind="sole")
    kept = {}
    for person, receipt in ((MOTHER, MINE), (MAN, HIS)):
        queue_message(
            MessageKind.WITHDRAWN, key=f"m{person}", on=BEGINS, facts={"list_name": "Liste 2"}, person_id=person,
            concerns_id=person,
        )  # fmt: skip
        facts = {"to_list": ROOMY, "people": [person], "from_day": "2026-07-01"}
        Receipt.objects.create(key=receipt, viewer_id=person, on=BEGINS, kind="switched", facts=facts)
        asked = Application.objects.create(person_id=person, asked_by=f"resident {person}", on=BEGINS, reasons="Ja.")
        file = Attachment.objects.create(
            application=asked, name="brev.pdf", kind="application/pdf", digest="d", content=b"%PDF-1.4"
        )
        kept[person] = {
            "message_id": Message.objects.get(person_id=person).pk,
            "attachment_id": file.pk,
            "key": receipt,
        }
    site_data.forget()
    rates.forget()
    yield kept
    site_data.forget()


def names(patterns):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each.name
        else:
            yield from names(each.url_patterns)


def views(patterns):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each.name, each.callback
        else:
            yield from views(each.url_patterns)


def client_of(viewer):
    client = Client(raise_request_exception=True)
    if viewer != ANYONE:
        log_in_as(client, viewer)
    return client


def own(page, kept):
    """The parameters of one's own page: of the mother, for her child or for what is hers."""
    values = {"who": key_of(resident(MOTHER), CHILD), **kept[MOTHER]}
    return {**page.parameters, **({page.whose: values[page.whose]} if page.whose else {})}


def others(page, kept):
    """The parameters of pages that are not the mother's: his, as he would write them and as she would, and nobody's."""
    values = {
        "who": [key_of(resident(MAN), HIS_CHILD), key_of(resident(MOTHER), HIS_CHILD), key_of(resident(MOTHER), 999)],
        "key": [HIS, NOBODYS],
        "message_id": [kept[MAN]["message_id"], 999_999],
        "attachment_id": [kept[MAN]["attachment_id"], 999_999],
    }
    return [{**page.parameters, page.whose: value} for value in values[page.whose]]


def asked(client, name, parameters):
    """The answers to a page when it is opened, and when a form is sent to it."""
    address = reverse(name, kwargs=parameters)
    return client.get(address), client.post(address, {})


def shown(answer):
    """A page without what is new in every page, and without its own address."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())
    return re.sub(r'href="[^"]*" (lang|hreflang)="[^"]*"|hreflang="[^"]*" href="[^"]*"', "", text)


def test_every_page_has_a_row_and_every_row_a_page():
    assert sorted(filter(None, set(names(get_resolver().url_patterns)))) == sorted(PAGES)


def test_every_address_has_a_name():
    assert [view for name, view in views(get_resolver().url_patterns) if name is None] == []


def test_a_page_says_itself_for_whom_it_is():
    said = {name: roles_of(view) or frozenset(Role) for name, view in views(get_resolver().url_patterns)}
    assert said == {name: page.roles for name, page in PAGES.items()}


@pytest.mark.parametrize("name", ["find", "find-json", "my-find", "login-start", "login-answer", "logout-notice"])
def test_searches_and_logins_are_limited(scene, monkeypatch, name):
    client, address = client_of(VIEWERS[Role.RESIDENT]), reverse(name, kwargs=dict(PAGES[name].parameters))
    monkeypatch.setattr(rates, "monotonic", lambda: 1000.0)
    for buckets in rates._buckets.values():
        monkeypatch.setattr(buckets, "_rate", Rate(at_once=1, per_minute=1))
    ask = client.post if name == "logout-notice" else client.get
    first, second = ask(address), ask(address)
    assert first.status_code != 429
    assert (second.status_code, second.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_pages_and_no_others(scene, role):
    client, before = client_of(VIEWERS[role]), last_change()
    wrong = []
    for name, page in PAGES.items():
        if name in {"log-out", "logout-notice"}:
            continue
        opened, sent = asked(client, name, own(page, scene))
        if role in page.roles:
            fits = opened.status_code in ({200, 503, 404} if name in WITHOUT_MORE else {200, 405})
        elif role == Role.PUBLIC:
            goes_to_login = opened.status_code == 302 and opened.headers["Location"].startswith("/logg-inn/")
            fits = goes_to_login and sent.status_code == 401
        else:
            fits = (opened.status_code, sent.status_code) == (403, 403)
        if not fits:
            wrong.append((name, opened.status_code, sent.status_code))
    assert wrong == []
    if role != Role.RESIDENT:
        assert last_change() == before
        assert not Lookup.objects.exists()


def test_another_persons_page_is_refused_as_one_that_does_not_exist(scene):
    client, before = client_of(VIEWERS[Role.RESIDENT]), last_change()
    wrong = []
    for name, page in PAGES.items():
        if page.whose is None:
            continue
        answers = [asked(client, name, parameters) for parameters in others(page, scene)]
        opened, sent = ({(each.status_code, shown(each)) for each in column} for column in zip(*answers, strict=True))
        # One and the same answer to all of them: nobody can find out by asking who or what there is.
        if any({status for status, _ in each} - {403, 404, 405} for each in (opened, sent)) or len(opened) > 1:
            wrong.append((name, [each[0].status_code for each in answers], [each[1].status_code for each in answers]))
    assert wrong == []
    assert last_change() == before
    assert not Lookup.objects.filter(person_id__in=[MAN, HIS_CHILD]).exists()


def test_forms_count_only_from_a_page_of_this_browser(scene):
    strict = Client(enforce_csrf_checks=True)
    log_in_as(strict, VIEWERS[Role.RESIDENT])
    taken = []
    for name, page in PAGES.items():
        if name == "logout-notice":
            continue
        answer = strict.post(reverse(name, kwargs=own(page, scene)), {})
        # 405: a page that takes no forms at all.
        if answer.status_code not in {403, 405}:
            taken.append((name, answer.status_code))
    assert taken == []


def test_what_opens_a_page_of_another_is_noted_with_why(scene):
    client = client_of(VIEWERS[Role.RESIDENT])
    client.get(reverse("my-person", kwargs={"who": key_of(resident(MOTHER), CHILD)}))
    looks = Lookup.objects.filter(person_id=CHILD).values_list("viewer_person_id", "role", "purpose")
    assert set(looks) == {(MOTHER, "resident", "acts for")}
