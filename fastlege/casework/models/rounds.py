"""Rounds, what each gave, and how it left the queues and the lists."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.casework.rounds.dropped import Dropped


class Round(models.Model):
    """A plan of moves that was signed, and whether it has been applied.

    The digest is that of the plan and covers every move, so one plan is one row and can be applied once to what the
    register was loaded with. Rows stay: the database refuses to remove one, or to change one that has been applied.
    """

    digest = models.TextField()
    register_loaded_at = models.DateTimeField()
    on = models.DateField()
    input_digest = models.TextField()
    rule_digest = models.TextField()
    header = models.JSONField()
    signed_by = models.TextField()
    signed_at = models.DateTimeField(db_default=Now())
    applied_by = models.TextField(null=True)
    applied_at = models.DateTimeField(null=True)
    recorded_on = models.DateField(null=True)
    audit = models.JSONField(null=True)

    privacy = Privacy(
        identifying=("signed_by", "applied_by"),
        plain=(
            *("id", "digest", "register_loaded_at", "on", "input_digest", "rule_digest", "header"),
            *("signed_at", "applied_at", "recorded_on", "audit"),
        ),
    )

    class Meta:
        app_label = "casework"
        db_table = "rounds"
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="rounds_applied_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(applied_at__gte=F("signed_at")),
                name="rounds_applied_after_signed",
            ),
            models.UniqueConstraint(fields=["digest", "register_loaded_at"], name="rounds_one_a_plan"),
            models.UniqueConstraint(
                fields=["input_digest", "register_loaded_at"],
                condition=Q(applied_at__isnull=False),
                name="rounds_one_applied_a_snapshot",
            ),
        ]


# What a round brings by the hundred thousand refers to it without a foreign key: the database would look it up for
# each row, and rounds are never removed.
def _of_round() -> models.ForeignKey[Round, Round]:
    return models.ForeignKey(Round, models.PROTECT, db_constraint=False, db_index=False)


class RoundMove(models.Model):
    """One move of an applied round's plan, and whether it was made: `dropped` says why not.

    Those with the same `cycle_id` passed their places on in a ring; `exchanged_from` is the list whose place they gave.
    """

    pk = models.CompositePrimaryKey("person_id", "round_id")
    round = _of_round()
    person_id = models.BigIntegerField()
    from_list_id = models.BigIntegerField(null=True)
    to_list_id = models.BigIntegerField()
    reason = models.TextField()
    rule = models.TextField()
    explanation_key = models.TextField()
    cycle_id = models.BigIntegerField(null=True)
    exchanged_from_id = models.BigIntegerField(null=True)
    queued_since = models.DateField(null=True)
    rank = models.SmallIntegerField(null=True)
    dropped = models.TextField(null=True)

    privacy = Privacy(
        sensitive=(
            *("from_list_id", "to_list_id", "reason", "rule", "explanation_key", "cycle_id", "exchanged_from_id"),
            *("queued_since", "rank", "dropped"),
        ),
        plain=("round", "person_id"),
    )

    class Meta:
        app_label = "casework"
        db_table = "round_moves"
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped__isnull=True) | Q(dropped__in=[why.value for why in Dropped]),
                name="round_moves_dropped_is_known",
            ),
        ]
        indexes = [models.Index(fields=["round", "cycle_id"], name="round_moves_in_ring", condition=~Q(cycle_id=None))]


class PlaceStanding(models.Model):
    """What an applied round's plan says of one queue place: met or left, its place in line, and the wait.

    The columns are those of `fastlege.planning.plan.PLACES`.
    """

    pk = models.CompositePrimaryKey("round_id", "person_id", "list_id")
    round = _of_round()
    person_id = models.BigIntegerField()
    list_id = models.BigIntegerField()
    rank = models.SmallIntegerField()
    requested_at = models.DateTimeField()
    outcome = models.TextField()
    position = models.IntegerField(null=True)
    ahead_persons = models.IntegerField(null=True)
    exchange = models.TextField(null=True)
    own_points_days = models.IntegerField(null=True)
    threshold_days = models.IntegerField(null=True)
    passed_by_exchange = models.IntegerField(null=True)
    wait_low = models.IntegerField(null=True)
    wait_median = models.IntegerField(null=True)
    wait_high = models.IntegerField(null=True)
    wait_basis = models.TextField(null=True)

    privacy = Privacy(
        sensitive=(
            *("list_id", "rank", "requested_at", "outcome", "position", "ahead_persons", "exchange"),
            *("own_points_days", "threshold_days", "passed_by_exchange"),
            *("wait_low", "wait_median", "wait_high", "wait_basis"),
        ),
        plain=("round", "person_id"),
    )

    class Meta:
        app_label = "casework"
        db_table = "place_standings"


class ListStanding(models.Model):
    """How an applied round found and left one list, its price in the exchange, and the wait of one who queues that day.

    The columns are those of `fastlege.planning.plan.LISTS`.
    """

    pk = models.CompositePrimaryKey("round_id", "list_id")
    round = _of_round()
    list_id = models.BigIntegerField()
    municipality = models.TextField()
    cap = models.IntegerField()
    status_before = models.TextField()
    status_after = models.TextField()
    length_before = models.IntegerField()
    length_after = models.IntegerField()
    came_assigned = models.IntegerField()
    came_by_queue = models.IntegerField()
    came_by_exchange = models.IntegerField()
    came_by_right = models.IntegerField()
    left = models.IntegerField()
    in_line = models.IntegerField()
    price = models.BigIntegerField()
    wait_low = models.IntegerField(null=True)
    wait_median = models.IntegerField(null=True)
    wait_high = models.IntegerField(null=True)
    wait_basis = models.TextField(null=True)

    privacy = Privacy(
        plain=(
            *("round", "list_id", "municipality", "cap", "status_before", "status_after", "length_before"),
            *("length_after", "came_assigned", "came_by_queue", "came_by_exchange", "came_by_right", "left"),
            *("in_line", "price", "wait_low", "wait_median", "wait_high", "wait_basis"),
        )
    )

    class Meta:
        app_label = "casework"
        db_table = "list_standings"
