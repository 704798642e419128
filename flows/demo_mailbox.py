"""A mailbox for the demo: a real IMAP server inside this process, in memory, on loopback."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
from argparse import ArgumentParser, Namespace
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proxyprotocol.reader import ProxyProtocolReader
from pydantic import SecretStr
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService

from pipeline.mailbox.login import connect, hang_up
from pipeline.settings import MailboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOST = "127.0.0.1"
USER = "service@shop.example"
DONE_FOLDER = "Traités"
SEED_MAILS = 100
"""Mails put in by one command."""


@contextmanager
def demo_mailbox(mails: Sequence[bytes]) -> Iterator[MailboxSettings]:
    """Serve mails over IMAP until the block ends; what happened to them is then forgotten.

    Args:
        mails: What lies in the INBOX, in order.

    Yields:
        Settings that reach it: TLS off, loopback, a done folder.
    """
    password = secrets.token_hex()
    with socket.create_server((HOST, 0)) as listener, _serving(listener, password):
        settings = MailboxSettings(
            name="demo",
            host=HOST,
            port=listener.getsockname()[1],
            user=USER,
            password=SecretStr(password),
            done_folder=DONE_FOLDER,
            tls="off",
        )
        _seed(settings, mails)
        yield settings


@contextmanager
def _serving(listener: socket.socket, password: str) -> Iterator[None]:
    """Run the server in a thread of its own; start-up faults are raised here."""
    with asyncio.Runner() as runner:
        runner.run(_start(listener, password))
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever, name="demo mailbox")
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


async def _start(listener: socket.socket, password: str) -> None:
    backend, config = await DictBackend.init(_arguments(password))
    config.apply_context()
    serve = ProxyProtocolReader(config.proxy_protocol).get_callback(
        IMAPServer(backend.login, config)
    )
    await asyncio.start_server(serve, sock=listener)


def _arguments(password: str) -> Namespace:
    """The server's own command line: it takes its configuration in no other form."""
    parser = ArgumentParser()
    DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
    IMAPService.add_arguments(parser)
    parser.set_defaults(skip_services=[], passlib_cfg=None, debug=False)
    user = [f"--demo-user={USER}", f"--demo-password={password}"]
    return parser.parse_args(["--no-tls", "dict", *user])


def _seed(settings: MailboxSettings, mails: Sequence[bytes]) -> None:
    """Without TCP_NODELAY each literal waits for an acknowledgement: 22 mails a second."""
    client = connect(settings)
    try:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(mails), SEED_MAILS):
            client.multiappend(settings.folder, mails[start : start + SEED_MAILS])
    finally:
        hang_up(client)
