"""Files as customers attach them, and as attackers do, made here: none is kept."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

from pipeline.parse.attachments import build_attachment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.datatypes import Attachment

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

INVOICE_LINES = (
    "Comptoir Vauberon SARL - SIRET 732 829 320 00074",
    "FACTURE FA-2025-0977",
    "Date : 12/03/2025",
    "Client : C004411",
    "Votre commande 88213 du 2 mars",
    "Bon de livraison BL-55120",
    "Gants taille M ref. 40-1122 x 12 9,90",
    "Total HT 177,00 EUR",
    "TVA 20 % 35,40 EUR",
    "Total TTC 212,40 EUR",
    "IBAN FR76 3000 6000 0112 3456 7890 189",
)

CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice
    xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
  <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
    <ram:ID>urn:cen.eu:en16931:2017</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>CDE-88213</ram:IssuerAssignedID>
      </ram:BuyerOrderReferencedDocument>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery>
      <ram:DespatchAdviceReferencedDocument><ram:IssuerAssignedID>BL-55120</ram:IssuerAssignedID>
      </ram:DespatchAdviceReferencedDocument>
    </ram:ApplicableHeaderTradeDelivery>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>177.00</ram:TaxBasisTotalAmount>
        <ram:GrandTotalAmount>212.40</ram:GrandTotalAmount>
        <ram:DuePayableAmount>0.00</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>PO-7781</cbc:ID></cac:OrderReference>
  <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-88102</cbc:ID>
  </cac:InvoiceDocumentReference></cac:BillingReference>
  <cac:LegalMonetaryTotal>
    <cbc:TaxInclusiveAmount currencyID="GBP">734.40</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="GBP">700.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
</{root}>
"""

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>FA-1 &d;</cbc:ID>
</Invoice>
"""

OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE Invoice [<!ENTITY file SYSTEM "file:///etc/hostname">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>FA-1 &file;</cbc:ID>
</Invoice>
"""


def attach(content: bytes | str, name: str, declared: str = PDF) -> Attachment:
    """A file as `parse` describes it."""
    data = content.encode() if isinstance(content, str) else content
    return build_attachment(data, name=name, declared=declared, number=1)


def make_pdf(*pages: Sequence[str]) -> bytes:
    """A PDF of lines of text, written by hand; a page without lines is a scanned one."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*".replace("\\", "\\\\") for line in lines)
        stream = f"BT /F1 11 Tf 50 790 Td 15 TL {shown} ET" if lines else "0 0 595 842 re f"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return joined_pdf(objects)


def place_pdf(page: str) -> bytes:
    """A PDF whose words stand where they do in the text: a line a line, column for column."""
    shown = " ".join(
        f"1 0 0 1 {40 + 6 * word.start()} {800 - 15 * row} Tm ({word.group()}) Tj"
        for row, line in enumerate(page.strip("\n").split("\n"))
        for word in re.finditer(r"\S+(?: \S+)*", line)
    )
    stream = f"BT /F1 9 Tf {shown} ET"
    return joined_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            "<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << /F1 5 0 R >> >>>>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def joined_pdf(objects: Sequence[str]) -> bytes:
    """A PDF file of objects, the first being its root."""
    parts, places = ["%PDF-1.4\n"], []
    for number, content in enumerate(objects, start=1):
        places.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n{content}\nendobj\n")
    start = sum(map(len, parts))
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    parts.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}")
    parts.append(
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    return "".join(parts).encode("latin-1")


def changed_pdf(
    data: bytes, *, password: str = "", owner: str = "", files: Mapping[str, str]
) -> bytes:
    """The PDF with files inside, and locked where there is a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    for name, content in files.items():
        writer.add_attachment(name, content.encode())
    if password or owner:
        writer.encrypt(password, owner_password=owner or password, algorithm="AES-256")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def make_docx(*lines: str, rows: Sequence[Sequence[str]] = (), header: str = "") -> bytes:
    document = docx.Document()
    if header:
        document.sections[0].header.paragraphs[0].text = header
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_xlsx(**sheets: Sequence[Sequence[object]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def make_zip(parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    stream = BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
