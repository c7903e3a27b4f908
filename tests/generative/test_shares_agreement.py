"""The shares of one person, of many in columns, and of those in the tables agree, in whatever order bills come."""

# ruff: noqa: DTZ001 (a bill says the clock in Norway)

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from claims_scene import add_bill, approve, credit
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_scene import MAN, MOTHER, make_register

from fastlege.claims.models import FreeCard, ShareDifference
from fastlege.claims.shares.recalculating import recalculate
from fastlege.messages.models import Message
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.shares.counting import ceiling_of
from fastlege.rules.shares.many_persons import standings
from fastlege.rules.shares.one_person import Share, standing

BOOK = load_rulebook()
START = datetime(2025, 12, 20, 8)

# person, moment, counted: few persons and moments, so that they meet
BILLS = st.lists(
    st.tuples(
        st.sampled_from([MOTHER, MAN]),
        st.integers(0, 600).map(lambda hours: START + timedelta(hours=hours)),
        st.sampled_from([0, 1, 17_900, 100_000, 163_900, 327_800, 400_000]),
    ),
    max_size=12,
)


@given(rows=BILLS, ceiling=st.sampled_from([1, 17_900, 327_800]), mixed=st.randoms(use_true_random=False))
def test_many_persons_in_columns_stand_as_each_of_them_does(rows, ceiling, mixed):
    numbered = [(person, at, number, counted) for number, (person, at, counted) in enumerate(rows)]
    mixed.shuffle(numbered)
    columns = [
        np.array(column, np.int64)
        for column in (
            [person for person, *_ in numbered],
            [int((at - START).total_seconds()) for _, at, *_ in numbered],
            [number for *_, number, _ in numbered],
            [counted for *_, counted in numbered],
        )
    ]
    found = standings(*columns, ceiling=ceiling)
    expected = []
    for person in sorted({person for person, *_ in numbered}):
        one = standing((Share(at, number, counted) for who, at, number, counted in numbered if who == person), ceiling)
        reached = next(
            (row for row, each in enumerate(numbered) if one.reached_by and each[2] == one.reached_by.bill), -1
        )
        expected.append((person, one.paid, one.over, reached))
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


@pytest.mark.django_db
class TestInTheTables:
    """One statement for all, after each part of bills and credit notes."""

    @pytest.fixture(autouse=True)
    def register(self, db):
        make_register()

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(parts=st.lists(st.tuples(BILLS, st.sets(st.integers(1, 24), max_size=4)), min_size=1, max_size=3))
    def test_cards_and_differences_follow_the_rule_after_every_part(self, parts):
        with transaction.atomic():
            self.follow(parts)
            transaction.set_rollback(True)

    def follow(self, parts):
        standing_bills: dict[int, tuple[int, Share]] = {}
        cards: dict[tuple[int, int], datetime] = {}
        kept: dict[int, object] = {}
        for rows, credited in parts:
            changed = []
            for person, at, counted in rows:
                number = len(kept) + 1
                kept[number] = add_bill(
                    number, amount=500_000, share=400_000, person_id=person, on=at.date(), time=at.time()
                )
                approve(kept[number], counted_ore=counted)
                standing_bills[number] = (person, Share(at, number, counted))
                changed.append(number)
            for number in credited & standing_bills.keys():
                credit(kept[number])
                del standing_bills[number]
                changed.append(number)
            recalculate(changed, on=date(2026, 1, 31), book=BOOK)
            self.compare(standing_bills, cards)

    def compare(self, standing_bills, cards):
        for person in (MOTHER, MAN):
            for year in (2025, 2026):
                shares = [one for who, one in standing_bills.values() if who == person and one.at.year == year]
                one = standing(shares, ceiling_of(year, BOOK))
                rows = ShareDifference.objects.filter(person_id=person, year=year)
                assert (rows.aggregate(sum=Sum("change_ore"))["sum"] or 0) == one.over
                if one.reached_by is not None:
                    key = (person, year)
                    cards[key] = min(cards.get(key, one.reached_by.at), one.reached_by.at)
        found = {}
        for card in FreeCard.objects.order_by("-from_on", "-from_time"):
            found[card.person_id, card.year] = datetime.combine(card.from_on, card.from_time)
        assert found == cards
        assert Message.objects.filter(kind="free_card_issued").count() == len(cards)
