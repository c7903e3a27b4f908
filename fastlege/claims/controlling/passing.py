"""The bills of a part about which no rule has anything to say, whatever went before them: told in columns.

Nearly all bills are such ones. The rest are looked at one by one: `deciding`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from fastlege.claims.controlling.rows import Raw, specialist_on
from fastlege.kernel.periods import age_on
from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.checks.amounts import EXEMPT_BY_FREE_CARD
from fastlege.rules.claims.columns.screening import Arrived, is_place_known, screened
from fastlege.rules.claims.control import is_timely
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.parameters import Rulebook
from fastlege.rules.shares.counting import counted_of_lines
from fastlege.rules.shares.exemptions import CHILD, UNDER_AGE

_MANY = 200
"""From so many bills on it pays to make columns of them."""

Moment = tuple[int | None, date, int, int]


def passing(rows: Sequence[Raw], book: Rulebook) -> dict[int, int]:
    """The bills that are in order, by id, with what of each counts towards the ceiling of the patient's shares."""
    if len(rows) < _MANY:
        return {}
    limits = _Limits(book)
    alone = _alone(rows)
    kept = [row for row, stands_alone in zip(rows, alone, strict=True) if stands_alone and limits.keep(row)]
    if not kept:
        return {}
    fine = screened(_arrived(kept)).tolist()
    return {row.id: _counted(row) for row, is_fine in zip(kept, fine, strict=True) if is_fine}


def _alone(rows: Sequence[Raw]) -> Iterator[bool]:
    """Whether no other bill, decided or of this part, is for the same work, or another doctor's for the same minute."""
    contents = Counter(row.content for row in rows)
    first: dict[Moment, int | None] = {}
    shared: set[Moment] = set()
    for row in rows:
        moment = _moment(row)
        if row.list_id is not None and first.setdefault(moment, row.doctor_id) != row.doctor_id:
            shared.add(moment)
    for row in rows:
        before = row.billed_before or row.other_at_minute
        yield not before and contents[row.content] == 1 and _moment(row) not in shared


def _moment(row: Raw) -> Moment:
    return row.list_id, row.on, row.time.hour, row.time.minute


class _Limits:
    """Whether a bill's parties are known, it keeps the time limit, and its patient pays as someone of that age.

    The same as what `deciding` asks of parties, timeliness and exemption, for bills about which they have nothing to
    say; told a day at a time.
    """

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._timely: dict[tuple[date, date], bool] = {}
        self._under_age: dict[date, int] = {}

    def keep(self, row: Raw) -> bool:
        """Whether none of them has anything to say. A false says only that they have to be asked."""
        days = (row.on, row.received)
        if days not in self._timely:
            self._timely[days] = is_timely(row.on, received=row.received, book=self._book)
        if row.birth is None or row.doctor_id is None or not self._timely[days]:
            return False
        if row.setting == Setting.WEB_DOCTOR and row.payee_municipality is None:
            return False
        if row.on not in self._under_age:
            self._under_age[row.on] = self._book.whole(UNDER_AGE, on=row.on)
        is_child = age_on(row.birth, row.on) < self._under_age[row.on]
        pays_as_told = row.exemption == CHILD if is_child else row.exemption in ("", EXEMPT_BY_FREE_CARD)
        return pays_as_told and is_place_known(row.on, row.place)


def _arrived(rows: Sequence[Raw]) -> Arrived:
    """The rows in columns; `keep` has seen to it that everything is known of them."""
    return Arrived(
        on=[row.on for row in rows],
        minute=[row.time.hour * 60 + row.time.minute for row in rows],
        setting=[Setting(row.setting) for row in rows],
        nurse=[row.nurse for row in rows],
        municipality=[row.place for row in rows],
        exemption=[row.exemption for row in rows],
        circumstances=[row.circumstances for row in rows],
        minutes=[row.minutes for row in rows],
        group_size=[row.group_size for row in rows],
        distance_km=[None if row.distance_km is None else Decimal(row.distance_km) for row in rows],
        codes=[row.codes for row in rows],
        counts=[row.counts for row in rows],
        amounts=[row.amounts for row in rows],
        shares=[row.shares for row in rows],
        birth=[row.birth or date.min for row in rows],
        own_list=[row.own_list for row in rows],
        since=[specialist_on(row.on, row.specialist_since) for row in rows],
        free_card=[row.free_card for row in rows],
    )


def _counted(row: Raw) -> int:
    """What counts of an approved bill's share."""
    return 0 if row.exemption else counted_of_lines(row.codes, row.shares, ruleset_on(row.on))
