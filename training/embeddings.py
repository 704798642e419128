"""Texts -> embeddings, kept on disk: encoding the corpus costs minutes, and no text changes."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from models.encoder import E5_WIDTH, USE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.encoder import Encoder

BATCH = 64


class CachedEncoder:
    """An encoder that remembers.

    Args:
        encoder: Asked for what is not yet known; its name and version belong into the file's name.
        path: SQLite file; made where missing, safe to delete.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=60)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, data BLOB)")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give (texts, width), as the encoder does."""
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        fresh = list(missing.items())
        for start in range(0, len(fresh), BATCH):
            batch = fresh[start : start + BATCH]
            vectors = self._encoder.encode([text for _, text in batch])
            found = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
            self._write(found)
            known |= found
        if not texts:
            return np.zeros((0, USE_WIDTH + E5_WIDTH), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found = {}
        with closing(sqlite3.connect(self._path, timeout=60)) as database:
            for key in dict.fromkeys(keys):
                row = database.execute("SELECT data FROM vector WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def _write(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        with closing(sqlite3.connect(self._path, timeout=60)) as database, database:
            database.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
