"""The draw of a list reduction: keyed, whole units, never more than asked for."""

from hashlib import sha256

from fastlege.matching.reduction import DrawUnit, draw

TAG = "list 7, spring 2027"


def drawn(units, persons, **changes):
    lots = draw(units, persons, **{"tag": TAG, "list_id": 7, **changes})
    return [(lot.unit.household_id, lot.unit.apart) for lot in lots if lot.drawn]


def test_the_lot_is_the_hash_of_tag_list_and_household():
    [lot] = draw([DrawUnit(31, 0, 2)], 5, tag=TAG, list_id=7)
    assert lot.lot == int(sha256(b"list 7, spring 2027:7:31").hexdigest()[:16], 16)


def test_who_stands_apart_has_a_lot_of_their_own():
    lots = draw([DrawUnit(31, 0, 2), DrawUnit(31, 44, 1)], 5, tag=TAG, list_id=7)
    assert {lot.lot for lot in lots} == {
        int(sha256(f"{TAG}:7:{key}".encode()).hexdigest()[:16], 16) for key in ("31", "31:44")
    }


def test_the_order_is_that_of_the_lots_and_does_not_depend_on_the_order_of_the_rows():
    units = [DrawUnit(number, 0, 1 + number % 3) for number in range(1, 40)]
    lots = draw(units, 17, tag=TAG, list_id=7)
    assert lots == draw(units[::-1], 17, tag=TAG, list_id=7)
    assert [lot.lot for lot in lots] == sorted(lot.lot for lot in lots)
    assert sum(lot.unit.size for lot in lots if lot.drawn) == 17


def test_a_household_that_does_not_fit_is_passed_over_and_the_next_is_taken():
    # In the order of these lots: 2 (three persons), 1, 3.
    units = [DrawUnit(1, 0, 1), DrawUnit(2, 0, 3), DrawUnit(3, 0, 1)]
    order = [lot.unit.household_id for lot in draw(units, 0, tag="t2", list_id=7)]
    large = units[1]
    assert drawn(units, 2, tag="t2") == [(number, 0) for number in order if number != large.household_id]


def test_fewer_are_drawn_only_when_all_that_are_left_are_too_large():
    assert drawn([DrawUnit(1, 0, 3), DrawUnit(2, 0, 3)], 5) in ([(1, 0)], [(2, 0)])
    assert drawn([DrawUnit(1, 0, 3)], 2) == []


def test_another_tag_or_list_is_another_draw():
    units = [DrawUnit(number, 0, 1) for number in range(1, 200)]
    first = drawn(units, 50)
    assert first != drawn(units, 50, tag="other")
    assert first != drawn(units, 50, list_id=8)
