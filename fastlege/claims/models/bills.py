"""What was sent: messages, their bills with lines, and their credit notes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.registry.models import Doctor, GPContract, Municipality, Person
from fastlege.registry.models.columns import one_of
from fastlege.rules.capitation.lines import GP, MUNICIPALITY
from fastlege.rules.claims.bill import Setting
from fastlege.rules.claims.messages.statuses import MessageStatus


class Message(models.Model):
    """One message as it came, received or refused whole with its errors. The same content is one message, however
    often it is sent: `digest` is of the content, whatever its spaces and the order of its fields.

    Errors name fields, never their values.
    """

    digest = models.TextField(unique=True)
    status = models.TextField()
    message_id = models.TextField(null=True, db_index=True)
    practitioner = models.TextField(null=True)
    practice_id = models.TextField(null=True)
    sent_at = models.DateTimeField(null=True)
    received_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())
    received_by = models.TextField()
    errors = models.JSONField()

    privacy = Privacy(
        identifying=("practitioner", "practice_id", "received_by"),
        sensitive=("digest",),
        plain=("id", "status", "message_id", "sent_at", "received_on", "received_at", "errors"),
    )

    class Meta:
        app_label = "claims"
        db_table = "claim_messages"
        constraints = [
            one_of("status", MessageStatus, table="claim_messages"),
            models.UniqueConstraint(
                fields=["message_id"],
                condition=Q(status=MessageStatus.RECEIVED.value),
                name="claim_messages_received_once",
            ),
            models.CheckConstraint(
                condition=Q(status=MessageStatus.REFUSED.value) & ~Q(errors=[])
                | Q(
                    status=MessageStatus.RECEIVED.value,
                    errors=[],
                    message_id__isnull=False,
                    practitioner__isnull=False,
                    practice_id__isnull=False,
                    sent_at__isnull=False,
                ),
                name="claim_messages_received_or_wrong",
            ),
        ]


class Bill(models.Model):
    """One bill: one patient, one moment, one doctor. `on` and `time` are the clock in Norway.

    Doctor, list and person are those of the register on receipt, none for one that it does not know. `list` is the list
    that the doctor worked for (none out of hours), `payee` who the state's part goes to, `content` a digest of all that
    the bill says but its number.
    """

    message = models.ForeignKey(Message, models.PROTECT)
    position = models.IntegerField()
    practitioner = models.TextField()
    bill_number = models.TextField()
    content = models.TextField()
    doctor = models.ForeignKey(Doctor, models.PROTECT, null=True, db_index=False)
    list = models.ForeignKey(GPContract, models.PROTECT, null=True, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False)
    payee = models.TextField()
    payee_municipality = models.ForeignKey(
        Municipality, models.PROTECT, db_column="payee_municipality", null=True, db_index=False
    )
    on = models.DateField()
    time = models.TimeField()
    setting = models.TextField()
    place = models.TextField()
    performed_by = models.TextField(null=True)
    diagnoses = ArrayField(models.TextField())
    minutes = models.SmallIntegerField(null=True)
    exemption = models.TextField()
    circumstances = ArrayField(models.TextField())
    group_size = models.SmallIntegerField(null=True)
    distance_km = models.TextField(null=True)
    line_count = models.SmallIntegerField()
    amount_ore = models.BigIntegerField()
    share_ore = models.BigIntegerField()

    privacy = Privacy(
        identifying=("practitioner", "performed_by", "person", "bill_number"),
        sensitive=(
            *("content", "list", "doctor", "on", "time", "setting", "place", "diagnoses", "minutes", "exemption"),
            *("circumstances", "group_size", "distance_km", "line_count", "amount_ore", "share_ore"),
            *("payee", "payee_municipality"),
        ),
        plain=("id", "message", "position"),
    )

    class Meta:
        app_label = "claims"
        db_table = "claim_bills"
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "bill_number"], name="claim_bills_number_once"),
            models.UniqueConstraint(fields=["message", "position"], name="claim_bills_place_in_message"),
            one_of("setting", Setting, table="claim_bills"),
            models.CheckConstraint(
                condition=Q(payee=GP, payee_municipality__isnull=True)
                | Q(payee=MUNICIPALITY, payee_municipality__isnull=False),
                name="claim_bills_payee",
            ),
            models.CheckConstraint(
                condition=Q(amount_ore__gte=0, share_ore__gte=0, line_count__gte=0), name="claim_bills_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "on"], name="claim_bills_of_person", condition=Q(person__isnull=False)),
            models.Index(fields=["list", "on", "time"], name="claim_bills_of_list", condition=Q(list__isnull=False)),
            models.Index(fields=["content"], name="claim_bills_content"),
        ]


class Line(models.Model):
    """One tariff code on a bill, used `count` times; amounts in whole øre for all of them together."""

    pk = models.CompositePrimaryKey("bill_id", "line")
    bill = models.ForeignKey(Bill, models.PROTECT, db_index=False)
    line = models.SmallIntegerField()
    code = models.TextField()
    count = models.SmallIntegerField()
    amount_ore = models.BigIntegerField()
    share_ore = models.BigIntegerField()

    privacy = Privacy(sensitive=("code", "count", "amount_ore", "share_ore"), plain=("bill", "line"))

    class Meta:
        app_label = "claims"
        db_table = "claim_lines"
        constraints = [
            models.CheckConstraint(condition=Q(amount_ore__gte=0, share_ore__gte=0), name="claim_lines_not_negative"),
        ]


class Credit(models.Model):
    """A credit note: takes back one whole bill. `amount_ore` says what the sender takes the whole bill to be."""

    message = models.ForeignKey(Message, models.PROTECT)
    position = models.IntegerField()
    practitioner = models.TextField()
    credit_number = models.TextField()
    bill_number = models.TextField()
    amount_ore = models.BigIntegerField()

    privacy = Privacy(
        identifying=("practitioner", "credit_number", "bill_number"),
        sensitive=("amount_ore",),
        plain=("id", "message", "position"),
    )

    class Meta:
        app_label = "claims"
        db_table = "claim_credits"
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "credit_number"], name="claim_credits_number_once"),
            models.UniqueConstraint(fields=["message", "position"], name="claim_credits_place_in_message"),
            models.CheckConstraint(condition=Q(amount_ore__gte=0), name="claim_credits_not_negative"),
            models.CheckConstraint(condition=~Q(credit_number=F("bill_number")), name="claim_credits_own_number"),
        ]
