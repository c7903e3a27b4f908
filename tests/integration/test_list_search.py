"""The public search over the register: what it finds, in which order, and what it never does."""

import pytest
from site_scheme import ON, site_scheme

from fastlege.registry.list_search import Wanted, choices, find_place, public_list, register_day, search, sub_areas
from fastlege.registry.load import load_snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(db, tmp_path):
    load_snapshot(site_scheme(tmp_path / "snapshot"), by="test")


def names(wanted):
    return [row.name for row in search(wanted, on=ON).rows]


def test_lists_with_room_and_a_gp_come_first_then_by_norwegian_name():
    found = search(Wanted(), on=ON)
    assert found.total == 65
    assert found.rows[0].name == "Aase Ødegård"
    assert [row.free for row in found.rows[:3]] == [12, 1, 1]
    # Cecilie Moe's list has three places and no GP.
    with_gp = [row.name for row in search(Wanted(with_room=True, page=1), on=ON).rows]
    assert with_gp[-1] == "Cecilie Moe"


def test_names_sort_as_norwegian_does():
    assert names(Wanted(municipality="4204", by_name=True)) == ["Bjørn Lie", "Eva Dahl", "Aase Ødegård"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(text="bjørn"), ["Bjørn Lie"]),
        (Wanted(text="lie bjørn"), ["Bjørn Lie"]),
        (Wanted(text="Vågsbygd helsehus"), ["Eva Dahl"]),
        (Wanted(text="grimstad", by_name=True), ["Cecilie Moe", "Dag <b>Haug</b>"]),
        (Wanted(municipality="4204", specialist=True, by_name=True), ["Eva Dahl", "Aase Ødegård"]),
        (Wanted(municipality="4204", sex=2, by_name=True), ["Eva Dahl", "Aase Ødegård"]),
        (Wanted(language="so"), ["Bjørn Lie"]),
        (Wanted(service="step_free", with_room=True), ["Aase Ødegård"]),
        (Wanted(text="_"), []),
        (Wanted(text="%"), []),
    ],
)
def test_a_search_finds_what_was_asked_for(wanted, expected):
    assert names(wanted) == expected


def test_a_place_brings_its_municipality_along_nearest_first():
    place = find_place("vågsbygd")
    found = search(Wanted(text="vågsbygd", near=place), on=ON).rows
    assert [row.office for row in found] == ["Vågsbygd helsehus", "Lund legesenter", "Lund legesenter"]
    assert found[0].kilometres < 0.5
    assert 4 < found[1].kilometres < 6
    assert find_place("Atlantis") is None


def test_pages_hold_fifty_and_one_past_the_last_knows_the_total():
    assert len(search(Wanted(municipality="0301"), on=ON).rows) == 50
    assert len(search(Wanted(municipality="0301", page=2), on=ON).rows) == 10
    past = search(Wanted(municipality="0301", page=3), on=ON)
    assert (past.total, past.pages, past.rows) == (60, 2, [])


def test_only_an_open_list_has_free_places():
    locked = public_list(4, on=ON)
    assert (locked.found.status, locked.found.cap - locked.found.length, locked.found.free) == ("locked", 3, 0)


def test_a_vacant_list_knows_since_when_and_who_steps_in():
    vacant = public_list(3, on=ON)
    assert vacant.found.doctor is None
    assert vacant.vacant_since.isoformat() == "2023-03-01"
    assert [(doctor.name, doctor.relationship) for doctor in vacant.doctors] == [("Vera Vikar", "substitute")]
    assert vacant.found.waiting == 2


def test_a_list_that_is_not_in_force_is_not_there():
    assert public_list(999, on=ON) is None
    assert public_list(1, on=ON.replace(year=2000)) is None


def test_the_form_offers_what_the_register_holds():
    offered = choices(on=ON)
    assert offered.municipalities == [
        ("Oslo", "0301", "Oslo"),
        ("Agder", "4202", "Grimstad"),
        ("Agder", "4204", "Kristiansand"),
    ]
    assert offered.languages == ["nb", "so"]
    assert offered.services == ["blood_tests", "step_free", "ultrasound", "vaccination", "video"]


def test_the_register_says_its_day_and_the_map_gets_every_sub_area():
    day = register_day()
    assert (day.on, day.recipe) == (ON, "site-test")
    assert len(sub_areas()) == 5
