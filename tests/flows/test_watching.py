from __future__ import annotations

from typing import TYPE_CHECKING

from flows.watching import Watcher
from pipeline.store.database import open_store
from tests.flows.builders import make_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_store_that_is_away_is_an_alarm_until_it_is_there(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url=f"sqlite:///{tmp_path}/later/triage.db")
    watcher = Watcher(settings)
    watch = watcher.look()
    assert watch.standing is None
    assert [finding.code for finding in watch.health.findings] == ["store_away"]
    (tmp_path / "later").mkdir()
    open_store(settings.database_url.get_secret_value()).close()
    watch = watcher.look()
    assert watch.standing is not None
    assert watch.model_version == "2026.1"
    assert [finding.code for finding in watch.health.findings] == ["model_missing", "no_mailbox"]
    watcher.close()
