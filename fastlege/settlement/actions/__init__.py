"""Every write of payments."""

from fastlege.settlement.actions.accounts import make_synthetic_accounts, record_accounts
from fastlege.settlement.actions.claims import prepare_claims
from fastlege.settlement.actions.correcting import check_recalculable, recalculate
from fastlege.settlement.actions.ordering import make_order
from fastlege.settlement.actions.preparing import prepare_run
from fastlege.settlement.actions.readers import end_reading, let_read
from fastlege.settlement.actions.steps import approve, mark_paid, review, withdraw
from fastlege.settlement.actions.writing import Prepared

__all__ = [
    "Prepared",
    "approve",
    "check_recalculable",
    "end_reading",
    "let_read",
    "make_order",
    "make_synthetic_accounts",
    "mark_paid",
    "prepare_claims",
    "prepare_run",
    "recalculate",
    "record_accounts",
    "review",
    "withdraw",
]
