"""Measures: whole numbers over a base table. A figure is a measure, or the ratio of two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, IntegerScalar, IntegerValue

Where = Callable[[Table], BooleanValue]


@dataclass(frozen=True)
class Sum:
    """A sum or count over rows. An area's is the sum of its parts'."""

    base: str
    expression: Callable[[Table], IntegerScalar]


@dataclass(frozen=True)
class Distinct:
    """How many different ones there are, by a key: each counts once in every area where it has a row.

    An area's is therefore not the sum of its parts': a GP may have lists in two municipalities.
    """

    base: str
    key: str
    where: Where


def _everything(facts: Table) -> BooleanValue:
    return ibis.literal(True)


def _rows(base: str, where: Where = _everything) -> Sum:
    return Sum(base, lambda facts: facts.count(where=where(facts)))


def _total(what: Callable[[Table], IntegerValue], where: Where = _everything) -> Sum:
    return Sum("lists", lambda facts: what(facts).sum(where=where(facts)).fill_null(0).cast("int64"))


MEASURES: dict[str, Sum | Distinct] = {
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
