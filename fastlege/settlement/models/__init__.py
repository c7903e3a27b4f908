"""The tables of payments. Rows are only added: the database refuses to change or remove one.

See `migrations/0002_states.py` for what else it refuses, and `docs/settlement.md` for what the tables mean.
"""

from fastlege.settlement.models.bank import BankAccount, PaymentOrder, PaymentTransfer
from fastlege.settlement.models.readers import StatementReader
from fastlege.settlement.models.runs import ClaimsLine, PaymentLine, PaymentRun, PaymentStep, Step, Stream

__all__ = [
    "BankAccount",
    "ClaimsLine",
    "PaymentLine",
    "PaymentOrder",
    "PaymentRun",
    "PaymentStep",
    "PaymentTransfer",
    "StatementReader",
    "Step",
    "Stream",
]
