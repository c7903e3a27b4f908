"""A list reduction from a snapshot: notice, who belongs together, the record, its check, and places for those drawn."""

import json
from dataclasses import replace
from datetime import date

import pytest
from planning_scenes import AWAY, Scene
from typer.testing import CliRunner

from fastlege.cli.places.draw import app
from fastlege.kernel.errors import DataError, Refused
from fastlege.matching.reduction import DrawUnit
from fastlege.planning.displaced.draw_file import read_draw, write_draw
from fastlege.planning.displaced.draw_record import DrawTerms, differences, record_of
from fastlege.planning.reduction import Reduction, draw_reduction, place_drawn
from fastlege.rules.parameters import load_rulebook

BOOK = load_rulebook()
NOTICE, ON = date(2026, 8, 1), date(2027, 2, 1)
CHILD, GROWN = date(2015, 1, 1), date(2008, 1, 1)
ASKED = Reduction(1, "tag", NOTICE, persons=2)


def family_scene() -> Scene:
    """On list 1: parents 10 and 11 with 12 (a child) and 13 (grown up)."""
    scene = Scene()
    scene.list(1, cap=100)
    scene.person(10, on_list=1)
    scene.person(11, on_list=1, household_id=10)
    scene.person(12, on_list=1, household_id=10, birth_date=CHILD, mother_id=10, father_id=11)
    scene.person(13, on_list=1, household_id=10, birth_date=GROWN, mother_id=10, father_id=11)
    return scene


def test_a_family_is_drawn_together_and_a_grown_child_alone(tmp_path):
    record = draw_reduction(family_scene().write(tmp_path / "s"), ASKED, on=ON, book=BOOK)
    assert sorted(lot.unit for lot in record.order) == [DrawUnit(10, 0, 3), DrawUnit(10, 13, 1)]


def test_a_child_is_family_until_the_birthday_in_the_rulebook(tmp_path):
    scene = family_scene()
    scene.person(14, on_list=1, household_id=10, birth_date=date(2011, 2, 2), mother_id=10)
    scene.person(15, on_list=1, household_id=10, birth_date=date(2011, 2, 1), mother_id=10)
    record = draw_reduction(scene.write(tmp_path / "s"), ASKED, on=ON, book=BOOK)
    assert [lot.unit.apart for lot in sorted(record.order, key=lambda lot: lot.unit)] == [0, 13, 15]


def test_a_parent_who_lives_with_her_own_mother_stays_with_her_child(tmp_path):
    scene = Scene()
    scene.list(1, cap=100)
    scene.person(20, on_list=1)
    scene.person(21, on_list=1, household_id=20, mother_id=20)
    scene.person(22, on_list=1, household_id=20, mother_id=21, birth_date=CHILD)
    record = draw_reduction(scene.write(tmp_path / "s"), replace(ASKED, persons=1), on=ON, book=BOOK)
    assert [lot.unit for lot in record.order] == [DrawUnit(20, 0, 3)]
    assert (record.length, record.drawn) == (3, 0)


def test_a_grown_child_stands_apart_also_when_the_parents_are_on_another_list(tmp_path):
    scene = Scene()
    scene.list(1, cap=100)
    scene.list(2, cap=100)
    scene.person(30, on_list=2)
    scene.person(31, on_list=1, household_id=30, mother_id=30, birth_date=GROWN)
    record = draw_reduction(scene.write(tmp_path / "s"), replace(ASKED, persons=1), on=ON, book=BOOK)
    assert record.drawn_units == [DrawUnit(30, 31, 1)]


def test_six_months_notice_are_needed_unless_a_shorter_time_is_agreed(tmp_path):
    snapshot = family_scene().write(tmp_path / "s")
    early = date(2027, 1, 1)
    with pytest.raises(Refused, match=r"list\.reduction_notice"):
        draw_reduction(snapshot, ASKED, on=early, book=BOOK)
    assert draw_reduction(snapshot, replace(ASKED, agreed=True), on=early, book=BOOK).drawn > 0


