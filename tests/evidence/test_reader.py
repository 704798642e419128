from __future__ import annotations

import sys
import time
import zlib
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pipeline.datatypes import Document, DocumentLimits, Page, Statement
from pipeline.evidence.child import read_file
from pipeline.evidence.formats import IN_CHILD
from pipeline.evidence.process import Child
from pipeline.evidence.reader import FileReader
from tests.evidence.files import (
    CII,
    DOCX,
    INVOICE_LINES,
    LAUGHS,
    UBL,
    XLSX,
    attach,
    changed_pdf,
    joined_pdf,
    make_docx,
    make_pdf,
    make_xlsx,
    make_zip,
)

if TYPE_CHECKING:
    from pipeline.datatypes import Attachment

READER = FileReader()
"""One for all tests: its child outlives whatever they give it."""

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
OPEN_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
FACTURX = CII.format(number="FA-2025-0977", code="380")


def read(*files: Attachment, limits: DocumentLimits | None = None) -> tuple[Document, ...]:
    if limits is None:
        return READER.read(files)
    return FileReader(limits).read(files)


def slow_pdf() -> bytes:
    """A page that keeps any reader busy for minutes, in three megabytes."""
    stream = "BT /F1 11 Tf " + "1 0 0 1 0 0 Tm (a) Tj " * 150_000 + " ET"
    return joined_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            "<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << /F1 5 0 R >> >>>>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def test_a_pdf_is_read_page_by_page() -> None:
    (document,) = read(attach(make_pdf(INVOICE_LINES, ["Conditions"]), "fa.pdf"))
    assert (document.format, document.defects) == ("pdf", ())
    assert [page.number for page in document.pages] == [1, 2]
    assert document.pages[0].text.splitlines() == list(INVOICE_LINES)


def test_an_invoice_inside_a_pdf_is_read_whatever_it_is_called() -> None:
    inside = {"readme.txt": "x", "other.xml": "<a/>", "ZUGFeRD.xml": FACTURX}
    (document,) = read(attach(changed_pdf(make_pdf(INVOICE_LINES), files=inside), "fa.pdf"))
    assert document.statements[0] == Statement("number", "FA-2025-0977", "invoice")
    assert document.pages


def test_structured_invoices_are_read_as_files_of_their_own() -> None:
    ubl = UBL.format(root="Invoice", number="INV-9")
    first, second = read(
        attach(FACTURX, "factur-x.xml", "text/xml"), attach(ubl, "ubl.xml", "application/xml")
    )
    assert [each.text for each in first.statements] == [
        "FA-2025-0977",
        "CDE-88213",
        "BL-55120",
        "212.40",
    ]
    assert second.statements[-1] == Statement("total", "734.40", currency="GBP")


def test_a_letter_is_read_with_its_head_and_tables() -> None:
    rows = [["Facture", "Écart"], ["FA-12", "24,80"]]
    data = make_docx("Bonjour,", "il manque 3 cartons.", rows=rows, header="Dossier LIT-77")
    (document,) = read(attach(data, "lettre.docx", DOCX))
    (page,) = document.pages
    assert page.text.splitlines() == [
        *("Dossier LIT-77", "Bonjour,", "il manque 3 cartons.", "Facture, Écart"),
        "Facture FA-12, Écart 24,80",
    ]


def test_a_sheet_of_claim_lines_is_read_with_its_headings() -> None:
    data = make_xlsx(
        Litiges=[["Facture", "Écart", None], ["FA-12", 24.8, None], ["FA-13", 7, None]], Vide=[]
    )
    (document,) = read(attach(data, "litiges.xlsx", XLSX))
    text = "Litiges\nFacture, Écart\nFacture FA-12, Écart 24.8\nFacture FA-13, Écart 7"
    assert document.pages == (Page(1, text),)


def test_slides_and_open_documents_are_read() -> None:
    slide = f'<p xmlns:a="{DRAWING}"><a:p><a:t>Avoir AV-7</a:t></a:p></p>'.encode()
    slides = make_zip({"ppt/presentation.xml": b"<p/>", "ppt/slides/slide1.xml": slide})
    words = f'<o xmlns:t="{OPEN_TEXT}"><t:p>Avoir <t:span>AV-8</t:span></t:p></o>'.encode()
    letter = make_zip(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": words}, packed=False
    )
    first, second = read(attach(slides, "a.pptx", "x/y"), attach(letter, "a.odt", "x/y"))
    assert first.pages == (Page(1, "Avoir AV-7"),)
    assert second.pages == (Page(0, "Avoir AV-8"),)


