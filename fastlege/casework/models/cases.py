"""Lists that shrink, end or are taken over: each a case with its steps, and the people who must move."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy


class CaseKind(StrEnum):
    """What happens to the lists of a case."""

    REDUCTION = "reduction"
    CLOSURE = "closure"
    TAKEOVER = "takeover"


class ListCase(models.Model):
    """A reduction, closure or takeover: recorded, drawn (a reduction), planned, signed, applied once, or withdrawn.

    `commitment` is the SHA-256 of `tag`, which decides a draw: made known when the case is recorded, and the tag itself
    only after the draw. `draw` is the whole draw, as `fastlege draw verify` reads it. A case that has been applied or
    withdrawn stays as it is, and none is removed: the database refuses.
    """

    kind = models.TextField()
    register_loaded_at = models.DateTimeField()
    list_ids = ArrayField(models.BigIntegerField())
    successor_id = models.BigIntegerField(null=True)
    cap = models.IntegerField(null=True)
    on = models.DateField()
    notice = models.DateField()
    agreed = models.BooleanField()
    grounds = models.TextField()
    tag = models.TextField()
    commitment = models.TextField()
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())
    draw = models.JSONField(null=True)
    drawn_by = models.TextField(null=True)
    drawn_at = models.DateTimeField(null=True)
    input_digest = models.TextField(null=True)
    rule_digest = models.TextField(null=True)
    planned_by = models.TextField(null=True)
    planned_at = models.DateTimeField(null=True)
    signed_by = models.TextField(null=True)
    signed_at = models.DateTimeField(null=True)
    applied_by = models.TextField(null=True)
    applied_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    privacy = Privacy(
        identifying=("recorded_by", "drawn_by", "planned_by", "signed_by", "applied_by", "withdrawn_by"),
        sensitive=("tag", "draw", "grounds"),
        plain=(
            *("id", "kind", "register_loaded_at", "list_ids", "successor_id", "cap", "on", "notice", "agreed"),
            *("commitment", "recorded_at", "drawn_at", "input_digest", "rule_digest", "planned_at", "signed_at"),
            *("applied_at", "withdrawn_at"),
        ),
    )

    class Meta:
        app_label = "casework"
        db_table = "list_cases"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CaseKind.REDUCTION.value, cap__isnull=False, successor_id__isnull=True)
                | Q(kind=CaseKind.CLOSURE.value, cap__isnull=True, successor_id__isnull=True)
                | Q(kind=CaseKind.TAKEOVER.value, cap__isnull=True, successor_id__isnull=False),
                name="list_cases_fit_their_kind",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(kind=CaseKind.REDUCTION.value, draw__isnull=False),
                name="list_cases_drawn_for_reductions",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(signed_at__isnull=False, withdrawn_at__isnull=True),
                name="list_cases_applied_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(planned_at__isnull=False), name="list_cases_signed_when_planned"
            ),
        ]


class Displacement(models.Model):
    """One person who must move because of a case: where to, on what ground, and what came of it.

    `to_list_id` is empty for one who found no place and is first in line. `outcome` is filled when the case is applied.
    """

    pk = models.CompositePrimaryKey("case_id", "person_id")
    case = models.ForeignKey(ListCase, models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    from_list_id = models.BigIntegerField()
    to_list_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    chosen = models.BooleanField()
    rule = models.TextField()
    explanation_key = models.TextField()
    queued_since = models.DateField(null=True)
    rank = models.SmallIntegerField(null=True)
    metres = models.BigIntegerField(null=True)
    outcome = models.TextField(null=True)

    privacy = Privacy(
        sensitive=(
            *("from_list_id", "to_list_id", "reason", "chosen", "rule", "explanation_key", "queued_since", "rank"),
            *("metres", "outcome"),
        ),
        plain=("case", "person_id"),
    )

    class Meta:
        app_label = "casework"
        db_table = "displacements"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(outcome__in=["moved", "first_in_line", "left_before"]),
                name="displacements_outcome_is_known",
            ),
        ]
