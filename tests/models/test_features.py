from __future__ import annotations

import numpy as np
import pytest

from models.encoder import E5_WIDTH, USE_WIDTH
from models.features import (
    COLUMNS,
    Features,
    Weights,
    fit_block,
    fit_features,
    index_rows,
    masked_text,
    unit_rows,
)
from models.signals import load_signals
from pipeline.datatypes import Passage
from tests.models.fakes import HashEncoder
from tests.training.small import SIGNALS

TEXTS = ["Il manque deux cartons", "il manque 3 colis", "La facture est fausse", "facture fausse !"]
SHIPPED = load_signals(SIGNALS)


def make_features(weights: Weights = Weights()) -> Features:  # noqa: B008  frozen
    return fit_features(TEXTS, weights=weights, signals=SHIPPED, encoder=HashEncoder())


def test_rows_have_the_width_of_their_blocks() -> None:
    rows = make_features().transform([Passage(text) for text in TEXTS])
    signals = len(SHIPPED.names) + SHIPPED.measure_gravity(TEXTS).shape[1]
    assert rows.sparse.shape == (4, 2 * COLUMNS)
    assert rows.dense.shape == (4, 2 * USE_WIDTH + E5_WIDTH + signals)
    assert rows.sparse.dtype == rows.dense.dtype == np.float32


def test_a_row_tells_the_text_and_the_subject_alone() -> None:
    features = make_features()
    passages = [Passage("Il manque", "Sujet"), Passage("Autre"), Passage("Il manque", "Sujet", "x")]
    rows = features.transform(passages)
    alone = features.transform(passages[2:])
    assert (rows.dense[0] == rows.dense[2]).all()
    assert rows.dense[0] == pytest.approx(alone.dense[0])
    assert (rows.sparse[0] != rows.sparse[2]).nnz == 0
    assert passages[0] == Passage("Il manque", "Sujet")


def test_unknown_words_and_no_words_give_empty_rows_without_nan() -> None:
    rows = make_features().transform([Passage("xyzzy"), Passage(""), Passage("\0 🙂")])
    assert rows.sparse.nnz == 0
    assert np.isfinite(rows.dense).all()
    unit = unit_rows(rows)
    assert np.isfinite(unit.dense).all()
    assert np.isfinite(index_rows(rows).dots(unit)).all()


def test_each_subject_is_encoded_once_and_no_subject_is_nothing() -> None:
    features = make_features()
    rows = features.transform([Passage("a", "S"), Passage("b", "S"), Passage("c")])
    assert isinstance(features.encoder, HashEncoder)
    assert features.encoder.texts.count("S") == 1
    assert (rows.dense[0, -USE_WIDTH:] == rows.dense[1, -USE_WIDTH:]).all()
    assert not rows.dense[2, -USE_WIDTH:].any()


@pytest.mark.parametrize(
    "block", ["words", "letters", "use", "e5", "signals", "gravity", "subject"]
)
def test_a_block_of_no_weight_is_silent(block: str) -> None:
    passage = [Passage("Il manque deux cartons", "Livraison")]
    loud = make_features().transform(passage)
    silent = make_features(Weights(**{block: 0.0})).transform(passage)
    if block in {"words", "letters"}:
        assert silent.sparse.nnz < loud.sparse.nnz or not silent.sparse.data.all()
    else:
        assert np.count_nonzero(silent.dense) < np.count_nonzero(loud.dense)


def test_a_run_that_one_text_alone_holds_is_left_out() -> None:
    block = fit_block(["rare mot", "mot", "mot"], analyzer="word", lengths=(1, 2))
    assert block.transform(["rare"]).nnz == 0
    assert block.transform(["mot rare"]).nnz == 1


def test_rows_of_words_have_unit_length() -> None:
    block = fit_block(TEXTS, analyzer="word", lengths=(1, 2))
    rows = block.transform(["il manque une facture fausse"])
    assert rows.multiply(rows).sum() == pytest.approx(1.0, abs=1e-5)


def test_digits_case_and_accents_are_masked() -> None:
    assert masked_text("Reçu le 12/03 : FA-2024") == "recu le 00/00 : fa-0000"


def test_unit_rows_have_unit_length() -> None:
    unit = unit_rows(make_features().transform([Passage(text) for text in TEXTS]))
    squares = np.asarray(unit.sparse.multiply(unit.sparse).sum(axis=1)).ravel()
    assert squares + np.square(unit.dense).sum(axis=1) == pytest.approx(1.0, abs=1e-4)


def test_some_rows_can_be_taken() -> None:
    rows = make_features().transform([Passage(text) for text in TEXTS])
    taken = rows.take(np.array([2, 0]))
    assert (taken.dense == rows.dense[[2, 0]]).all()
    assert (taken.sparse != rows.sparse[[2, 0]]).nnz == 0
