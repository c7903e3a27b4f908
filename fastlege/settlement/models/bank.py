"""Accounts, and what goes to the bank: an order for each run, and a transfer for each payer and payee in it."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fastlege.access.privacy import Privacy
from fastlege.settlement.models.runs import PaymentRun


class Party(StrEnum):
    """Who pays and is paid: a doctor or office by id, a municipality by its code as a number, the state as 0."""

    DOCTOR = "doctor"
    OFFICE = "office"
    MUNICIPALITY = "municipality"
    STATE = "state"


_PARTIES = [party.value for party in Party]


class BankAccount(models.Model):
    """The account of a payer or payee from a day on, until a later row replaces it. Rows are only added."""

    party = models.TextField()
    party_id = models.BigIntegerField()
    account = models.TextField()
    since = models.DateField()
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(identifying=("account", "recorded_by"), plain=("id", "party", "party_id", "since", "recorded_at"))

    class Meta:
        app_label = "settlement"
        db_table = "bank_accounts"
        constraints = [
            models.CheckConstraint(condition=Q(party__in=_PARTIES), name="bank_accounts_party"),
            models.CheckConstraint(condition=Q(account__regex=r"^[0-9]{11}$"), name="bank_accounts_eleven_digits"),
        ]
        indexes = [models.Index(fields=["party", "party_id", "since"], name="bank_accounts_of_party")]


class PaymentOrder(models.Model):
    """What the bank is told about one run, once. The message's id is all that a bank needs to refuse it twice."""

    run = models.OneToOneField(PaymentRun, models.PROTECT, related_name="order")
    message_id = models.TextField(unique=True)
    execution_day = models.DateField()
    amount_ore = models.BigIntegerField()
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    privacy = Privacy(
        identifying=("made_by",), plain=("id", "run", "message_id", "execution_day", "amount_ore", "made_at")
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_orders"
        constraints = [
            models.CheckConstraint(condition=Q(amount_ore__gte=0), name="payment_orders_not_negative"),
        ]


class PaymentTransfer(models.Model):
    """What one payer owes one payee by one order, and what of it is transferred.

    A payee who has had too much is asked for nothing back: what is left over, `carried_ore` (nought or less), is set
    off against the next order between the two. `turn` counts the orders between them, and ties each to the one before.
    """

    order = models.ForeignKey(PaymentOrder, models.PROTECT, related_name="transfers")
    payer = models.TextField()
    payer_id = models.BigIntegerField()
    payer_name = models.TextField()
    payer_account = models.TextField()
    payee = models.TextField()
    payee_id = models.BigIntegerField()
    payee_name = models.TextField()
    payee_account = models.TextField()
    turn = models.IntegerField()
    brought_ore = models.BigIntegerField()
    run_ore = models.BigIntegerField()
    amount_ore = models.BigIntegerField()
    carried_ore = models.BigIntegerField()

    privacy = Privacy(
        identifying=("payee_name", "payee_account", "payer_account"),
        plain=(
            *("id", "order", "payer", "payer_id", "payer_name", "payee", "payee_id", "turn"),
            *("brought_ore", "run_ore", "amount_ore", "carried_ore"),
        ),
    )

    class Meta:
        app_label = "settlement"
        db_table = "payment_transfers"
        constraints = [
            models.UniqueConstraint(fields=["order", "payer", "payer_id", "payee", "payee_id"], name="transfers_once"),
            models.UniqueConstraint(
                fields=["payer", "payer_id", "payee", "payee_id", "turn"], name="transfers_one_a_turn"
            ),
            models.CheckConstraint(condition=Q(payer__in=_PARTIES, payee__in=_PARTIES), name="transfers_parties"),
            models.CheckConstraint(
                condition=Q(amount_ore=F("brought_ore") + F("run_ore") - F("carried_ore")), name="transfers_add_up"
            ),
            models.CheckConstraint(
                condition=Q(amount_ore__gte=0, carried_ore=0) | Q(amount_ore=0, carried_ore__lt=0),
                name="transfers_nothing_back",
            ),
        ]
