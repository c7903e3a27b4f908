"""A draw as a record: what it was made from, every unit with its lot, and who was drawn. It can be drawn again from
itself alone, so that anybody can check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import sha256

from fastlege.matching.reduction import DrawUnit, Lot, draw


@dataclass(frozen=True)
class DrawTerms:
    """What a draw depends on beside the units: published before it, the tag as its digest only.

    `cap` is the new cap when the number of persons follows from it, `notice` the day on which the GP gave notice.
    """

    list_id: int
    on: date
    as_of: date
    notice: date
    cap: int | None
    persons: int
    tag: str


@dataclass(frozen=True)
class DrawRecord:
    """The terms, the units in the order of the draw, and what can be published before and after it."""

    terms: DrawTerms
    length: int
    drawn: int
    tag_digest: str
    units_digest: str
    order: tuple[Lot, ...] = field(repr=False)

    @property
    def drawn_units(self) -> list[DrawUnit]:
        """The units drawn, in the order of the draw."""
        return [lot.unit for lot in self.order if lot.drawn]


def record_of(terms: DrawTerms, units: Sequence[DrawUnit]) -> DrawRecord:
    """Carry out the draw."""
    order = draw(units, terms.persons, tag=terms.tag, list_id=terms.list_id)
    return DrawRecord(
        terms=terms,
        length=sum(unit.size for unit in units),
        drawn=sum(lot.unit.size for lot in order if lot.drawn),
        tag_digest=sha256(terms.tag.encode()).hexdigest(),
        units_digest=digest_of(units),
        order=tuple(order),
    )


def digest_of(units: Sequence[DrawUnit]) -> str:
    """SHA-256 of the lines "household,person,size", in the order of their numbers; person is 0 for a household."""
    lines = (f"{unit.household_id},{unit.apart},{unit.size}\n" for unit in sorted(units))
    return sha256("".join(lines).encode()).hexdigest()


def differences(record: DrawRecord) -> list[str]:
    """What a draw made again from the record's own terms and units gives otherwise; empty when nothing.

    What is counted is compared first, then each unit with itself, then the order.
    """
    again = record_of(record.terms, [lot.unit for lot in record.order])
    found = [*_wrong_terms(record, again), *_wrong_units(record)]
    for name in (each.name for each in fields(DrawRecord) if each.name not in ("terms", "order")):
        says, is_right = getattr(record, name), getattr(again, name)
        if says != is_right:
            found.append(f"{name} is {says}; drawn again it is {is_right}.")
    return found + _wrong_lots(record, again)


def _wrong_terms(record: DrawRecord, again: DrawRecord) -> list[str]:
    terms = record.terms
    if terms.cap is not None and terms.persons != again.length - terms.cap:
        return [f"persons is {terms.persons}; {again.length} residents less the cap {terms.cap} is otherwise."]
    return []


def _wrong_units(record: DrawRecord) -> list[str]:
    seen: set[tuple[int, int]] = set()
    found = []
    for lot in record.order:
        key = (lot.unit.household_id, lot.unit.apart)
        if key in seen:
            found.append(f"{_name(lot.unit)} stands in it twice.")
        if lot.unit.size < 1 or (lot.unit.apart and lot.unit.size != 1):
            found.append(f"{_name(lot.unit)} cannot have {lot.unit.size} persons.")
        seen.add(key)
    return found


def _wrong_lots(record: DrawRecord, again: DrawRecord) -> list[str]:
    """Lots, marks and places in the order that differ; of wrong places the first alone, as all behind it follow."""
    right = {lot.unit: lot for lot in again.order}
    found = []
    for lot in record.order:
        if lot.lot != right[lot.unit].lot:
            found.append(f"{_name(lot.unit)} has the lot {lot.lot:016x}; drawn again it is {right[lot.unit].lot:016x}.")
        if lot.drawn != right[lot.unit].drawn:
            says, is_right = ("drawn", "not drawn") if lot.drawn else ("not drawn", "drawn")
            found.append(f"{_name(lot.unit)} is marked {says}; drawn again it is {is_right}.")
    for place, (one, other) in enumerate(zip(record.order, again.order, strict=True), start=1):
        if one.unit != other.unit:
            found.append(f"place {place} is that of {_name(one.unit)}; drawn again it is {_name(other.unit)}.")
            break
    return found


def _name(unit: DrawUnit) -> str:
    return f"household {unit.household_id}" + (f", person {unit.apart}" if unit.apart else "")
