from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from models.encoder import E5_WIDTH, USE_WIDTH
from models.features import Rows
from models.sentence_head import fit_sentence_head
from tests.models.fakes import HashEncoder

TOPICS = ("colis manque", "facture fausse", "merci bonjour")


def dense(texts: list[str]) -> np.ndarray:
    return HashEncoder().encode(texts)


def rows(texts: list[str]) -> Rows:
    return Rows(sparse.csr_matrix((len(texts), 4), dtype=np.float32), dense(texts))


@pytest.mark.parametrize("labels", [(1, 2, 0), (0, 1, 1), (1, 2, 2), (3, 1, 0)])
def test_sentences_are_told_apart_whatever_labels_occur(labels: tuple[int, int, int]) -> None:
    texts = [f"{topic} {number}" for number in range(12) for topic in TOPICS]
    wanted = np.array(labels * 12)
    head = fit_sentence_head(dense(texts), [3] * 12, wanted, strength=10.0)
    chances = np.vstack([head.chances(rows(texts[place : place + 3])) for place in range(0, 36, 3)])
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert (chances.argmax(axis=1) == wanted).mean() > 0.9


@pytest.mark.parametrize("label", [0, 2])
def test_a_corpus_of_one_label_gives_that_label(label: int) -> None:
    texts = [f"colis {number}" for number in range(4)]
    head = fit_sentence_head(dense(texts), [4], np.full(4, label), strength=1.0)
    assert (head.chances(rows(texts)).argmax(axis=1) == label).all()


def test_a_single_sentence_has_no_neighbours() -> None:
    texts = [f"{topic} {number}" for number in range(6) for topic in TOPICS]
    head = fit_sentence_head(dense(texts), [1] * 18, np.array([1, 2, 0] * 6), strength=1.0)
    neighbours = head.weights[USE_WIDTH + E5_WIDTH :]
    assert neighbours.shape == (2 * USE_WIDTH, 3)
    assert np.abs(neighbours).max() < 1e-6
    assert head.chances(rows(texts[:1])).shape == (1, 3)


def test_a_neighbour_is_one_of_the_same_mail() -> None:
    texts = [f"{topic} {number}" for number in range(6) for topic in TOPICS]
    head = fit_sentence_head(dense(texts), [3] * 6, np.array([1, 2, 0] * 6), strength=1.0)
    alone, pair = rows(texts[:1]), rows(texts[:2])
    assert head.chances(alone)[0] != pytest.approx(head.chances(pair)[0], abs=1e-6)
