from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.second import around_passages
from tests.training.small import NLP, TAXONOMY, small_examples, write_lines
from training.dataset import (
    BANK,
    build_dataset,
    dataset_texts,
    sentence_labels,
    table_passages,
)
from training.examples import ClaimExample, read_examples

if TYPE_CHECKING:
    from pathlib import Path

    from training.dataset import Dataset

MAIL: dict[str, Any] = {
    "id": "m1",
    "lang": "fr",
    "kind": "complaint",
    "subject": "Livraison",
    "parts": [
        {"text": "Bonjour,\n\n", "role": "greeting"},
        {"text": "Il manque un colis. ", "claim": 1},
        {"text": "Merci de votre aide. "},
        {"text": "La facture est fausse.", "claim": 2},
    ],
    "claims": [
        {"n": 1, "type": "shortage", "severity": "low"},
        {"n": 2, "severity": "low"},
    ],
}
BANK_LINE = {"lang": "en", "type": "rebate", "text": "no rebate"}
THANKS = {"id": "m2", "lang": "fr", "kind": "thanks", "subject": "", "parts": [], "claims": []}


def build(folder: Path, *lines: dict[str, Any]) -> Dataset:
    path = write_lines(folder / "lines.jsonl", list(lines))
    return build_dataset(read_examples([path], taxonomy=TAXONOMY), nlp=NLP, brief=1)


def test_claims_of_mails_stand_before_those_of_the_bank(tmp_path: Path) -> None:
    dataset = build(tmp_path, BANK_LINE, MAIL, THANKS)
    texts = ["Il manque un colis.", "La facture est fausse.", "no rebate"]
    assert [passage.text for passage in dataset.claims] == texts
    assert dataset.origins.tolist() == [0, 0, BANK]
    assert dataset.kinds == ("complaint", "thanks")
    assert len(dataset.mails) == 2
    assert dataset.mails[0].text.startswith("Livraison\n")


def test_each_sentence_knows_the_claim_that_holds_most_of_it(tmp_path: Path) -> None:
    (table,) = build(tmp_path, MAIL, THANKS).tables
    assert [s.text for s in table.sentences] == [
        "Il manque un colis.",
        "Merci de votre aide.",
        "La facture est fausse.",
    ]
    assert table.owners.tolist() == [1, 0, 2]


def test_a_sentence_is_labelled_by_its_claims_type(tmp_path: Path) -> None:
    (table,) = build(tmp_path, MAIL).tables
    types = ("rebate", "shortage", "payment")
    claims = [ClaimExample("", "fr", {"type": "shortage"}), ClaimExample("", "fr", {})]
    assert sentence_labels(table, claims, types).tolist() == [2, 0, 0]


def test_every_text_that_is_encoded_is_listed_once(tmp_path: Path) -> None:
    examples = small_examples(tmp_path)
    dataset = build_dataset(examples, nlp=NLP, brief=1)
    texts = dataset_texts(dataset)
    passages = [*dataset.mails, *dataset.brief, *dataset.claims, *table_passages(dataset)]
    passages += around_passages(dataset.claims)
    assert len(texts) == len(set(texts))
    assert "" not in texts
    assert {p.text for p in passages} | {p.subject for p in passages} == {*texts, ""}


def test_tables_and_owners_fit_each_other(tmp_path: Path) -> None:
    examples = small_examples(tmp_path)
    for table in build_dataset(examples, nlp=NLP, brief=0).tables:
        assert len(table.owners) == len(table.sentences) > 0
        assert np.all(table.owners <= len(examples.mails[table.mail].claims))
