"""The answer to a claim message as the sender gets it, as JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastlege.rules.claims.bill import Breach, NotChecked, Remark
from fastlege.rules.claims.messages.batch import Answer
from fastlege.rules.claims.messages.error_words import in_all_languages
from fastlege.rules.claims.messages.message import CreditNote, MessageError
from fastlege.rules.claims.messages.statuses import BillStatus, MessageStatus
from fastlege.rules.claims.wording import in_words
from fastlege.rules.texts import LANGUAGES


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer to one line of a file that is only checked: what would become of its credit notes is not known."""
    bills = (
        bill_as_json(one.bill.number, _decided(one.approved), one.breaches, one.not_checked) for one in answer.controls
    )
    credits = map(_waiting, answer.credits)
    return {"line": answer.line, **message_as_json(answer.message_id, answer.errors, bills, credits)}


def message_as_json(
    message_id: str | None,
    errors: Iterable[MessageError],
    bills: Iterable[dict[str, Any]],
    credits: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """The answer to one message: its errors, or what was decided about each bill and credit note."""
    wrong = [{"code": one.code, "where": one.where, "what": one.what, "words": in_all_languages(one)} for one in errors]
    return {
        "message_id": message_id,
        "status": (MessageStatus.REFUSED if wrong else MessageStatus.RECEIVED).value,
        "errors": wrong,
        "bills": list(bills),
        "credits": list(credits),
    }


def bill_as_json(
    number: str,
    status: BillStatus,
    breaches: Iterable[Breach],
    not_checked: Iterable[NotChecked],
    remarks: Iterable[Remark] = (),
) -> dict[str, Any]:
    """What was decided about one bill: every breach and remark in all languages, and each rule that was not checked."""
    return {
        "bill_number": number,
        "status": status.value,
        "breaches": [_breach_as_json(breach) for breach in breaches],
        "remarks": [{"kind": one.kind, "provision": one.source, **_said(one)} for one in remarks],
        "not_checked": [
            {"rule": one.kind, "code": one.code, "lacking": one.lacking, "provision": one.source} for one in not_checked
        ],
    }


def credit_as_json(number: str, bill_number: str, status: BillStatus, breaches: Iterable[Breach]) -> dict[str, Any]:
    """What was decided about one credit note."""
    return {
        "credit_number": number,
        "bill_number": bill_number,
        "status": status.value,
        "breaches": [_breach_as_json(breach) for breach in breaches],
    }


def _waiting(note: CreditNote) -> dict[str, Any]:
    return credit_as_json(note.credit_number, note.bill_number, BillStatus.IN_PROCESS, ())


def _decided(approved: bool) -> BillStatus:
    return BillStatus.APPROVED if approved else BillStatus.REFUSED


def _breach_as_json(breach: Breach) -> dict[str, Any]:
    return {
        "kind": breach.kind,
        "codes": list(breach.codes),
        "provision": breach.source,
        "rule_line": breach.rule_line or None,
        **_said(breach),
    }


def _said(said: Breach | Remark) -> dict[str, dict[str, str]]:
    words = {language: in_words(said, language) for language in LANGUAGES}
    return {
        "words": {language: one.wrong for language, one in words.items()},
        "make_right": {language: one.make_right for language, one in words.items()},
    }
