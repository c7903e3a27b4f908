"""Persons, the lists they stood on, the queues they stand in, and those who have no list."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fastlege.access.privacy import Privacy
from fastlege.kernel.vocabulary import PersonStatus, Reason, Sex
from fastlege.registry.models.columns import ends_after_start, known_on, one_of
from fastlege.registry.models.lists import GPContract
from fastlege.registry.models.places import BasicUnit, Municipality


class Person(models.Model):
    """A person of the population register. Parents may be people whom this register does not hold."""

    person_id = models.BigAutoField(primary_key=True)
    birth_date = models.DateField()
    sex = models.SmallIntegerField()
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_column="municipality", db_index=False)
    basic_unit = models.ForeignKey(BasicUnit, models.PROTECT, db_column="basic_unit", db_index=False)
    household_id = models.BigIntegerField(db_index=True)
    mother_id = models.BigIntegerField(null=True)
    father_id = models.BigIntegerField(null=True)
    status = models.TextField()
    gp_use = models.SmallIntegerField()
    known_on = known_on()

    privacy = Privacy(
        identifying=("birth_date", "basic_unit", "household_id", "mother_id", "father_id"),
        sensitive=("status", "gp_use", "municipality"),
        plain=("person_id", "sex", "known_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "persons"
        constraints = [one_of("sex", Sex, table="persons"), one_of("status", PersonStatus, table="persons")]


class Membership(models.Model):
    """The days on which a person stood on a list.

    Linked history: `previous_end` names the end of the person's membership before this one. With both unique
    constraints (nulls equal) and the foreign key from (person, previous_end) to (person, end), a person has one first
    row, one open row and one successor to each row, so that no two periods can overlap. Rows are never changed but
    for their end, and only a row that has not begun can be taken back.
    """

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    list = models.ForeignKey(GPContract, models.PROTECT)
    start = models.DateField()
    end = models.DateField(null=True)
    begin_reason = models.TextField()
    end_reason = models.TextField(null=True)
    previous_end = models.DateField(null=True)
    known_on = models.DateField(null=True)
    end_known_on = models.DateField(null=True)

    privacy = Privacy(
        sensitive=("list", "start", "end", "begin_reason", "end_reason", "previous_end"),
        plain=("person", "known_on", "end_known_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "memberships"
        constraints = [
            ends_after_start("memberships"),
            one_of("begin_reason", Reason, table="memberships"),
            models.CheckConstraint(
                condition=Q(previous_end__isnull=True) | Q(previous_end__lte=F("start")),
                name="memberships_after_the_previous",
            ),
            models.UniqueConstraint(fields=["person", "end"], name="memberships_one_open_row", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["person", "previous_end"], name="memberships_one_successor", nulls_distinct=False
            ),
        ]


class QueuePlace(models.Model):
    """A place in the queue of a list: rank 1 is the list wanted most."""

    pk = models.CompositePrimaryKey("person_id", "list_id")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    list = models.ForeignKey(GPContract, models.PROTECT, db_index=False)
    rank = models.SmallIntegerField()
    requested_at = models.DateTimeField()
    family_id = models.BigIntegerField(null=True)
    known_on = known_on()
    accept_in_advance = models.BooleanField(db_default=True)

    privacy = Privacy(
        sensitive=("list", "rank", "requested_at", "family_id", "accept_in_advance"), plain=("person", "known_on")
    )

    class Meta:
        app_label = "registry"
        db_table = "queue"
        indexes = [models.Index(fields=["list", "requested_at"], name="queue_in_order")]
        constraints = [
            models.CheckConstraint(condition=Q(rank__gte=1), name="queue_rank_from_one"),
            # Deferred, so that one statement may move all the ranks up.
            models.UniqueConstraint(
                fields=["person", "rank"], name="queue_one_list_a_rank", deferrable=models.Deferrable.DEFERRED
            ),
        ]


class Unplaced(models.Model):
    """A person who has a right to a place on a list and has none."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True)
    since = models.DateField()
    known_on = known_on()

    privacy = Privacy(sensitive=("since",), plain=("person", "known_on"))

    class Meta:
        app_label = "registry"
        db_table = "unplaced"


class Switch(models.Model):
    """One person's move from list to list, and whether it was the person's own choice. Rows are only added."""

    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    from_list = models.ForeignKey(GPContract, models.PROTECT, null=True, related_name="+", db_index=False)
    to_list = models.ForeignKey(GPContract, models.PROTECT, null=True, related_name="+", db_index=False)
    on = models.DateField()
    reason = models.TextField()
    chosen = models.BooleanField()
    queued_since = models.DateField(null=True)
    known_on = known_on()

    privacy = Privacy(
        sensitive=("from_list", "to_list", "on", "reason", "chosen", "queued_since"),
        plain=("id", "person", "known_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "switches"
        constraints = [
            one_of("reason", Reason, table="switches"),
            models.UniqueConstraint(
                fields=["person", "on", "to_list"], name="switches_once_a_day", nulls_distinct=False
            ),
        ]
