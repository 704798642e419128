"""Brings a database to the newest schema; the only module that knows Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pipeline.errors import StoreTooNew

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store

MIGRATIONS: Final = Path(__file__).with_name("migrations")

_UPGRADE_LOCK: Final = 5_308_417_001
"""Key of the PostgreSQL advisory lock that lets one process upgrade at a time; any number does."""


def migration_config(connection: Connection | None = None) -> Config:
    """Build what `alembic.ini` would hold; `migrations/env.py` takes the connection from it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def found_revision(connection: Connection) -> str | None:
    """Schema revision of the database, or None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade_schema(store: Store) -> None:
    """Make or upgrade the tables, once however many processes ask at the same time.

    Raises:
        StoreTooNew: The database has a revision that this code does not know.
        StoreError: The database is away or refuses.
    """
    scripts = ScriptDirectory.from_config(migration_config())
    newest = scripts.get_current_head() or ""
    known = {script.revision for script in scripts.walk_revisions()}
    with store.reading() as connection:
        found = found_revision(connection)
    if found == newest:
        return
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        found = found_revision(connection)
        if found is not None and found not in known:
            raise StoreTooNew(found, newest)
        if found != newest:
            command.upgrade(migration_config(connection), "head")
