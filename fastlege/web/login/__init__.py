"""Logging in and out, and who may open which page.

`request.viewer` is who asks, `request.login` the login that says so, or None. Every page says with a decorator who may
open it; a page without one is for anyone.
"""

from fastlege.web.login.guards import (
    anyone,
    logged_in_required,
    municipality_required,
    office_required,
    resident_required,
    roles_of,
)
from fastlege.web.login.visitors import VisitorRequest

__all__ = [
    "VisitorRequest",
    "anyone",
    "logged_in_required",
    "municipality_required",
    "office_required",
    "resident_required",
    "roles_of",
]
