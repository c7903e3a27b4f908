"""The back-test of waits: places followed to their end, shares estimated in spite of those who gave up."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.waits.curves import NEVER, Curves, Quantiles, quantiles_of
from fastlege.planning.waits.levels import same_for_all
from fastlege.planning.waits.model import fitted
from fastlege.planning.waits.scores import GROUPS
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.waits.assessing import EVERYBODY, NAIVE, NEWCOMERS, Row, assess
from fastlege.simulation.waits.coverage import score, told
from fastlege.simulation.waits.curves import learn_curves
from fastlege.simulation.waits.following import follow
from fastlege.simulation.waits.levels import learn_levels
from fastlege.simulation.waits.model import LEAST_LISTS, learn, scores, taught_by
from fastlege.simulation.waits.outcomes import Watch
from fastlege.simulation.waits.picture import coverage_picture, definition
from fastlege.simulation.waits.places import places_of
from fastlege.simulation.waits.survival import counts, falling, shares
from tests.waits_market import history

MOMENT = 1_700_000_000


def seen(*rows):
    """Places of a round: person, and what became of it."""
    return pl.DataFrame(
        [
            {"person_id": person, "list_id": 1, "requested_at": MOMENT, "position": person, "is_new": False,
             "outcome": "met" if met else "list_full", "ahead_persons": None if met else person - 1,
             "exchange": "no_ring", "own_points_days": 400, "threshold_days": None, "by_exchange": met == "exchange"}
            for person, met in rows
        ],
        schema_overrides={"threshold_days": pl.Int64, "ahead_persons": pl.Int64},
    )  # fmt: skip


def test_a_place_is_followed_until_it_is_given_or_given_up():
    watch = Watch(seen((1, ""), (2, ""), (3, ""), (4, ""), (5, "queue")), history(), horizon=3)
    watch.see(seen((1, "queue"), (2, ""), (3, ""), (4, "")))
    watch.see(seen((2, "exchange"), (4, "")))
    watch.see(seen((4, "")))
    assert watch.is_over
    watch.see(seen((4, "queue")))
    rows = watch.outcomes().select("person_id", "rounds", "given", "by_exchange", "gave_up").rows()
    assert rows == [
        (1, 1, True, False, False),
        (2, 2, True, True, False),
        (3, 1, False, False, True),
        (4, 3, False, False, False),
    ]


def test_people_without_a_list_and_locked_lists_are_not_followed():
    rows = seen((1, ""), (2, "")).with_columns(exchange=pl.Series(["no_place", "no_ring"]))
    assert Watch(rows, history(), horizon=3).outcomes()["person_id"].to_list() == [2]
    assert Watch(rows, history({"status": "locked"}), horizon=3).outcomes().is_empty()


def test_those_who_gave_up_count_as_long_as_they_stood():
    # Of four, one is given in round 1, one gives up after it, one is given in round 2, one is still waiting after 3.
    got, at_risk = counts(
        np.zeros(4, np.int64), np.array([1, 1, 2, 3]), np.array([True, False, True, False]), cells=1, horizon=3
    )
    assert at_risk.tolist() == [[4, 2, 1]]
    assert shares(got / at_risk).tolist() == [[0.25, 0.625, 0.625]]


def test_values_are_made_to_fall_by_pooling_those_that_do_not():
    values = np.array([[0.9], [0.5], [0.7], [0.1]])
    weights = np.array([[1.0], [3.0], [1.0], [1.0]])
    assert falling(values, weights, axis=0)[:, 0].tolist() == pytest.approx([0.9, 0.55, 0.55, 0.1])


def tiny_queue(seed, people=20_000, horizon=24):
    """A queue of which the truth is known: months to the front by the score, given up by a tenth a month."""
    rng = np.random.default_rng(seed)
    queue = np.log(rng.uniform(1.2, 30, people))
    exchange = rng.choice([-7.0, -5.0, -3.0], people)
    months = np.ceil(np.minimum(rng.gamma(6, np.exp(queue) / 6), rng.exponential(1 / np.exp(exchange)))).astype(int)
    stays = rng.geometric(0.1, people) - 1
    rounds = np.minimum(np.minimum(months, stays), horizon)
    return rng.integers(0, len(GROUPS), people), queue, exchange, rounds, months <= np.minimum(stays, horizon)


def test_curves_learnt_from_one_queue_hold_in_another():
    curves = learn_curves(*tiny_queue(1), horizon=24)
    group, queue, exchange, rounds, given = tiny_queue(2)
    usual = same_for_all().of(group, np.zeros(len(group), np.int64))
    said, curve = curves.quantiles(group, queue, exchange, usual), curves.at(group, queue, exchange)
    answers = told(curve, said, rounds, given)
    for near in (queue < np.log(4), (queue >= np.log(4)) & (queue < np.log(10)), queue >= np.log(10)):
        found = score(answers.only(near))
        assert found.closed > 1000
        assert found.inside == pytest.approx(0.8, abs=0.06)
        assert found.below == pytest.approx(0.1, abs=0.06)


def test_levels_learnt_where_waits_spread_more_than_the_curves_say_hold_in_another_queue():
    rng = np.random.default_rng(4)
    people = 40_000
    curve = np.tile(np.minimum(np.arange(1, 25) / 20, 1).astype(np.float32), (people, 1))
    # Those first in line wait as long as the curve says on average, but vary twice as much; the others as it says.
    first = rng.random(people) < 0.5
    waits = np.where(first, 10.5 + 2 * (rng.uniform(0, 20, people) - 10), np.ceil(rng.uniform(0, 20, people)))
    rounds, given = np.clip(np.ceil(waits), 1, 24).astype(int), waits <= 24
    size, position = np.zeros(people, np.int64), np.where(first, 0, 3)
    levels = learn_levels(curve, size, position, rounds, given)
    assert levels.low[0, 0] < 0.06
    assert levels.low[0, 3] == pytest.approx(0.1, abs=0.03)
    said = quantiles_of(curve, levels.of(size, position))
    assert said.median.tolist() == [10] * people
    found = score(told(curve, said, rounds, given).only(~first))
    assert found.inside == pytest.approx(0.8, abs=0.06)


def test_groups_with_too_few_places_keep_a_tenth_at_each_end():
    levels = learn_levels(
        np.full((50, 24), 0.99, np.float32), *np.zeros((2, 50), np.int64), np.ones(50, int), np.ones(50, bool)
    )
    assert {float(each) for table in vars(levels).values() for each in table.ravel()} == {0.1, 0.9, 0.8}


def test_learnt_curves_fall_with_the_queue_and_rise_with_the_months():
    curves = learn_curves(*tiny_queue(3, people=3000), horizon=24)
    assert (np.diff(curves.given, axis=1) <= 1e-12).all()
    assert (np.diff(curves.given, axis=3) >= 0).all()


def test_scores_tell_a_right_answer_from_a_wrong_one():
    rounds, given = np.tile([1, 2, 3, 4, 5], 100), np.ones(500, bool)
    curve = np.tile(np.minimum(np.arange(1, 25) / 5, 1), (500, 1))

    def answered(low, median, high):
        ends = (np.full(500, end) for end in (low, median, high))
        return score(told(curve, Quantiles(*ends), rounds, given))

    right, late, unknown = answered(1, 3, 4), answered(4, 5, 6), answered(2, 4, NEVER)
    assert (right.inside, right.below, right.above, right.width) == pytest.approx((0.8, 0, 0.2, 3))
    assert (late.inside, late.below) == pytest.approx((0.4, 0.6))
    assert right.loss < late.loss
    assert (unknown.closed, unknown.too_early) == (0, pytest.approx(0.2))
    assert np.isnan(unknown.inside)


def test_intervals_leave_a_tenth_out_at_each_end_or_a_fifth_above():
    one = Curves(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.zeros((1, 2, 2, 4)))
    one.given[:] = [0.3, 0.55, 0.82, 0.9]
    later = Curves(one.queue_knots, one.exchange_knots, one.given.copy())
    later.given[:] = [0.09, 0.45, 0.88, 0.99]
    at = np.zeros(1, np.int64), np.zeros(1), np.zeros(1), same_for_all().of(*np.zeros((2, 1), np.int64))
    assert [int(each[0]) for each in vars(one.quantiles(*at)).values()] == [1, 2, 3]
    assert [int(each[0]) for each in vars(later.quantiles(*at)).values()] == [2, 3, 3]


def test_years_of_a_small_nation_teach_a_model_and_test_another(small_nation):
    book = load_rulebook()
    first, second = (follow(small_nation, seed=seed, origins=(13,), horizon=12, book=book) for seed in (1, 2))
    assert first.places.filter(pl.col("given") & pl.col("gave_up")).is_empty()
    assert first.places["rounds"].max() == 12
    model = learn(first, horizon=12, made={"from": "a small nation"})
    assert model.places.horizon == 12
    rows = assess(second.places, model, first.places)
    whole = {row.kind: row.score for row in rows if row.size_group is row.position is None}
    assert set(whole) == {EVERYBODY, NEWCOMERS, NAIVE}
    assert whole[EVERYBODY].loss < whole[NAIVE].loss
    assert whole[EVERYBODY].places == second.places.filter(pl.col("months") >= model.least_months).height
    assert coverage_picture(rows, "en").count("too few") >= 30


def test_a_size_group_with_few_lists_learns_with_the_next_larger():
    many = ["2000_4999", "10000_49999", "50000_plus"]
    lists = pl.DataFrame({"size_group": [name for name in many for _ in range(LEAST_LISTS)] + ["under_2000"] * 3})
    assert taught_by(lists).tolist() == [1, 1, 3, 3, 4]


def test_the_same_seed_is_the_same_life(small_nation):
    book = load_rulebook()
    once, again = (follow(small_nation, seed=3, origins=(12,), horizon=12, book=book).places for _ in range(2))
    assert once.equals(again)


def test_a_round_without_a_year_before_it_cannot_be_followed(small_nation):
    with pytest.raises(DataError, match="a year before it"):
        follow(small_nation, seed=1, origins=(3,), horizon=12, book=load_rulebook())


def test_a_policy_that_holds_another_round_tells_nobody_where_they_stand():
    with pytest.raises(DataError, match="'practice'"):
        places_of(SimpleNamespace(stages=None, policy="practice", day=date(2026, 11, 1)))


def test_the_picture_shows_the_shares_and_its_promise():
    found = score(told(np.full((600, 24), 0.5), Quantiles(*(np.full(600, n) for n in (1, 2, 3))),
                       np.tile([1, 2, 3, 4], 150), np.ones(600, bool)))  # fmt: skip
    picture = coverage_picture([Row(EVERYBODY, "50000_plus", "6-20", found)], "nn")
    assert "75 %" in picture
    assert picture.count("for få") == 35
    assert definition()["title"]["nn"] in picture


def test_every_text_of_the_figure_stands_in_three_languages():
    texts = [value for value in definition().values() if isinstance(value, dict)] + definition()["breaks"]
    assert all(list(text) == ["nb", "nn", "en"] for text in texts)
    assert {frozenset(words) for words in definition()["words"].values()} == {
        frozenset({"all", "ahead", "residents", "too_few", "scale"})
    }


def test_the_scores_of_the_back_test_are_those_of_the_estimates(small_nation):
    places = follow(small_nation, seed=4, origins=(12,), horizon=12, book=load_rulebook()).places
    group, queue, exchange = scores(places, fitted())
    assert np.isfinite(queue).all()
    assert np.isfinite(exchange).all()
    assert set(group) <= set(range(2 * len(GROUPS)))


@pytest.fixture(scope="module")
def small_nation(small_snapshot):
    """Three small municipalities, to be lived in for some years."""
    return Snapshot(small_snapshot)
