"""Pages of open data: together the whole set, each row once, whatever comes in the middle. Cursors: ours or refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastlege.web.open_data.reading.cursors import (
    Cursor,
    Key,
    UnreadableError,
    read_cursor,
    read_state,
    state_of,
)
from fastlege.web.open_data.reading.pages import Wanted, WithdrawnError, page_of, records
from fastlege.web.open_data.reading.store import NO_COUNT, TEXTS, Coded, Columns

FIGURES, LEVELS = ("lists", "gps", "residents"), ("county", "country")
UNITS = {"lists": "lists", "gps": "doctors", "residents": "persons"}
keys = st.builds(
    Key, st.integers(0, 20_000).map(lambda days: date(2000, 1, 1) + timedelta(days)), st.binary(min_size=4, max_size=4)
)


rows = st.tuples(
    st.sampled_from(FIGURES), st.sampled_from(LEVELS), st.integers(0, 99) | st.just(NO_COUNT), st.booleans()
)


@st.composite
def an_edition(draw, key):
    found = draw(st.lists(rows, max_size=9))
    count = len(found)
    figures, levels, counts, hidden = zip(*found, strict=True) if found else ((), (), (), ())
    texts = {name: Coded(("",), np.zeros(count, np.int32)) for name in TEXTS[3:]}
    for name, known, told in (("figure", FIGURES, figures), ("level", LEVELS, levels)):
        texts[name] = Coded(known, np.array([known.index(text) for text in told], np.int32))
    texts["area"] = Coded(tuple(f"{n:02}" for n in range(count)), np.arange(count, dtype=np.int32))
    masked, counted = np.array(hidden, np.bool_), np.array(counts, np.int64)
    value = np.where(masked, np.nan, np.arange(count) / 2)
    return Columns(key, {}, 0.0, texts, value, counted, counted, masked, {})


@st.composite
def some_editions(draw, most=3):
    found = draw(st.lists(keys, max_size=most, unique=True))
    return [draw(an_edition(key)) for key in sorted(found)]


filters = st.fixed_dictionaries(
    {},
    optional={
        "figure": st.frozensets(st.sampled_from((*FIGURES, "none such")), min_size=1),
        "level": st.frozensets(st.sampled_from(LEVELS), min_size=1),
    },
).map(Wanted)


def everything(editions, wanted):
    return [
        row
        for columns in editions
        for row in _rows(columns)
        if all(row[2 + TEXTS.index(name)] in texts for name, texts in wanted.texts.items())
    ]


def _rows(columns):
    """One row at a time, as plainly as can be."""
    for at in range(columns.rows):
        texts = [columns.texts[name].texts[columns.texts[name].codes[at]] or None for name in TEXTS]
        value, count, hidden = columns.value[at], columns.numerator[at], bool(columns.suppressed[at])
        told = None if np.isnan(value) else float(value)
        counted = None if count == NO_COUNT else int(count)
        reason = "few_persons" if hidden else "nothing_to_count" if told is None else None
        yield (
            str(columns.key),
            columns.as_of.isoformat(),
            *texts,
            told,
            counted,
            counted,
            UNITS[texts[0]],
            hidden,
            reason,
        )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), some_editions(), filters, st.integers(1, 7))
def test_all_pages_together_are_what_was_there_when_the_reading_began(data, editions, wanted, limit):
    installed, found, cursor = list(editions), [], None
    begun = [columns.key for columns in editions]
    while True:
        page = page_of(installed, wanted, limit, editions=begun, cursor=cursor)
        rows = list(records(page))
        assert len(rows) == limit or page.next is None
        found += rows
        if page.next is None:
            break
        cursor = read_cursor(str(page.next))
        assert cursor == page.next
        if data.draw(st.booleans(), "a new edition comes"):
            key = data.draw(keys)
            if key not in {columns.key for columns in installed}:
                installed = sorted([*installed, data.draw(an_edition(key))], key=lambda columns: columns.key)
    assert found == everything(editions, wanted)
    state = read_state(state_of(page.editions))
    new = [columns.key for columns in installed if columns.key not in state]
    rest = page_of(installed, wanted, 10_000, editions=new, cursor=None)
    in_order = everything([columns for columns in installed if columns.key in new], wanted)
    assert list(records(rest)) == in_order
    assert sorted(found + in_order, key=repr) == sorted(everything(installed, wanted), key=repr)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_editions(), st.integers(1, 3))
def test_a_reading_ends_when_one_of_its_editions_is_withdrawn(editions, limit):
    page = page_of(editions, Wanted({}), limit, editions=[columns.key for columns in editions], cursor=None)
    if page.next is None:
        return
    left = [columns for columns in editions if columns.key != page.next.editions[page.next.place]]
    with pytest.raises(WithdrawnError):
        page_of(left, Wanted({}), limit, editions=[], cursor=page.next)


@given(filters, filters)
def test_only_the_same_question_has_the_same_digest(one, other):
    assert (one.digest == other.digest) == (one.texts == other.texts)


@given(st.frozensets(keys, max_size=30))
def test_a_state_says_which_editions_it_is_of(editions):
    assert read_state(state_of(editions)) == editions


@given(st.text() | st.text("ABCabc_-=", max_size=60) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_what_is_not_ours_is_refused_and_nothing_else_happens(text):
    for read in (read_cursor, read_state):
        try:
            found = read(text)
        except UnreadableError:
            continue
        assert text in {str(found), "" if isinstance(found, Cursor) else state_of(found)}


@given(keys, st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_a_cursor_that_somebody_changed_is_still_only_a_cursor(key, at, other):
    text = str(Cursor(b"question", (key,), 0, 5))
    changed = text[: at % len(text)] + other.hex() + text[at % len(text) :]
    try:
        found = read_cursor(changed)
    except UnreadableError:
        return
    assert str(found) == changed
