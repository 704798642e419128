from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse.footers import find_footers
from pipeline.parse.lines import split_lines
from pipeline.parse.zones import CUT, find_zones, own_text

if TYPE_CHECKING:
    from pipeline.datatypes import Zone

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ROOT.parent / "shared" / "mail" / "reply_pairs.jsonl"
CORPUS = sorted((ROOT / "data" / "corpus" / "train").glob("*.jsonl"))

OWN = "Bonjour,\n\nIl manque deux cartons dans la livraison du 3 mars."


def kinds(body: str, *, subject: str = "") -> list[tuple[str, str]]:
    return [(zone.kind, body[zone.start : zone.end]) for zone in find_zones(body, subject=subject)]


def own(body: str, *, subject: str = "") -> str:
    return own_text(body, find_zones(body, subject=subject))


@pytest.mark.parametrize(
    "quote",
    [
        "Le 3 mars 2025 à 10:12, Service client <aide@magasin.example> a écrit :\n\nDésolés.",
        "Le lun. 3 mars 2025 à 10:12, Service client\n<aide@magasin.example> a\nécrit :\n\n> Vu",
        "Le\xa03\xa0mars\xa02025\xa0à\xa010:12, Service a\xa0écrit\xa0:\nNous regrettons.",
        "Le lundi 3 mars 2025, Service Relation a écrit :\nNous regrettons.",
        "De : Service client\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : colis\n\nVu.",
        "*De :* Service <aide@magasin.example>\n*Date :* 3 mars\n*À :* Jeanne\n\nNous regrettons.",
        "Objet : colis\nDe : Service\nCopie : Marc\nEnvoyé le : 3 mars 2025\n\nNous regrettons.",
        "-----Message d'origine-----\nDe : Service\nObjet : colis\n\nNous regrettons.",
        "-------- Message original --------\n\nNous regrettons.",
        "________________________________\nDe : Service\nEnvoyé : lundi\nObjet : x\n\nDésolés.",
        "On Mon, Mar 3, 2025 at 10:12 AM Help <help@shop.example>\nwrote:\n\n> We are sorry.",
        "From: Help\nSent: Monday, March 3, 2025 10:12 AM\nTo: Jane\nSubject: parcel\n\nSorry.",
        "Am 03.03.2025 um 10:12 schrieb Hilfe <hilfe@laden.example>:\n\nEs tut uns leid.",
        "Von: Hilfe\nGesendet: Montag, 3. März 2025\nAn: Jana\nBetreff: Paket\n\nEs tut uns leid.",
        "El lun, 3 mar 2025 a las 10:12, Ayuda (<ayuda@tienda.example>) escribió:\n\n> Lo sentimos",
        "Il giorno lun 3 mar 2025 alle ore 10:12 Aiuto <aiuto@negozio.example> ha scritto:\n> Ecco",
        "Op ma 3 mrt 2025 om 10:12 schreef Hulp <hulp@winkel.example>:\n\n> Het spijt ons",
        "> Nous regrettons.\n> Cordialement",
    ],
)
def test_an_earlier_message_below_a_reply_is_a_quote(quote: str) -> None:
    body = f"{OWN}\n\n{quote}"
    assert own(body) == OWN
    assert kinds(body)[-1] == ("quote", quote)


@pytest.mark.parametrize(
    "text",
    [
        "Le 3 mars 2025 à 10:12 votre conseillère m'a écrit :\nvous serez remboursé.",
        "De : Lyon\nÀ : Paris\nle colis a fait trois fois le trajet.",
        "Date : 12 mars\nLieu : votre magasin de Lyon\nvoilà les faits.",
        "On the other hand, nobody wrote: that is all I know.",
        "Sent from my desk, it would be easier to call.",
        ">>> >>> http://www.magasin.example <<<",
    ],
)
def test_a_customers_own_story_is_no_quote(text: str) -> None:
    assert own(f"{OWN}\n\n{text}") == f"{OWN}\n\n{text}"


def test_answers_between_quoted_lines_stay() -> None:
    body = "> Combien de cartons ?\nDeux cartons sont cassés.\n> Lesquels ?\nLe café et le thé.\n"
    assert [text for kind, text in kinds(body)] == ["> Combien de cartons ?", "> Lesquels ?"]
    assert own(body) == "Deux cartons sont cassés.\n\nLe café et le thé."


