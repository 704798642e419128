from __future__ import annotations

import itertools
import time

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datatypes import Attachment
from pipeline.references.find import find_references
from tests.builders import make_message

NLP = spacy.blank("xx")


def found(body: str, subject: str = "") -> list[tuple[str, str]]:
    references = find_references(make_message(subject=subject, body=body), nlp=NLP)
    return [(reference.kind, reference.text) for reference in references]


@pytest.mark.parametrize(
    ("body", "references"),
    [
        ("La facture n° FA-2024-0977 est fausse.", [("invoice", "FA-2024-0977")]),
        ("votre facture du 12/03/2024 n° 88213", [("invoice", "88213")]),
        ("facture numéro 2024/03/118 impayée", [("invoice", "2024/03/118")]),
        ("la fcature FX1189 est à revoir", [("invoice", "FX1189")]),
        ("INV 331007: paid less", [("invoice", "331007")]),
        ("I dispute invoice no. 70023401.", [("invoice", "70023401")]),
        ("Ihre Rechnung Nr. RE-2024-118 ist falsch", [("invoice", "RE-2024-118")]),
        ("la factura F24/1187 del mes pasado", [("invoice", "F24/1187")]),
        ("la fattura n. 2024/118-B è sbagliata", [("invoice", "2024/118-B")]),
        ("uw factuur 20240118 klopt niet", [("invoice", "20240118")]),
        ("FV-24-03117 : deux lignes de trop", [("invoice", "FV-24-03117")]),
        ("l'avoir AV-2024-118 n'est pas déduit", [("credit_note", "AV-2024-118")]),
        ("your credit note CN-5518 is short", [("credit_note", "CN-5518")]),
        ("ma commande 171-553092 n'est pas venue", [("order", "171-553092")]),
        ("CDE-88120 incomplète", [("order", "CDE-88120")]),
        ("PO 4500781223 pos. 20", [("order", "4500781223")]),
        ("Bestellung 40-118820 fehlt", [("order", "40-118820")]),
        ("booking K7W2QD was cancelled", [("order", "K7W2QD")]),
        ("manque 4 cartons (BL 88213)", [("delivery_note", "88213")]),
        ("Lieferschein LS-24-9001, zwei Paletten fehlen", [("delivery_note", "LS-24-9001")]),
        ("delivery note DN-5571 says 12", [("delivery_note", "DN-5571")]),
        ("le colis 6A22081749123 est perdu", [("tracking", "6A22081749123")]),
        ("suivi LP 0044 7188 20 FR bloqué", [("tracking", "LP 0044 7188 20 FR")]),
        ("1Z88X4F20399120457 never came", [("tracking", "1Z88X4F20399120457")]),
        ("Cordialement\nclient n° C-10442", [("customer", "C-10442")]),
        ("account no. 8830-2215-07", [("customer", "8830-2215-07")]),
        ("le contrat EN-554-201-88 est résilié", [("contract", "EN-554-201-88")]),
        ("policy PT-7719002 was renewed", [("contract", "PT-7719002")]),
        ("sous le dossier SAV-24-3391", [("ticket", "SAV-24-3391")]),
        ("RMA-0094412 is still open", [("ticket", "RMA-0094412")]),
        ("INC0048812 has been closed four times", [("ticket", "INC0048812")]),
        ("lot T2406B périmé", [("product", "T2406B")]),
        ("serial number CO-10-20331", [("product", "CO-10-20331")]),
    ],
)
def test_a_name_prefix_or_shape_tells_the_kind(
    body: str, references: list[tuple[str, str]]
) -> None:
    assert found(body) == references


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("nos factures FA-1101, FA-1102 et FA-1103", ["FA-1101", "FA-1102", "FA-1103"]),
        ("sur F-24/1187, F-24/1302 et F-24/1410", ["F-24/1187", "F-24/1302", "F-24/1410"]),
        ("factures n° 2024-101 à 2024-104", ["2024-101", "2024-104"]),
        ("invoices 118204, 118217 and 118260", ["118204", "118217", "118260"]),
        ("factures :\n- F2410-0082\n- F2410-0155", ["F2410-0082", "F2410-0155"]),
        ("la facture\nn°\u00a088213", ["88213"]),
        ("facture FA\u20112024\u20110977", ["FA\u20112024\u20110977"]),
    ],
)
def test_each_member_of_a_list_is_an_invoice(body: str, texts: list[str]) -> None:
    assert found(body) == [("invoice", text) for text in texts]


@pytest.mark.parametrize(
    "body",
    [
        "nos factures des 3 et 5 mars",
        "Tél. 01 42 68 53 00",
        "call me on +44 20 7946 0958 please",
        "appelez le 06.12.34.56.78",
        "reçu le 12/03/2024 à 14h30",
        "the order of 3 June 2024",
        "SIRET 732 829 320 00074",
        "RCS Lyon 732 829 320",
        "TVA FR 40 303 265 045",
        "IBAN FR14 2004 1010 0505 0001 3M02 606",
        "BE68 5390 0754 7034",
        "IBAN : BE68 5390 0754 7034 KBC",
        "732 829 320 00074",
        "BE0428759497",
        "69003 Lyon",
        "LS12 4AB Leeds",
        "la commande de 1 250,00 €",
        "une facture de 312,48 euros",
        "your invoice of £1,200.50",
        "il manque 48 cartons sur la commande",
        "12 bouteilles cassées, 5 kg perdus",
        "une remise de 12,5 %",
        "ouvert 24h/24 et 7j/7",
        "écrire à sav88213@client.example",
        "https://boutique.example/commande/88213",
        "des pneus 205/55 R16",
        "panneau 1200x800",
        "le code promo BIENVENUE15 est refusé",
    ],
)
def test_what_only_looks_like_a_reference_is_refused(body: str) -> None:
    assert found(body) == []


