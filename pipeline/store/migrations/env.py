"""Alembic runs this file for every command; the connection is handed in, never opened here."""

from __future__ import annotations

from alembic import context

from pipeline.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter most columns in place
)
with context.begin_transaction():
    context.run_migrations()