def test_a_low_cap_needs_the_agreement_of_the_municipality(tmp_path):
    snapshot = family_scene().write(tmp_path / "s")
    asked = Reduction(1, "tag", NOTICE, cap=3)
    with pytest.raises(Refused, match=r"list\.cap_needs_agreement"):
        draw_reduction(snapshot, asked, on=ON, book=BOOK)
    record = draw_reduction(snapshot, replace(asked, agreed=True), on=ON, book=BOOK)
    assert (record.terms.persons, record.drawn_units) == (1, [DrawUnit(10, 13, 1)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"list_id": 9}, "no list 9"),
        ({"persons": 0}, "0 cannot be drawn"),
        ({"persons": 5}, "5 cannot be drawn"),
        ({"persons": None}, "to a cap, or by a number"),
        ({"cap": 600}, "to a cap, or by a number"),
        ({"cap": 600, "persons": None}, "cannot be drawn"),
        ({"tag": ""}, "tag is empty"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, changes, message):
    with pytest.raises(DataError, match=message):
        draw_reduction(family_scene().write(tmp_path / "s"), replace(ASKED, **changes), on=ON, book=BOOK)


def test_a_day_on_which_lists_do_not_change_is_refused(tmp_path):
    with pytest.raises(DataError, match="day 1 of a month"):
        draw_reduction(family_scene().write(tmp_path / "s"), ASKED, on=date(2027, 2, 2), book=BOOK)


def test_the_draw_does_not_depend_on_the_order_of_rows(tmp_path):
    one = draw_reduction(family_scene().write(tmp_path / "a"), ASKED, on=ON, book=BOOK)
    other = draw_reduction(family_scene().write(tmp_path / "b", shuffle=3), ASKED, on=ON, book=BOOK)
    write_draw(one, tmp_path / "one.json")
    write_draw(other, tmp_path / "other.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()


TERMS = DrawTerms(list_id=7, on=ON, as_of=NOTICE, notice=NOTICE, cap=None, persons=2, tag="example")
UNITS = [DrawUnit(household, 0, 1) for household in (1, 2, 3)] + [DrawUnit(4, 41, 1)]


def test_a_known_draw_stays_as_it_is():
    # The lots are those of another program: printf example:7:3 | sha256sum | cut -c-16, and so on.
    record = record_of(TERMS, UNITS)
    assert [(lot.unit.household_id, f"{lot.lot:016x}", lot.drawn) for lot in record.order] == [
        (3, "78338cc15aea44ed", True),
        (2, "8b602fca1d603c57", True),
        (1, "bc0b3a108ad4aa08", False),
        (4, "f4d535e69e6d2938", False),
    ]


def test_a_file_read_again_is_the_same_record_and_right(tmp_path):
    record = record_of(TERMS, UNITS)
    write_draw(record, tmp_path / "draw.json")
    assert read_draw(tmp_path / "draw.json") == record
    assert differences(record) == []


def altered(**changes):
    return replace(record_of(TERMS, UNITS), **changes)


def with_first(**changes):
    order = record_of(TERMS, UNITS).order
    return altered(order=(replace(order[0], **changes), *order[1:]))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (with_first(drawn=False), "is marked not drawn; drawn again it is drawn"),
        (with_first(lot=5), "has the lot 0000000000000005; drawn again it is"),
        (altered(drawn=1), "drawn is 1; drawn again it is 2"),
        (altered(length=9), "length is 9; drawn again it is 4"),
        (altered(tag_digest="0"), "tag_digest is 0"),
        (altered(terms=replace(TERMS, tag="other")), "has the lot"),
        (altered(terms=replace(TERMS, persons=3)), "drawn is 2; drawn again it is 3"),
        (altered(terms=replace(TERMS, cap=3)), "persons is 2; 4 residents less the cap 3"),
        (altered(order=record_of(TERMS, UNITS).order[::-1]), "place 1 is that of household"),
        (with_first(unit=DrawUnit(4, 41, 2)), "person 41 cannot have 2 persons"),
        (with_first(unit=record_of(TERMS, UNITS).order[1].unit), "stands in it twice"),
    ],
)
def test_what_was_altered_is_named(record, message):
    assert any(message in each for each in differences(record))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a draw of this version"),
        ('{"format": "fastlege draw 1"}', "list_id is missing"),
    ],
)
def test_a_file_that_is_no_draw_is_refused(tmp_path, text, message):
    (tmp_path / "draw.json").write_text(text)
    with pytest.raises(DataError, match=message):
        read_draw(tmp_path / "draw.json")


