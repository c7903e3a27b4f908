"""Measures: whole numbers over a base table. A figure is a measure, or the ratio of two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, IntegerScalar, IntegerValue

from fastlege.figures.bases.contacts import CONSULTATIONS, GP, OUT_OF_HOURS
from fastlege.figures.bases.tables import working_days
from fastlege.figures.prices import price_level
from fastlege.kernel.periods import years_before
from fastlege.kernel.snapshot import Snapshot

Where = Callable[[Table], BooleanValue]


@dataclass(frozen=True)
class Sum:
    """A sum or count over rows. An area's is the sum of its parts'."""

    base: str
    expression: Callable[[Table], IntegerScalar]
    persons: str = ""
    """The measure that counts the persons that are summed over, where the sum itself counts none of them."""


@dataclass(frozen=True)
class Distinct:
    """How many different ones there are, by a key: each counts once in every area where it has a row.

    An area's is therefore not the sum of its parts': a GP may have lists in two municipalities.
    """

    base: str
    key: str
    where: Where


@dataclass(frozen=True)
class Quantile:
    """The value that so many of a thousand rows are not above, as the sum of the two nearest rows' values.

    The median of 1, 2, 4 and 9 is thus 6: halves stay whole numbers. A row may stand for several (`weight`).
    """

    base: str
    value: Callable[[Table], IntegerValue]
    weight: Callable[[Table], IntegerValue]
    permille: int
    where: Where
    persons: str = ""
    """The measure that counts the same rows, where they are persons: where it is hidden, so is this."""


@dataclass(frozen=True)
class Constant:
    """A number that is the same in every area."""

    of: Callable[[Snapshot], int]


Measure = Sum | Distinct | Quantile | Constant


def _everything(facts: Table) -> BooleanValue:
    return ibis.literal(True)


def _rows(base: str, where: Where = _everything) -> Sum:
    return Sum(base, lambda facts: facts.count(where=where(facts)))


def _total(what: Callable[[Table], IntegerValue], where: Where = _everything, base: str = "lists") -> Sum:
    return Sum(base, lambda facts: what(facts).sum(where=where(facts)).fill_null(0).cast("int64"))


def _column(base: str, column: str, where: Where = _everything) -> Sum:
    return _total(lambda facts: facts[column], where, base)


def _money(persons: str, where: Where = _everything) -> Sum:
    return Sum("expenses", _column("expenses", "ore", where).expression, persons)


def _index_of_persons(column: str) -> Sum:
    return Sum("person_continuity", lambda f: f[column].sum().fill_null(0).cast("int64"), "patients")


def _each(facts: Table) -> IntegerValue:
    return ibis.literal(1, "int64")


def _of_lists(base: str, column: str) -> Quantile:
    return Quantile(base, lambda f: f[column], _each, 500, _everything)


def _of_persons(base: str, counted: str, persons: str, permille: int = 500, where: Where = _everything) -> Quantile:
    return Quantile(base, lambda f: f.days, lambda f: f[counted], permille, where, persons)


def _contacts(*wheres: Where) -> Sum:
    return _column("contacts", "contacts", lambda f: reduce(lambda all_, each: all_ & each(f), wheres, _everything(f)))


def _consultation(facts: Table) -> BooleanValue:
    return facts.contact_type.isin(CONSULTATIONS)


def _of_type(contact_type: str) -> Where:
    return lambda facts: facts.contact_type == contact_type


def _at_gp(facts: Table) -> BooleanValue:
    return facts.service == GP


def _out_of_hours(facts: Table) -> BooleanValue:
    return facts.service == OUT_OF_HOURS


def _evening(facts: Table) -> BooleanValue:
    return facts.time_of_day == "evening"


def _own_doctor_needed(facts: Table) -> BooleanValue:
    return _consultation(facts) & _at_gp(facts) & ~facts.delegated


def _diagnosed(medium: str) -> Sum:
    return _column("diagnoses", "contacts", lambda f: (f.contact_type == "e_consultation") & (f.medium == medium))


def _full_time_year(snapshot: Snapshot) -> int:
    """A full-time position's working days times 100 in the year up to the day."""
    on: date = snapshot.as_of
    return 100 * working_days(years_before(on, 1), on)


