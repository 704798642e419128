"""A private PostgreSQL from the system's own binaries: no password, no disk safety, loopback."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from tests.servers.process import (
    end_process,
    free_port,
    is_root,
    missing_server,
    private_folder,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "triage"
UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class PostgresServer:
    """A running server.

    Attributes:
        port: On 127.0.0.1.
    """

    port: int

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True
        )

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The SQLAlchemy URL of an empty database that is dropped afterwards."""
        name = f"t{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"
        finally:
            with self.connect() as connection:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """Start a server with an empty cluster; end it and remove its files afterwards."""
    binaries = _binaries()
    if binaries is None:
        missing_server("PostgreSQL")
    with private_folder("postgres", owner="postgres") as folder:
        _create_cluster(binaries, folder)
        process, port = _start(binaries, folder)
        try:
            yield PostgresServer(port)
        finally:
            end_process(process, signal=signal.SIGQUIT)


def _binaries() -> Path | None:
    """Folder of the newest installed version; Debian keeps it off the search path."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))])
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if is_root() else {}


def _create_cluster(binaries: Path, folder: Path) -> None:
    options = ["-A", "trust", "-U", USER, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(  # noqa: S603 - the command is built here
        [binaries / "initdb", "-D", "data", *options],
        cwd=folder,
        check=True,
        capture_output=True,
        **_identity(),
    )


def _start(binaries: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    settings = ("listen_addresses=127.0.0.1", "max_connections=100", *UNSAFE_BUT_FAST)
    options = [part for setting in settings for part in ("-c", setting)]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is built here
            [binaries / "postgres", "-D", "data", "-p", str(port), "-k", folder, *options],
            cwd=folder,
            stdout=output,
            stderr=output,
            **_identity(),
        )
    wait_until(lambda: _answers(port), process=process, log=log)
    return process, port


def _answers(port: int) -> bool:
    try:
        PostgresServer(port).connect().close()
    except psycopg.OperationalError:
        return False
    return True
