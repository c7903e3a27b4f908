"""Every page of the site by the name of its address: for whom it is, and which of its addresses are one's own.

A page that is not here fails `test_who_may_open_what`. So does one that lets in a role that its row does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastlege.access.viewers import Role
from fastlege.web.resident.people import _key

EVERYONE = frozenset(Role)
RESIDENTS = frozenset({Role.RESIDENT})
LOGGED_IN = frozenset({Role.RESIDENT, Role.OFFICE, Role.MUNICIPALITY})
OFFICES = frozenset({Role.OFFICE})
MUNICIPALITIES = frozenset({Role.MUNICIPALITY})
LIST = {"list_id": 2}
MONTH = {"year": 2026, "number": 6}
TOWN = {"code": "4204"}


@dataclass(frozen=True)
class Page:
    """For whom a page is; its parameters; and the name of the parameter that says whose it is, if there is one."""

    roles: frozenset[Role]
    parameters: Mapping[str, object] = field(default_factory=dict)
    whose: str | None = None


def _mine(**parameters: object) -> Page:
    return Page(RESIDENTS, parameters)


def _whose(name: str, **parameters: object) -> Page:
    return Page(RESIDENTS, parameters, whose=name)


PAGES = {
    "front": Page(EVERYONE),
    "find": Page(EVERYONE),
    "find-json": Page(EVERYONE),
    "gp-list": Page(EVERYONE, LIST),
    "figures": Page(EVERYONE),
    "figure": Page(EVERYONE, {"figure_id": "lists"}),
    "figure-csv": Page(EVERYONE, {"figure_id": "lists"}),
    "figure-parquet": Page(EVERYONE, {"figure_id": "lists"}),
    "figure-source": Page(EVERYONE, {"figure_id": "lists"}),
    "figure-json": Page(EVERYONE, {"figure_id": "lists"}),
    "figure-xlsx": Page(EVERYONE, {"figure_id": "lists"}),
    "open-data": Page(EVERYONE),
    "open-data-index": Page(EVERYONE),
    "open-data-openapi": Page(EVERYONE),
    "open-data-editions": Page(EVERYONE),
    "open-data-figures": Page(EVERYONE),
    "open-data-definitions": Page(EVERYONE),
    "open-data-definition": Page(EVERYONE, {"figure": "lists"}),
    "open-data-dimensions": Page(EVERYONE),
    "open-data-values": Page(EVERYONE),
    "open-data-values_csv": Page(EVERYONE),
    "open-data-areas": Page(EVERYONE),
    "open-data-parameters": Page(EVERYONE),
    "open-data-tariffs": Page(EVERYONE),
    "open-data-tariff_rules": Page(EVERYONE),
    "open-data-nothing": Page(EVERYONE, {"rest": "nothing"}),
    "profiles": Page(EVERYONE),
    "profile": Page(EVERYONE, {"code": "0301"}),
    "about": Page(EVERYONE),
    "accessibility": Page(EVERYONE),
    "survey-answer": Page(EVERYONE, {"key": "1-not-a-key"}),
    "surveys": Page(EVERYONE),
    "survey": Page(EVERYONE, {"key": "2018"}),
    "survey-csv": Page(EVERYONE, {"key": "2018"}),
    "login": Page(EVERYONE),
    "login-start": Page(EVERYONE, {"kind": "resident"}),
    "login-answer": Page(EVERYONE, {"kind": "resident"}),
    "logout-notice": Page(EVERYONE, {"kind": "resident"}),
    "login-about": Page(LOGGED_IN),
    "log-out": Page(EVERYONE),
    "logged-out": Page(EVERYONE),
    "my": _mine(),
    "my-person": _whose("who"),
    "my-find": _mine(),
    "my-list": _mine(**LIST),
    "my-switch": _mine(**LIST),
    "my-receipt": _whose("key"),
    "my-queue-join": _mine(**LIST),
    "my-queue": _whose("who"),
    "my-queue-order": _whose("who"),
    "my-queue-answer": _whose("who", **LIST),
    "my-queue-leave": _whose("who", **LIST),
    "my-offer": _whose("who", **LIST),
    "my-why-place": _whose("who", **LIST),
    "my-why-move": _whose("who", **LIST),
    "my-messages": _mine(),
    "my-message": _whose("message_id"),
    "my-history": _whose("who"),
    "my-lookups": _whose("who"),
    "my-shares": _whose("who"),
    "my-opt-out": _whose("who"),
    "my-applications": _whose("who"),
    "my-attachment": _whose("attachment_id"),
    "my-records": _whose("who"),
    "my-settings": _mine(),
    "office-statements": Page(OFFICES),
    "office-statement": Page(OFFICES, MONTH),
    "office-statement-csv": Page(OFFICES, MONTH),
    "office-statement-pdf": Page(OFFICES, MONTH),
    "office-notices": Page(OFFICES),
    "municipality-statements": Page(MUNICIPALITIES),
    "municipality-months": Page(MUNICIPALITIES, TOWN),
    "municipality-statement": Page(MUNICIPALITIES, TOWN | MONTH),
    "municipality-statement-list": Page(MUNICIPALITIES, TOWN | MONTH | LIST),
    "municipality-statement-csv": Page(MUNICIPALITIES, TOWN | MONTH),
    "municipality-statement-pdf": Page(MUNICIPALITIES, TOWN | MONTH),
}


def key_of(viewer, person_id: int) -> str:
    """What stands in an address for a person whom the viewer acts for, or would stand there if they did."""
    return _key(viewer, person_id)
