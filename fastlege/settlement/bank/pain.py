"""Orders as ISO 20022 messages: CustomerCreditTransferInitiation, pain.001.001.09.

One batch for each payer, one transfer for each payee. The same order gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_kroner
from fastlege.settlement.accounts import iban
from fastlege.settlement.models import PaymentOrder, PaymentTransfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_LONGEST_NAME = 140


def credit_transfers(order: PaymentOrder, transfers: Sequence[PaymentTransfer]) -> bytes:
    """The message of an order. Raises `DataError` when there is nothing to transfer.

    `transfers` come sorted by payer; those of nothing are left out: the standard has no such transfer.
    """
    paid = [each for each in transfers if each.amount_ore > 0]
    if not paid:
        raise DataError(
            f"order {order.message_id} transfers nothing.",
            remedy="All of it is set off against what was paid before; record the run as paid.",
        )
    document = Element("Document", xmlns=NAMESPACE)
    message = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(message, "GrpHdr")
    _text(header, "MsgId", order.message_id)
    _text(header, "CreDtTm", order.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, paid)
    _text(SubElement(header, "InitgPty"), "Nm", "Fastlege")
    for number, (_, own) in enumerate(groupby(paid, key=lambda each: (each.payer, each.payer_id)), 1):
        _batch(message, order, number, list(own))
    indent(document, " ")
    return bytes(tostring(document, encoding="utf-8", xml_declaration=True)) + b"\n"


def _batch(message: Element, order: PaymentOrder, number: int, transfers: Sequence[PaymentTransfer]) -> None:
    batch = SubElement(message, "PmtInf")
    _text(batch, "PmtInfId", f"{order.message_id}-{number}")
    _text(batch, "PmtMtd", "TRF")
    _sums(batch, transfers)
    _text(SubElement(batch, "ReqdExctnDt"), "Dt", order.execution_day.isoformat())
    payer = transfers[0]
    _party(batch, "Dbtr", payer.payer_name)
    _account(batch, "DbtrAcct", payer.payer_account)
    # The bank is told by the account number; the standard wants the element nevertheless.
    institution = SubElement(SubElement(batch, "DbtrAgt"), "FinInstnId")
    _text(SubElement(institution, "Othr"), "Id", "NOTPROVIDED")
    for each in transfers:
        _transfer(batch, order, each)


def _transfer(batch: Element, order: PaymentOrder, transfer: PaymentTransfer) -> None:
    one = SubElement(batch, "CdtTrfTxInf")
    _text(SubElement(one, "PmtId"), "EndToEndId", f"FL-{transfer.pk}")
    amount = _text(SubElement(one, "Amt"), "InstdAmt", str(to_kroner(transfer.amount_ore)))
    amount.set("Ccy", "NOK")
    _party(one, "Cdtr", transfer.payee_name)
    _account(one, "CdtrAcct", transfer.payee_account)
    run = order.run
    _text(SubElement(one, "RmtInf"), "Ustrd", f"{run.stream} {run.month:%Y-%m}, run {run.pk}")


def _sums(parent: Element, transfers: Sequence[PaymentTransfer]) -> None:
    _text(parent, "NbOfTxs", str(len(transfers)))
    _text(parent, "CtrlSum", str(to_kroner(sum(each.amount_ore for each in transfers))))


def _party(parent: Element, tag: str, name: str) -> None:
    _text(SubElement(parent, tag), "Nm", name[:_LONGEST_NAME])


def _account(parent: Element, tag: str, account: str) -> None:
    _text(SubElement(SubElement(parent, tag), "Id"), "IBAN", iban(account))


def _text(parent: Element, tag: str, text: str) -> Element:
    element = SubElement(parent, tag)
    element.text = text
    return element
