"""The model version that comes with the checkout."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from models.artifact import load_model, read_manifest
from models.counting import COUNT_HEAD, COUNTS
from models.language import build_nlp
from pipeline.datatypes import RawMail
from pipeline.settings import ROOT, shipped_model
from pipeline.taxonomy import load_taxonomy
from pipeline.triage import triage_mail

if TYPE_CHECKING:
    from models.claim_model import ClaimModel
    from pipeline.datatypes import TriagedMail

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
NLP = build_nlp()


@pytest.fixture(scope="module")
def model() -> ClaimModel:
    return load_model(shipped_model(), taxonomy=TAXONOMY)


def read(model: ClaimModel, body: str, subject: str = "Réclamation") -> TriagedMail:
    data = (
        f"Subject: {subject}\nFrom: a@client.example\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    raw = RawMail("x", (data + body).encode())
    return triage_mail(raw, nlp=NLP, model=model, taxonomy=TAXONOMY, thresholds=model.thresholds)


def test_it_was_made_from_the_corpus_that_is_shipped() -> None:
    found = {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / "data" / "corpus").rglob("*.jsonl")
    }
    assert read_manifest(shipped_model())["corpus"] == found


def test_it_knows_every_label_of_the_taxonomy(model: ClaimModel) -> None:
    heads = {**model.mails.heads, **model.claims.heads}
    known = ("kind", "type", "severity", "nature", "resolution")
    assert {name: head.labels for name, head in heads.items()} == {
        COUNT_HEAD: COUNTS,
        **{name: TAXONOMY.labels(name) for name in known},
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Il manque trois cartons de vis sur la livraison d'hier.", "shortage"),
        ("Ma commande devait arriver lundi et n'est toujours pas livrée.", "late_delivery"),
        ("Le miroir est arrivé brisé, le carton était écrasé.", "damaged"),
        ("Vous avez facturé deux fois la même prestation, facture F-2231.", "billing_error"),
        ("La machine à café ne fonctionne plus après une semaine.", "defective"),
        ("Our year-end volume rebate has still not been paid.", "rebate"),
        ("You sent the blue chairs although we ordered the green ones.", "wrong_item"),
        ("The website crashes every time I log in to my account.", "website"),
    ],
)
def test_a_plain_sentence_with_the_obvious_word_gets_its_type(
    model: ClaimModel, body: str, expected: str
) -> None:
    triaged = read(model, body)
    assert [claim.prediction.type.label for claim in triaged.claims] == [expected]


def test_two_grievances_become_two_claims_with_their_references(model: ClaimModel) -> None:
    triaged = read(
        model,
        "Bonjour,\n\nIl manque 4 cartons de café sur le BL 88213.\n\n"
        "Par ailleurs la facture FA-2024-0977 compte un prix de 12,40 € au lieu des 11,20 € du"
        " devis.\n\nCordialement,\nNadia",
        subject="Livraison et facture",
    )
    assert [claim.prediction.type.label for claim in triaged.claims] == [
        "shortage",
        "price_discrepancy",
    ]
    assert [[r.canonical for r in claim.references] for claim in triaged.claims] == [
        ["88213"],
        ["FA20240977"],
    ]


def test_the_artifact_is_small_enough_to_be_kept_in_the_repository() -> None:
    folder = shipped_model()
    assert sum(entry.stat().st_size for entry in os.scandir(folder)) < 100_000_000
