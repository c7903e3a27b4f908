"""The municipality where the work of a bill was done: one that there was on that day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from fastlege.kernel.errors import DataError
from fastlege.rules.claims.bill import Bill, Breach, Finding, NotChecked
from fastlege.rules.geography.borders import municipalities_by_code
from fastlege.rules.tariffs.claim_rules import ALL_CODES

NO_SUCH = "no_such_municipality"

_DAYS = 4_000


@lru_cache(_DAYS)
def places_on(day: date) -> frozenset[str] | None:
    """The municipalities of a day by number; none on days whose borders are not known."""
    try:
        return frozenset(municipalities_by_code(day))
    except DataError:
        return None


def check_place(bill: Bill) -> Iterator[Finding]:
    """A place that is given is a municipality of the day; on older borders than those known it is not checked."""
    if not bill.municipality:
        return
    places = places_on(bill.on)
    if places is None:
        yield NotChecked(NO_SUCH, ALL_CODES, "borders", "claim message")
    elif bill.municipality not in places:
        yield Breach(NO_SUCH, (), "claim message", 0, {"municipality": bill.municipality, "on": bill.on})
