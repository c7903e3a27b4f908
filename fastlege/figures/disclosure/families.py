"""Which measures count persons, and which of them add up to which.

Measures that a reader can add and subtract are one family and are protected together. A family has layers: what is
hidden in one is decided without the later ones, so that a few key figures need not count everything, and what it shows
is out when the next is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REST = "rest of "
"""Begins the name of what is left of a denominator when its numerator is taken away: a share tells it too."""


@dataclass(frozen=True)
class Family:
    """Measures in layers, and sums: a total and its parts. A part that is no measure is a remainder."""

    layers: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """A family that is divided by more than area has one layer."""
    unguarded: frozenset[str] = frozenset()
    """Remainders that count no persons: it says nothing of anybody that they are few."""

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures, those of the first layer first."""
        return tuple(name for layer in self.layers for name in layer)

    def up_to(self, name: str) -> tuple[str, ...]:
        """The measures of the layers up to and with the one that a measure is in."""
        found: tuple[str, ...] = ()
        for layer in self.layers:
            found += layer
            if name in layer:
                break
        return found


def _rest(total: str, *parts: str) -> tuple[str, tuple[str, ...]]:
    """A total of parts and a remainder."""
    return total, (*parts, f"{REST}{total} but {' and '.join(parts)}")


def _by_service(of: str) -> tuple[str, tuple[str, ...]]:
    return of, (f"{of}_gp", f"{of}_out_of_hours")


_WAITING = Family(
    layers=(
        ("waiting_persons", "queue_places"),
        ("persons_other_than_gp", "persons_other_than_home", "places_other_than_gp"),
    ),
    sums=(
        ("queue_places", ("waiting_persons", "places beyond the first")),
        _rest("waiting_persons", "persons_other_than_gp"),
        _rest("waiting_persons", "persons_other_than_home"),
        _rest("queue_places", "places_other_than_gp"),
        ("places_other_than_gp", ("persons_other_than_gp", "places elsewhere beyond the first")),
    ),
    unguarded=frozenset({"places beyond the first", "places elsewhere beyond the first"}),
)
_ACTIVITY = Family(
    layers=(
        (
            *("contacts", "contacts_gp", "contacts_out_of_hours", "contacts_delegated"),
            *("consultations", "consultations_gp", "consultations_out_of_hours"),
            *("consultations_by_doctor", "consultations_on_list", "consultations_own_gp"),
            *("e_consultations_gp", "e_consultations_gp_evening"),
            *("home_visits", "home_visits_gp", "home_visits_out_of_hours"),
            *("out_of_hours_by_day", "out_of_hours_in_evening"),
            *("diagnosed", "diagnosed_by_text", "diagnosed_by_phone", "diagnosed_by_video"),
        ),
    ),
    sums=(
        _by_service("contacts"),
        _by_service("consultations"),
        _by_service("home_visits"),
        _rest("contacts_gp", "contacts_delegated"),
        _rest("consultations_by_doctor", "consultations_on_list"),
        _rest("consultations_by_doctor", "consultations_own_gp"),
        _rest("contacts_gp", "consultations_gp"),
        _rest("contacts_out_of_hours", "consultations_out_of_hours"),
        _rest("consultations_gp", "e_consultations_gp"),
        _rest("consultations_gp", "e_consultations_gp", "home_visits_gp"),
        _rest(
            *("consultations_out_of_hours", "out_of_hours_by_day", "out_of_hours_in_evening"),
            *("home_visits_out_of_hours",),
        ),
        _rest("e_consultations_gp", "e_consultations_gp_evening"),
        ("consultations", ("diagnosed",)),
    ),
)
_PAID = "paid_contacts"
"""The contacts that money was paid for: they are in no table, but where they are few their money is not either."""
_PAID_PARTS = tuple(f"{_PAID}_{part}" for part in ("scheme", "lis1", "out_of_hours"))
FAMILIES: tuple[Family, ...] = (
    Family(layers=(("unplaced",),)),
    _WAITING,
    Family(layers=(("switches", "switches_from_queue"),), sums=(_rest("switches", "switches_from_queue"),)),
    Family(layers=(("gp_relations",),)),
    _ACTIVITY,
    Family(layers=(("patients",),)),
    Family(layers=((_PAID, *_PAID_PARTS),), sums=((_PAID, _PAID_PARTS),)),
)
"""All measures that count persons, or what single persons did, in one family each."""

FAMILY_OF: Mapping[str, Family] = {name: family for family in FAMILIES for name in family.measures}
"""The family of each measure that is protected."""