def test_an_identifier_named_once_keeps_its_kind_everywhere() -> None:
    body = "Je reviens sur la 881204.\n\nLe contrat 881204 est pourtant clair."
    assert found(body, "881204") == [("contract", "881204")] * 3


def test_members_of_one_series_lend_each_other_their_kind() -> None:
    body = "La facture MX-24-118 est juste.\n\nMX-24-131 ne l'est pas."
    assert found(body) == [("invoice", "MX-24-118"), ("invoice", "MX-24-131")]


@pytest.mark.parametrize(
    "name", ["facture FA-2024-0977.pdf", "Facture_FA-2024-0977.pdf", "FA-2024-0977_signed.PDF"]
)
def test_names_of_attachments_are_read(name: str) -> None:
    file = Attachment(name, "application/pdf", 1, "0" * 64)
    message = make_message(subject="", body="Voir la pièce jointe.", attachments=[file])
    (reference,) = find_references(message, nlp=NLP)
    assert (reference.kind, reference.text) == ("invoice", "FA-2024-0977")
    assert reference.where == f"attachment:{name}"
    assert name[reference.start : reference.end] == reference.text


def test_the_canonical_form_forgets_notation() -> None:
    references = find_references(
        make_message(subject="facture fa 2024 0977", body="Facture FA-2024/0977"), nlp=NLP
    )
    assert references[-1].canonical == "FA20240977"


words = st.sampled_from(
    [
        *[
            "facture",
            "commande",
            "BL",
            "n°",
            "de",
            "du",
            "et",
            "3",
            "mars",
            "FA-2024-0977",
            "88213",
            "40",
            "771",
            "FR",
            "€",
            ",",
            ".",
            ";",
            "|",
            "-",
        ],
        "\n",
    ]
)


@given(st.one_of(st.text(), st.lists(words).map(" ".join)), st.text(max_size=80))
def test_offsets_slice_the_text_and_nothing_crashes(body: str, subject: str) -> None:
    message = make_message(body=body, subject=subject)
    texts = {"body": body, "subject": subject}
    references = find_references(message, nlp=NLP)
    for reference in references:
        assert texts[reference.where][reference.start : reference.end] == reference.text
        assert reference.canonical
        assert reference.canonical == reference.canonical.upper()
    for where in texts:
        spans = [(r.start, r.end) for r in references if r.where == where]
        assert spans == sorted(spans)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        " 1",
        "12 ",
        "FA-1 ",
        "facture ",
        "1 111",
        "a.",
        "A1-",
        "(",
        "\n",
        "é",
        "facture 88213, ",
    ],
)
def test_long_inputs_take_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        message = make_message(subject="", body=(piece * length)[:length])
        begin = time.perf_counter()
        find_references(message, nlp=NLP)
        return time.perf_counter() - begin

    seconds(1_000)
    assert seconds(80_000) < 40 * max(seconds(10_000), 0.01)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Les factures FA-2024-0977, 0978 et 0981", ["FA-2024-0977", "0978", "0981"]),
        ("Factures 24-0117, -0118 et -0121 impayées", ["24-0117", "0118", "0121"]),
        ("invoices 70115/70131/70140 are wrong", ["70115", "70131", "70140"]),
        ("Les bons de pesée 88210 à 88216 cassent", ["88210", "88216"]),
        ("Litiges 5504 et 5519 ouverts", ["5504", "5519"]),
        ("La FA2024-118 et la 119", ["FA2024-118", "119"]),
    ],
)
def test_each_member_of_a_list_is_found_as_written(body: str, wanted: list[str]) -> None:
    found = find_references(make_message(body=body), nlp=NLP)
    assert [reference.text for reference in found] == wanted
    assert len({reference.kind for reference in found}) == 1


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("la facture n°12 est fausse", ["12"]),
        ("votre relance n°2 est déplacée", []),
        ("invoice #7 is wrong", ["7"]),
        ("facture 12 du 3 mars", []),
        ("le chiffre est de 112.40.", []),
        ("DN: 66-20", ["66-20"]),
        ("reçu le 12-11 au matin", []),
        ("Mon numéro de client est le 700 218 4.", ["700 218 4"]),
        ("L. Ansel, compte 77 220 030 K", ["77 220 030 K"]),
    ],
)
def test_short_numbers_need_a_name_and_dates_are_none(body: str, wanted: list[str]) -> None:
    found = find_references(make_message(body=body), nlp=NLP)
    assert [reference.text for reference in found] == wanted
