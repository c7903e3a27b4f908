"""The fast reader of plain rows reads what the general reader reads, and leaves to it whatever is not plain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_markets import EXAMPLE, iso, write_files

from fastlege.kernel.errors import DataError
from fastlege.matching.files import plain, read_market, reading

MEMBERS = "person_id,list_id,municipality,unallocated_since\n"
REQUESTS = "person_id,list_id,rank,requested_at,family_id\n"


def _generally(folder, monkeypatch):
    with monkeypatch.context() as only:
        only.setattr(reading, "plain_members", lambda path: None)
        only.setattr(reading, "plain_requests", lambda path: None)
        return read_market(folder)


def _columns(market):
    return [column.tolist() for part in (market.members, market.requests) for column in vars(part).values()]


numbers = st.one_of(st.integers(1, 30), st.integers(1, 10**17))
moments = st.integers(0, 4_102_444_799)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(numbers, st.one_of(st.none(), numbers), st.sampled_from(["0301", "x y", "~"]), moments)),
    st.lists(st.tuples(numbers, numbers, st.integers(1, 9), moments, st.one_of(st.none(), numbers))),
    st.integers(1, 40),
)
def test_plain_rows_are_read_as_by_the_general_reader(tmp_path_factory, members, requests, worth):
    folder = write_files(tmp_path_factory.mktemp("market"), EXAMPLE)
    lines = [f"{who},{on or ''},{home},{'' if on else iso(since)}\n" for who, on, home, since in members]
    (folder / "members.csv").write_text(MEMBERS + "".join(lines))
    lines = [f"{who},{to},{rank},{iso(at)},{family or ''}\n" for who, to, rank, at, family in requests]
    (folder / "requests.csv").write_text(REQUESTS + "".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        # A few bytes a thread: the cuts fall everywhere.
        patch.setattr(plain, "_WORTH_A_THREAD", worth)
        patch.setattr(plain.os, "cpu_count", lambda: 5)
        assert (plain.read_members(folder / "members.csv") is None) == (not members)
        assert (plain.read_requests(folder / "requests.csv") is None) == (not requests)
        assert _columns(read_market(folder)) == _columns(_generally(folder, patch))


ODD_MEMBERS = [
    '11,1,"0301",\n', "11,1,0301,\r\n",
    "011,1,0301,\n", "+11,1,0301,\n", "-11,1,0301,\n", "11,0,0301,\n", "11,x,0301,\n",
    " 11,1,0301,\n", "11,1,Bodø,\n", "11,1,0301,,\n", "11,1,0301\n", "11,1,0301,", "\n11,1,0301,\n", "11,1,0301,\x00\n",
    "1000000000000000000000,1,0301,\n", ",1,0301,\n", "11,1 ,0301,\n",
]  # fmt: skip
ODD_REQUESTS = [
    "11,4,1,2026-02-29T12:00:00Z,\n", "11,4,1,2026-13-01T12:00:00Z,\n", "11,4,1,2026-01-01T24:00:00Z,\n",
    "11,4,1,2026-01-01T12:60:00Z,\n", "11,4,1,2026-01-01T12:00:60Z,\n", "11,4,1,2026-01-01 12:00:00Z,\n",
    "11,4,1,2026-01-01T12:00:00+01:00,\n", "11,4,1,2026-01-01T12:00:00.5Z,\n", "11,4,1,1969-12-31T23:59:59Z,\n",
    "11,4,1,2100-02-29T12:00:00Z,\n", "11,4,1,2026-01-00T12:00:00Z,\n", "11,4,1,2026-0a-01T12:00:00Z,\n", "11,4,1,,\n",
    "11,4,0,2026-01-01T12:00:00Z,\n", "11,4,-1,2026-01-01T12:00:00Z,\n", "11,4,1,2026-01-01T12:00:00Z,0\n",
    "11,4,1,2026-01-01T12:00:00Z,7,\n", "11,4,1,2026-01-01T12:00:00Z\n", "11,4,1,2026", "11,4,1,2026\n", "11,4\n",
    "11,,1,2026-01-01T12:00:00Z,\n", ",4,1,2026-01-01T12:00:00Z,\n", '11,4,1,"2026-01-01T12:00:00Z",\n',
]  # fmt: skip


def _answer(folder, read):
    try:
        return _columns(read())
    except DataError as error:
        return str(error)


@pytest.mark.parametrize(
    ("file", "header", "row"),
    [("members.csv", MEMBERS, row) for row in ODD_MEMBERS] + [("requests.csv", REQUESTS, row) for row in ODD_REQUESTS],
)
def test_rows_that_are_not_plain_are_left_to_the_general_reader(tmp_path, monkeypatch, file, header, row):
    folder = write_files(tmp_path, EXAMPLE)
    first = (folder / file).read_text().removeprefix(header).splitlines(keepends=True)[-1]
    (folder / file).write_bytes((header + first + row).encode())
    reader = plain.read_members if file == "members.csv" else plain.read_requests
    assert reader(folder / file) is None
    assert _answer(folder, lambda: read_market(folder)) == _answer(folder, lambda: _generally(folder, monkeypatch))


def test_every_day_of_the_calendar_is_the_general_readers_day(tmp_path, monkeypatch):
    folder = write_files(tmp_path, EXAMPLE)
    days = np.arange("1970-01-01", "2100-01-01", dtype="datetime64[D]").astype(str)
    rows = [f"{number},1,1,{day}T23:59:58Z,\n" for number, day in enumerate(days, 1)]
    (folder / "requests.csv").write_text(REQUESTS + "".join(rows))
    read = plain.read_requests(folder / "requests.csv")
    assert read is not None
    assert read[3].tolist() == _generally(folder, monkeypatch).requests.requested_at.tolist()


def test_a_line_longer_than_any_is_no_place_to_cut(tmp_path, monkeypatch):
    folder = write_files(tmp_path, EXAMPLE)
    long = "".join(f"{number},1,{'x' * 9000},\n" for number in range(1, 9))
    (folder / "members.csv").write_text(MEMBERS + long)
    monkeypatch.setattr(plain, "_WORTH_A_THREAD", 10)
    read = plain.read_members(folder / "members.csv")
    assert read is not None
    assert read.person_id.tolist() == list(range(1, 9))
