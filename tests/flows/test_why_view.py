from __future__ import annotations

import io

import pytest
from rich.console import Console

from flows.why import MAIL, Why
from flows.why_view import why_view
from flows.words import Words
from models.explain import Clue, Explanation
from models.neighbours import Neighbour
from models.precedents import Precedent
from pipeline.datatypes import Span
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
TEXT = "Il manque un colis"
EXPLANATION = Explanation(
    head="type",
    label="shortage",
    probability=0.93,
    rival="wrong_item",
    rival_probability=0.04,
    text=TEXT,
    words=(
        Clue("manque", (Span(3, 9),), 2.0, 0.64),
        Clue("Il", (Span(0, 2),), 0.3, 0.93),
        Clue("un", (Span(10, 12),), 0.01, 0.93),
        Clue("colis", (Span(13, 18),), -0.5, 0.96),
    ),
    signals=(Clue("fewer_than", (Span(0, 9),), 1.0, 0.8), Clue("length", (), 0.5, 0.9)),
    supporting=tuple(
        Neighbour(Precedent(f"fr-{n}#1", {"type": "shortage"}, "Il manque \x1b[2J" * 20), 0.5, 0.1)
        for n in range(3)
    ),
    opposing=(Neighbour(Precedent("bank-7", {"type": "wrong_item"}, ""), 0.3, 0.05),),
)


def printed(why: Why, language: str = "en") -> str:
    stream = io.StringIO()
    words = Words(TAXONOMY, "fr" if language == "fr" else "en")
    console = Console(file=stream, width=300, markup=False, highlight=False)
    console.print(why_view(why, words=words))
    return stream.getvalue()


def test_a_decision_is_told_with_its_reasons() -> None:
    text = printed(Why({1: {"type": EXPLANATION}}, {}))
    for part in (
        *("Claim 1, type : shortage 93%", "rather than wrong item 4%"),
        *("«manque» (93% → 64%), «Il»", "«colis» (93% → 96%)"),
        *(
            "fewer than «Il manque» (93% → 80%), length of the text (93% → 90%)",
            "50%  shortage  “Il manque",
        ),
        *("fr-2#1", "30%  wrong item  bank-7"),
    ):
        assert part in text
    assert "«un»" not in text


def test_reasons_come_in_the_readers_language() -> None:
    text = printed(Why({MAIL: {"type": EXPLANATION}}, {}), "fr")
    for part in ("Courriel, type : manquant", "plutôt que", "mots pour", "semblables"):
        assert part in text


def test_an_examples_text_cannot_move_the_cursor_and_is_cut() -> None:
    text = printed(Why({1: {"type": EXPLANATION}}, {}))
    assert "\x1b" not in text
    assert "…" in text


@pytest.mark.parametrize(("head", "examples"), [("type", 3), ("severity", 1)])
def test_only_the_weightiest_decisions_tell_all_their_examples(head: str, examples: int) -> None:
    labels = {head: "x"}
    near = tuple(
        Neighbour(Precedent(one.precedent.id, labels, ""), 0.5, 0.1)
        for one in EXPLANATION.supporting
    )
    explanation = Explanation(head, "x", 0.9, "y", 0.1, TEXT, (), (), near, ())
    assert printed(Why({1: {head: explanation}}, {})).count("#1") == examples


def test_a_version_that_cannot_answer_is_told() -> None:
    assert "2025.1 (it is gone)" in printed(Why({}, {"2025.1": "it is gone"}))
