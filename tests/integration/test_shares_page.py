"""Min side shows what was paid, the free card and what was paid too much: to those who choose for the person."""

from datetime import date, time

import pytest
from claims_scene import add_bill, approve, credit
from django.test import Client
from django.urls import reverse
from django.utils import translation
from log_search import personal
from logging_in import log_in
from page_table import key_of
from register_scene import CHILD, MAN, MOTHER, make_register

from fastlege.access.models import Lookup
from fastlege.access.viewers import resident
from fastlege.claims.shares.recalculating import recalculate
from fastlege.messages.models import Message
from fastlege.rules.parameters import load_rulebook
from fastlege.web import site_data
from fastlege.web.login import rates

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def scene():
    make_register()
    site_data.forget()
    rates.forget()
    yield
    site_data.forget()


@pytest.fixture
def mother():
    client = Client()
    log_in(client, MOTHER)
    return client


def visit_on(number, day, counted, person=MOTHER, **different):
    """An approved bill of a day, of which a share counts."""
    share = different.pop("share", counted)
    bill = add_bill(
        number, amount=share + 1_000, share=share, person_id=person, on=date(2026, 5, day), time=time(9, 5), **different
    )
    approve(bill, counted_ore=counted)
    recalculate([number], on=ON, book=load_rulebook())
    return bill


def shown(client, who="meg", language="nb", **query):
    with translation.override(language):
        address = reverse("my-shares", args=[who])
    page = client.get(address, query)
    return page.status_code, page.content.decode().replace("\u00a0", " ")


def test_who_has_paid_nothing_sees_the_whole_ceiling(mother):
    _, page = shown(mother)
    assert "<dt>Igjen til frikort</dt><dd>3 278 kr</dd>" in page
    assert "Ingen legebesøk er meldt hit" in page


def test_what_counts_is_summed_and_what_does_not_is_explained(mother):
    visit_on(1, 4, 17_900, share=26_000)
    visit_on(2, 5, 0, exemption="H")
    credit(visit_on(3, 6, 30_000))
    recalculate([3], on=ON, book=load_rulebook())
    _, page = shown(mother)
    assert "<dt>Betalt som teller</dt><dd>179 kr</dd>" in page
    assert "<dt>Igjen til frikort</dt><dd>3 099 kr</dd>" in page
    for said in ("179 kr teller. Resten er", "Fritatt for egenandel.", "Legen har tatt regningen tilbake."):
        assert said in page


def test_the_free_card_and_what_was_paid_too_much_are_told(mother):
    visit_on(1, 4, 327_000)
    visit_on(2, 5, 1_050)
    _, page = shown(mother)
    assert "Frikortet gjelder fra 5. mai 2026 kl. 09.05 og ut 2026. Det ble utstedt 1. juni 2026." in page
    assert "Det er betalt 2,50 kr mer enn taket." in page
    assert "Igjen til frikort" not in page


def test_a_card_that_stays_and_a_share_paid_in_spite_of_it_are_explained(mother):
    early = visit_on(1, 4, 200_000)
    visit_on(2, 5, 127_800)
    visit_on(3, 6, 20_000)
    _, page = shown(mother)
    assert page.count("Betalt mens frikortet gjaldt.") == 1
    assert "selv om en regning er tatt tilbake" not in page
    credit(early)
    recalculate([1], on=ON, book=load_rulebook())
    _, page = shown(mother)
    assert "Frikortet gjelder fra 5. mai 2026" in page
    assert "Frikortet gjelder ut året, selv om en regning er tatt tilbake og summen nå er lavere enn taket." in page
    assert "mer enn taket" not in page


@pytest.mark.parametrize(
    ("language", "said"), [("nn", "Eigendelar og frikort"), ("en", "Patient&#x27;s shares and free card")]
)
def test_the_page_speaks_the_readers_language(mother, language, said):
    visit_on(1, 4, 327_800)
    status, page = shown(mother, language=language)
    assert (status, said in page) == (200, True)


def test_whoever_gets_a_card_is_told_once_with_the_way_to_the_page(mother):
    visit_on(1, 20, 200_000)
    visit_on(2, 21, 200_000)
    visit_on(3, 2, 200_000)
    (told,) = Message.objects.filter(person_id=MOTHER, kind="free_card_issued")
    with translation.override("nb"):
        page = mother.get(reverse("my-message", args=[told.pk])).content.decode()
        assert "Frikort for 2026" in page
        assert reverse("my-shares", args=["meg"]) in page


def test_the_overview_leads_to_the_page(mother):
    with translation.override("nb"):
        assert reverse("my-shares", args=["meg"]) in mother.get(reverse("my")).content.decode()


def test_a_parent_sees_a_childs_page_and_the_look_is_logged(mother):
    visit_on(1, 4, 0, person=CHILD, exemption="B")
    status, page = shown(mother, who=key_of(resident(MOTHER), CHILD))
    assert (status, "Fritatt for egenandel." in page) == (200, True)
    assert list(Lookup.objects.values_list("person_id", "viewer_person_id")) == [(CHILD, MOTHER)]


def test_nobody_sees_the_page_of_somebody_they_do_not_choose_for(mother):
    visit_on(1, 4, 17_900, person=MAN)
    assert shown(mother, who=key_of(resident(MOTHER), MAN))[0] in {403, 404}
    assert shown(Client())[0] == 302


def test_another_year_has_its_own_ceiling_and_an_odd_one_is_not_found(mother):
    bill = add_bill(1, on=date(2025, 7, 1))
    approve(bill, counted_ore=17_900)
    _, now = shown(mother)
    assert '<a href="?ar=2025">2025</a>' in now
    _, then = shown(mother, ar="2025")
    assert "Besøk i 2025" in then
    assert "Ikke fastsatt for dette året" in shown(mother, ar="1999")[1]
    assert [shown(mother, ar=odd)[0] for odd in ("x", "20255", "1899", "")] == [404] * 4


def test_the_page_names_no_number_of_a_person(mother):
    visit_on(1, 4, 17_900)
    assert personal(shown(mother)[1], []) == []