def test_an_attached_mail_is_read_with_its_files() -> None:
    mail = (
        b"From: a@b.example\r\nSubject: Litige\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nVoir la facture FA-9.\r\n"
        b"--b\r\nContent-Type: text/csv; name=l.csv\r\nContent-Disposition: attachment; "
        b"filename=l.csv\r\n\r\nfacture;montant\r\nFA-9;12\r\n--b--\r\n"
    )
    first, second = read(attach(mail, "client.eml", "message/rfc822"))
    assert first.pages == (Page(0, "Litige\n\nVoir la facture FA-9."),)
    assert (second.name, second.attachment) == ("client.eml/l.csv", 0)
    assert second.pages == (Page(0, "facture, montant\nfacture FA-9, montant 12"),)


@pytest.mark.parametrize(
    ("content", "name", "defects"),
    [
        (make_pdf(["Facture FA-1"])[:200], "fa.pdf", ["file_broken"]),
        (b"%PDF-1.7\n" + b"\xff" * 500, "fa.pdf", ["file_broken"]),
        (make_pdf([]), "scan.pdf", ["no_text"]),
        (make_docx("a")[:-300], "a.docx", ["file_broken"]),
        (make_zip({"word/document.xml": b"<w"}), "a.docx", ["file_broken"]),
        (make_zip({"xl/workbook.xml": b"<w"}), "a.xlsx", ["file_broken"]),
        (make_docx("Facture FA-1"), "fa.pdf", ["name_misleads"]),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            ["encrypted"],
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
            "a.xls",
            ["file_broken"],
        ),
        ("<html>Votre session a expir\xe9</html>", "fa.pdf", ["content_unknown"]),
        (LAUGHS, "fa.xml", ["declarations_refused"]),
        (CII[:900], "fa.xml", ["file_broken"]),
    ],
)
def test_what_hinders_the_reading_is_told(
    content: bytes | str, name: str, defects: list[str]
) -> None:
    (document,) = read(attach(content, name, "application/octet-stream"))
    assert list(document.defects) == defects


def test_a_locked_pdf_is_told_and_one_locked_against_changes_is_read() -> None:
    plain = make_pdf(["Facture FA-1"])
    locked, readable = (
        attach(changed_pdf(plain, password=password, owner="o", files={}), "fa.pdf")
        for password in ("secret", "")
    )
    first, second = read(locked, readable)
    assert (first.defects, first.pages) == (("encrypted",), ())
    assert (second.defects, second.pages) == ((), (Page(1, "Facture FA-1"),))


def test_a_file_over_the_limit_is_not_opened() -> None:
    limits = DocumentLimits(size_bytes=100)
    (document,) = read(attach(make_pdf(INVOICE_LINES), "fa.pdf"), limits=limits)
    assert (document.defects, document.pages) == (("file_too_large",), ())


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    bomb = make_zip({"word/document.xml": b"\0" * 60_000_000})
    assert len(bomb) < 100_000
    many = make_zip({f"word/document{number}.xml": b"" for number in range(6000)})
    for data in (bomb, many):
        (document,) = read(attach(data, "a.docx", DOCX))
        assert document.defects == ("expands_too_large",)


def test_a_page_that_unpacks_to_too_much_is_told() -> None:
    packed = zlib.compress(b" " * 200_000_000, 9).decode("latin-1")
    data = joined_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed}\nendstream",
            "<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << /F1 5 0 R >> >>>>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )
    (document,) = read(attach(data, "fa.pdf"))
    assert (document.defects, document.pages) == (("page_broken",), ())


def test_of_a_thousand_pages_the_first_are_read() -> None:
    start = time.monotonic()
    (document,) = read(attach(make_pdf(*[["Facture FA-1"]] * 1000), "fa.pdf"))
    assert (len(document.pages), document.defects) == (50, ("pages_over_limit",))
    assert time.monotonic() - start < 5


def test_a_stray_cell_in_the_last_row_costs_nothing() -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet["A1"], sheet["XFD1048576"] = "Facture FA-12", "x"
    stream = BytesIO()
    workbook.save(stream)
    (document,) = read(attach(stream.getvalue(), "a.xlsx", XLSX))
    assert document.pages[0].text.endswith("Facture FA-12")


