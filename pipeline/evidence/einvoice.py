"""Structured invoices -> Statement, ...: UN/CEFACT CII (Factur-X, ZUGFeRD, XRechnung) and UBL 2.

Only the few fields that claims are about; EN 16931 names them alike in both languages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from pipeline.datatypes import Statement
from pipeline.evidence.defects import BROKEN, REFUSED, TOO_LARGE
from pipeline.evidence.packages import safe_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.datatypes import DocumentLimits

MOST_MENTIONS: Final = 50
"""Numbers of other documents taken from one invoice."""

_KINDS: Final = {
    "CrossIndustryInvoice": "invoice",
    "CrossIndustryDocument": "invoice",
    "Invoice": "invoice",
    "CreditNote": "credit_note",
    "Order": "order",
    "DespatchAdvice": "delivery_note",
}
"""Roots and what they are; the second is the invoice of ZUGFeRD 1."""

_CREDIT_NOTES: Final = frozenset(
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"]
)
"""Type codes of UNTDID 1001 that EN 16931 takes for credit notes."""

_NUMBERS: Final = ("ExchangedDocument/ID", "HeaderExchangedDocument/ID", "ID")
_TYPES: Final = (
    "ExchangedDocument/TypeCode",
    "HeaderExchangedDocument/TypeCode",
    "InvoiceTypeCode",
)
_MENTIONS: Final = {
    "BuyerOrderReferencedDocument": "order",
    "SellerOrderReferencedDocument": "order",
    "ContractReferencedDocument": "contract",
    "DespatchAdviceReferencedDocument": "delivery_note",
    "DeliveryNoteReferencedDocument": "delivery_note",
    "InvoiceReferencedDocument": "invoice",
    "OrderReference": "order",
    "ContractDocumentReference": "contract",
    "DespatchDocumentReference": "delivery_note",
    "InvoiceDocumentReference": "invoice",
    "CreditNoteDocumentReference": "credit_note",
}
_MENTIONED: Final = ("IssuerAssignedID", "ID")
_TOTALS: Final = ("GrandTotalAmount", "TaxInclusiveAmount", "DuePayableAmount", "PayableAmount")
_CURRENCIES: Final = ("InvoiceCurrencyCode", "DocumentCurrencyCode")
_SUM: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,8})?")
_IDENTIFIER: Final = re.compile(r"(?=.*\d)\S.{1,58}\S")


def read_invoice(data: bytes, *, limits: DocumentLimits) -> Iterator[Statement | str]:
    """Read the fields of a structured invoice, credit note, order or despatch advice.

    Args:
        data: The XML file.
        limits: Of its bytes.

    Returns:
        The document's own number first, then those that it mentions, then its total with tax.
    """
    if len(data) > limits.size_bytes:
        yield TOO_LARGE
        return
    try:
        root = etree.fromstring(data, safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        yield BROKEN
        return
    if root.getroottree().docinfo.internalDTD is not None:
        yield REFUSED
        return
    kind = _KINDS.get(etree.QName(root).localname)
    if kind is None:
        return
    if _text_of(root, _TYPES) in _CREDIT_NOTES:
        kind = "credit_note"
    number = _text_of(root, _NUMBERS)
    if _IDENTIFIER.fullmatch(number):
        yield Statement("number", number, kind)
    yield from _mentions(root)
    yield from _total(root)


def is_invoice(data: bytes) -> bool:
    """Tell whether XML inside another file has the root of one of these."""
    try:
        root = etree.fromstring(data, safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        return False
    return etree.QName(root).localname in _KINDS


def _mentions(root: etree._Element) -> Iterator[Statement]:
    found: dict[Statement, None] = {}
    for element in root.iter(*(f"{{*}}{tag}" for tag in _MENTIONS)):
        text = _text_of(element, _MENTIONED)
        if _IDENTIFIER.fullmatch(text):
            kind = _MENTIONS[etree.QName(element).localname]
            found.setdefault(Statement("mention", text, kind))
        if len(found) >= MOST_MENTIONS:
            break
    yield from found


def _total(root: etree._Element) -> Iterator[Statement]:
    """The total with tax, else what is to be paid; the currency stands beside it or above."""
    for tag in _TOTALS:
        element = next(root.iter(f"{{*}}{tag}"), None)
        text = "" if element is None else (element.text or "").strip()
        if element is not None and _SUM.fullmatch(text):
            currency = element.get("currencyID") or _text_of(root, _CURRENCIES, anywhere=True)
            yield Statement("total", text, currency=currency.upper()[:3] or "EUR")
            return


def _text_of(element: etree._Element, paths: tuple[str, ...], *, anywhere: bool = False) -> str:
    """The words at the first of these paths that is there; empty where none is."""
    for path in paths:
        steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
        found = element.findtext(f".//{steps}" if anywhere else steps)
        if found and found.strip():
            return str(found).strip()
    return ""
