"""What is told of queue places and lists: days where they can be told, a reason where they cannot."""

from datetime import date

import polars as pl
import pytest

from fastlege.kernel.errors import DataError
from fastlege.planning.waits.basis import WaitBasis
from fastlege.planning.waits.estimate import WAITS, days_to_rounds, estimate, estimate_for_newcomers
from fastlege.planning.waits.filling import after_round
from fastlege.planning.waits.model import fitted, read_model, write_model
from fastlege.rules.parameters import load_rulebook
from tests.waits_market import ON, history, line, places

BOOK = load_rulebook()


def told(some_places, lists):
    return estimate(some_places, lists, on=ON, book=BOOK)


def bases(answer):
    return answer["wait_basis"].to_list()


def test_first_in_line_on_a_busy_list_waits_months_and_the_last_of_a_long_line_years():
    near, far = told(line(1), history()), told(line(1, ahead=2000), history())
    assert near.row(0, named=True)["wait_high"] < 365
    assert far.select(WAITS[1:]).row(0) == (None, None, WaitBasis.BEYOND_HORIZON)


def test_waits_are_days_to_rounds_on_the_first_of_coming_months():
    days = days_to_rounds(ON, 3, BOOK)[1:4]
    assert [date.fromordinal(ON.toordinal() + int(day)) for day in days] == [
        date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1),
    ]  # fmt: skip
    assert set(told(line(30), history())["wait_median"].drop_nulls()) <= set(
        days_to_rounds(ON, 24, BOOK)[1:25].tolist()
    )


@pytest.mark.parametrize(
    ("place", "gp_list", "basis"),
    [
        ({"ahead_persons": None, "position": None, "outcome": "met"}, {}, WaitBasis.NOT_IN_LINE),
        ({"exchange": "no_place", "threshold_days": None}, {}, WaitBasis.WITHOUT_LIST),
        ({}, {"status": "locked"}, WaitBasis.LIST_LOCKED),
        ({}, {"ends": date(2027, 3, 1)}, WaitBasis.LIST_ENDS),
        ({"list_id": 2}, {}, WaitBasis.LIST_ENDS),
        ({}, {"months": 2.0}, WaitBasis.TOO_LITTLE_HISTORY),
        ({}, {"months": 3.0}, WaitBasis.ESTIMATED),
        ({"exchange": None, "own_points_days": None, "threshold_days": None}, {}, WaitBasis.ESTIMATED),
    ],
)
def test_what_cannot_be_told_says_why(place, gp_list, basis):
    answer = told(places(place), history(gp_list))
    assert bases(answer) == [basis]
    known = answer.select(WAITS[:3]).row(0) != (None, None, None)
    assert known == (basis is WaitBasis.ESTIMATED)


def test_rows_keep_their_order_and_their_columns():
    rows = pl.concat([line(3), places({"person_id": 9, "ahead_persons": None, "position": None}), line(2, ahead=3)])
    answer = told(rows, history())
    assert answer.drop(WAITS).equals(rows)
    assert bases(answer) == ["estimated"] * 3 + ["not_in_line"] + ["estimated"] * 2


def test_a_plan_s_empty_wait_columns_are_replaced():
    rows = line(2).with_columns(wait_low=None, wait_median=None, wait_high=None, wait_basis=None)
    assert told(rows, history()).columns == [*line(1).columns, *WAITS]


def test_a_family_waits_longer_than_one_person_in_its_place():
    family = places(*({"person_id": n, "position": 1} for n in range(4)))
    alone, together = told(line(1), history()), told(family, history())
    assert together["wait_median"].n_unique() == 1
    assert together["wait_median"][0] > alone["wait_median"][0]


def test_a_list_above_its_cap_gives_places_later():
    full, over = told(line(1), history()), told(line(1), history({"length": 1040}))
    assert over["wait_median"][0] > full["wait_median"][0]


def test_fewer_points_lacking_for_an_exchange_never_wait_longer():
    rows = places(*({"person_id": n, "position": 300, "ahead_persons": 300, "threshold_days": 500 + 10 * n}
                    for n in range(1, 200)))  # fmt: skip
    score = told(rows, history())["wait_low"].fill_null(10_000)
    assert score.is_sorted()
    assert score[0] < score[-1]


def test_newcomers_wait_longer_where_more_stand_in_line():
    lists = pl.DataFrame({"list_id": [1, 2, 3], "in_line": [0, 12, 400]})
    answer = estimate_for_newcomers(lists, history(*({"list_id": n} for n in (1, 2, 3))), on=ON, book=BOOK)
    assert answer.columns == ["list_id", "in_line", *WAITS]
    first, second, third = answer["wait_median"].fill_null(10_000)
    assert first < second < third


def test_no_places_and_no_lists_are_no_trouble():
    assert told(line(1).clear(), history().clear()).is_empty()
    none = pl.DataFrame(schema={"list_id": pl.Int64, "in_line": pl.Int64})
    assert estimate_for_newcomers(none, history(), on=ON, book=BOOK).is_empty()


def test_the_round_itself_counts_as_history_but_not_the_nation_s_first_exchanges():
    lists = pl.DataFrame(
        {
            "list_id": [1, 2], "cap": [900, 1000], "length_after": [890, 1000], "status_after": ["open", "closed"],
            "came_by_queue": [3, 0], "came_by_right": [1, 0], "came_by_exchange": [2, 5], "left": [6, 5],
        }
    )  # fmt: skip
    before = history({"list_id": 1}, {"list_id": 2, "came_by_exchange": 0, "exchange_months": 0.0}, {"list_id": 3})
    after = after_round(before, lists)
    assert after.schema == before.schema
    changed = {"cap": 900, "length": 890, "status": "open", "came_in_line": 23, "came_by_right": 11, "left": 49,
               "came_by_exchange": 12}  # fmt: skip
    assert after.row(0, named=True) == before.row(0, named=True) | changed
    assert after.row(1, named=True) == before.row(1, named=True)
    assert after.row(2, named=True) == before.row(2, named=True)


def test_a_model_is_read_as_it_was_written(tmp_path):
    write_model(fitted(), tmp_path)
    again = read_model(tmp_path)
    assert (again.paces, again.pull, again.made) == (fitted().paces, fitted().pull, fitted().made)
    assert (again.places.given == fitted().places.given).all()
    (tmp_path / "places.csv").write_text("queue\n1\n")
    with pytest.raises(DataError, match="model of waits"):
        read_model(tmp_path)


def test_the_fitted_curves_keep_what_they_promise():
    for curves in (fitted().places, fitted().newcomers):
        given = curves.given
        assert ((given >= 0) & (given <= 1)).all()
        assert (given[..., 1:] >= given[..., :-1]).all()
        assert (given[:, 1:] <= given[:, :-1]).all()
