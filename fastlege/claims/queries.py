"""Reading claims."""

from fastlege.claims.paying.due import PayeeSum, payable, payout_sums

__all__ = ["PayeeSum", "payable", "payout_sums"]
