"""Early notices to doctor 1 of `register_scene`, one of each kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fastlege.claims.actions import Period, give_notices
from fastlege.rules.warnings.notices import Notice

PERIOD = Period(date(2025, 1, 1), date(2025, 12, 31), date(2026, 7, 1))
GIVEN = date(2026, 1, 20)
DOCTORS = {1: "9000001", 2: "9000002"}
EVIDENCE = {
    "above_peers": {
        "watch": "time_supplement", "share": Decimal("61.5"), "bills": 12_400, "peers": 39,
        "usual_from": Decimal("12.0"), "usual_to": Decimal("31.4"),
    },
    "changed": {
        "watch": "digital", "share": Decimal("40.1"), "bills": 900, "before": Decimal("12.2"), "bills_before": 2_700,
    },
    "long_days": {"days": 2, "most": 960, "minutes": 1_100, "day": date(2025, 2, 3)},
    "full_days": {"days": 1, "most": 80, "consultations": 91, "day": date(2025, 3, 4)},
    "coming_refusals": {"bills": 120, "since": date(2025, 10, 1), "on": date(2026, 7, 1), "codes": "1e, 8"},
}  # fmt: skip


def notice(kind: str, doctor: int = 1) -> Notice:
    """A notice of a kind."""
    return Notice(doctor, kind, EVIDENCE[kind])


def give(*kinds: str, period: Period = PERIOD, doctors: dict[int, str] | None = None) -> bool:
    """Give doctor 1 a notice of each of some kinds, or of all."""
    found = [notice(kind) for kind in kinds or EVIDENCE]
    return give_notices(found, period, doctors=doctors or DOCTORS, on=GIVEN, by="anna")
