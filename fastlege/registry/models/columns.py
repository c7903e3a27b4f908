"""Columns and checks that several tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any

from django.db.models import CheckConstraint, DateField, F, Func, Q


class RecordingDay(Func):
    """The day that the running transaction writes on; the database refuses to give one that nobody has set."""

    function = "recording_day"
    output_field = DateField()


def known_on() -> DateField[Any, date | None]:
    """The day from which the register knew a row; null for rows that came with a loaded snapshot."""
    return DateField(null=True, db_default=RecordingDay())


def one_of(column: str, words: Iterable[Enum], *, table: str) -> CheckConstraint:
    """A column holds a word of a closed vocabulary."""
    values = [word.value for word in words]
    return CheckConstraint(condition=Q(**{f"{column}__in": values}), name=f"{table}_{column}_is_known")


def ends_after_start(table: str) -> CheckConstraint:
    """A period ends after it starts, or has no end."""
    return CheckConstraint(condition=Q(end__isnull=True) | Q(end__gt=F("start")), name=f"{table}_end_after_start")
