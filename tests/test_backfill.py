"""A mailbox of years is fetched in limited calls, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError
from pipeline.inbox import receive_mail
from pipeline.store.database import Store, open_store
from pipeline.store.queries import mails
from pipeline.store.starts import backlog
from tests.fakes import FolderServer, make_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def server(tmp_path: Path) -> FolderServer:
    return FolderServer(tmp_path / "server")


def test_a_limited_call_takes_the_newest_and_leaves_the_rest_to_later_ones(
    store: Store, server: FolderServer
) -> None:
    for number in range(1, 8):
        server.append(make_mail(number))
    first = receive_mail(store, server, limit=3)
    assert (first.listed, first.fetched, first.left) == (7, 3, 4)
    assert backlog(store, server.name) == 4
    server.append(make_mail(8))
    second = receive_mail(store, server, limit=3)
    assert (second.fetched, second.left) == (3, 2)
    assert receive_mail(store, server, limit=3).left == 0
    assert backlog(store, server.name) == 0
    assert len(mails(store)) == 8


def test_a_limited_call_that_breaks_off_is_gone_on_with(store: Store, server: FolderServer) -> None:
    def break_off(call: str) -> None:
        if call == "fetch" and not broken:
            broken.append(call)
            raise MailboxError(server.name, "connection reset")

    broken: list[str] = []
    for number in range(1, 8):
        server.append(make_mail(number))
    server.on_call = break_off
    with pytest.raises(MailboxError):
        receive_mail(store, server, limit=3)
    assert backlog(store, server.name) == 4
    while receive_mail(store, server, limit=3).left:
        pass
    assert len(mails(store)) == 7
