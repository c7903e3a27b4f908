"""Every write of claims."""

from fastlege.claims.controlling.controlling import Controlled, control_message, control_waiting
from fastlege.claims.noticing import Period, give_notices
from fastlege.claims.paying.payouts import mark_paid, send_to_payment, withdraw_payout
from fastlege.claims.receiving.receiving import Received, receive_file, receive_message

__all__ = [
    "Controlled",
    "Period",
    "Received",
    "control_message",
    "control_waiting",
    "give_notices",
    "mark_paid",
    "receive_file",
    "receive_message",
    "send_to_payment",
    "withdraw_payout",
]
