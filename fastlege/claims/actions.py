"""Every write of claims."""

from fastlege.claims.paying.payouts import mark_paid, send_to_payment, withdraw_payout

__all__ = ["mark_paid", "send_to_payment", "withdraw_payout"]
