"""Free cards, and what persons have paid above the year's ceiling."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.claims.models.bills import Bill
from fastlege.registry.models import Person


class FreeCard(models.Model):
    """The decision that a person has reached the year's ceiling: nothing more is paid from that moment to the year's
    end. `bill` is the one that reached it, in order of service time.

    A late bill can show that it was reached earlier; that is a new row, and the earliest moment counts.
    """

    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    year = models.SmallIntegerField()
    from_on = models.DateField()
    from_time = models.TimeField()
    bill = models.ForeignKey(Bill, models.PROTECT)
    ceiling_ore = models.BigIntegerField()
    issued_on = models.DateField()
    issued_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("person",),
        sensitive=("year", "from_on", "from_time", "bill", "ceiling_ore", "issued_on"),
        plain=("id", "issued_at"),
    )

    class Meta:
        app_label = "claims"
        db_table = "free_cards"
        constraints = [
            models.UniqueConstraint(fields=["person", "year", "from_on", "from_time"], name="free_cards_once"),
            models.CheckConstraint(condition=Q(from_on__year=models.F("year")), name="free_cards_within_the_year"),
            models.CheckConstraint(condition=Q(ceiling_ore__gt=0), name="free_cards_ceiling"),
        ]


class ShareDifference(models.Model):
    """A change of what a person has paid above a year's ceiling: the sum of the rows is what is to be paid back.

    `paid_ore` is all that counted towards the ceiling when the row was written.
    """

    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    year = models.SmallIntegerField()
    change_ore = models.BigIntegerField()
    paid_ore = models.BigIntegerField()
    ceiling_ore = models.BigIntegerField()
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("person",),
        sensitive=("year", "change_ore", "paid_ore", "ceiling_ore", "on"),
        plain=("id", "at"),
    )

    class Meta:
        app_label = "claims"
        db_table = "share_differences"
        constraints = [
            models.CheckConstraint(condition=~Q(change_ore=0), name="share_differences_differ"),
            models.CheckConstraint(condition=Q(paid_ore__gte=0), name="share_differences_paid_not_negative"),
        ]
        indexes = [models.Index(fields=["person", "year", "-id"], name="share_differences_of_person")]
