"""The tables of claims. Every row is something that happened: rows are added, and the database refuses to change or
remove one. How far a bill has come follows from the rows there are."""

from fastlege.claims.models.bills import Bill, Credit, Line, Message
from fastlege.claims.models.decisions import BillResult, CreditResult
from fastlege.claims.models.notices import EarlyNotice, NoticeRound
from fastlege.claims.models.payments import Payment, Payout
from fastlege.claims.models.shares import FreeCard, ShareDifference

__all__ = [
    "Bill",
    "BillResult",
    "Credit",
    "CreditResult",
    "EarlyNotice",
    "FreeCard",
    "Line",
    "Message",
    "NoticeRound",
    "Payment",
    "Payout",
    "ShareDifference",
]