FORWARDED = "De : Jeanne Petit <jeanne@client.example>\nDate : lundi 3 mars 2025\nObjet : colis\n"
COMPLAINT = "Mon colis est arrivé ouvert et vide."


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (f"---------- Message transféré ----------\n{FORWARDED}\n{COMPLAINT}", ""),
        (f"Pour suite à donner.\n\n---- Message transféré ----\n{FORWARDED}\n{COMPLAINT}", "colis"),
        (f"Voir ci-dessous.\n\n{FORWARDED}\n{COMPLAINT}", "TR: colis"),
        (f"FYI\n\n-----Original Message-----\n{FORWARDED}\n{COMPLAINT}", "Fwd: colis"),
        (f"{FORWARDED}\n{COMPLAINT}", ""),
    ],
)
def test_a_forwarded_complaint_stays_own_words(body: str, subject: str) -> None:
    assert COMPLAINT in own(body, subject=subject)
    assert "Objet" not in own(body, subject=subject)


def test_a_reply_to_a_forwarded_mail_quotes_it() -> None:
    body = f"{OWN}\n\n{FORWARDED}\n{COMPLAINT}"
    assert own(body, subject="RE: TR: colis") == OWN


@pytest.mark.parametrize(
    "footer",
    [
        "Envoyé de mon iPhone",
        "Envoyé depuis mon Galaxy",
        "Envoyé à partir de Outlook pour iOS<https://aka.example>",
        "Sent from my iPad",
        "Get Outlook for iOS",
        "Von meinem iPhone gesendet",
        "Verzonden vanaf mijn iPhone",
    ],
)
def test_a_mobile_footer_is_a_signature(footer: str) -> None:
    assert kinds(f"{OWN}\n\n{footer}")[-1] == ("signature", footer)


@pytest.mark.parametrize(
    "signature",
    [
        "Jeanne Petit",
        "J. Petit",
        "Nadia Perrin\nÉpicerie du Port\n05 55 00 00 83",
        "Gilles Astruc\nChef comptable",
        "Wendy, Paws & Co, Barnsley",
        "-- \nJeanne Petit\nwww.client.example",
    ],
)
def test_names_below_the_last_words_are_a_signature(signature: str) -> None:
    assert ("signature", signature) in kinds(f"{OWN}\n\n{signature}")
    assert ("signature", signature) in kinds(f"{OWN}\n\nCordialement,\n{signature}")


@pytest.mark.parametrize(
    "claim",
    [
        "Annulez le pack.",
        "- 3 cartons de café",
        "12 x rail 48",
        "REMBOURSEZ MOI",
        "Il manque une pièce",
        "want it paid",
        "Soit 212,40 €",
    ],
)
def test_a_short_last_claim_is_no_signature(claim: str) -> None:
    assert claim in own(f"{OWN}\n\n{claim}")


def test_a_postscript_below_the_signature_stays() -> None:
    body = f"{OWN}\n\nCordialement,\nJeanne Petit\n\nPS : la facture aussi est fausse."
    assert own(body) == f"{OWN}\n\nCordialement,\n\n\nPS : la facture aussi est fausse."


@pytest.mark.parametrize(
    "disclaimer",
    [
        "Ce message et ses pièces jointes sont confidentiels.\nSi vous l'avez reçu, détruisez-le.",
        "This e-mail is confidential and intended solely for the addressee.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "Vous recevez cet e-mail car vous êtes inscrit. Se désabonner.",
    ],
)
def test_a_disclaimer_is_cut(disclaimer: str) -> None:
    assert kinds(f"{OWN}\n\nJeanne Petit\n\n{disclaimer}")[-1] == ("disclaimer", disclaimer)


