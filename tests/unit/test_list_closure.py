"""Closing lists from a snapshot: where their residents go, and a successor who takes the whole list."""

import json
from dataclasses import replace
from datetime import date

import pytest
from planning_scenes import AWAY, ON, Scene
from typer.testing import CliRunner

from fastlege.cli.places.closure import app
from fastlege.kernel.errors import DataError
from fastlege.planning.closure import close_lists, take_over
from fastlege.planning.explaining import LANGUAGES, Explanation
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()


def close(scene, folder, *lists, seed="s"):
    return close_lists(scene.write(folder), lists or [1], on=ON, seed=seed, book=BOOK)


def went(placed):
    return dict(placed.rows.select("person_id", "to_list").iter_rows())


def scene_with(**caps) -> Scene:
    """List 1 closes; the others, named `list2` and so on, have a GP and so many places."""
    scene = Scene()
    scene.list(1, cap=10)
    for name, cap in caps.items():
        scene.list(int(name.removeprefix("list")), cap=cap)
        scene.gp(int(name.removeprefix("list")))
    return scene


def test_only_open_lists_with_a_regular_gp_and_a_free_place_take_people(tmp_path):
    scene = scene_with(list2=1)
    for number, status in ((3, "closed"), (4, "locked"), (5, "open"), (6, "open"), (7, "open")):
        scene.list(number, cap=5, status=status)
    scene.gp(3)
    scene.gp(4)
    scene.gp(5, relationship="substitute")
    scene.gp(6, end=ON)
    scene.list(8, cap=5, end=ON)
    scene.gp(8)
    scene.people(range(10, 12), on_list=1)
    scene.people(range(20, 25), on_list=7)
    scene.gp(7)
    assert sorted(went(close(scene, tmp_path / "s")).values(), key=str) == [2, None]


def test_a_place_kept_for_somebody_who_has_been_asked_is_not_given_to_the_displaced(tmp_path):
    scene = scene_with(list2=2)
    scene.people(range(10, 12), on_list=1)
    scene.list(9, cap=5)
    scene.person(90, on_list=9)
    scene.offer(90, 2, ON, ON)
    assert sorted(went(close(scene, tmp_path / "s")).values(), key=str) == [2, None]


def test_a_household_stays_whole_and_is_first_in_line_when_no_list_has_room_for_all(tmp_path):
    scene = scene_with(list2=1, list3=2)
    for person in (10, 11, 12):
        scene.person(person, on_list=1, household_id=10)
    scene.people(range(20, 22), on_list=1)
    placed = close(scene, tmp_path / "s")
    assert [went(placed)[person] for person in (10, 11, 12)] == [None] * 3
    assert set(placed.rows.filter(placed.rows["to_list"].is_null())["unplaced_since"]) == {ON}
    assert None not in {went(placed)[person] for person in (20, 21)}
    assert (placed.count("near"), placed.count("first_in_line")) == (2, 3)


def test_another_municipality_counts_twenty_kilometres_more(tmp_path):
    # One degree of latitude is 111 km: 0.17 degrees are 18.9 km, and 0.19 degrees 21.1 km.
    for latitude, expected in ((60.17, 3), (60.19, 2)):
        scene = scene_with()
        scene.list(2, cap=5, municipality=AWAY, latitude=60.0)
        scene.list(3, cap=5, latitude=latitude)
        scene.gp(2)
        scene.gp(3)
        scene.person(10, on_list=1)
        placed = close(scene, tmp_path / str(expected))
        assert went(placed) == {10: expected}
        assert placed.rows["metres"][0] == {3: 18903, 2: 0}[expected]


def test_wishes_come_first_the_earliest_in_front(tmp_path):
    scene = scene_with(list2=5, list3=1)
    scene.people(range(10, 13), on_list=1)
    scene.queue(11, 3, date(2026, 3, 1))
    scene.queue(12, 3, date(2026, 2, 1))
    placed = close(scene, tmp_path / "s")
    assert went(placed) == {10: 2, 11: 2, 12: 3}
    row = placed.rows.row(2, named=True)
    assert (row["rank"], row["queued_since"]) == (1, date(2026, 2, 1))
    assert (row["reason"], row["explanation_key"]) == ("practice_closed", "closure_wish")


def test_a_wish_met_after_a_closure_counts_as_a_switch_only_where_the_rules_say_so(tmp_path):
    scene = scene_with(list2=5)
    scene.person(10, on_list=1)
    scene.queue(10, 2, date(2026, 3, 1))
    snapshot = scene.write(tmp_path / "s")
    counting = BOOK.with_rows([replace(BOOK.row("switch.excluded_from_count", on=ON), value=("registered move",))])
    for book, counted in ((BOOK, False), (counting, True)):
        assert close_lists(snapshot, [1], on=ON, seed="s", book=book).rows["chosen"].to_list() == [counted]


