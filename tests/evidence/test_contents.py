from __future__ import annotations

import pytest

from models.language import build_nlp
from pipeline.datatypes import Evidence, Reference
from pipeline.evidence.find import find_evidence
from pipeline.evidence.reader import FileReader
from tests.builders import make_message
from tests.evidence.files import attach, place_pdf

NLP = build_nlp()
READER = FileReader()

FRENCH_INVOICE = """
Comptoir Vauberon                             FACTURE
12 rue des Lilas 44000 NANTES                 N° FA-2025-0977
                                              Date : 12/03/2025

Code client      Commande      Bon de livraison      Echéance
C004411          88213         BL-55120              12/04/2025


Référence     Désignation        Qté     P.U.     Montant
40-1122       Gants taille M     12      9,90     118,80
40-1133       Gants taille L     2       29,10    58,20

                                              Total HT      177,00 EUR
                                              Total TTC     212,40 EUR
SIRET 732 829 320 00074 - TVA FR40732829320 - IBAN FR76 3000 6000 0112 3456 7890 189
"""
ENGLISH_INVOICE = """
Harrowby Supplies Ltd                     INVOICE
                                Invoice No.       INV-88102
                                Invoice Date      01/09/2025
                                Your PO           4500012345
                                Account           HAR001

Item           Qty         Price        Total
OAT-1L         1440        2.35         3384.00

                           Amount due   £4,060.80
"""
GERMAN_INVOICE = """
Rechnung
Rechnungsnummer:     RE-2025-4711
Kundennummer:        10023
Bestellnummer:       B-7788

Gesamtbetrag         1.190,00 EUR
"""
STATEMENT = """
RELEVE DE COMPTE au 30/09/2025
Client C004411

Date           Pièce                    Echéance       Montant
01/08/2025     Facture FA-2025-0801     31/08/2025     120,00
05/08/2025     Facture FA-2025-0833     31/08/2025     340,10
09/08/2025     Avoir AV-2025-012                       -40,00
"""
DELIVERY_NOTE = """
BON DE LIVRAISON          N° 4471902
Votre commande n° 88213

Article             Commandé     Livré
40-1122 Gants       12           9
"""
CREDIT_NOTE = """
AVOIR N° AV-2025-012
Facture d'origine : FA-2025-0833 du 05/08/2025

Total TTC         -40,00 EUR
"""
RECEIPT = """
Facture
Numéro de facture          Date de facture
FR-INV-2025-99812          3 mars 2025
Numéro de commande
404-1234567-8901234
"""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            FRENCH_INVOICE,
            (
                "number FA-2025-0977, mention order 88213, mention delivery_note BL-55120, "
                "total 212,40 EUR"
            ),
        ),
        (ENGLISH_INVOICE, "number INV-88102, mention order 4500012345, total £4,060.80"),
        (GERMAN_INVOICE, "number RE-2025-4711, mention order B-7788, total 1.190,00 EUR"),
        (
            STATEMENT,
            "mention FA-2025-0801, mention FA-2025-0833, mention credit_note AV-2025-012",
        ),
        (DELIVERY_NOTE, "number delivery_note 4471902, mention order 88213"),
        ("Confirmation de commande n° CDE-2025-771\ndu 03/03/2025", "number order CDE-2025-771"),
        (CREDIT_NOTE, "number credit_note AV-2025-012, mention FA-2025-0833"),
        (RECEIPT, "number FR-INV-2025-99812, mention order 404-1234567-8901234"),
        ("CONDITIONS GENERALES DE VENTE\nArticle 12.3 : retour sous 14 jours", ""),
    ],
)
def test_a_document_says_what_it_is_and_what_it_is_about(page: str, expected: str) -> None:
    documents = READER.read([attach(place_pdf(page), "document.pdf")])
    message = make_message(body="Bonjour, il y a une erreur.")
    found = find_evidence(message, documents, (), nlp=NLP)
    assert ", ".join(map(told, found)) == expected


def told(evidence: Evidence) -> str:
    """Role, kind unless it is the commonest, and words."""
    found = evidence.found
    kind = found.kind if isinstance(found, Reference) and found.kind != "invoice" else ""
    return " ".join(part for part in (evidence.role, kind, found.text) if part)
