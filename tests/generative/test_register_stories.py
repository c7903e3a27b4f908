"""Stories at random against the real register: whatever people do in whatever order, every invariant holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fastlege.access.viewers import Role, Viewer, resident
from fastlege.kernel.errors import DataError, Refused
from fastlege.kernel.periods import age_on
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade, Sex
from fastlege.messages.models import Message
from fastlege.registry import actions
from fastlege.registry.actions import Consent, Form, Home
from fastlege.registry.check import findings
from fastlege.registry.journal import on_day
from fastlege.registry.models import (
    CareOrder,
    Custody,
    Event,
    ExtraSwitch,
    GPContract,
    Membership,
    Offer,
    Person,
    ProtectedAddress,
    QueuePlace,
    Receipt,
    Switch,
    Unplaced,
)

CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="a story")
ADULTS, CHILDREN = [11, 13, 14, 20], [12, 21, 22]
PEOPLE, LISTS = ADULTS + CHILDREN, [2, 4, 1, 5, 3]
WRITTEN = (Membership, QueuePlace, Unplaced, Switch, Event, Offer, Custody, CareOrder, Receipt, Message, ExtraSwitch)

person, gp_list, adult = st.sampled_from(PEOPLE), st.sampled_from(LISTS), st.sampled_from(ADULTS)
some = st.one_of(st.lists(person, min_size=1, max_size=1), st.lists(person, min_size=1, max_size=3, unique=True))
mostly, seldom = st.sampled_from([True, True, True, False]), st.sampled_from([False] * 5 + [True])
THEMSELVES = 0
CHOICES = [*["switch"] * 6, *["queue"] * 6, *["withdraw"] * 2, *["reorder"] * 2, *["answer"] * 6, "opt"]
HAPPENINGS = [*["offers"] * 5, *["time"] * 4, *["cap"] * 3, *["moves", "dies", "emigrates", "returns", "born"]]
HAPPENINGS += ["custody", "care", "address", "leave"]
asker = st.one_of(st.just(None), st.just(THEMSELVES), adult)


class Story(RuleBasedStateMachine):
    """A summer in a small place: seven people, five lists with little room."""

    @initialize()
    def begin(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        scene.make_register()
        self.day = date(2026, 6, 10)
        with on_day(self.day):
            scene.add_list(4, cap=5)
            scene.add_list(5, cap=0, status="closed")
            GPContract.objects.filter(pk=2).update(cap=5)
            scene.add_person(20, household_id=9)
            scene.add_person(21, birth_date=date(2012, 8, 1), mother_id=11, father_id=20)
            scene.add_person(22, birth_date=date(2010, 7, 1), mother_id=11, father_id=20)
            for number in (20, 21, 22):
                Unplaced.objects.create(person_id=number, since=self.day)
            for number in (21, 22):
                scene.add_custody(number, 11)
                scene.add_custody(number, 20)

    def teardown(self):
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def viewer(self, asker):
        return CLERK if asker is None else resident(asker)

    def attempt(self, action):
        """Do it, or be refused with nothing written; a savepoint stands for the transaction it would be."""
        before = [model.objects.count() for model in WRITTEN]
        try:
            with transaction.atomic():
                result = action()
                with connection.cursor() as cursor:
                    cursor.execute("set constraints all immediate; set constraints all deferred")
                return result
        except (Refused, PermissionDenied, DataError):
            assert [model.objects.count() for model in WRITTEN] == before
            return None

    def may_act(self, asker, people):
        """Whom a resident acts for, worked out apart from the database's function."""
        one = Person.objects.get(pk=asker)
        if one.status == "dead" or age_on(one.birth_date, self.day) < 16:
            return False
        return all(number == asker or self._has_say(one, number) for number in people)

    def _has_say(self, one, number):
        ward = Person.objects.get(pk=number)
        holds = [
            row.kind
            for row in Custody.objects.filter(child_id=number, adult_id=one.pk)
            if row.start <= self.day and (row.end is None or self.day < row.end)
        ]
        in_care = any(
            row.start <= self.day and (row.end is None or self.day < row.end)
            for row in CareOrder.objects.filter(child_id=number)
        )
        hidden = ProtectedAddress.objects.filter(person_id=number).exists() and one.household_id != ward.household_id
        by_custody = set(holds) - {"guardian"} and age_on(ward.birth_date, self.day) < 16 and not in_care and not hidden
        return "guardian" in holds or bool(by_custody)

    # --- what residents do -------------------------------------------------------------------------------------------

    # One rule for everything: Hypothesis tells each story with few of the rules, and these need each other.
    @rule(
        what=st.sampled_from(CHOICES + HAPPENINGS),
        people=some,
        to=gp_list,
        asker=asker,
        yes=mostly,
        no=seldom,
        twice=st.booleans(),
        number=st.integers(0, 119),
        adults=st.dictionaries(adult, st.sampled_from(CustodyKind), max_size=2),
    )
    def step(self, what, people, to, asker, yes, no, twice, number, adults):
        """Somebody chooses, for themselves, for those they may choose for or for others; or something happens."""
        first, order = people[0], list(permutations(LISTS))[number]
        # Most answer what they have been offered, and give up what they have.
        if what == "answer" and yes and (offer := Offer.objects.filter(state="open").order_by("id").first()):
            first, to, yes = offer.person_id, offer.list_id, number % 3 > 0
        if what == "withdraw" and yes and (place := QueuePlace.objects.filter(person_id=first).first()):
            to = place.list_id
        by = first if asker == THEMSELVES else asker
        choices = {
            "switch": lambda: self.switch(people, to, by, yes, twice, no),
            "queue": lambda: self.queue(people, to, by, twice, number % 22),
            "withdraw": lambda: self.withdraw(people, to, by),
            "reorder": lambda: self.reorder(first, order, by),
            "answer": lambda: self.answer(first, to, by, yes),
            "opt": lambda: self.leave_or_come_back(first, by, no),
            "time": lambda: self.time_passes([1, 5, 12, 30, 120][number % 5]),
            "cap": lambda: self.a_cap_changes(to, number % 9),
        }
        if what in choices:
            choices[what]()
        else:
            self.something_happens(what, first, adults, twice)

    def switch(self, people, to, asker, agrees, twice, stale):
        consents = {number: Consent(child_agrees=agrees) for number in people}
        key = None if asker is None else uuid4()
        shown = {people[0]: None if stale else self.given_list(people[0])}
        form = Form(consents=consents, key=key, lists=shown)
        before = {number: self.given_list(number) for number in people}
        ask = lambda: actions.switch_together(people, to=to, on=self.day, by=self.viewer(asker), form=form)  # noqa: E731
        receipt = self.attempt(ask)
        if receipt is None:
            return
        assert asker is None or self.may_act(asker, people)
        assert all(self.given_list(number) == to != before[number] for number in people)
        assert shown[people[0]] == before[people[0]]
        self.within_cap(to, people)
        if twice and key is not None:
            again, events = self.attempt(ask), Event.objects.count()
            assert again is not None
            assert (again.already, again.facts) == (True, receipt.facts)
            assert Event.objects.count() == events

    def queue(self, people, to, asker, in_advance, hour):
        moment = datetime(self.day.year, self.day.month, self.day.day, hour, tzinfo=UTC)
        form = Form(consents=dict.fromkeys(people, Consent(child_agrees=True)))
        receipt = self.attempt(
            lambda: actions.queue_together(
                people, list_id=to, at=moment, by=self.viewer(asker), accept_in_advance=in_advance, form=form
            )
        )
        assert receipt is None or asker is None or self.may_act(asker, people)

    def withdraw(self, people, to, asker):
        form = Form(consents=dict.fromkeys(people, Consent(child_agrees=True)))
        self.attempt(
            lambda: actions.withdraw_together(people, from_list=to, on=self.day, by=self.viewer(asker), form=form)
        )

    def reorder(self, who, order, asker):
        held = set(QueuePlace.objects.filter(person_id=who).values_list("list_id", flat=True))
        families = QueuePlace.objects.filter(person_id=who, family_id__isnull=False).values("family_id")
        people = sorted({who, *QueuePlace.objects.filter(family_id__in=families).values_list("person_id", flat=True)})
        times = dict(QueuePlace.objects.filter(person_id=who).values_list("list_id", "requested_at"))
        form = Form(consents=dict.fromkeys(people, Consent(child_agrees=True)))
        wanted = [number for number in order if number in held]
        self.attempt(lambda: actions.reorder_queue(people, order=wanted, on=self.day, by=self.viewer(asker), form=form))
        assert dict(QueuePlace.objects.filter(person_id=who).values_list("list_id", "requested_at")) == times

    def answer(self, who, to, asker, accept):
        consent = Consent(child_agrees=True)
        action = actions.accept_offer if accept else actions.decline_offer
        was_open = Offer.objects.filter(person_id=who, list_id=to, state="open").exists()
        done = self.attempt(lambda: action(who, list_id=to, on=self.day, by=self.viewer(asker), consent=consent))
        if accept and done is not None and not done.already:
            assert was_open
            self.within_cap(to, [who])

    def leave_or_come_back(self, who, asker, leave):
        action = actions.opt_out if leave else actions.opt_in
        self.attempt(lambda: action(who, on=self.day, by=self.viewer(asker), consent=Consent(child_agrees=True)))

    # --- what happens ------------------------------------------------------------------------------------------------

    def time_passes(self, days):
        self.day += timedelta(days=days)

    def a_cap_changes(self, number, cap):
        with on_day(self.day):
            GPContract.objects.filter(pk=number).update(cap=cap)

    def something_happens(self, what, who, adults, ends):
        home, day = Home("42040101", who), self.day
        grade = None if ends else ProtectionGrade.CONFIDENTIAL
        happenings = {
            "offers": lambda: actions.renew_offers(on=day, by=CLERK),
            "moves": lambda: actions.move_residence(who, home=home, on=day, by=CLERK),
            "dies": lambda: actions.register_death(who, died_on=day, on=day, by=CLERK),
            "emigrates": lambda: actions.register_emigration(who, left_on=day, on=day, by=CLERK),
            "returns": lambda: actions.register_return(who, home=home, on=day, by=CLERK),
            "born": lambda: actions.register_birth(
                mother_id=11, father_id=20, sex=Sex.FEMALE, born_on=day, on=day, by=CLERK
            ),
            "custody": lambda: actions.register_custody(who, adults=adults, on=day, by=CLERK),
            "care": lambda: actions.register_care_order(who, on=day, by=CLERK, ends=ends),
            "address": lambda: actions.protect_address(who, grade=grade, on=day, by=CLERK),
            "leave": lambda: actions.grant_extra_switch(who, reason="a story", on=day, by=CLERK),
        }
        self.attempt(happenings[what])

    # --- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def every_invariant_of_the_register_holds(self):
        with connection.cursor() as cursor:
            assert [finding for finding in findings(cursor) if finding.rows] == []

    @invariant()
    def nobody_chooses_more_often_than_the_rules_and_case_workers_allow(self):
        for number in PEOPLE:
            days = set(Switch.objects.filter(person_id=number, chosen=True).values_list("on", flat=True))
            by_year = [sum(day.year == year for day in days) for year in {day.year for day in days}]
            extra = ExtraSwitch.objects.filter(person_id=number, used_on__isnull=False).count()
            assert max(by_year, default=0) <= 2 + extra + self.from_queues(number)

    def from_queues(self, number):
        """A place that was waited for is taken whatever has been chosen meanwhile."""
        return Event.objects.filter(person_id=number, kind="switched", reason="chosen_queue").count()

    def given_list(self, number):
        return Membership.objects.filter(person_id=number, end__isnull=True).values_list("list_id", flat=True).first()

    def within_cap(self, number, people):
        """A list that somebody entered is within its cap, but for those with a right to a closed list."""
        rows = Membership.objects.filter(list_id=number, end__isnull=True)
        by_right = rows.filter(begin_reason__in=["child_of_member", "returned_within_3_years"]).count()
        found = GPContract.objects.get(pk=number)
        reasons = set(rows.filter(person_id__in=people).values_list("begin_reason", flat=True))
        if "chosen_direct" in reasons:
            held = Offer.objects.filter(list_id=number, state="open").count()
            assert found.member_count + held - by_right <= found.cap


@pytest.mark.django_db
def test_whatever_people_do_every_invariant_holds():
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
