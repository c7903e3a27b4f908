"""The files of a round: the same bytes whatever the order, and bad input refused by file, row and rule."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from matching_markets import CUTOFF, EXAMPLE, columns, moment, rows, write_files
from typer.testing import CliRunner

from benchmarks.plain_match import PlainMarket, plain_round
from fastlege.cli.places.match import app
from fastlege.kernel.errors import DataError
from fastlege.matching.files import read_market, read_result, write_result
from fastlege.matching.market import Members
from fastlege.matching.round import run_round

runner = CliRunner()

RESULT = """\
person_id,from_list,to_list,reason,cycle_id
11,1,4,exchange,1
12,1,3,queue,
21,2,1,exchange,1
22,2,1,queue,
41,4,2,exchange,1
51,,3,assigned,
"""


def _shuffled(folder, seed):
    for name in ("lists.csv", "members.csv", "requests.csv"):
        header, *lines = (folder / name).read_text().splitlines(keepends=True)
        random.Random(seed).shuffle(lines)
        (folder / name).write_text(header + "".join(lines))


def test_the_example_gives_exactly_these_files(tmp_path):
    source = write_files(tmp_path / "in", EXAMPLE)
    write_result(tmp_path / "out", run_round(read_market(source)))
    assert (tmp_path / "out" / "result.csv").read_text() == RESULT
    assert (tmp_path / "out" / "prices.csv").read_text() == "list_id,price\n1,0\n2,0\n3,0\n4,763363327\n"


def test_the_order_of_rows_changes_no_byte(tmp_path):
    outputs = set()
    for seed in range(3):
        source = write_files(tmp_path / "in", EXAMPLE)
        _shuffled(source, seed)
        write_result(tmp_path / "out", run_round(read_market(source)))
        outputs.add(tuple((tmp_path / "out" / name).read_bytes() for name in ("result.csv", "prices.csv")))
    assert len(outputs) == 1


def test_a_result_is_read_as_it_was_written(tmp_path):
    result = run_round(columns(EXAMPLE))
    write_result(tmp_path, result)
    again = read_result(tmp_path)
    assert rows(again) == rows(result)
    assert again.prices.price.tolist() == result.prices.price.tolist()


def test_further_columns_and_quotes_are_read_over(tmp_path):
    source = write_files(tmp_path, EXAMPLE)
    lines = (source / "lists.csv").read_text().splitlines()
    text = (
        "\n".join([lines[0] + ",x,y", *[line.replace(",0301,", ',"0301",') + ",100,200" for line in lines[1:]]]) + "\n"
    )
    (source / "lists.csv").write_text(text)
    assert rows(run_round(read_market(source))) == rows(run_round(columns(EXAMPLE)))


def test_a_bare_day_without_a_list_counts_from_its_first_moment(tmp_path):
    source = write_files(tmp_path, EXAMPLE)
    text = (source / "members.csv").read_text().replace("2026-06-15T12:00:00Z", "2026-06-15")
    (source / "members.csv").write_text(text)
    assert read_market(source).members.since.max() == moment("2026-06-15") - 12 * 3600


def test_codes_of_municipalities_are_texts(tmp_path):
    source = write_files(tmp_path, EXAMPLE)
    text = (source / "members.csv").read_text().replace("51,,0301", "51,,301")
    (source / "members.csv").write_text(text)
    assert 51 not in {row[0] for row in rows(run_round(read_market(source)))}


BAD = [
    # file, what is put for what, row, rule
    ("members.csv", "12,1,0301,", "11,2,0301,", 3, "on one list at most"),
    ("members.csv", "12,1,0301,", "11,1,0301,", 3, "on one list at most"),
    ("members.csv", "12,1,0301,", "12,9,0301,", 3, "the list is not in lists.csv"),
    ("members.csv", "12,1,0301,", "-12,1,0301,", 3, "person_id is not a positive number"),
    ("members.csv", "12,1,0301,", "12,0,0301,", 3, "list_id is not a positive number"),
    ("members.csv", "12,1,0301,", ",1,0301,", 3, "person_id is empty"),
    ("members.csv", "2026-06-15T12:00:00Z", "in June", 13, "unallocated_since is not a moment"),
    ("members.csv", "2026-06-15T12:00:00Z", "", 13, "unallocated_since is not a moment"),
    ("members.csv", "51,,0301", "51,,", 13, "the municipality is empty"),
    ("lists.csv", "2,0301,3,1,0", "2,0301,-1,1,0", 3, "the cap is below zero"),
    ("lists.csv", "2,0301,3,1,0", "1,0301,3,1,0", 3, "has a row already"),
    ("lists.csv", "2,0301,3,1,0", "0,0301,3,1,0", 3, "list_id is not a positive number"),
    ("lists.csv", "2,0301,3,1,0", "2,0301,3,1,2", 3, "open is not one of 0, 1"),
    ("lists.csv", "2,0301,3,1,0", "2,0301,3,,0", 3, "has_gp is empty"),
    ("lists.csv", "2,0301,3,1,0", "2,,3,1,0", 3, "the municipality is empty"),
    ("requests.csv", "12,3,1,", "11,3,1,", None, "another request of the same rank"),
    ("requests.csv", "12,3,1,", "11,4,2,", None, "another request for the same list"),
    (
        "requests.csv",
        "32,4,1,2026-01-01T12:00:00Z,7",
        "31,3,2,2026-01-01T12:00:00Z,8",
        None,
        "different values of family",
    ),
    (
        "requests.csv",
        "32,4,1,2026-01-01T12:00:00Z,7",
        "31,3,2,2026-01-01T12:00:00Z,",
        None,
        "different values of family",
    ),
    ("requests.csv", "12,3,1,", "12,3,,", 3, "rank is empty"),
    ("requests.csv", "12,3,1,", "12,-3,1,", 3, "an id is not a positive number"),
    ("requests.csv", "T12:00:00Z,7", "T12:00:00Z,0", 6, "family_id is not a positive number"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "rule"), BAD)
def test_bad_rows_are_refused_by_file_row_and_rule(tmp_path, file, old, new, row, rule):
    source = write_files(tmp_path, EXAMPLE)
    text = (source / file).read_text()
    assert old in text
    (source / file).write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=rule) as caught:
        run_round(read_market(source))
    assert caught.value.where.startswith(f"{file}, row ")
    if row:
        assert caught.value.where == f"{file}, row {row}"


@pytest.mark.parametrize("file", ["lists.csv", "members.csv", "requests.csv"])
@pytest.mark.parametrize("text", ["", "one,two\n1,2\n", "\x00\xff"])
def test_files_without_the_columns_are_refused(tmp_path, file, text):
    source = write_files(tmp_path, EXAMPLE)
    (source / file).write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=file):
        read_market(source)


def test_a_word_where_a_number_belongs_is_refused_with_its_row(tmp_path):
    source = write_files(tmp_path, EXAMPLE)
    (source / "members.csv").write_text((source / "members.csv").read_text().replace("13,1,", "thirteen,1,"))
    with pytest.raises(DataError, match="person_id is 'thirteen', not a whole number") as caught:
        read_market(source)
    assert caught.value.where == "members.csv, row 4"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("2026-05-01T12:00:00Z", "2026-05-41T12:00:00Z", "requested_at is '2026-05-41T12:00:00Z', not a moment"),
        ("2026-05-01T12:00:00Z,", "2026-05-01T12:00:00Z", "the row has 4 fields, not 5"),
    ],
)
def test_rows_that_cannot_be_read_are_told_in_words(tmp_path, old, new, what):
    source = write_files(tmp_path, EXAMPLE)
    text = (source / "requests.csv").read_text()
    assert text.splitlines()[2].count(old) == 1
    (source / "requests.csv").write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=what) as caught:
        read_market(source)
    assert caught.value.where == "requests.csv, row 3"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"intake": "some"}, "open_only or all"),
        ({"cutoff": "2026-08-31"}, "cutoff is '2026-08-31', not a moment"),
        ({"round": "October"}, "round is 'October', not a day"),
        ({"seed": "blåbær"}, "ASCII"),
        ({"seed": None}, None),
    ],
)
def test_wrong_terms_are_refused(tmp_path, change, message):
    source = write_files(tmp_path, EXAMPLE)
    terms = json.loads((source / "round.json").read_text()) | change
    if message is None:
        del terms["seed"]
    (source / "round.json").write_text(json.dumps(terms))
    with pytest.raises(DataError, match=message or "seed is missing"):
        read_market(source)


@pytest.mark.parametrize("text", ["", "[]", "{", "3"])
def test_terms_that_are_no_object_are_refused(tmp_path, text):
    source = write_files(tmp_path, EXAMPLE)
    (source / "round.json").write_text(text)
    with pytest.raises(DataError, match=r"round\.json"):
        read_market(source)


@pytest.mark.parametrize("file", ["lists.csv", "members.csv", "requests.csv", "round.json"])
def test_a_missing_file_is_refused(tmp_path, file):
    source = write_files(tmp_path, EXAMPLE)
    (source / file).unlink()
    with pytest.raises(DataError, match="no such file"):
        read_market(source)


@pytest.mark.parametrize(
    ("request_row", "why"),
    [
        ((11, 1, 1, CUTOFF, 0), "own list"),
        ((11, 999, 1, CUTOFF, 0), "unknown list"),
        ((777, 3, 1, CUTOFF, 0), "unknown person"),
        ((11, 3, 6, CUTOFF, 0), "rank above five"),
        ((11, 3, 0, CUTOFF, 0), "rank below one"),
        ((11, 3, 1, CUTOFF + 1, 0), "after the cutoff"),
    ],
)
def test_a_request_that_cannot_count_is_ignored(request_row, why):
    plain = replace(EXAMPLE, requests=(request_row,))
    assert [row for row in rows(run_round(columns(plain))) if row[0] != 51] == [], why


def test_a_request_at_the_cutoff_counts():
    plain = replace(EXAMPLE, requests=((11, 3, 1, CUTOFF, 0),))
    assert (11, 1, 3, "queue", 0) in rows(run_round(columns(plain)))


def test_a_family_on_different_lists_moves_together():
    plain = replace(
        EXAMPLE,
        members=((11, 1, 301, 0), (21, 2, 4601, 0)),
        requests=((11, 3, 1, CUTOFF, 9), (21, 3, 1, CUTOFF, 9)),
    )
    assert rows(run_round(columns(plain))) == [(11, 1, 3, "queue", 0), (21, 2, 3, "queue", 0)]


def test_a_family_waits_while_one_of_them_has_no_request_that_counts():
    plain = replace(
        EXAMPLE,
        members=((11, 1, 301, 0), (21, 2, 301, 0)),
        requests=((11, 3, 1, CUTOFF, 9), (21, 3, 1, CUTOFF + 1, 9)),
    )
    assert rows(run_round(columns(plain))) == []


def test_a_family_from_several_municipalities_is_at_home_where_its_first_is():
    # 11 lives in 0301 and 12 in 4601; nobody has a list. Lists 1 and 5 both have room for them.
    plain = replace(
        EXAMPLE,
        lists=((1, 301, 5, 1, 1), (5, 4601, 9, 1, 1)),
        members=((11, 0, 301, CUTOFF - 9), (12, 0, 4601, CUTOFF - 5)),
        requests=((11, 7, 1, CUTOFF, 3), (12, 7, 1, CUTOFF, 3)),
    )
    assert rows(run_round(columns(plain))) == [(11, 0, 1, "assigned", 0), (12, 0, 1, "assigned", 0)]
    assert rows(run_round(columns(plain))) == plain_round(plain)[0]


def test_a_family_with_lists_in_several_municipalities_moves_to_one():
    plain = replace(
        EXAMPLE,
        members=((11, 1, 301, 0), (41, 4, 4601, 0)),
        requests=((11, 3, 1, CUTOFF, 9), (41, 3, 1, CUTOFF - 5, 9)),
    )
    assert rows(run_round(columns(plain))) == [(11, 1, 3, "queue", 0), (41, 4, 3, "queue", 0)]


def test_ranks_with_gaps_count_in_their_order():
    plain = replace(EXAMPLE, requests=((11, 3, 4, CUTOFF, 0), (11, 4, 2, CUTOFF, 0)))
    assert (11, 1, 3, "queue", 0) in rows(run_round(columns(plain)))
    # A free place on list 4, ranked second, is taken although nothing is ranked first.
    roomy = replace(plain, lists=(*EXAMPLE.lists[:3], (4, 4601, 9, 1, 1)))
    assert (11, 1, 4, "queue", 0) in rows(run_round(columns(roomy)))


def test_a_list_above_its_cap_takes_nobody_until_it_is_below():
    # List 2 has four members and a cap of three; 22 leaves it for list 3.
    requests = ((22, 3, 1, CUTOFF, 0), (11, 2, 1, CUTOFF - 5, 0))
    plain = replace(EXAMPLE, requests=requests)
    assert [row[0] for row in rows(run_round(columns(plain)))] == [22, 51]
    # Once two have left, one can come.
    two = replace(
        plain,
        lists=(*EXAMPLE.lists[:2], (3, 301, 5, 1, 1), EXAMPLE.lists[3]),
        requests=(*requests, (21, 3, 1, CUTOFF, 0)),
    )
    assert (11, 1, 2, "queue", 0) in rows(run_round(columns(two)))


@pytest.mark.parametrize("empty", [("members",), ("requests",), ("members", "requests"), ("lists", "members")])
def test_files_with_a_header_and_no_rows_are_a_market_without_people_or_wishes(tmp_path, empty):
    plain = replace(EXAMPLE, **{name: () for name in empty})
    write_result(tmp_path / "out", run_round(read_market(write_files(tmp_path / "in", plain))))
    assert rows(read_result(tmp_path / "out")) == plain_round(plain)[0]


def test_ids_far_apart_are_no_trouble():
    far = 10**15
    plain = replace(
        EXAMPLE,
        members=tuple((person * far, *rest) for person, *rest in EXAMPLE.members),
        requests=tuple((person * far, *rest) for person, *rest in EXAMPLE.requests),
    )
    assert rows(run_round(columns(plain))) == plain_round(plain)[0]
    members = columns(plain).members
    twice = Members(*[np.append(column, column[0]) for column in vars(members).values()])
    with pytest.raises(DataError, match="on one list at most"):
        run_round(replace(columns(plain), members=twice))


def test_a_million_requests_for_one_list_are_served_in_order():
    people = 1_000_000
    plain = PlainMarket(lists=((1, 1, people, 1, 0), (2, 1, 3, 1, 1)), members=(), requests=(), cutoff=CUTOFF, seed="s")
    market = columns(plain)
    ids = np.arange(1, people + 1)
    market = replace(
        market,
        members=Members(ids, np.ones(people, np.int64), np.ones(people, np.int64), np.zeros(people, np.int64)),
        requests=replace(
            market.requests,
            person_id=ids,
            list_id=np.full(people, 2),
            rank=np.ones(people, np.int64),
            requested_at=CUTOFF - ids,
            family_id=np.zeros(people, np.int64),
        ),
    )
    expected = [(person, 1, 2, "queue", 0) for person in range(people - 2, people + 1)]
    assert rows(run_round(market)) == expected


def test_the_commands_run_verify_and_bound(tmp_path):
    source, out = write_files(tmp_path / "in", EXAMPLE), tmp_path / "out"
    made = runner.invoke(app, ["run", "--in", str(source), "--out", str(out), "--json"])
    assert json.loads(made.stdout) == {
        "moved": 6, "assigned": 1, "queue": 2, "exchange": 3, "rings": 1, "out": str(out)
    }  # fmt: skip
    checked = runner.invoke(app, ["verify", "--in", str(source), "--out", str(out), "--json"])
    assert checked.exit_code == 0
    assert {verdict["holds"] for verdict in json.loads(checked.stdout)} == {True}
    most = runner.invoke(app, ["bound", "--in", str(source), "--json"])
    assert json.loads(most.stdout) == {"waiting": 8, "at_most": 6, "served": 6, "share": 1.0}


def test_verify_fails_on_an_altered_result(tmp_path):
    source, out = write_files(tmp_path / "in", EXAMPLE), tmp_path / "out"
    write_result(out, run_round(read_market(source)))
    (out / "result.csv").write_text(RESULT.replace("12,1,3,queue,\n", ""))
    checked = runner.invoke(app, ["verify", "--in", str(source), "--out", str(out)])
    assert checked.exit_code == 1
    assert "BROKEN" in checked.stdout


def test_a_reason_that_is_none_is_refused(tmp_path):
    write_result(tmp_path, run_round(columns(EXAMPLE)))
    (tmp_path / "result.csv").write_text(RESULT.replace("queue", "luck", 1))
    with pytest.raises(DataError, match="the reason is none of") as caught:
        read_result(tmp_path)
    assert caught.value.where == "result.csv, row 3"


def test_refused_input_leaves_no_file(tmp_path):
    source = write_files(tmp_path / "in", EXAMPLE)
    (source / "lists.csv").write_text((source / "lists.csv").read_text().replace("1,0301,3", "1,0301,-3"))
    made = runner.invoke(app, ["run", "--in", str(source), "--out", str(tmp_path / "out")])
    assert isinstance(made.exception, DataError)
    assert not (tmp_path / "out").exists()
