"""Reading claims."""

from fastlege.claims.answering import answers_to
from fastlege.claims.following import BillProgress, Progress, answer, progress
from fastlege.claims.paying.due import PayeeSum, payable, payout_sums

__all__ = ["BillProgress", "PayeeSum", "Progress", "answer", "answers_to", "payable", "payout_sums", "progress"]