_KEY_FIGURES: dict[str, Measure] = {
    "gps": Distinct("gps", "doctor_id", _everything),
    "gps_specialist": Distinct("gps", "doctor_id", lambda f: f.specialist),
    "gps_women": Distinct("gps", "doctor_id", lambda f: f.woman),
    "substitutes": Distinct("substitutes", "doctor_id", _everything),
    "lists": _rows("lists"),
    "lists_with_gp": _rows("lists", lambda f: f.has_gp),
    "lists_vacant": _rows("lists", lambda f: ~f.has_gp),
    "lists_vacant_over_year": _rows("lists", lambda f: f.vacant_over_year),
    "lists_salaried": _rows("lists", lambda f: f.salaried),
    "lists_self_employed": _rows("lists", lambda f: ~f.salaried),
    "lists_salaried_with_gp": _rows("lists", lambda f: f.salaried & f.has_gp),
    "residents": _total(lambda f: f.length),
    "residents_with_gp": _total(lambda f: f.length, lambda f: f.has_gp),
    "residents_without_gp": _total(lambda f: f.length, lambda f: ~f.has_gp),
    "residents_vacant_over_year": _total(lambda f: f.length, lambda f: f.vacant_over_year),
    "cap_with_gp": _total(lambda f: f.cap, lambda f: f.has_gp),
    # Over-full lists count negative; what an area has is never below zero (floor_at_zero in the figure's definition).
    "room": _total(lambda f: f.cap - f.length),
    "room_with_gp": _total(lambda f: f.cap - f.length, lambda f: f.has_gp),
    "room_open_with_gp": _total(lambda f: f.cap - f.length, lambda f: f.has_gp & f.open),
    "queue_places": _rows("waiting"),
    "waiting_persons": Distinct("waiting", "person_id", _everything),
    "unplaced": _rows("unplaced"),
}

_LISTS_AND_DOCTORS: dict[str, Measure] = {
    "gps_by_kind": Distinct("gp_kinds", "doctor_id", _everything),
    "gp_entries": Distinct("gp_entries", "doctor_id", _everything),
    "gp_exits": Distinct("gp_exits", "doctor_id", _everything),
    "gp_lists": _rows("gp_lists"),
    "gp_list_members": _column("gp_lists", "members"),
    "gp_lists_men": _rows("gp_lists", lambda f: ~f.woman),
    "gp_lists_women": _rows("gp_lists", lambda f: f.woman),
    "gp_list_members_men": _column("gp_lists", "members", lambda f: ~f.woman),
    "gp_list_members_women": _column("gp_lists", "members", lambda f: f.woman),
    "median_members": _of_lists("gp_lists", "members"),
    "vacant_lists": _rows("vacant_lists"),
    "gp_tenure": _of_lists("gp_tenure", "days"),
    "substitutes_of_year": Distinct("substitute_time", "doctor_id", _everything),
    "substitute_days": _column("substitute_time", "days"),
    "substitute_days_vacant": _column("substitute_time", "vacant_days"),
    "substitute_days_overlapping": _column("substitute_time", "overlap_days"),
    "substitute_weighted_days": _column("substitute_time", "weighted_days"),
    "full_time_year": Constant(_full_time_year),
}

_PEOPLE: dict[str, Measure] = {
    "places_other_than_gp": _rows("waiting_relations", lambda f: f.other_than_gp),
    "persons_other_than_gp": Distinct("waiting_relations", "person_id", lambda f: f.other_than_gp),
    "persons_other_than_home": Distinct("waiting_relations", "person_id", lambda f: f.other_than_home),
    "population": _column("population", "persons"),
    "gp_relations": _column("relations", "persons"),
    "gp_relation": _of_persons("relations", "persons", "gp_relations"),
    "switches": _column("switches", "switches"),
    "switches_from_queue": _column("switches", "switches", lambda f: f.queued),
    "wait_median": _of_persons("switches", "switches", "switches_from_queue", where=lambda f: f.queued),
    "wait_long": _of_persons("switches", "switches", "switches_from_queue", 900, lambda f: f.queued),
}

