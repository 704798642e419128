from __future__ import annotations

import numpy as np
import pytest

from models.encoder import E5_WIDTH, LONGEST, USE_WIDTH, SentenceEncoder

TEXTS = ["Il manque deux cartons", "Two boxes are missing", "La facture est payée"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(threads=1)


def test_each_text_gives_two_vectors_of_unit_length(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, USE_WIDTH + E5_WIDTH)
    assert vectors.dtype == np.float32
    for part in np.split(vectors, [USE_WIDTH], axis=1):
        assert np.linalg.norm(part, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_the_same_text_gives_the_same_vector_whatever_stands_beside(
    encoder: SentenceEncoder,
) -> None:
    together = encoder.encode(TEXTS)
    assert encoder.encode(TEXTS) == pytest.approx(together, abs=1e-6)
    assert encoder.encode(TEXTS[1:2])[0] == pytest.approx(together[1], abs=1e-3)


def test_a_translation_is_nearer_than_another_matter(encoder: SentenceEncoder) -> None:
    for part in np.split(encoder.encode(TEXTS), [USE_WIDTH], axis=1):
        assert part[0] @ part[1] > part[0] @ part[2]


@pytest.mark.parametrize("text", ["", "\0", " \n", "🙂", "\ud800", "a\0b"])
def test_an_odd_text_gives_some_vector(text: str, encoder: SentenceEncoder) -> None:
    vectors = encoder.encode([text])
    assert vectors.shape == (1, USE_WIDTH + E5_WIDTH)
    assert np.isfinite(vectors).all()


def test_no_text_gives_no_vector(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, USE_WIDTH + E5_WIDTH)


def test_what_lies_beyond_the_limit_is_not_read(encoder: SentenceEncoder) -> None:
    text = ("colis " * LONGEST)[:LONGEST]
    assert (encoder.encode([text]) == encoder.encode([text + "facture"])).all()


def test_the_texts_are_not_changed(encoder: SentenceEncoder) -> None:
    texts = ["a\0b", ""]
    encoder.encode(texts)
    assert texts == ["a\0b", ""]
