"""Database URL -> Store: opened, brought to the newest schema, its errors told as ours."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from sqlalchemy import create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)

from pipeline.errors import RowRefused, StoreError
from pipeline.store.schema import upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.orm import DeclarativeBase
    from sqlalchemy.pool import ConnectionPoolEntry

Value = TypeVar("Value")

BUSY_SECONDS: Final = 30
"""How long a write waits for another process's write on SQLite."""

BUSY_PAUSE_SECONDS: Final = 0.02
"""How long to rest between two tries where SQLite does not wait by itself."""

CONNECT_SECONDS: Final = 10
"""How long to wait for a PostgreSQL server to answer at all."""

_WRITES: Final = "triage_writes"


class Store:
    """An open workflow store; threads may share it, forked processes must open their own.

    Only modules of `pipeline.store` use `reading` and `writing`; all others hand the store to
    their functions.

    Args:
        engine: Opened by `open_store`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def file(self) -> str | None:
        """Path of the SQLite file, or None for a server."""
        return self.engine.url.database if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in one transaction that only reads.

        Raises:
            StoreError: The database is away or refuses.
        """
        with _told_as_ours(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction that commits at the end, or not at all.

        On SQLite it holds the write lock from its first moment (BEGIN IMMEDIATE).

        Raises:
            StoreError: The database is away or refuses.
            RowRefused: It refuses the values.
        """
        with _told_as_ours(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """Give a PostgreSQL connection outside of any transaction, for what a session holds.

        Raises:
            StoreError: The database is away or refuses.
        """
        with _told_as_ours(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(url: str) -> Store:
    """Open the store, making or upgrading its tables where needed.

    Args:
        url: `sqlite:///FILE`, `postgresql://...` or `postgresql+psycopg://...`.

    Raises:
        StoreTooNew: A newer version of this program wrote it.
        StoreError: The URL is none of these, or the database is away or refuses.
    """
    store = Store(_build_engine(_checked_url(url)))
    try:
        upgrade_schema(store)
    except BaseException:
        store.close()
        raise
    return store


def database_now(connection: Connection) -> datetime:
    """The clock that all leases go by: the server's on PostgreSQL, this machine's on SQLite."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.now())).scalar_one()
    return now.astimezone(UTC)


def upsert(
    connection: Connection, table: type[DeclarativeBase]
) -> sqlite.Insert | postgresql.Insert:
    """Begin an INSERT that may say what happens on a conflict."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def pieces(values: Sequence[Value], *, size: int = 500) -> Iterator[Sequence[Value]]:
    """Cut values into pieces that fit into one IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _checked_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The text of this error would show the URL, and with it a password.
        raise StoreError("the database URL cannot be understood") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreError("SQLite in memory is not shared by workers; name a file")
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise StoreError(f"{parsed.drivername} is not supported; use sqlite or postgresql")
    return parsed


def _build_engine(url: URL) -> Engine:
    """Parameters stay out of the library's errors, since they hold mail."""
    if url.drivername == "sqlite":
        url = url.update_query_dict({"timeout": str(BUSY_SECONDS), **url.query})
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "options": "-c timezone=utc"}
    return create_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Durable at each commit: mail leaves the inbox on the word of this database."""
    del record
    # The driver's own BEGIN would come late and deferred; `_begin_sqlite` begins instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_write_ahead_log(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_write_ahead_log(cursor: DBAPICursor) -> None:
    """Set the journal mode, which the file then keeps.

    SQLite's own wait for a lock does not cover this: of two processes that open a new file at the
    same moment one is told at once that it is locked.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_PAUSE_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told_as_ours() -> Iterator[None]:
    """Turn the library's errors into ours, without the statement and its values."""
    try:
        yield
    except DBAPIError as error:
        refused = isinstance(error, DataError | IntegrityError) or _is_over_limit(error)
        raise (RowRefused if refused else StoreError)(_fact(error)) from error
    except StatementError as error:
        raise RowRefused(f"a value was refused: {type(error.orig).__name__}") from error
    except OverflowError as error:  # SQLite's driver raises it bare
        raise RowRefused("a number was refused: it is too large") from error
    except SQLAlchemyError as error:
        raise StoreError(type(error).__name__) from error


def _is_over_limit(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL has a limit that this row breaks (its error class 54)."""
    return str(getattr(error.orig, "sqlstate", None)).startswith("54")


def _fact(error: DBAPIError) -> str:
    """Name the error; what may quote a row is left out: all but the first line, and bad values."""
    name = type(error.orig).__name__
    if isinstance(error, DataError):
        return name
    first, *_ = str(error.orig).splitlines() or [""]
    return f"{name}: {first}"
