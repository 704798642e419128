from __future__ import annotations

import pytest

from models.language import ABBREVIATIONS, build_nlp

NLP = build_nlp()


@pytest.mark.parametrize("abbreviation", ABBREVIATIONS)
def test_an_abbreviation_is_one_token(abbreviation: str) -> None:
    assert abbreviation in [token.text for token in NLP.make_doc(f"voir {abbreviation} x")]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("l'avoir", ["l'", "avoir"]),
        ("M. Martin", ["M.", "Martin"]),
        ("Fini.", ["Fini", "."]),
        ("12,50 €", ["12,50", "€"]),
    ],
)
def test_tokens_are_what_the_stages_rest_on(text: str, tokens: list[str]) -> None:
    assert [token.text for token in NLP.make_doc(text)] == tokens


@pytest.mark.parametrize("text", ["", " ", "a  b\n\n", "\xa0x", "🙂é"])
def test_tokens_give_back_the_text(text: str) -> None:
    assert NLP.make_doc(text).text == text


def test_the_pipeline_has_no_trained_part() -> None:
    assert NLP.pipe_names == []
