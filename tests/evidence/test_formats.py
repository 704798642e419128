from __future__ import annotations

import pytest

from pipeline.evidence.formats import find_format, name_defects
from tests.evidence.files import CII, DOCX, UBL, attach, make_docx, make_pdf, make_xlsx, make_zip

PDF_BYTES = make_pdf(["Facture FA-1"])
OPEN_TEXT = make_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}, packed=False)
OPEN_SHEET = OPEN_TEXT.replace(b".text", b".spreadsheet")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "name", "declared", "expected"),
    [
        (PDF_BYTES, "fa.pdf", "application/pdf", "pdf"),
        (PDF_BYTES, "fa.docx", DOCX, "pdf"),
        (b"\r\njunk before " + PDF_BYTES, "fa", "application/octet-stream", "pdf"),
        (make_docx("a"), "fa.pdf", "application/pdf", "docx"),
        (make_xlsx(a=[["b"]]), "fa.xlsx", "application/octet-stream", "xlsx"),
        (make_zip({"ppt/presentation.xml": b"<p/>"}), "a.pptx", "x/y", "pptx"),
        (OPEN_TEXT, "a.odt", "x/y", "odt"),
        (OPEN_SHEET, "a.ods", "x/y", "workbook"),
        (make_zip({"facture.pdf": PDF_BYTES}), "a.zip", "application/zip", ""),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "application/vnd.ms-excel", "workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "x/y", "protected"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "application/msword", ""),
        (CII, "factur-x.xml", "application/xml", "invoice"),
        (UBL.format(root="CreditNote", number="1"), "a.bin", "x/y", "invoice"),
        ("<html><body>Invoice</body></html>", "a.xml", "text/xml", ""),
        ("a;b\n1;2\n", "a.csv", "application/vnd.ms-excel", "csv"),
        ("Bonjour", "note", "text/plain", "text"),
        ("From: a@b.example\nTo: c@d.example\n\nx", "a.eml", "message/rfc822", "mail"),
        (b"\xff\xd8\xff\xe0 jpeg", "photo.jpg", "image/jpeg", ""),
        (b"", "a.txt", "text/plain", ""),
        (b"\0\1\2", "a.csv", "text/csv", ""),
    ],
)
def test_the_content_tells_the_format(
    content: bytes | str, name: str, declared: str, expected: str
) -> None:
    assert find_format(attach(content, name, declared)) == expected


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("fa.pdf", "pdf", ()),
        ("fa.pdf", "docx", ("name_misleads",)),
        ("fa.PDF", "", ("content_unknown",)),
        ("photo.jpg", "", ()),
        ("sans-nom", "pdf", ()),
        ("a.xlsx", "protected", ()),
    ],
)
def test_a_name_that_misleads_is_told(name: str, found: str, expected: tuple[str, ...]) -> None:
    assert name_defects(name, found) == expected
