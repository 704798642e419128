from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.encoder import E5_WIDTH, USE_WIDTH
from tests.models.fakes import HashEncoder
from training.embeddings import BATCH, CachedEncoder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_is_asked_for_once_only(tmp_path: Path) -> None:
    encoder = HashEncoder()
    cached = CachedEncoder(encoder, tmp_path / "deep" / "cache.sqlite")
    first = cached.encode(["a", "b", "a"])
    again = cached.encode(["b", "a"])
    assert encoder.texts == ["a", "b"]
    assert (again == first[[1, 0]]).all()
    assert (first == HashEncoder().encode(["a", "b", "a"])).all()


def test_vectors_survive_a_new_start(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    first = CachedEncoder(HashEncoder(), path).encode(["a"])
    silent = HashEncoder()
    assert (CachedEncoder(silent, path).encode(["a"]) == first).all()
    assert silent.texts == []


def test_many_texts_come_in_their_order(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH + 3)]
    cached = CachedEncoder(HashEncoder(), tmp_path / "cache.sqlite")
    cached.encode(texts[10:20])
    assert (cached.encode(texts) == HashEncoder().encode(texts)).all()


@pytest.mark.parametrize("text", ["", "\0", "é", "e\u0301", "\ud800", " a", "a "])
def test_texts_that_look_alike_are_kept_apart(text: str, tmp_path: Path) -> None:
    encoder = HashEncoder()
    CachedEncoder(encoder, tmp_path / "cache.sqlite").encode(["a", text])
    assert encoder.texts == ["a", text]


def test_no_text_gives_no_vector(tmp_path: Path) -> None:
    cached = CachedEncoder(HashEncoder(), tmp_path / "cache.sqlite")
    assert cached.encode([]).shape == (0, USE_WIDTH + E5_WIDTH)