def placing_scene() -> Scene:
    """Ten people alone on list 1; list 2 is open at home, 3 away, 4 is closed."""
    scene = Scene()
    scene.list(1, cap=100)
    scene.people(range(10, 20), on_list=1)
    scene.list(2, cap=1)
    scene.list(3, cap=1, municipality=AWAY, latitude=60.2)
    scene.list(4, cap=100, status="closed")
    for list_id in (1, 2, 3, 4):
        scene.gp(list_id)
    return scene


def test_those_drawn_go_by_wish_then_near_then_first_in_line_and_are_told_why(tmp_path):
    scene = placing_scene()
    for person in range(10, 20):
        scene.queue(person, 3, date(2026, 7, 1))
    snapshot = scene.write(tmp_path / "s")
    record = draw_reduction(snapshot, replace(ASKED, persons=3), on=ON, book=BOOK)
    rows = {row["person_id"]: row for row in place_drawn(snapshot, record, book=BOOK).rows.to_dicts()}
    ways = [rows[unit.household_id] for unit in record.drawn_units]
    assert [(row["to_list"], row["explanation_key"], row["unplaced_since"]) for row in ways] == [
        (3, "reduction_wish", None),
        (2, "reduction_near", None),
        (None, "reduction_first_in_line", ON),
    ]
    assert (ways[0]["rank"], ways[0]["queued_since"]) == (1, date(2026, 7, 1))
    assert {row["reason"] for row in ways} == {"list_reduction"}


def test_a_draw_is_not_placed_from_another_snapshot_or_when_altered(tmp_path):
    snapshot = placing_scene().write(tmp_path / "a")
    record = draw_reduction(snapshot, ASKED, on=ON, book=BOOK)
    other = placing_scene()
    other.person(99, on_list=1)
    with pytest.raises(DataError, match="not the snapshot"):
        place_drawn(other.write(tmp_path / "b"), record, book=BOOK)
    with pytest.raises(DataError, match="not right"):
        place_drawn(snapshot, replace(record, drawn=9), book=BOOK)


def test_the_commands_draw_verify_and_place(tmp_path):
    snapshot = placing_scene().write(tmp_path / "s").folder
    draw, table = tmp_path / "draw.json", tmp_path / "placed.csv"

    def run(*arguments):
        return CliRunner().invoke(app, [str(each) for each in arguments])

    made = ["run", "--snapshot", snapshot, "--list", 1, "--tag", "t", "--on", ON, "--out", draw]
    assert run(*made).exit_code == 2
    assert run(*made, "--persons", 2).exit_code == 0
    assert run("verify", draw).stdout.startswith("Yes")
    assert json.loads(run("place", draw, "--snapshot", snapshot, "--out", table, "--json").stdout)["near"] == 2
    assert "luftlinje" in table.read_text()
    draw.write_text(draw.read_text().replace('"drawn": true', '"drawn": false', 1))
    refused = run("verify", draw)
    assert (refused.exit_code, refused.stdout.splitlines()[0]) == (1, "No: 1 difference.")


def test_a_forged_draw_is_told_in_a_few_lines(tmp_path):
    """A screen gets the first differences and how many more there are; all of them are in --json."""
    snapshot = placing_scene().write(tmp_path / "s").folder
    draw = tmp_path / "draw.json"
    made = ["run", "--snapshot", snapshot, "--list", 1, "--tag", "t", "--on", ON, "--out", draw, "--persons", 2]
    assert CliRunner().invoke(app, [str(each) for each in made]).exit_code == 0
    forged = draw.read_text().replace('"drawn": true', '"drawn": maybe').replace('"drawn": false', '"drawn": true')
    draw.write_text(forged.replace('"drawn": maybe', '"drawn": false'))
    told = CliRunner().invoke(app, ["verify", str(draw)]).stdout.splitlines()
    every = json.loads(CliRunner().invoke(app, ["verify", str(draw), "--json"]).stdout)["differences"]
    assert len(every) > 5
    assert told == [f"No: {len(every)} differences.", *(f"  {each}" for each in every[:5]), told[-1]]
    assert told[-1] == f"  and {len(every) - 5} more, all in --json"
