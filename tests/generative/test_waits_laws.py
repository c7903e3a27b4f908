"""Laws of the waits: order, position, intake, and the order of rows."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlege.kernel.vocabulary import SizeGroup
from fastlege.planning.waits.estimate import WAITS, estimate, estimate_for_newcomers
from fastlege.rules.parameters import load_rulebook
from tests.waits_market import LIST, ON, history, places

BOOK = load_rulebook()
LONGEST = 100_000

lists = st.fixed_dictionaries(
    {
        "size_group": st.sampled_from([group.value for group in SizeGroup]),
        "cap": st.integers(0, 2500),
        "length": st.integers(0, 2600),
        "status": st.sampled_from(["open", "closed"]),
        "months": st.sampled_from([3.0, 7.0, 12.0]),
        "came_in_line": st.integers(0, 300),
        "came_by_right": st.integers(0, 60),
        "left": st.integers(0, 400),
        "came_by_exchange": st.integers(0, 300),
        "exchange_months": st.sampled_from([0.0, 1.0, 12.0]),
    }
)
priced = st.builds(
    lambda own, lacking: {"exchange": "priced", "own_points_days": own, "threshold_days": own + lacking},
    st.integers(0, 7000), st.integers(0, 9000),
)  # fmt: skip
unpriced = st.sampled_from(["no_ring", "divided"]).map(lambda kind: {"exchange": kind, "threshold_days": None})
wishes = st.one_of(priced, unpriced)


def told(rows, gp_list):
    return estimate(places(*rows), history(gp_list), on=ON, book=BOOK)


def medians(answer):
    return answer["wait_median"].fill_null(LONGEST).to_list()


@settings(max_examples=60, deadline=None)
@given(gp_list=lists, wish=wishes, ahead=st.lists(st.integers(0, 3000), min_size=2, max_size=40, unique=True))
def test_further_back_never_has_a_shorter_median(gp_list, wish, ahead):
    rows = [wish | {"person_id": n, "position": n + 1, "ahead_persons": n} for n in sorted(ahead)]
    answer = told(rows, gp_list)
    assert medians(answer) == sorted(medians(answer))
    assert answer["wait_low"].fill_null(LONGEST).is_sorted()


@settings(max_examples=60, deadline=None)
@given(gp_list=lists, wish=wishes, ahead=st.integers(0, 500), more=st.integers(1, 200))
def test_more_who_came_in_line_never_makes_a_wait_longer(gp_list, wish, ahead, more):
    rows = [wish | {"ahead_persons": ahead}]
    busier = gp_list | {"came_in_line": gp_list["came_in_line"] + more}
    assert medians(told(rows, busier)) <= medians(told(rows, gp_list))
    line = pl.DataFrame({"list_id": [LIST["list_id"]], "in_line": [ahead]})
    then, now = (estimate_for_newcomers(line, history(each), on=ON, book=BOOK) for each in (gp_list, busier))
    assert medians(now) <= medians(then)


@settings(max_examples=60, deadline=None)
@given(gp_list=lists, rows=st.lists(st.tuples(wishes, st.integers(0, 3000)), min_size=1, max_size=30))
def test_low_median_and_high_are_in_order(gp_list, rows):
    answer = told(
        [wish | {"person_id": n, "ahead_persons": a, "position": a} for n, (wish, a) in enumerate(rows)], gp_list
    )
    for low, median, high in answer.select(WAITS[:3]).iter_rows():
        known = [days for days in (low, median, high) if days is not None]
        assert known == sorted(known)
        assert all(days > 0 for days in known)
        # What is known is known from below: an upper end without a median would make no sense.
        assert [low, median, high][: len(known)] == known


@settings(max_examples=40, deadline=None)
@given(
    both=st.lists(lists, min_size=2, max_size=2),
    rows=st.lists(st.tuples(wishes, st.integers(0, 300), st.integers(1, 2)), min_size=1, max_size=30),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(both, rows, order):
    table = places(*(
        wish | {"person_id": n, "ahead_persons": a, "position": a, "list_id": to}
        for n, (wish, a, to) in enumerate(rows)
    ))  # fmt: skip
    past = history(*(each | {"list_id": n} for n, each in enumerate(both, start=1)))
    shuffled = list(range(len(table)))
    order.shuffle(shuffled)
    once = estimate(table, past, on=ON, book=BOOK)
    again = estimate(table[shuffled], past.reverse(), on=ON, book=BOOK)
    assert again.sort("person_id").equals(once.sort("person_id"))
