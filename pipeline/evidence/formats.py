"""Bytes and name of a file -> its format, told by the content; opens nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.evidence.defects import MISNAMED, UNKNOWN

if TYPE_CHECKING:
    from pipeline.datatypes import Attachment

IN_CHILD: Final = frozenset(
    {"pdf", "docx", "xlsx", "workbook", "pptx", "odt", "invoice", "protected"}
)
"""Formats that only the child process opens."""

_HEAD: Final = 4096
_TAIL: Final = 200_000
_BEGIN_PDF: Final = 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGES: Final = {
    b"word/document": "docx",
    b"xl/workbook.xml": "xlsx",
    b"xl/workbook.bin": "workbook",
    b"ppt/presentation": "pptx",
}
_OPEN_DOCUMENTS: Final = {
    b"application/vnd.oasis.opendocument.spreadsheet": "workbook",
    b"application/vnd.oasis.opendocument.text": "odt",
}
_OLE_STREAMS: Final = {"EncryptedPackage": "protected", "Workbook": "workbook", "Book": "workbook"}
_INVOICE: Final = re.compile(
    rb"<(?:\w+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote|Order|DespatchAdvice)"
    rb"[\s>]"
)
_FAMILIES: Final = (b"urn:un:unece:uncefact:", b"urn:ferd:", b"urn:oasis:names:specification:ubl:")
_TEXTS: Final = {"text/plain": "text", "text/csv": "csv", "text/tab-separated-values": "csv"}
_TEXT_ENDINGS: Final = {"txt": "text", "csv": "csv", "tsv": "csv"}
_ENDINGS: Final = {
    "pdf": {"pdf"},
    "docx": {"docx"},
    "xlsx": {"xlsx"},
    "xlsm": {"xlsx"},
    "xls": {"workbook"},
    "xlsb": {"workbook"},
    "ods": {"workbook"},
    "odt": {"odt"},
    "pptx": {"pptx"},
    "csv": {"csv"},
    "txt": {"text", "csv"},
    "eml": {"mail"},
}


def find_format(attachment: Attachment) -> str:
    """The format that decides how a file is read; empty for what is not read (images, archives).

    The declared media type decides only between kinds of text, which have no marks of their own.
    """
    content = attachment.content
    if b"%PDF-" in content[:_BEGIN_PDF]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    if content.startswith(_OLE):
        return _ole(content)
    if _is_invoice(content[:_HEAD]):
        return "invoice"
    return "mail" if attachment.type == "message/rfc822" else _text(attachment)


def name_defects(name: str, file_format: str) -> tuple[str, ...]:
    """What is to be told of a name whose ending promises something else than the content is."""
    promised = _ENDINGS.get(_ending(name))
    if promised is None or file_format in promised or file_format == "protected":
        return ()
    return (MISNAMED,) if file_format else (UNKNOWN,)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_invoice(head: bytes) -> bool:
    return _INVOICE.search(head) is not None and any(family in head for family in _FAMILIES)


def _text(attachment: Attachment) -> str:
    """Tell kinds of text by the name, then by what the mail declares."""
    head = attachment.content[:_HEAD]
    if b"\0" in head or not head.strip():
        return ""
    return _TEXT_ENDINGS.get(_ending(attachment.name)) or _TEXTS.get(attachment.type, "")


def _package(content: bytes) -> str:
    """Tell a zip archive by the names of its parts, which its directory at the end lists."""
    head, tail = content[:_HEAD], content[-_TAIL:]
    for media_type, file_format in _OPEN_DOCUMENTS.items():
        if b"mimetype" + media_type in head:
            return file_format
    for part, file_format in _PACKAGES.items():
        if part in tail or part in head:
            return file_format
    return ""


def _ole(content: bytes) -> str:
    """Tell an old Office file by its streams; protected new ones are kept in such a file too."""
    for stream, file_format in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in content:
            return file_format
    return ""
