"""Every member is counted once, in the right list and cell; nobody is paid for by guess."""

from datetime import date

import numpy as np
import pytest
from capitation_case import DAY, ListCase, membership, person, snapshot_of

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.counting import count_members
from fastlege.rules.capitation.lookup import Lookup

SCHEME = load_cells()
LISTS = (ListCase(7, 0), ListCase(9, 0))
IDS = np.array([7, 9])


def count(tmp_path, people, memberships, on=DAY):
    snapshot = snapshot_of(tmp_path / "s", *LISTS, people=people, memberships=memberships)
    return count_members(snapshot, IDS, SCHEME, on=on)


def cells_of(counts, list_number):
    labels = SCHEME.labels()
    return {labels[cell]: int(counts.counts[list_number, cell]) for cell in np.flatnonzero(counts.counts[list_number])}


def test_labels_are_one_a_cell_in_the_order_of_the_numbers():
    assert len(SCHEME.labels()) == len(set(SCHEME.labels())) == SCHEME.size
    assert SCHEME.labels()[SCHEME.cell(age=17, sex=2, use=4, centrality=6)] == (
        "age 16-19, sex female, use 3-5, centrality 6"
    )


def test_a_value_outside_every_class_has_no_cell():
    assert SCHEME.cell(age=40, sex=3, use=0, centrality=1) is None
    assert SCHEME.cell(age=-1, sex=1, use=0, centrality=1) is None
    assert SCHEME.cell(age=40, sex=1, use=0, centrality=7) is None


def test_members_are_counted_by_list_and_cell(tmp_path):
    people = [
        person(1, born=date(2023, 9, 30), sex=2),
        person(2, born=date(2007, 10, 1), gp_use=2),
        person(3, born=date(2007, 10, 2), gp_use=6),
        person(4, born=date(1933, 10, 1), municipality="1144", gp_use=300),
        person(5),
    ]
    counts = count(tmp_path, people, [membership(1, 7), membership(2, 7), membership(3, 9), membership(4, 9)])
    assert cells_of(counts, 0) == {
        "age 0-5, sex female, use 0, centrality 1": 1,
        "age 16-19, sex male, use 1-2, centrality 1": 1,
    }
    assert cells_of(counts, 1) == {
        "age 6-15, sex male, use 6+, centrality 1": 1,
        "age 90+, sex male, use 6+, centrality 6": 1,
    }
    assert counts.members.tolist() == [2, 2]


def test_only_memberships_in_force_on_the_day_count(tmp_path):
    people = [person(number) for number in range(1, 5)]
    rows = [
        membership(1, 7, end=DAY),
        membership(1, 9, start=DAY),
        membership(2, 7, end=date(2023, 10, 2)),
        membership(3, 7, start=date(2023, 10, 2)),
        membership(4, 9),
    ]
    assert count(tmp_path, people, rows).members.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("people", "rows", "message"),
    [
        ([person(1)], [membership(1, 7), membership(2, 7)], "1 memberships name persons who are not in the table"),
        ([person(1)], [membership(1, 8)], "1 memberships stand on lists that are not in force on 2023-10-01"),
        ([person(1)], [membership(1, 99)], "1 memberships stand on lists that are not in force"),
        ([person(1, sex=0)], [membership(1, 7)], "1 members have an age, sex, use or municipality outside"),
        ([person(1, gp_use=-1)], [membership(1, 7)], "outside every class"),
        ([person(1, municipality="9999")], [membership(1, 7)], "outside every class"),
        ([person(1, born=date(2023, 10, 2))], [membership(1, 7)], "outside every class"),
    ],
)
def test_a_member_who_cannot_be_counted_stops_the_run(tmp_path, people, rows, message):
    with pytest.raises(DataError, match=message):
        count(tmp_path, people, rows)


def test_a_person_without_a_list_may_be_outside_every_class(tmp_path):
    people = [person(1, municipality="9999"), person(2)]
    assert count(tmp_path, people, [membership(2, 7)]).members.tolist() == [1, 0]


def test_a_snapshot_without_people_has_empty_lists(tmp_path):
    assert count(tmp_path, [], []).members.tolist() == [0, 0]


@pytest.mark.parametrize("ids", [[5, 6, 9], [5, 6, 7], [5, 6, 90_000_000], []])
def test_values_are_found_by_dense_and_scattered_ids(ids):
    wanted = [9, 5, 4, 7, 100_000_000, -1, *ids]
    expected = [ids.index(number) + 10 if number in ids else 99 for number in wanted]
    lookup = Lookup(np.array(ids, dtype=np.int64), np.arange(len(ids)) + 10, missing=99)
    assert lookup(np.array(wanted, dtype=np.int64)).tolist() == expected
    assert lookup(np.array(ids, dtype=np.int64)).tolist() == list(range(10, 10 + len(ids)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("age,6-15,6,15", "age,6-15,7,15"), "age: the class 6-15 must start right after 0-5 ends"),
        (("age,6-15,6,15", "age,6-15,5,15"), "must start right after"),
        (("age,0-5,0,5", "age,0-5,0,"), "must start right after"),
        (("sex,male,1,1", "sex,male,one,1"), "sex has a bound that is not a whole number"),
        (("use,", "height,"), "must hold the dimensions age, sex, use, centrality"),
    ],
)
def test_a_wrong_file_of_classes_is_refused(tmp_path, change, message):
    from fastlege.rules.capitation import cells

    path = tmp_path / "cells.csv"
    path.write_text(cells._AUDIT_CELLS.read_text().replace(*change))
    with pytest.raises(DataError, match=message):
        load_cells(path)
