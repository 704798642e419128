from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse.language import LANGUAGES, UNKNOWN, find_language
from pipeline.parse.zones import find_zones, own_text

CORPUS = sorted(Path(__file__).resolve().parents[2].joinpath("data/corpus/train").glob("*.jsonl"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("slt jai pas recu mon coli", "fr"),
        ("bjr g pa resu ma comande", "fr"),
        ("merci", "fr"),
        ("pls refund", "en"),
        ("Bonjour, where is my order? It never came.", "en"),
        ("Wo ist meine Bestellung? Sie ist nie angekommen.", "de"),
        ("¿Dónde está mi pedido? Nunca llegó a mi casa.", "es"),
        ("Dov'è il mio ordine? Non è mai arrivato.", "it"),
        ("Waar blijft mijn bestelling? Ik heb niets ontvangen.", "nl"),
        ("JE N'AI RIEN RECU DEPUIS TROIS SEMAINES", "fr"),
        ("", UNKNOWN),
        ("FA-2024-0977 212,40 jeanne@client.example", UNKNOWN),
        ("ok", UNKNOWN),
        ("4 x 12", UNKNOWN),
    ],
)
def test_the_language_of_short_and_careless_text_is_found(text: str, language: str) -> None:
    assert find_language(text) == language


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    assert find_language(text) in {*LANGUAGES, UNKNOWN}


def test_the_corpus_is_told_apart() -> None:
    right = total = 0
    for path in CORPUS:
        for line in path.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            body = "".join(part["text"] for part in mail["parts"])
            words = own_text(body, find_zones(body, subject=mail["subject"]))
            right += find_language(words) == mail["lang"]
            total += 1
    assert right / total > 0.995
