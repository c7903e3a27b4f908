"""The answer to a claim message as the sender gets it, as JSON values."""

from __future__ import annotations

from typing import Any

from fastlege.rules.claims.bill import Breach
from fastlege.rules.claims.control import Control
from fastlege.rules.claims.messages.batch import Answer
from fastlege.rules.claims.wording import in_words
from fastlege.rules.texts import LANGUAGES


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer to one message: errors of the message, or each bill with its breaches in all languages."""
    return {
        "line": answer.line,
        "message_id": answer.message_id,
        "status": "refused" if answer.errors else "received",
        "errors": [{"code": one.code, "where": one.where, "what": one.what} for one in answer.errors],
        "bills": [_bill_as_json(one) for one in answer.controls],
    }


def _bill_as_json(found: Control) -> dict[str, Any]:
    return {
        "bill_number": found.bill.number,
        "status": "approved" if found.approved else "refused",
        "breaches": [_breach_as_json(breach) for breach in found.breaches],
        "not_checked": [
            {"rule": one.kind, "code": one.code, "lacking": one.lacking, "provision": one.source}
            for one in found.not_checked
        ],
    }


def _breach_as_json(breach: Breach) -> dict[str, Any]:
    said = {language: in_words(breach, language) for language in LANGUAGES}
    return {
        "kind": breach.kind,
        "codes": list(breach.codes),
        "provision": breach.source,
        "rule_line": breach.rule_line or None,
        "words": {language: one.wrong for language, one in said.items()},
        "make_right": {language: one.make_right for language, one in said.items()},
    }
