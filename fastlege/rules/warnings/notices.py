"""Which doctors get a notice, of what, and with which evidence. No notice says why, and none is a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from fastlege.rules.parameters import Rulebook
from fastlege.rules.warnings.profile import Profiles, day_of
from fastlege.rules.warnings.watches import load_watches

ABOVE_PEERS, CHANGED, LONG_DAYS, FULL_DAYS = "above_peers", "changed", "long_days", "full_days"
COMING_REFUSALS = "coming_refusals"
KINDS = (ABOVE_PEERS, CHANGED, LONG_DAYS, FULL_DAYS, COMING_REFUSALS)

_FEWEST_PEERS = 10
_TAIL = 0.1
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Notice:
    """One thing that a doctor may want to look at. `facts` are the evidence that the words need."""

    doctor_id: int
    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Limits:
    """How much it takes before there is a notice: the rows of the rulebook on a day."""

    least: int
    deviations: float
    ratio: float
    minutes: int
    consultations: int
    refusals: int


def limits_on(book: Rulebook, on: date) -> Limits:
    """The limits of a day."""
    return Limits(
        book.whole("notice.least_bills", on=on),
        float(book.decimal("notice.standard_deviations", on=on)),
        float(book.decimal("notice.least_ratio", on=on)),
        book.whole("notice.day_minutes", on=on),
        book.whole("notice.day_consultations", on=on),
        book.whole("notice.least_coming_refusals", on=on),
    )


def notices(profiles: Profiles, limits: Limits) -> Iterator[Notice]:
    """All notices on a year's patterns, by kind and doctor."""
    for number, watch in enumerate(load_watches()):
        used, of = profiles.used[number], profiles.of[number]
        yield from _above_peers(watch.name, used.sum(axis=0), of.sum(axis=0), profiles.peers, limits)
        yield from _changed(watch.name, used, of, limits)
    yield from _days(LONG_DAYS, "minutes", profiles.minutes, limits.minutes, profiles)
    yield from _days(FULL_DAYS, "consultations", profiles.consultations, limits.consultations, profiles)


def spread(z: Floats) -> float:
    """How much wider doctors spread than chance alone would spread them, at least 1: the mean square without its tails.

    Doctors differ for good reasons. Measured against chance alone, every busy doctor would stand out.
    """
    low, high = np.quantile(z, [_TAIL, 1 - _TAIL])
    return max(1.0, float(np.mean(np.clip(z, low, high) ** 2)) ** 0.5)


def _above_peers(
    watch: str, used: NDArray[np.int64], of: NDArray[np.int64], peers: NDArray[np.int8], limits: Limits
) -> Iterator[Notice]:
    for group in np.unique(peers[peers >= 0]):
        who = np.flatnonzero((peers == group) & (of >= limits.least))
        total = int(used[who].sum())
        if len(who) < _FEWEST_PEERS or not 0 < total < of[who].sum():
            continue
        usual = total / of[who].sum()
        z = (used[who] / of[who] - usual) / np.sqrt(usual * (1 - usual) / of[who])
        rates = used[who] / of[who]
        low, high = np.quantile(rates, [_TAIL, 1 - _TAIL])
        for row in np.flatnonzero((z > limits.deviations * spread(z)) & (rates > limits.ratio * usual)):
            facts = {"watch": watch, "share": _percent(rates[row]), "bills": int(of[who[row]]), "peers": len(who) - 1}
            between = {"usual_from": _percent(low), "usual_to": _percent(high)}
            yield Notice(int(who[row]), ABOVE_PEERS, {**facts, **between})


def _changed(watch: str, used: NDArray[np.int64], of: NDArray[np.int64], limits: Limits) -> Iterator[Notice]:
    """The last quarter beside the quarters before it."""
    last = int(np.flatnonzero(of.sum(axis=1))[-1]) if of.any() else 0
    before_used, before_of = used[:last].sum(axis=0), of[:last].sum(axis=0)
    who = np.flatnonzero((of[last] >= limits.least) & (before_of >= limits.least))
    if len(who) < _FEWEST_PEERS:
        return
    now, then = used[last, who] / of[last, who], before_used[who] / before_of[who]
    both = (used[last, who] + before_used[who]) / (of[last, who] + before_of[who])
    error = np.sqrt(np.maximum(both * (1 - both), 1e-9) * (1 / of[last, who] + 1 / before_of[who]))
    z = (now - then) / error
    # Everybody's change, as by the season or a new code, is nobody's notice.
    z -= np.median(z)
    for row in np.flatnonzero((z > limits.deviations * spread(z)) & (now > limits.ratio * then)):
        doctor = who[row]
        facts = {"watch": watch, "share": _percent(now[row]), "bills": int(of[last, doctor])}
        yield Notice(
            int(doctor), CHANGED, {**facts, "before": _percent(then[row]), "bills_before": int(before_of[doctor])}
        )


def _days(kind: str, what: str, by_day: NDArray[np.int32], most: int, profiles: Profiles) -> Iterator[Notice]:
    for doctor in np.flatnonzero((by_day > most).any(axis=1)):
        worst = int(by_day[doctor].argmax())
        facts = {"days": int((by_day[doctor] > most).sum()), "most": most, what: int(by_day[doctor, worst])}
        yield Notice(int(doctor), kind, {**facts, "day": day_of(profiles, worst)})


def _percent(share: float) -> Decimal:
    return (Decimal(float(share)) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