def test_cells_over_the_limit_are_left_out() -> None:
    data = make_xlsx(a=[["x1", "y1"]] * 100)
    (document,) = read(attach(data, "a.xlsx", XLSX), limits=DocumentLimits(cells=20))
    assert document.defects == ("cells_over_limit",)
    assert document.pages[0].text.count("x1") == 10


def test_a_reader_that_takes_too_long_is_stopped_and_the_next_file_is_read() -> None:
    limits = DocumentLimits(seconds=1.0)
    start = time.monotonic()
    slow, after = read(
        attach(slow_pdf(), "lent.pdf"), attach(make_pdf(["Facture FA-1"]), "fa.pdf"), limits=limits
    )
    assert slow.defects == ("time_over",)
    assert after.pages == (Page(1, "Facture FA-1"),)
    assert time.monotonic() - start < 10


def test_files_that_are_all_slow_share_the_time_of_three() -> None:
    files = [attach(slow_pdf(), "lent.pdf")] * 6
    start = time.monotonic()
    documents = read(*files, limits=DocumentLimits(seconds=0.3))
    assert {document.defects for document in documents} == {("time_over",)}
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("program", "defect"),
    [
        ("import time; time.sleep(60)", "time_over"),
        ("import signal; signal.pause()", "time_over"),
        ("raise SystemExit(3)", "reader_crashed"),
        ("import os; os.abort()", "reader_crashed"),
        ("print('no json')", "reader_crashed"),
        ("print('7')", "reader_crashed"),
        ("print('{\"page\": ' * 100)", "reader_crashed"),
    ],
)
def test_a_child_that_hangs_or_dies_is_a_defect(program: str, defect: str) -> None:
    start_child = partial(Child, [sys.executable, "-c", program], start_seconds=0.2)
    reader = FileReader(DocumentLimits(seconds=0.2), start_child=start_child)
    (document,) = reader.read([attach(make_pdf(["a"]), "fa.pdf")])
    assert document.defects == (defect,)


def test_no_child_is_started_for_files_that_need_none() -> None:
    def start_child() -> Child:
        raise AssertionError

    reader = FileReader(start_child=start_child)
    documents = reader.read(
        [
            attach(b"\xff\xd8\xff\xe0 jpeg", "photo.jpg", "image/jpeg"),
            attach("a;b\n1;2", "a.csv", "text/csv"),
            attach("Bonjour", "a.txt", "text/plain"),
        ]
    )
    assert [document.format for document in documents] == ["csv", "text"]
    assert reader.read([]) == ()


def test_files_behind_the_last_allowed_one_are_told() -> None:
    files = [attach("Bonjour", f"{number}.txt", "text/plain") for number in range(4)]
    documents = read(*files, limits=DocumentLimits(files=2))
    assert [document.defects for document in documents] == [(), ()] + [("files_over_limit",)] * 2
    assert read(*files, limits=DocumentLimits(files=0)) == ()


def test_the_text_of_all_files_together_is_bounded() -> None:
    files = [attach(make_pdf(["a" * 80] * 5), f"{number}.pdf") for number in range(3)]
    documents = read(*files, limits=DocumentLimits(characters=500))
    texts = [page.text for document in documents for page in document.pages]
    assert sum(map(len, texts)) == 500
    assert documents[1].defects == ("text_over_limit",)


def test_the_child_knows_no_settings_of_the_program() -> None:
    program = (
        "import json, os, sys; sys.stdin.buffer.readline();"
        "print(json.dumps({'defect': ' '.join(os.environ)})); print('{\"seconds\": 0}')"
    )
    child = Child([sys.executable, "-c", program])
    answer = child.ask(b"", "pdf", limits=DocumentLimits(), seconds=5)
    assert set(str(answer.said[0]).split()) <= {
        "PATH",
        "LD_LIBRARY_PATH",
        "PYTHONUTF8",
        "LC_ALL",
    }


def test_a_reader_that_is_given_up_leaves_no_process() -> None:
    children: list[Child] = []

    def start_child() -> Child:
        children.append(Child())
        return children[-1]

    FileReader(start_child=start_child).read([attach(make_pdf(["Facture FA-1"]), "fa.pdf")])
    (child,) = children
    assert child.lives
    child.stop()
    assert not child.lives


@pytest.mark.parametrize("file_format", sorted(IN_CHILD))
@settings(max_examples=15, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_of_any_format_are_read(file_format: str, data: bytes) -> None:
    """Without a process of its own: only what the libraries are known to raise is caught."""
    for piece in read_file(data, file_format, limits=DocumentLimits()):
        assert isinstance(piece, str | Page | Statement)
