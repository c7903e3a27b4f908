"""Who comes often in a synthetic year, and on which grounds patients pay nothing: drawn by the recipe's shares."""

import numpy as np
import polars as pl
import pytest

from fastlege.simulation.claims.people import concentrated
from fastlege.simulation.claims.shares import draw_grounds, other_grounds
from fastlege.simulation.claims.tables import GP, PLACES, assumed
from fastlege.simulation.recipe import claims_table

PEOPLE = 60_000


@pytest.fixture(scope="module")
def nation():
    chance = np.random.default_rng(7)
    use = chance.poisson(5, PEOPLE).astype(np.float32) + np.float32(0.3)
    return use, np.arange(1, PEOPLE + 1, dtype=np.int32), chance.integers(0, 40, PEOPLE)


def test_each_cell_keeps_its_sum_though_few_people_come_often(nation):
    use, person, cell = nation
    found = concentrated(use, person, cell, 3)
    assert np.bincount(cell, found) == pytest.approx(np.bincount(cell, use), rel=1e-5)
    tenth = PEOPLE // 10
    assert np.sort(found)[-tenth:].sum() > 2 * np.sort(use)[-tenth:].sum()
    assert found.max() < 1.5 * assumed("most_use")


def test_a_person_comes_as_often_whoever_else_is_drawn_and_otherwise_by_another_seed(nation):
    use, person, cell = nation
    whole = concentrated(use, person, cell, 3)
    here = cell < 10
    assert concentrated(use[here], person[here], cell[here], 3) == pytest.approx(whole[here], rel=1e-5)
    assert not np.allclose(concentrated(use, person, cell, 4), whole)


def test_a_cell_of_one_person_keeps_that_person_s_use():
    assert concentrated(np.float32([4.3]), np.int32([12]), np.array([5]), 1) == pytest.approx([4.3])


def test_grounds_come_in_the_shares_of_the_recipe():
    woman = np.arange(PEOPLE) % 2 == 0
    age = np.full(PEOPLE, 30, np.int16)
    place = np.full(PEOPLE, PLACES.index(GP), np.int8)
    found = draw_grounds(place, age, woman, np.random.default_rng(5))
    rows = claims_table("exemptions").filter(pl.col("place") == GP).cast({"share": pl.Float64})
    shares = dict(zip(rows["ground"], rows["share"], strict=True))
    pregnant, injured = (other_grounds().index(ground) for ground in ("S", "Y"))
    assert (found[woman] == pregnant).mean() == pytest.approx(shares["S"], abs=0.01)
    assert not (found[~woman] == pregnant).any()
    assert (found[~woman] == injured).mean() == pytest.approx(shares["Y"], abs=0.005)


def test_nobody_of_an_age_without_grounds_has_one():
    age, woman = np.full(1000, 8, np.int16), np.ones(1000, np.bool_)
    assert (draw_grounds(np.zeros(1000, np.int8), age, woman, np.random.default_rng(5)) == -1).all()


def test_shares_of_one_bill_s_grounds_come_to_less_than_one():
    rows = claims_table("exemptions").cast({"share": pl.Float64})
    assert rows.group_by("place").agg(pl.col("share").sum())["share"].max() < 1
