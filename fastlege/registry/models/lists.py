"""Offices, GP contracts with their lists, doctors, and who served which list when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from fastlege.access.privacy import Privacy
from fastlege.kernel.vocabulary import ListStatus, Relationship, Sex
from fastlege.registry.models.columns import ends_after_start, known_on, one_of
from fastlege.registry.models.places import Municipality


class Office(models.Model):
    """A GP office."""

    office_id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    organisation_number = models.TextField()
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_column="municipality")
    latitude = models.FloatField()
    longitude = models.FloatField()
    services = ArrayField(models.TextField())
    known_on = known_on()

    privacy = Privacy(
        plain=(
            *("office_id", "name", "organisation_number", "municipality"),
            *("latitude", "longitude", "services", "known_on"),
        )
    )

    class Meta:
        app_label = "registry"
        db_table = "offices"


class Doctor(models.Model):
    """A doctor. That a doctor serves a list is public; the doctor's own facts are not."""

    doctor_id = models.BigAutoField(primary_key=True)
    hpr = models.TextField(unique=True)
    name = models.TextField()
    birth_date = models.DateField()
    sex = models.SmallIntegerField()
    languages = ArrayField(models.TextField())
    specialist_since = models.DateField(null=True)
    training_since = models.DateField(null=True)
    known_on = known_on()

    privacy = Privacy(
        identifying=("hpr", "name", "birth_date"),
        plain=("doctor_id", "sex", "languages", "specialist_since", "training_since", "known_on"),
    )

    class Meta:
        app_label = "registry"
        db_table = "doctors"
        constraints = [one_of("sex", Sex, table="doctors")]


class GPContract(models.Model):
    """A contract between a GP and a municipality, and the list that belongs to it."""

    list_id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_column="municipality")
    office = models.ForeignKey(Office, models.PROTECT)
    cap = models.IntegerField()
    status = models.TextField()
    salaried = models.BooleanField()
    shared_group = models.BigIntegerField(null=True)
    agreement_date = models.DateField()
    start = models.DateField()
    end = models.DateField(null=True)
    end_reason = models.TextField(null=True)
    known_on = known_on()
    member_count = models.IntegerField(db_default=0)

    privacy = Privacy(
        plain=(
            *("list_id", "name", "municipality", "office", "cap", "status", "salaried", "shared_group"),
            *("agreement_date", "start", "end", "end_reason", "known_on", "member_count"),
        )
    )

    class Meta:
        app_label = "registry"
        db_table = "lists"
        constraints = [
            one_of("status", ListStatus, table="lists"),
            ends_after_start("lists"),
            models.CheckConstraint(condition=Q(cap__gte=0), name="lists_cap_not_negative"),
            models.CheckConstraint(condition=Q(member_count__gte=0), name="lists_member_count_not_negative"),
        ]


class DoctorPeriod(models.Model):
    """The days on which a doctor served a list in one capacity."""

    list = models.ForeignKey(GPContract, models.PROTECT)
    doctor = models.ForeignKey(Doctor, models.PROTECT)
    relationship = models.TextField()
    working_percentage = models.SmallIntegerField()
    start = models.DateField()
    end = models.DateField(null=True)
    end_reason = models.TextField(null=True)
    known_on = known_on()

    privacy = Privacy(
        plain=(
            *("id", "list", "doctor", "relationship", "working_percentage"),
            *("start", "end", "end_reason", "known_on"),
        )
    )

    class Meta:
        app_label = "registry"
        db_table = "doctor_periods"
        constraints = [
            one_of("relationship", Relationship, table="doctor_periods"),
            ends_after_start("doctor_periods"),
            models.CheckConstraint(
                condition=Q(working_percentage__gte=0, working_percentage__lte=100),
                name="doctor_periods_percentage",
            ),
            models.UniqueConstraint(
                fields=["list", "doctor", "relationship", "start"], name="doctor_periods_starts_once"
            ),
            ExclusionConstraint(
                name="doctor_periods_one_regular_gp",
                expressions=[
                    ("list", RangeOperators.EQUAL),
                    (
                        Func(F("start"), F("end"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(relationship=Relationship.REGULAR.value),
            ),
        ]
