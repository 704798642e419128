from __future__ import annotations

from models.language import build_nlp
from models.layout import Layout, measure_layout
from models.signals import load_signals
from pipeline.claims.sentences import split_sentences
from tests.training.small import SIGNALS

NLP = build_nlp()
SHIPPED = load_signals(SIGNALS)


def measure(body: str) -> Layout:
    return measure_layout(split_sentences(body, (), nlp=NLP), signals=SHIPPED)


def test_lines_and_paragraphs_are_counted_from_the_first_sentence() -> None:
    layout = measure("Un colis manque. Il est urgent.\nDe plus : rien.\n\nAutre chose.")
    assert layout.breaks.tolist() == [0, 0, 1, 2]
    assert layout.lines.tolist() == [0, 0, 1, 2]
    assert layout.paragraphs.tolist() == [0, 0, 0, 1]


def test_marks_tell_questions_cries_money_digits_and_quotes() -> None:
    layout = measure('Quand ?\nVite !\n12,50 €\n"Non" dit-il\nrien')
    assert layout.marks.tolist() == [
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 4, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
    ]
    assert layout.stopped.tolist() == [1, 1, 0, 0, 0]
    assert layout.lower.tolist() == [0, 0, 0, 0, 1]


def test_words_and_numbers_are_kept_for_comparison() -> None:
    layout = measure("Le câble FA-2024/7 est cassé.")
    assert layout.words == (frozenset({"cable", "casse"}),)
    assert layout.numbers == (frozenset({"2024/7"}),)


def test_a_single_sentence_has_one_entry_everywhere() -> None:
    layout = measure("Rien.")
    assert layout.marks.shape == (1, 5)
    assert layout.discourse.shape == (1, len(SHIPPED.discourse))
    assert len(layout.starts) == len(layout.words) == 1
