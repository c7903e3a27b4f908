"""Small tables of places and lists for the tests of waits."""

from datetime import date

import polars as pl

from fastlege.planning.plan import PLACES
from fastlege.planning.waits.history import HISTORY

ON = date(2026, 11, 1)

LIST = {
    "list_id": 1, "size_group": "10000_49999", "cap": 1000, "length": 1000, "status": "closed", "ends": None,
    "months": 12.0, "came_in_line": 20, "came_by_right": 10, "left": 45, "came_by_exchange": 10,
    "exchange_months": 12.0,
}  # fmt: skip
PLACE = {
    "person_id": 1, "list_id": 1, "rank": 1, "requested_at": None, "outcome": "list_full", "position": 1,
    "ahead_persons": 0, "exchange": "priced", "own_points_days": 500, "threshold_days": 900,
}  # fmt: skip


def history(*changes):
    """One row a list: the usual list with some columns changed."""
    return pl.DataFrame([LIST | row for row in changes or ({},)], schema=HISTORY)


def places(*changes):
    """One row a place: the usual place with some columns changed, as a plan's table before the waits are in it."""
    schema = {name: kind for name, kind in pl.DataFrame(PLACES.empty_table()).schema.items() if name in PLACE}
    return pl.DataFrame([PLACE | row for row in changes or ({},)], schema=schema)


def line(people, *, ahead=0, list_id=1):
    """Places of single people, one behind the other."""
    return places(*({"person_id": 1 + n, "list_id": list_id, "position": 1 + ahead + n, "ahead_persons": ahead + n}
                    for n in range(people)))  # fmt: skip
