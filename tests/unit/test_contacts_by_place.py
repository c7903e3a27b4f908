"""Where the contacts of a synthetic year are: factors of size groups and counties, and services that are shared."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from fastlege.simulation.claims import tables
from fastlege.simulation.claims.people import EVENING, Memberships, People, cumulative_weights, times
from fastlege.simulation.claims.to_whom.services import shared_services
from fastlege.simulation.recipe import claims_table

SIZES = {"under_2000", "2000_4999", "5000_9999", "10000_49999", "50000_plus"}
NOBODY = Memberships(*(np.empty(0, np.int32) for _ in range(4)))


def people(sizes, counties):
    """One woman of forty in each of some municipalities, all alike but for where they live."""
    count = len(sizes)
    return People(
        np.arange(1, count + 1, dtype=np.int32),
        np.full(count, 40, np.int16),
        np.zeros(count, np.int32),
        np.ones(count, np.bool_),
        np.ones(count, np.float32),
        np.arange(count, dtype=np.int16),
        NOBODY,
        tuple(f"{n:04d}" for n in range(count)),
        tuple(sizes),
        tuple(counties),
    )


def weights(who, *of):
    return np.diff(cumulative_weights(who, of, np.ones(len(who.person_id), np.bool_)), prepend=0.0)


def test_every_type_of_contact_has_a_factor_of_each_size_group():
    rows = claims_table("places").with_columns(pl.col("time").fill_null(""))
    wanted = {(place, group) for place, group in tables.volumes(2025).select("place", "group").iter_rows()}
    assert wanted == set(rows.select("place", "group").iter_rows())
    for _, part in rows.group_by("place", "group", "time"):
        assert set(part["areas"]) >= SIZES
        assert part["areas"].is_unique().all()
        assert (part["factor"] > 0).all()
    assert rows["note"].is_not_null().all()


def test_a_place_has_the_factor_of_its_size_times_that_of_its_county():
    found = weights(people(["under_2000", "50000_plus", "50000_plus"], ["56", "56", "03"]), "gp", "e_consultation", "")
    factor = dict(
        claims_table("places")
        .filter(pl.col("group") == "e_consultation", place="gp")
        .select("areas", "factor")
        .iter_rows()
    )
    small, large = factor["under_2000"], factor["50000_plus"]
    north, oslo = factor["54 55 56"], factor["03"]
    assert found / found[1] == pytest.approx([small / large, 1, oslo / north], rel=1e-5)


def test_only_consultations_out_of_hours_are_spread_by_the_time_of_day():
    assert times("out_of_hours_service", "physical_consultation") == ("day", EVENING)
    assert times("gp", "physical_consultation") == ("",)


@pytest.fixture
def nation():
    """A small municipality near a large one of its county and nearer to one of another, and one of few far away."""
    offices = pa.table(
        {
            "municipality": ["0000", "0001", "0002", "0003"],
            "latitude": [60.0, 60.5, 60.1, 69.0],
            "longitude": [10.0, 10.0, 10.0, 20.0],
        }
    )
    return SimpleNamespace(table=lambda name, columns: {"offices": offices}[name].select(columns))


def test_small_municipalities_share_a_service_with_the_nearest_large_one_of_their_county(nation):
    who = people(["under_2000", "10000_49999", "50000_plus", "under_2000"], ["31", "31", "32", "56"])
    services = shared_services(nation, who)
    assert services.host.tolist() == [1, 1, 2, 3]
    chance = np.random.default_rng(1)
    homes = np.repeat(np.arange(4, dtype=np.int16), 20_000)
    where = services.of(homes, "physical_consultation", chance)
    away = dict(claims_table("services").select("size_group", "share").iter_rows())["under_2000"]
    assert (where[homes == 0] == 1).mean() == pytest.approx(away, abs=0.02)
    assert (where[homes != 0] == homes[homes != 0]).all()
    assert (services.of(homes, "home_visit", chance) == homes).all()
