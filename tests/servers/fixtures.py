"""Fixtures that hand real servers to tests; each pytest-xdist worker starts its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.authority import Authority, token_authority
from tests.servers.dovecot import DovecotServer, private_dovecot
from tests.servers.postgres import PostgresServer, private_postgres
from tests.servers.tokens import TokenServer, token_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A private PostgreSQL, started when the first test asks for it."""
    with private_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of a fresh, empty database."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of a fresh, empty database; the test runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'triage.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def tokens() -> Iterator[TokenServer]:
    """Issues OAuth2 tokens that the private Dovecot accepts."""
    with token_server() as server:
        yield server


@pytest.fixture
def authority(tokens: TokenServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """A token server whose tokens the private Dovecot accepts."""
    with token_authority(tokens, tmp_path_factory.mktemp("authority")) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot(tokens: TokenServer) -> Iterator[DovecotServer]:
    """A private Dovecot with all that it can."""
    with private_dovecot(tokens) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_without_move(tokens: TokenServer) -> Iterator[DovecotServer]:
    """One that says it knows no MOVE, but UIDPLUS."""
    with private_dovecot(tokens, capability="IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS") as server:
        yield server


@pytest.fixture(scope="session")
def bare_dovecot(tokens: TokenServer) -> Iterator[DovecotServer]:
    """One that says it knows neither MOVE nor UIDPLUS."""
    with private_dovecot(tokens, capability="IMAP4rev1 LITERAL+ MULTIAPPEND") as server:
        yield server
