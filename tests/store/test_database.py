from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, text, update

from pipeline.errors import RowRefused, StoreError, StoreTooNew
from pipeline.store.database import open_store
from pipeline.store.mailboxes import record_success
from pipeline.store.reviews import record_review
from pipeline.store.tables import Base, EventRow, MailboxRow, PredictionRow, ReviewRow
from tests.store.builders import count, save_one

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import DeclarativeBase

    from pipeline.store.database import Store


INSERT = text("INSERT INTO mailbox VALUES (1, 'secret', '', NULL, 0, NULL, '', NULL)")


def test_migrations_and_tables_agree(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_store_is_opened_again_with_what_it_holds(database_url: str) -> None:
    with open_store(database_url) as store:
        record_success(store, "claims")
    with open_store(database_url) as store:
        assert count(store, MailboxRow) == 1


def test_many_may_open_an_empty_database_at_once(database_url: str) -> None:
    barrier = threading.Barrier(4)

    def opened() -> int:
        barrier.wait()
        with open_store(database_url) as store:
            return count(store, MailboxRow)

    with ThreadPoolExecutor(4) as pool:
        assert [job.result() for job in [pool.submit(opened) for _ in range(4)]] == [0, 0, 0, 0]


def test_a_new_sqlite_file_that_another_process_is_writing_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "triage.db"
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        opening = pool.submit(open_store, f"sqlite:///{file}")
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.5)
        other.execute("COMMIT")
        with opening.result(timeout=30) as store:
            assert count(store, MailboxRow) == 0


def test_a_store_newer_than_the_program_is_refused_and_left_alone(database_url: str) -> None:
    with open_store(database_url) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew) as refusal:
        open_store(database_url)
    assert (refusal.value.found, refusal.value.known) == ("9999", "0003")


@pytest.mark.parametrize("table", [EventRow, PredictionRow, ReviewRow])
def test_rows_of_the_log_are_neither_changed_nor_deleted(
    store: Store, table: type[DeclarativeBase]
) -> None:
    save_one(store)
    record_review(store, 1, version=1, who="ana", changes={"severity": "high"})
    before = count(store, table)
    assert before
    for statement in (update(table).values(id=999), delete(table)):
        with pytest.raises(StoreError, match="never changed"), store.writing() as connection:
            connection.execute(statement)
    assert count(store, table) == before


@pytest.mark.server
def test_the_log_cannot_be_truncated_on_postgresql(postgres_url: str) -> None:
    with (
        open_store(postgres_url) as store,
        pytest.raises(StoreError, match="never changed"),
        store.writing() as connection,
    ):
        connection.execute(text("TRUNCATE event"))


def test_what_fails_in_the_middle_leaves_nothing(store: Store) -> None:
    def write() -> None:
        with store.writing() as connection:
            connection.execute(INSERT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert count(store, MailboxRow) == 0


def test_a_refused_row_is_told_without_its_values(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(INSERT)
    with pytest.raises(RowRefused) as refusal, store.writing() as connection:
        connection.execute(INSERT)
    assert "secret" not in str(refusal.value)


def test_sqlite_is_durable_at_each_commit_and_checks_foreign_keys(tmp_path: Path) -> None:
    with (
        open_store(f"sqlite:///{tmp_path}/100%.db") as store,
        store.writing() as connection,
    ):
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in pragmas]
        assert values == ["wal", 2, 1, 30_000]


def test_a_sqlite_write_holds_the_lock_from_its_first_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url) as store, store.writing():
        other = open_store(f"{url}?timeout=0")
        with pytest.raises(StoreError, match="locked"), other.writing():
            pytest.fail("both hold it")
        with other.reading():
            pass  # readers go on
        other.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("mysql://u:hunter2@h/d", "use sqlite or postgresql"),
        ("no url hunter2", "cannot be understood"),
        ("sqlite:////no/such/folder/a.db", "unable to open"),
        ("postgresql://u:hunter2@127.0.0.1:1/d", "refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason) as refusal:
        open_store(url)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.server
def test_a_session_that_the_server_ends_is_told_and_the_next_one_works(postgres_url: str) -> None:
    with open_store(postgres_url) as store, open_store(postgres_url) as other:

        def read_while_ended() -> None:
            with store.reading() as connection:
                session = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
                with other.writing() as ending:
                    ending.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": session})
                connection.execute(text("SELECT 1"))

        with pytest.raises(StoreError, match=r"terminating|closed"):
            read_while_ended()
        assert count(store, MailboxRow) == 0


@pytest.mark.server
def test_a_row_over_a_limit_of_the_server_is_refused_for_good(postgres_url: str) -> None:
    with (
        open_store(postgres_url) as store,
        pytest.raises(RowRefused, match="ProgramLimitExceeded"),
    ):
        record_success(store, "".join(map(chr, range(33, 60_000, 7))))


@pytest.mark.server
def test_a_plain_postgresql_url_is_understood(postgres_url: str) -> None:
    with open_store(postgres_url.replace("postgresql+psycopg", "postgresql")) as store:
        assert store.dialect == "postgresql"
