"""A private Dovecot from the system's own binary; every user name exists, with one password."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import signal
import subprocess
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from imapclient import IMAPClient

from tests.servers.certificates import write_certificates
from tests.servers.process import (
    end_process,
    free_port,
    is_root,
    listens,
    missing_server,
    private_folder,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.servers.tokens import TokenServer

PASSWORD = "sésame-ouvre-toi"
CONFIGURATION = Path(__file__).with_name("dovecot.conf.in")
OAUTH2 = """tokeninfo_url = http://127.0.0.1:{port}/tokeninfo?access_token=
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class DovecotServer:
    """A running server.

    Attributes:
        host: Address that its certificate names.
        port: Plain, offers STARTTLS.
        tls_port: TLS from the first byte.
        ca_file: What a client must trust.
        folder: All its files.
        password: Of every user.
        tokens: Issues tokens that it accepts.
    """

    host: str
    port: int
    tls_port: int
    ca_file: Path
    folder: Path
    password: str
    tokens: TokenServer

    def new_user(self) -> str:
        """A user whose mailbox is empty."""
        return f"u{uuid.uuid4().hex[:12]}@mail.example"

    def maildir(self, user: str) -> Path:
        """Where the mails of a user lie."""
        return self.folder / "mail" / user / "Maildir"

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """A second session of the same user, to look and to meddle."""
        with IMAPClient(self.host, self.port, ssl=False) as client:
            client.plain_login(user, self.password)
            yield client

    def append(self, user: str, mails: Sequence[bytes], *, folder: str = "INBOX") -> None:
        """Put mails into a folder, which is created where it is missing."""
        with self.client(user) as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            for start in range(0, len(mails), 200):
                client.multiappend(folder, mails[start : start + 200])


@contextmanager
def private_dovecot(tokens: TokenServer, *, capability: str = "") -> Iterator[DovecotServer]:
    """Start a server; end it and remove its files afterwards.

    Args:
        tokens: Whom it asks about tokens.
        capability: What it says after log-in that it can; empty for all that it can.
    """
    binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        missing_server("Dovecot")
    with private_folder("dovecot", owner="dovecot") as folder:
        certificates = write_certificates(folder)
        ports = free_port(), free_port()
        configuration = _configure(folder, tokens=tokens, ports=ports, capability=capability)
        process = subprocess.Popen([binary, "-F", "-c", configuration])  # noqa: S603 - found above
        log = folder / "dovecot.log"
        wait_until(lambda: all(map(listens, ports)), process=process, log=log)
        try:
            yield DovecotServer(
                "127.0.0.1", *ports, certificates.ca, folder, PASSWORD, tokens=tokens
            )
        finally:
            end_process(process, signal=signal.SIGTERM)


def _configure(
    folder: Path, *, tokens: TokenServer, ports: tuple[int, int], capability: str
) -> Path:
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    if is_root():
        shutil.chown(folder / "mail", "dovecot", "dovecot")
    oauth2 = folder / "oauth2.conf"
    oauth2.write_text(OAUTH2.format(port=tokens.server_port), encoding="utf-8")
    configuration = folder / "dovecot.conf"
    text = Template(CONFIGURATION.read_text(encoding="utf-8")).substitute(
        _identity(),
        folder=folder,
        name=folder.name,
        port=ports[0],
        tls_port=ports[1],
        password=PASSWORD,
        capability=capability,
    )
    configuration.write_text(text, encoding="utf-8")
    return configuration


def _identity() -> dict[str, str]:
    """Root drops to Debian's users; anyone else runs all of it as oneself."""
    if is_root():
        return {"login_user": "dovenull", "server_user": "dovecot", "server_group": "dovecot"}
    user, group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
    return {"login_user": user, "server_user": user, "server_group": group}
