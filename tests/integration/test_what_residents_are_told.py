"""What Min side says before one asks: what the year's switches leave, who is offered what, and why a stay began."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from logging_in import log_in
from page_forms import fields_of, text_of
from register_scene import (
    BEGINS,
    CHILD,
    FULL,
    MOTHER,
    ROOMY,
    add_custody,
    add_list,
    add_membership,
    add_period,
    add_person,
    make_register,
)

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.vocabulary import Reason
from fastlege.messages.models import Message
from fastlege.registry import actions
from fastlege.registry.actions import Consent, Form
from fastlege.registry.journal import on_day
from fastlege.registry.models import ExtraSwitch, GPContract, QueuePlace, Switch
from fastlege.registry.resident.eligibility import Way, prospects
from fastlege.registry.resident.overview import Lately
from fastlege.rules.parameters import load_rulebook
from fastlege.web import site_data
from fastlege.web.login import rates
from fastlege.web.resident.people import people_of
from fastlege.web.resident.places import lately_text
from fastlege.web.resident.reasons import RULES, in_plain_words, provisions_of

pytestmark = pytest.mark.django_db

OTHER, OTHER_FULL = 4, 5
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


@pytest.fixture(autouse=True)
def scene():
    """The register by hand, with one more list that has room and one more that is full."""
    make_register()
    with on_day(BEGINS):
        add_list(OTHER, cap=10, member_count=0)
        add_list(OTHER_FULL, cap=0, status="closed", member_count=0)
        add_period(OTHER, doctor=2, start=date(2015, 1, 1), known_on=None)
    site_data.forget()
    rates.forget()
    yield
    site_data.forget()


@pytest.fixture
def mother():
    client = Client()
    log_in(client, MOTHER)
    return client


def use_up(person=MOTHER):
    with on_day(BEGINS):
        for month in (2, 4):
            Switch.objects.create(
                person_id=person, from_list_id=FULL, to_list_id=ROOMY, on=date(2026, month, 1),
                reason="chosen_direct", chosen=True, known_on=None,
            )  # fmt: skip


class TestSpentSwitches:
    def ways(self):
        return {each.person_id: each.way for each in prospects(resident(MOTHER), [OTHER], on=BEGINS)[OTHER]}

    def test_one_who_has_used_the_years_switches_cannot_enter_and_the_child_can(self):
        use_up()
        assert self.ways() == {MOTHER: Way.SPENT, CHILD: Way.OPEN}

    def test_leave_for_one_more_opens_the_way(self):
        use_up()
        with on_day(BEGINS):
            ExtraSwitch.objects.create(person_id=MOTHER, granted_on=BEGINS, granted_by="anna", reason="far")
        assert self.ways()[MOTHER] == Way.OPEN

    def test_a_registered_move_opens_the_way(self):
        use_up()
        home = actions.Home("42040101", 1)
        actions.move_residence(MOTHER, home=home, on=BEGINS, by=CLERK)
        assert self.ways()[MOTHER] == Way.OPEN

    def test_every_page_says_so_and_leads_to_the_application(self, mother):
        use_up()
        apply = f'href="{reverse("my-applications", args=["meg"])}?liste={OTHER}"'
        assert "Ledig, men årets bytter er brukt" in text_of(mother.get(reverse("my-find")))
        for address, words in (
            (reverse("my-list", args=[OTHER]), "Listen har plass, men årets bytter er brukt."),
            (reverse("my-switch", args=[OTHER]), "Listen har plass, men årets bytter er brukt."),
            (f"{reverse('my-switch', args=[OTHER])}?sjekk=1&hvem=meg", "Årets bytter er brukt"),
        ):
            page = mother.get(address)
            assert words in text_of(page)
            assert apply in page.content.decode()
            assert "Bekreft byttet" not in text_of(page)


class TestOrders:
    def wait(self):
        for hour, gp_list in ((9, FULL), (10, OTHER_FULL)):
            at = datetime(2026, 6, 1, hour, tzinfo=UTC)
            actions.queue_together([MOTHER], list_id=gp_list, at=at, by=resident(MOTHER))

    def order(self):
        return list(QueuePlace.objects.filter(person_id=MOTHER).order_by("rank").values_list("list_id", flat=True))

    def test_an_order_made_from_another_than_there_is_is_refused_and_told(self, mother):
        self.wait()
        action = reverse("my-queue-order", args=["meg"])
        form = fields_of(mother.get(reverse("my-queue", args=["meg"])), action)
        up = form | {"liste": OTHER_FULL, "vei": "opp"}
        # Twice is once: what was wanted is so.
        assert [mother.post(action, up).status_code for _ in range(2)] == [302, 302]
        assert self.order() == [OTHER_FULL, FULL]
        actions.reorder_queue([MOTHER], order=[FULL, OTHER_FULL], on=BEGINS, by=resident(MOTHER))
        late = form | {"sett": f"{OTHER_FULL},{FULL}", "liste": OTHER_FULL, "vei": "opp"}
        answer = mother.post(action, late)
        assert answer.status_code == 409
        assert "Rekkefølgen ble endret etter at du åpnet siden" in text_of(answer)
        assert self.order() == [FULL, OTHER_FULL]


class TestOffersToChildren:
    def test_those_who_choose_for_the_child_are_told_and_see_it_on_their_own_page(self, mother):
        at = datetime(2026, 6, 1, 9, tzinfo=UTC)
        form = Form({CHILD: Consent(child_agrees=True)})
        actions.queue_together(
            [CHILD], list_id=OTHER_FULL, at=at, by=resident(MOTHER), accept_in_advance=False, form=form
        )
        with on_day(BEGINS):
            GPContract.objects.filter(pk=OTHER_FULL).update(cap=1)
        assert actions.renew_offers(on=BEGINS, by=CLERK) == (0, 1)
        assert Message.objects.filter(kind="offer").values_list("person_id", "concerns_id").get() == (MOTHER, CHILD)
        page = mother.get(reverse("my"))
        assert "på 7 år har fått tilbud om plass hos Liste 5" in text_of(page)
        (child,) = [each for each in people_of(resident(MOTHER)) if not each.own]
        assert reverse("my-offer", args=[child.key, OTHER_FULL]) in page.content.decode()


class TestLabels:
    def test_children_are_called_by_age_and_told_apart_where_that_is_not_enough(self):
        with on_day(BEGINS):
            for number, born in ((30, date(2019, 4, 2)), (31, date(2015, 1, 1)), (32, date(2015, 1, 1))):
                add_person(number, birth_date=born, mother_id=MOTHER)
                add_membership(number, ROOMY, start=date(2020, 1, 1))
                add_custody(number, MOTHER, start=born)
        labels = {each.person_id: each.label for each in people_of(resident(MOTHER))}
        assert labels == {
            MOTHER: "Meg selv",
            CHILD: "Gutt på 7 år (1. mars 2019)",
            30: "Gutt på 7 år (2. apr. 2019)",
            31: "Gutt på 11 år (1. jan. 2015) 1",
            32: "Gutt på 11 år (1. jan. 2015) 2",
        }


class TestSmallNumbers:
    @pytest.mark.parametrize(
        ("came", "left", "text"),
        [
            (0, 0, "Ingen kom inn på listen eller sluttet det siste året."),
            (1, 0, "Det siste året: færre enn 6 kom inn på listen, 0 sluttet."),
            (5, 6, "Det siste året: færre enn 6 kom inn på listen, 6 sluttet."),
        ],
    )
    def test_few_people_are_not_counted_exactly(self, came, left, text):
        assert lately_text(Lately(came, left)) == text

    def test_a_closed_list_below_its_cap_has_no_free_places_and_says_why(self, mother):
        with on_day(BEGINS):
            GPContract.objects.filter(pk=OTHER_FULL).update(cap=5)
        for name in ("gp-list", "my-list"):
            text = text_of(mother.get(reverse(name, args=[OTHER_FULL])))
            assert "Ledige plasser 0 listen er stengt til flere slutter; 5 av plassene står ubrukt" in text
            assert "5 ledige" not in text


class TestWhy:
    @pytest.mark.parametrize("reason", Reason)
    def test_every_reason_has_a_rule_in_plain_words_and_provisions(self, reason):
        assert provisions_of(reason, on=date(2026, 7, 1), book=load_rulebook())
        told = set()
        for language in ("nb", "nn", "en"):
            with override(language):
                told.add(in_plain_words(reason))
        assert len(told) == 3
        assert all(len(text) > 20 for text in told)
        assert RULES.keys() == set(Reason)

    @pytest.mark.parametrize("reason", ["birth", "immigration", "case_worker", "practice_closed", "takeover"])
    def test_a_stay_that_no_round_gave_is_explained_with_its_provisions(self, reason):
        with on_day(BEGINS):
            add_person(30, household_id=9)
            add_membership(30, ROOMY, start=date(2020, 1, 1), begin_reason=reason)
        client = Client()
        log_in(client, 30)
        page = client.get(reverse("my-why-move", args=["meg", ROOMY]))
        assert in_plain_words(Reason(reason)) in text_of(page)
        assert "Regelen bak" in text_of(page)

    def test_one_who_leaves_the_scheme_is_told_why_the_place_ends_and_is_not_asked_to_switch(self, mother):
        actions.opt_out(MOTHER, on=BEGINS, by=resident(MOTHER))
        home = mother.get(reverse("my"))
        assert "Bytt fastlege" not in text_of(home)
        assert "Kom tilbake i ordningen" in text_of(home)
        why = reverse("my-why-move", args=["meg", ROOMY])
        assert f'href="{why}"' in home.content.decode()
        text = text_of(mother.get(why))
        assert "Hvorfor plassen tar slutt Fra 1. juli 2026 gjelder den ikke. Ingen må ha fastlege." in text
