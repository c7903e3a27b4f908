"""Breaches and rules not checked as JSON values that a database keeps, and back again, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fastlege.rules.claims.bill import Breach, NotChecked

_DAY, _NUMBER = "day", "number"


def breach_to_json(breach: Breach) -> dict[str, Any]:
    """A breach as JSON values."""
    return {
        "kind": breach.kind,
        "codes": list(breach.codes),
        "source": breach.source,
        "rule_line": breach.rule_line,
        "facts": {name: fact_to_json(fact) for name, fact in breach.facts.items()},
    }


def breach_from_json(kept: Mapping[str, Any]) -> Breach:
    """The breach that was kept."""
    facts = {name: fact_from_json(fact) for name, fact in kept["facts"].items()}
    return Breach(kept["kind"], tuple(kept["codes"]), kept["source"], kept["rule_line"], facts)


def not_checked_to_json(one: NotChecked) -> dict[str, Any]:
    """A rule that could not be checked, as JSON values."""
    return dict(vars(one))


def not_checked_from_json(kept: Mapping[str, Any]) -> NotChecked:
    """The rule that could not be checked."""
    return NotChecked(**kept)


def fact_to_json(fact: object) -> object:
    """A fact as a JSON value that still tells days and decimals from texts."""
    if isinstance(fact, date):
        return {_DAY: fact.isoformat()}
    if isinstance(fact, Decimal):
        return {_NUMBER: str(fact)}
    return fact


def fact_from_json(fact: object) -> object:
    """The fact that was kept."""
    if not isinstance(fact, Mapping):
        return fact
    return date.fromisoformat(fact[_DAY]) if _DAY in fact else Decimal(fact[_NUMBER])