@pytest.mark.parametrize(
    ("greeting", "closing"),
    [
        ("Bonjour Madame,", "Cordialement,"),
        ("Hi Petra", "Kind regards,"),
        ("Dear Sir/Madam,", "Thx"),
        ("Dear Mr. Lindqvist,", "Yours faithfully,"),
        ("Sehr geehrte Frau Kolb,", "Mit freundlichen Grüßen"),
        ("Brenda,", "Many thanks"),
        ("Madame, Monsieur,", "Bien à vous,"),
    ],
)
def test_greeting_and_closing_are_found_and_stay(greeting: str, closing: str) -> None:
    body = f"{greeting}\n\nThe parcel was empty.\n\n{closing}\nJeanne Petit"
    assert kinds(body) == [
        ("greeting", greeting),
        ("closing", closing),
        ("signature", "Jeanne Petit"),
    ]
    assert own(body) == f"{greeting}\n\nThe parcel was empty.\n\n{closing}"


LINES = st.sampled_from(
    [
        "Bonjour,", "> cité", "Le 3 mars 2025 à 10:12, A <a@b.example> a écrit :", "Cordialement,",
        "De : A", "Envoyé : lundi", "Objet : x", "-- ", "-----Message d'origine-----", "", "Jeanne",
        "Envoyé de mon iPhone", "Ce message est confidentiel.", "Il manque 1 carton", "\xa0", "\t",
        "---- Message transféré ----", "____________",
        "reply On Wed, Apr 4, 2012 at 3:59 PM, b@c.example wrote:",
        "PS : x", "x" * 1200, "  Merci, Paul", "\u2028", "\r",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(LINES, max_size=14).map("\n".join)),
    st.sampled_from(["", "TR: x", "Re: x"]),
)
def test_zones_are_sorted_apart_and_inside_the_body(body: str, subject: str) -> None:
    zones = find_zones(body, subject=subject)
    ends = 0
    for zone in zones:
        assert ends <= zone.start < zone.end <= len(body)
        assert body[zone.start : zone.end] == body[zone.start : zone.end].strip()
        ends = zone.end
    assert len(own_text(body, zones)) <= len(body)
    assert find_zones(body, subject=subject) == zones


@pytest.mark.parametrize(
    "body",
    [
        "x" * 20_000_000,
        " " * 20_000_000,
        "> a\n" * 5_000_000,
        ("a écrit " * 120 + "\n") * 20_000,
        ("schrieb " * 120 + "\n") * 20_000,
        ("envoyé de " * 90 + "\n") * 20_000,
        ("merci de votre " * 60 + "\n") * 20_000,
        ("From: " * 160 + "\n") * 20_000,
        ("01 " * 330 + "\n") * 20_000,
    ],
    ids=lambda body: f"{body[:12]!r}",
)
def test_a_huge_body_takes_seconds(body: str) -> None:
    started = time.perf_counter()
    find_zones(body)
    assert time.perf_counter() - started < 8


def reply(body: str, policy: str) -> str:
    """What the pair's policy leaves: it names the only zones that it cuts."""
    kept: list[Zone] = []
    for zone in find_zones(body):
        lines = split_lines(body[zone.start : zone.end])
        is_footer = any(kind in {"mobile", "list"} for kind, _ in find_footers(lines))
        letter = {"quote": "Q", "signature": "S", "disclaimer": "D"}.get(zone.kind, "-")
        if letter in policy or (is_footer and letter in "SD" and "M" in policy):
            kept.append(zone)
    return own_text(body, kept)


@pytest.mark.skipif(not PAIRS.is_file(), reason="the public reply pairs are not here")
def test_most_public_replies_are_left_exactly() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    right: Counter[str] = Counter()
    for row in rows:
        is_exact = reply(row["raw"], row["policy"]).split() == row["expected_reply"].split()
        right["all"] += is_exact
        right[row["lang"]] += is_exact
    assert right["fr"] / sum(row["lang"] == "fr" for row in rows) >= 0.9
    assert right["all"] / len(rows) >= 0.9


def test_hardly_any_claim_of_the_corpus_is_cut() -> None:
    cut = total = 0
    for path in CORPUS:
        for line in path.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            body = "".join(part["text"] for part in mail["parts"])
            zones = [zone for zone in find_zones(body, subject=mail["subject"]) if zone.kind in CUT]
            start = 0
            for part in mail["parts"]:
                end = start + len(part["text"])
                if part["claim"] is not None:
                    total += end - start
                    cut += sum(max(0, min(end, z.end) - max(start, z.start)) for z in zones)
                start = end
    assert total > 700_000
    assert cut / total < 0.002
