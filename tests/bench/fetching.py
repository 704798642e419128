"""How fast mail is fetched and filed over real IMAP, by size of the batches."""

from __future__ import annotations

import sys
import time

from pipeline.mailbox.imap import open_imap
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.dovecot import DovecotServer, private_dovecot
from tests.servers.tokens import token_server

MAILS = 2000
SIZE_BYTES = 2700
BATCHES = (1, 20, 200, 500)


def seconds_to_fetch(server: DovecotServer, user: str, *, batch_mails: int) -> float:
    """Fetch all mails of a user once, as the intake does."""
    with open_imap(make_settings(server, user, batch_mails=batch_mails)) as source:
        uids = source.list_uids()
        start = time.perf_counter()
        fetched = sum(mail.raw is not None for mail in source.fetch_mails(uids))
        seconds = time.perf_counter() - start
    if fetched != MAILS:
        sys.exit(f"{fetched} of {MAILS} mails were fetched")
    return seconds


def seconds_to_file(server: DovecotServer, user: str) -> float:
    """Move all mails of a user to the done folder."""
    with open_imap(make_settings(server, user)) as source:
        uids = source.list_uids()
        start = time.perf_counter()
        filed = source.acknowledge(uids)
        seconds = time.perf_counter() - start
    if filed != uids:
        sys.exit(f"{len(filed)} of {len(uids)} mails were filed")
    return seconds


def main() -> None:
    """Measure, and tell a table."""
    with token_server() as tokens, private_dovecot(tokens) as server:
        user = server.new_user()
        server.append(user, [make_mail(n, size_bytes=SIZE_BYTES) for n in range(MAILS)])
        seconds_to_fetch(server, user, batch_mails=max(BATCHES))
        slowest = 0.0
        tell(f"{MAILS} mails of {SIZE_BYTES} bytes")
        for batch in BATCHES:
            seconds = seconds_to_fetch(server, user, batch_mails=batch)
            slowest = slowest or seconds
            tell(f"fetch, {batch:>3} a batch: {told(seconds)}, {slowest / seconds:.1f} times")
        tell(f"file,  500 a batch: {told(seconds_to_file(server, user))}")


def told(seconds: float) -> str:
    """A rate as people read it."""
    return f"{MAILS / seconds:6.0f} mails a second"


def tell(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
