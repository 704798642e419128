"""Settings of the whole program for the tests, every field with a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def make_settings(folder: Path, *, database_url: str, **fields: Any) -> Settings:
    """No mailbox, and a model version `2026.1` that is not there."""
    defaults: dict[str, Any] = {
        "mailboxes": (),
        "model": folder / "2026.1",
        "taxonomy": folder / "taxonomy.toml",
        "secret_key": None,
        "batch_mails": 1,
        "attempts": 1,
        "lease_seconds": 60,
    }
    return Settings(database_url=SecretStr(database_url), **{**defaults, **fields})
