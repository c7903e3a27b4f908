"""Measures: whole numbers counted or summed over a base table. Figures are measures, or ratios of two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ibis import Table
from ibis.expr.types import BooleanValue, IntegerScalar, IntegerValue


@dataclass(frozen=True)
class Measure:
    """A whole number for any set of rows of a base table."""

    base: str
    expression: Callable[[Table], IntegerScalar]


def _rows(base: str, where: Callable[[Table], BooleanValue] | None = None) -> Measure:
    return Measure(base, lambda facts: facts.count(where=where(facts) if where else None))


def _total(what: Callable[[Table], IntegerValue], where: Callable[[Table], BooleanValue] | None = None) -> Measure:
    return Measure(
        "lists",
        lambda facts: what(facts).sum(where=where(facts) if where else None).fill_null(0).cast("int64"),
    )


def _doctors(base: str, where: Callable[[Table], BooleanValue] | None = None) -> Measure:
    return Measure(base, lambda facts: facts.doctor_id.nunique(where=where(facts) if where else None))


MEASURES: dict[str, Measure] = {
    # A GP with two lists, or in two municipalities, counts once in every area: these do not add up over areas.
    "gps": _doctors("gps"),
    "gps_specialist": _doctors("gps", lambda f: f.specialist),
    "gps_women": _doctors("gps", lambda f: f.woman),
    "substitutes": _doctors("substitutes"),
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
    # Over-full lists count negative; what an area has is never below zero (floor in the figure, see its definition).
    "room": _total(lambda f: f.cap - f.length),
    "room_with_gp": _total(lambda f: f.cap - f.length, lambda f: f.has_gp),
    "room_open_with_gp": _total(lambda f: f.cap - f.length, lambda f: f.has_gp & f.open),
    "queue_places": _rows("waiting"),
    "waiting_persons": Measure("waiting", lambda facts: facts.person_id.nunique()),
    "unplaced": _rows("unplaced"),
}
