"""Reading claims."""

from fastlege.claims.answering import answers_to
from fastlege.claims.following import BillProgress, Progress, answer, progress
from fastlege.claims.noticing import NoticesTo, notices_to
from fastlege.claims.paying.due import PayeeSum, payable, payout_sums
from fastlege.claims.shares.seeing import Card, PaidShare, ShareYear, shares_of

__all__ = [
    "BillProgress",
    "Card",
    "NoticesTo",
    "PaidShare",
    "PayeeSum",
    "Progress",
    "ShareYear",
    "answer",
    "answers_to",
    "notices_to",
    "payable",
    "payout_sums",
    "progress",
    "shares_of",
]