_ACTIVITY: dict[str, Measure] = {
    "contacts": _contacts(),
    "contacts_gp": _contacts(_at_gp),
    "contacts_out_of_hours": _contacts(_out_of_hours),
    "consultations": _contacts(_consultation),
    "consultations_gp": _contacts(_consultation, _at_gp),
    "consultations_out_of_hours": _contacts(_consultation, _out_of_hours),
    "e_consultations_gp": _contacts(_of_type("e_consultation"), _at_gp),
    "e_consultations_gp_evening": _contacts(_of_type("e_consultation"), _at_gp, _evening),
    "home_visits": _contacts(_of_type("home_visit")),
    "home_visits_gp": _contacts(_of_type("home_visit"), _at_gp),
    "home_visits_out_of_hours": _contacts(_of_type("home_visit"), _out_of_hours),
    "out_of_hours_by_day": _contacts(_of_type("physical_consultation"), _out_of_hours, lambda f: ~_evening(f)),
    "out_of_hours_in_evening": _contacts(_of_type("physical_consultation"), _out_of_hours, _evening),
    "contacts_delegated": _contacts(_at_gp, lambda f: f.delegated),
    "consultations_by_doctor": _contacts(_own_doctor_needed),
    "consultations_own_gp": _contacts(_own_doctor_needed, lambda f: f.relation == "own_gp"),
    "consultations_on_list": _contacts(_own_doctor_needed, lambda f: f.relation != "other"),
    "diagnosed": _column("diagnoses", "contacts"),
    "diagnosed_by_text": _diagnosed("text"),
    "diagnosed_by_phone": _diagnosed("phone"),
    "diagnosed_by_video": _diagnosed("video"),
}

_CONTINUITY: dict[str, Measure] = {
    "patients": _rows("person_continuity"),
    "upc": _index_of_persons("upc"),
    "coc": _index_of_persons("coc"),
    "secon": _index_of_persons("secon"),
    "lists_visited": _rows("list_continuity"),
    "slicc": _column("list_continuity", "slicc"),
}


def _part(part: str) -> Where:
    return lambda facts: facts.part == part


_MONEY: dict[str, Measure] = {
    "expenses": _money("paid_contacts"),
    "expenses_scheme": _money("paid_contacts_scheme", _part("gp_scheme")),
    "expenses_lis1": _money("paid_contacts_lis1", _part("lis1")),
    "expenses_out_of_hours": _money("paid_contacts_out_of_hours", _part("out_of_hours")),
    "paid_contacts": _column("expenses", "behind"),
    "paid_contacts_scheme": _column("expenses", "behind", _part("gp_scheme")),
    "paid_contacts_lis1": _column("expenses", "behind", _part("lis1")),
    "paid_contacts_out_of_hours": _column("expenses", "behind", _part("out_of_hours")),
    "basic_funding": _column("basic_funding", "ore"),
    "price_level": Constant(price_level),
}

MEASURES: dict[str, Measure] = _KEY_FIGURES | _LISTS_AND_DOCTORS | _PEOPLE | _ACTIVITY | _CONTINUITY | _MONEY
KEY_BASES = frozenset(each.base for each in _KEY_FIGURES.values() if not isinstance(each, Constant))
"""The base tables of the key figures, which need no claims and no history of persons."""


def guard(name: str) -> str:
    """The measure that counts the persons of a measure: itself, but for quantiles and indices."""
    measure = MEASURES[name]
    return (measure.persons or name) if isinstance(measure, Sum | Quantile) else name
