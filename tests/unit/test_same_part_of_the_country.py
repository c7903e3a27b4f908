"""Only figures of the same part of the country are set beside each other."""

from datetime import date
from types import SimpleNamespace

import pytest
from profiles_scene import BODO, write_edition

from fastlege.figures.levels import Level
from fastlege.kernel.errors import DataError
from fastlege.reporting.coverage import same_part
from fastlege.reporting.profiles.comparing import Profiles
from fastlege.reporting.report.building import count_series
from fastlege.reporting.series.counting import series

AUTUMN_2023, SPRING_2026 = date(2023, 10, 1), date(2026, 5, 1)


def _snapshot(areas: str, on: date) -> SimpleNamespace:
    return SimpleNamespace(folder=f"folder-{on.year}", as_of=on, meta={"areas": areas} if areas else {})


@pytest.mark.parametrize(("areas", "before", "same"), [
    ("", "", True),
    ("18", "18", True),
    ("56", "54", False),
    ("55 56", "54", True),
    ("1508 1580", "1507", True),
    ("1508", "1507", False),
    ("18", "1804", False),
    ("18", "", False),
    ("", "18", False),
])  # fmt: skip
def test_a_part_is_its_land_and_not_its_number(areas: str, before: str, same: bool) -> None:
    assert same_part({"areas": areas}, {"areas": before}, now=SPRING_2026, then=AUTUMN_2023) is same


def test_reports_and_series_refuse_snapshots_of_other_parts() -> None:
    now, earlier = _snapshot("56", SPRING_2026), _snapshot("54", AUTUMN_2023)
    message = "folder-2023: covers 54, and folder-2026 covers 56"
    with pytest.raises(DataError, match=message):
        count_series(None, now, [earlier])
    for level in set(Level) - {Level.MUNICIPALITY}:
        with pytest.raises(DataError, match=message):
            series([now, earlier], by=level)
    with pytest.raises(DataError, match="covers the whole country"):
        count_series(None, now, [_snapshot("", AUTUMN_2023)])


def test_a_profile_follows_its_county_and_the_whole_over_editions_of_the_same_part_only(tmp_path) -> None:
    alike = write_edition(tmp_path / "alike", date(2024, 10, 1))
    other = write_edition(tmp_path / "other", date(2025, 10, 1), counties=["18"])
    profiles = Profiles([alike, other, write_edition(tmp_path / "now")])
    trend = profiles.trend("gps", profiles.places[BODO], of_year=False)
    assert trend is not None
    assert trend.years == (2024, 2025, 2026)
    assert None not in trend.own
    assert [value is None for value in trend.county] == [False, True, False]
    assert [value is None for value in trend.country] == [False, True, False]