def test_equal_times_are_decided_by_lot_whatever_the_order_of_rows(tmp_path):
    def winner(seed, shuffle=None):
        scene = scene_with(list2=5, list3=1)
        scene.people(range(10, 20), on_list=1)
        for person in range(10, 20):
            scene.queue(person, 3, date(2026, 3, 1))
        snapshot = scene.write(tmp_path / f"{seed}{shuffle}", shuffle=shuffle)
        return went(close_lists(snapshot, [1], on=ON, seed=seed, book=BOOK))

    assert winner("a") == winner("a", 1) == winner("a", 2)
    assert len({tuple(winner(seed).items()) for seed in "abcdef"}) > 1


def test_a_household_gets_a_wish_that_all_but_its_children_share(tmp_path):
    scene = scene_with(list2=5, list3=5)
    scene.person(10, on_list=1)
    scene.person(11, on_list=1, household_id=10)
    scene.person(12, on_list=1, household_id=10, birth_date=date(2020, 1, 1))
    scene.person(20, on_list=1)
    scene.person(21, on_list=1, household_id=20)
    for person in (10, 11, 20):
        scene.queue(person, 3, date(2026, 3, 1))
    placed = close(scene, tmp_path / "s")
    assert [went(placed)[person] for person in (10, 11, 12)] == [3] * 3
    assert placed.count("wish") == 3


def test_lists_that_close_together_do_not_take_each_others_people_and_keep_a_household_whole(tmp_path):
    scene = scene_with(list2=10, list3=3)
    scene.person(10, on_list=1)
    scene.person(11, on_list=2, household_id=10)
    scene.person(12, on_list=2)
    assert went(close(scene, tmp_path / "s", 1, 2)) == {10: 3, 11: 3, 12: 3}


def test_a_list_without_residents_closes_without_a_move(tmp_path):
    assert close(scene_with(list2=5), tmp_path / "s").rows.height == 0


def test_a_successor_gets_the_whole_list_also_above_the_cap(tmp_path):
    scene = scene_with(list2=2)
    scene.people(range(10, 14), on_list=1)
    placed = take_over(scene.write(tmp_path / "s"), 1, successor=2, on=ON, book=BOOK)
    assert went(placed) == dict.fromkeys(range(10, 14), 2)
    assert set(placed.rows["reason"]) == {"takeover"}
    assert placed.count("takeover") == 4


def test_a_locked_successor_is_refused(tmp_path):
    scene = scene_with()
    scene.list(2, cap=9, status="locked")
    with pytest.raises(DataError, match="locked"):
        take_over(scene.write(tmp_path / "s"), 1, successor=2, on=ON, book=BOOK)


@pytest.mark.parametrize(("lists", "message"), [((9,), "no list 9"), ((1, 1), "named twice")])
def test_lists_that_cannot_close_are_refused(tmp_path, lists, message):
    with pytest.raises(DataError, match=message):
        close(scene_with(list2=1), tmp_path / "s", *lists)


def test_a_day_in_the_past_is_refused(tmp_path):
    with pytest.raises(DataError, match="in its past"):
        close_lists(scene_with().write(tmp_path / "s"), [1], on=date(2026, 7, 1), seed="s", book=BOOK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_is_told_why_in_each_language(tmp_path, language):
    scene = scene_with(list2=1, list3=1)
    scene.people(range(10, 13), on_list=1)
    scene.queue(10, 3, date(2026, 3, 1))
    snapshot = scene.write(tmp_path / "s")
    rows = close_lists(snapshot, [1], on=ON, seed="s", book=BOOK).rows.to_dicts()
    rows += take_over(snapshot, 1, successor=2, on=ON, book=BOOK).rows.to_dicts()[:1]
    rows += [{**row, "explanation_key": row["explanation_key"].replace("closure", "reduction")} for row in rows]
    told = {Explanation(row["explanation_key"], row).in_words(language) for row in rows}
    assert len({row["explanation_key"] for row in rows}) == 7
    assert not any("None" in each or "{" in each for each in told)


def test_the_commands_write_who_goes_where_and_what_they_are_told(tmp_path):
    scene = scene_with(list2=5)
    scene.people(range(10, 13), on_list=1)
    snapshot = scene.write(tmp_path / "s").folder
    table = tmp_path / "placed.csv"
    shared = ["--snapshot", str(snapshot), "--list", "1", "--on", str(ON), "--out", str(table), "--language", "en"]
    done = CliRunner().invoke(app, ["distribute", *shared, "--seed", "x", "--json"])
    assert json.loads(done.stdout)["near"] == 3
    assert table.read_text().count("Your list closes down") == 3
    done = CliRunner().invoke(app, ["takeover", *shared, "--successor", "2"])
    assert "3 go to the successor" in done.stdout
    assert table.read_text().count("A successor takes over") == 3
