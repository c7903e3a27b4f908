"""When they come: the day of the month and the minute of the day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.periods import days_in_month
from fastlege.rules.claims.checks.evenings import EveningWindow, is_working_day, parse_evening_window
from fastlege.rules.tariffs import load_claim_rules
from fastlege.simulation.claims.tables import GP, assumed

Days = NDArray[np.int32]
Minutes = NDArray[np.int16]

_EPOCH = date(1970, 1, 1)
_MIDNIGHT, _LATEST = 24 * 60, 21 * 60


def ordinary_hours() -> EveningWindow:
    """The hours outside which evening codes hold: the newest rule."""
    rules = [rule for rule in load_claim_rules() if rule.rule == "evening_window"]
    return parse_evening_window(max(rules, key=lambda rule: rule.validity.first or date.min).argument)


def opening_minutes() -> tuple[int, int]:
    """The minutes of the day when ordinary hours begin and end."""
    window = ordinary_hours()
    return window.until.hour * 60 + window.until.minute, window.since.hour * 60 + window.since.minute


def draw_moments(
    month: date, place: str, count: int, chance: np.random.Generator
) -> tuple[Days, Minutes, NDArray[np.bool_]]:
    """Day (since 1970), minute of the day and whether evening codes hold, for each of a month's contacts."""
    days = [month + timedelta(days=n) for n in range(days_in_month(month))]
    working = np.array([is_working_day(day) for day in days])
    free_weight = assumed("weekend_share_gp") if place == GP else assumed("weekend_weight_out_of_hours")
    weights = np.where(working, 1.0, free_weight)
    chosen = np.searchsorted(np.cumsum(weights / weights.sum()), chance.random(count)).clip(max=len(days) - 1)
    opens, closes = opening_minutes()
    share = assumed("evening_share_gp" if place == GP else "evening_share_out_of_hours")
    late = chance.random(count) < share
    start = np.where(late, closes, opens)
    length = np.where(late, (_LATEST if place == GP else _MIDNIGHT) - closes, closes - opens)
    minute = (start + chance.random(count) * length).astype(np.int16)
    day = np.array([(one - _EPOCH).days for one in days], np.int32)[chosen]
    return day, minute, late | ~working[chosen]
