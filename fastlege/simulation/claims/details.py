"""What a bill says besides its lines: how long it took, why the patient pays nothing, and the circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.rules.claims.checks import limits
from fastlege.rules.claims.checks.amounts import EXEMPT_BY_FREE_CARD
from fastlege.rules.tariffs import ClaimRule, load_claim_rules
from fastlege.simulation.claims.faults import change, faults
from fastlege.simulation.claims.lines import Codes, Lines
from fastlege.simulation.claims.shares import other_grounds
from fastlege.simulation.claims.tables import assumed

NOTHING = -1
CHILD = "B"
"""The ground of exemption of children in the national list (7461)."""

NOT_EXEMPT, UNDER_AGE, WITH_CARD, OTHERWISE = 0, 1, 2, 3
"""How bills name why nothing is paid; `OTHERWISE` and what follows are the `other_grounds` in their order."""
_ABSENT, _NONE = "patient_absent", "-"
_TIMED = ("2a", "2f", "2n", "2ed", "11a", "615")
"""How the codes begin of work whose length is noted."""


@dataclass(frozen=True)
class Said:
    """What bills say, before faults change it: minutes, the ground of exemption, and that the patient was absent."""

    minutes: NDArray[np.int16]
    exempt: NDArray[np.int8]
    absent: NDArray[np.bool_]


def rule_near(code: str, kind: str, *, on: date) -> ClaimRule | None:
    """The rule of a kind on a code on a day; before the oldest that is known, that one: an assumption."""
    rules = [rule for rule in load_claim_rules() if rule.rule == kind and rule.code == code]
    holding = [rule for rule in rules if rule.validity.period.contains(on)]
    later = sorted((one for one in rules if (one.validity.first or on) > on), key=lambda one: one.validity.period.start)
    return next(iter([*holding, *later]), None)


def draw_minutes(
    main: NDArray[np.int16], lines: Lines, codes: Codes, *, on: date, chance: np.random.Generator
) -> NDArray[np.int16]:
    """How long each took: enough for the units of time on the bill, `NOTHING` where nobody notes it."""
    at_least, most = _ordinary(codes, on)
    short, long = at_least[main].astype(np.float32), most[main].astype(np.float32)
    found = np.where(long > 0, short + chance.random(len(main), np.float32) * (long - short), NOTHING).astype(np.int16)
    for number, code in enumerate(codes.names):
        rule = rule_near(code, limits.MINUTES_PER_UNIT, on=on)
        if rule is None:
            continue
        before = rule_near(code, limits.MINUTES_BEFORE, on=on)
        rows = np.flatnonzero(lines.code == number)
        each, covered = int(rule.argument), int(before.argument) if before else 0
        needed = covered + (lines.count[rows].astype(np.int16) - 1) * each + 1
        found[lines.bill[rows]] = needed + (chance.random(len(rows), np.float32) * (each - 1)).astype(np.int16)
    return found


def details_table(claim: NDArray[np.int64], said: Said, fault: NDArray[np.int8]) -> pa.Table:
    """The rows of those bills that say anything of this, after faults have changed it."""
    words = (
        "",
        _ABSENT,
        *sorted({str(one.changes.get("circumstances", _NONE)) for one in faults()} - {_NONE, _ABSENT}),
    )
    circumstances = said.absent.astype(np.int8)
    change(fault, "circumstances", circumstances, {_NONE: 0, **{word: number for number, word in enumerate(words)}})
    minutes, group = said.minutes.copy(), np.full(len(claim), NOTHING, np.int16)
    distance = np.full(len(claim), NOTHING, np.int32)
    for name, column in (("minutes", minutes), ("group_size", group), ("distance_m", distance)):
        change(fault, name, column)
    grounds = ["", CHILD, EXEMPT_BY_FREE_CARD, *other_grounds()]
    rows = np.flatnonzero(
        (minutes != NOTHING) | (said.exempt != NOT_EXEMPT) | (circumstances > 0) | (distance != NOTHING)
    )
    return pa.table(
        {
            "claim_id": claim[rows],
            "minutes": pa.array(minutes[rows], mask=minutes[rows] == NOTHING),
            "exemption": pa.DictionaryArray.from_arrays(said.exempt[rows], grounds).cast(pa.string()),
            "circumstances": pa.DictionaryArray.from_arrays(circumstances[rows], list(words)).cast(pa.string()),
            "group_size": pa.array(group[rows], mask=group[rows] == NOTHING),
            "distance_m": pa.array(distance[rows], mask=distance[rows] == NOTHING),
        }
    )


def _ordinary(codes: Codes, on: date) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The shortest and longest time of each main code without units of time."""
    short, long = np.zeros(len(codes.names), np.int16), np.zeros(len(codes.names), np.int16)
    for number, code in enumerate(codes.names):
        if not code.startswith(_TIMED):
            continue
        rule = rule_near(code, limits.MINUTES_MINIMUM, on=on)
        short[number] = int(rule.argument) if rule else assumed("shortest_consultation")
        long[number] = max(assumed("longest_consultation"), short[number])
    return short, long
