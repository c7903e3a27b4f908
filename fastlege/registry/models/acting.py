"""Who chooses for another, and whose address is protected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fastlege.access.privacy import Privacy
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade
from fastlege.registry.models.columns import ends_after_start, known_on, one_of
from fastlege.registry.models.people import Person


class Custody(models.Model):
    """The days on which an adult chooses for another: a parent with custody, or a guardian by appointment.

    A parent without custody has no row. The adult may be somebody whom this register does not hold.
    """

    pk = models.CompositePrimaryKey("child_id", "adult_id", "start")
    child = models.ForeignKey(Person, models.PROTECT, db_index=False)
    adult_id = models.BigIntegerField(db_index=True)
    kind = models.TextField()
    start = models.DateField()
    end = models.DateField(null=True)
    known_on = known_on()

    privacy = Privacy(identifying=("child", "adult_id"), sensitive=("kind", "start", "end"), plain=("known_on",))

    class Meta:
        app_label = "registry"
        db_table = "custody"
        constraints = [
            ends_after_start("custody"),
            one_of("kind", CustodyKind, table="custody"),
            models.CheckConstraint(condition=~Q(child=models.F("adult_id")), name="custody_of_another"),
            models.UniqueConstraint(fields=["child", "adult_id"], condition=Q(end=None), name="custody_one_open_row"),
        ]


class CareOrder(models.Model):
    """The days on which the child welfare service decides for a child in the place of those who have custody."""

    pk = models.CompositePrimaryKey("child_id", "start")
    child = models.ForeignKey(Person, models.PROTECT, db_index=False)
    start = models.DateField()
    end = models.DateField(null=True)
    known_on = known_on()

    privacy = Privacy(identifying=("child",), sensitive=("start", "end"), plain=("known_on",))

    class Meta:
        app_label = "registry"
        db_table = "care_orders"
        constraints = [ends_after_start("care_orders")]


class ProtectedAddress(models.Model):
    """A person whose address the population register keeps from others; the grade says how closely."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True)
    grade = models.TextField()
    since = models.DateField()
    known_on = known_on()

    privacy = Privacy(identifying=("person",), sensitive=("grade", "since"), plain=("known_on",))

    class Meta:
        app_label = "registry"
        db_table = "protected_addresses"
        constraints = [one_of("grade", ProtectionGrade, table="protected_addresses")]
