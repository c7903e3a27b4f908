"""The day on which a resident acts: the register's, as on every page."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import get_default_timezone, localtime

from fastlege.kernel.errors import DataError
from fastlege.web.site_data import register_day


def today() -> date:
    """The register's day. Nobody can have logged in while it is empty."""
    day = register_day()
    if day is None:
        raise DataError("the register is empty.", remedy="Load a snapshot: fastlege register load.")
    return day.on


def this_moment() -> datetime:
    """The register's day at the time of day that it is: who asks first on a day stands first in line."""
    return datetime.combine(today(), localtime().time(), tzinfo=get_default_timezone())
