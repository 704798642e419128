from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.store.database import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store, once on each database."""
    with open_store(database_url) as opened:
        yield opened
