"""Settings -> a function that looks at everything; the store is opened at the first look."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pipeline.errors import StoreError
from pipeline.health.findings import store_away
from pipeline.health.judge import Health, judge_health
from pipeline.store.database import Store, open_store
from pipeline.store.standing import store_standing
from pipeline.web.metrics import Watch

if TYPE_CHECKING:
    from pipeline.settings import Settings


class Watcher:
    """Looks at the store; one that is away is a finding, not an error.

    Args:
        settings: The settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._store: Store | None = None

    def look(self) -> Watch:
        """Read how everything stands, and judge it."""
        version = self._settings.model.name
        try:
            standing = store_standing(self._opened())
        except StoreError as error:
            return Watch(Health(None, (store_away(str(error)),)), None, version)
        health = judge_health(
            standing, self._settings.mailboxes, missing_model=missing_model(self._settings)
        )
        return Watch(health, standing, version)

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()

    def _opened(self) -> Store:
        with self._lock:
            if self._store is None:
                self._store = open_store(self._settings.database_url.get_secret_value())
            return self._store


def missing_model(settings: Settings) -> str:
    """Version of the model that is set and not there; empty where it is there."""
    there = (settings.model / "manifest.json").is_file()
    return "" if there else settings.model.name
