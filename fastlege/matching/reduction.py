"""The draw of a list reduction: who must leave when a GP wants fewer residents.

The households on the list are put in the order of a keyed lot, and whole households are taken while they fit, until
the number is reached. Anybody who knows the tag can repeat the draw with any SHA-256 program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastlege.kernel.draws import hash_text


@dataclass(frozen=True, order=True)
class DrawUnit:
    """Those who are drawn together or not at all: what is left of a household, or one of it who stands apart.

    `apart` is the person_id of one who is drawn on their own, 0 for the household.
    """

    household_id: int
    apart: int
    size: int


@dataclass(frozen=True)
class Lot:
    """A unit, its lot, and whether it was drawn."""

    unit: DrawUnit
    lot: int
    drawn: bool


def lot_text(unit: DrawUnit, *, tag: str, list_id: int) -> str:
    """The text whose hash is the unit's lot: "tag:list:household", and ":person" after it for one who stands apart."""
    text = f"{tag}:{list_id}:{unit.household_id}"
    return f"{text}:{unit.apart}" if unit.apart else text


def draw(units: Sequence[DrawUnit], persons: int, *, tag: str, list_id: int) -> list[Lot]:
    """All units in the order of the draw, those drawn marked: never more persons than asked for.

    There are fewer only when every unit passed over has more persons than are still wanted.
    """
    keyed = sorted((hash_text(lot_text(unit, tag=tag, list_id=list_id)), unit) for unit in units)
    wanted, lots = persons, []
    for lot, unit in keyed:
        drawn = unit.size <= wanted
        wanted -= unit.size * drawn
        lots.append(Lot(unit, lot, drawn))
    return lots
