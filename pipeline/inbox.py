"""Batches of mail through everything: mailbox -> ledger -> triage -> store -> mailbox.

Each function may be killed at any moment and called again; the store's commits decide what is
done. Here stands the one catch-all: a mail that cannot be understood stops no other.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from pipeline.errors import RowRefused, StoreError, TriageError
from pipeline.store.acknowledgements import pending_acknowledgements, record_acknowledged
from pipeline.store.intake import new_uids, save_deliveries
from pipeline.store.leases import lease_batch, record_failure, release_mails
from pipeline.store.locks import mailbox_lock
from pipeline.store.mailboxes import record_listing, record_success
from pipeline.store.save import save_triaged
from pipeline.store.starts import record_backlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.datatypes import FetchedMail, MailSource, RawMail, TriagedMail
    from pipeline.store.database import Store
    from pipeline.store.records import LeasedMail

logger = logging.getLogger(__name__)

Triage: TypeAlias = "Callable[[RawMail], TriagedMail]"
"""The function that understands one mail; `pipeline.triage.triage_mail` with its model given."""

Outcome = TypeVar("Outcome")

Seconds: TypeAlias = "defaultdict[str, float]"
"""Stage to the time spent in it."""

COMMIT_MAILS: Final = 200
"""Most mails saved in one commit."""

COMMIT_BYTES: Final = 20_000_000
"""Most bytes saved in one commit, and held in memory; a single larger mail comes alone."""

ACKNOWLEDGE_MAILS: Final = 500
"""Most mails moved by one command."""

_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*"|«[^»]*»|\S*@\S*""")


@dataclass(frozen=True, slots=True)
class IntakeSummary:
    """What reading one mailbox gave.

    Attributes:
        listed: Mails that lay in the folder.
        fetched: Mails whose bytes came.
        stored: Of these, mails that were not known.
        duplicates: Of these, further copies of known mails.
        unfetchable: Mails that the server could not give.
        left: Mails that the limit left to later calls.
        fetch_seconds: Time spent waiting for the mailbox.
        store_seconds: Time spent in the store.
    """

    listed: int = 0
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    unfetchable: int = 0
    left: int = 0
    fetch_seconds: float = 0.0
    store_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What understanding one batch gave.

    Attributes:
        leased: Mails taken; 0 where none waits.
        triaged: Understood and saved.
        failed: To be tried again later.
        quarantined: Failed for the last time.
        lost: Taken over by another worker, since the lease was over.
        claims: Found in the triaged mails.
        in_review: Of these, claims that a supervisor must look at.
        triage_seconds: Time spent understanding.
        store_seconds: Time spent in the store.
    """

    leased: int = 0
    triaged: int = 0
    failed: int = 0
    quarantined: int = 0
    lost: int = 0
    claims: int = 0
    in_review: int = 0
    triage_seconds: float = 0.0
    store_seconds: float = 0.0


def receive_mail(
    store: Store,
    source: MailSource,
    *,
    folder: str = "",
    attempts: int = 3,
    limit: int | None = None,
    on_saved: Callable[[int, int], None] | None = None,
) -> IntakeSummary:
    """Save every mail of the folder that the ledger does not know; acknowledges nothing.

    Args:
        store: The open store.
        source: The open mailbox.
        folder: The folder's name, for people to read.
        attempts: Tries to fetch a mail that the server cannot give, one a call.
        limit: Most mails fetched; the newest come first, so that a backlog delays no fresh mail.
        on_saved: Told after each commit how many mails were fetched so far, of how many.

    Raises:
        MailboxBusy: Another run has this mailbox open.
        MailboxError: The server is away or refuses; what was saved stays saved.
        StoreError: The database is away or refuses.
    """
    seconds: Seconds = defaultdict(float)
    counts: Counter[str] = Counter()
    with mailbox_lock(store, source.name):
        uidvalidity, listed = source.uidvalidity, source.list_uids()
        record_listing(store, source.name, uidvalidity=uidvalidity, folder=folder)
        fresh = new_uids(
            store, source.name, uidvalidity=uidvalidity, listed=listed, attempts=attempts
        )
        left = 0 if limit is None else max(0, len(fresh) - limit)
        record_backlog(store, source.name, left=left)
        fresh = fresh[left:]
        for batch in _timed(_commit_batches(source.fetch_mails(fresh)), seconds):
            with _spent(seconds, "store"):
                saved = save_deliveries(store, source.name, batch)
            counts["stored"] += saved.stored
            counts["duplicates"] += saved.duplicates
            counts["unfetchable"] += saved.unfetchable
            counts["fetched"] += sum(mail.raw is not None for mail in batch)
            fetched = counts["fetched"] + counts["unfetchable"]
            if on_saved is not None:
                on_saved(fetched, len(fresh))
        record_success(store, source.name)
    return IntakeSummary(
        listed=len(listed),
        left=left,
        fetch_seconds=seconds["fetch"],
        store_seconds=seconds["store"],
        **counts,
    )


def understand_batch(
    store: Store,
    triage: Triage,
    *,
    worker: str,
    batch_mails: int = 50,
    attempts: int = 3,
    lease_seconds: float = 900,
    retry_seconds: float = 60,
) -> BatchSummary:
    """Take a batch of stored mails, understand each and save what was decided.

    Args:
        store: The open store.
        triage: Understands one mail.
        worker: Who works, for people to read.
        batch_mails: Most mails taken.
        attempts: Tries before a mail is quarantined.
        lease_seconds: After this time other workers may take the batch.
        retry_seconds: Pause before a failed mail's second try; doubles with each further one.

    Returns:
        A summary with `leased` 0 where nothing waits.

    Raises:
        StoreError: The database is away or refuses; unfinished mails come back with their lease.
    """
    counts: Counter[str] = Counter()
    seconds: Seconds = defaultdict(float)
    with _spent(seconds, "store"):
        leased = lease_batch(
            store, worker=worker, limit=batch_mails, lease_seconds=lease_seconds, attempts=attempts
        )
    for position, mail in enumerate(leased):
        try:
            outcome = _understand(store, triage, mail, seconds=seconds)
            if isinstance(outcome, str):
                state = record_failure(
                    store, mail, error=outcome, attempts=attempts, retry_seconds=retry_seconds
                )
                counts[_OUTCOMES[state]] += 1
            else:
                counts.update(outcome)
        except (KeyboardInterrupt, SystemExit):
            release_mails(store, leased[position:])
            raise
    return BatchSummary(
        leased=len(leased),
        triage_seconds=seconds["triage"],
        store_seconds=seconds["store"],
        **counts,
    )


_OUTCOMES: Final = {None: "lost", "stored": "failed", "quarantined": "quarantined"}
"""What `record_failure` answered -> what the summary calls it."""


def acknowledge_handled(store: Store, source: MailSource) -> int:
    """Tell the server which mails are done, and note those that it has verifiably moved or marked.

    Args:
        store: The open store.
        source: The open mailbox.

    Returns:
        How many deliveries were acknowledged.

    Raises:
        MailboxBusy: Another run has this mailbox open.
        MailboxError: The server is away or refuses; the rest is pending and comes with the next
            call.
        StoreError: The database is away or refuses; the same.
    """
    count = 0
    with mailbox_lock(store, source.name):
        uidvalidity = source.uidvalidity
        pending = pending_acknowledgements(store, source.name, uidvalidity=uidvalidity)
        for uids, quarantined in ((pending.triaged, False), (pending.quarantined, True)):
            for start in range(0, len(uids), ACKNOWLEDGE_MAILS):
                some = uids[start : start + ACKNOWLEDGE_MAILS]
                done = source.acknowledge(some, quarantined=quarantined)
                count += record_acknowledged(store, source.name, uidvalidity=uidvalidity, uids=done)
    return count


def understand_mail(triage: Triage, raw: RawMail) -> TriagedMail | str:
    """Understand one mail without storing anything.

    Returns:
        What was understood, or why it could not be, without the mail's words.
    """
    return _guarded(lambda: triage(raw), mail_id=raw.id, attempt=1)


def _understand(
    store: Store, triage: Triage, mail: LeasedMail, *, seconds: Seconds
) -> Counter[str] | str:
    """Understand and save one mail: counts for the summary, or why it failed."""

    def act() -> tuple[TriagedMail, bool]:
        with _spent(seconds, "triage"):
            triaged = triage(mail.raw)
        with _spent(seconds, "store"):
            return triaged, save_triaged(store, mail, triaged)

    outcome = _guarded(act, mail_id=str(mail.mail_id), attempt=mail.attempts)
    if isinstance(outcome, str):
        return outcome
    triaged, saved = outcome
    if not saved:
        return Counter(lost=1)
    return Counter(
        triaged=1,
        claims=len(triaged.claims),
        in_review=sum(claim.route.needs_review for claim in triaged.claims),
    )


def _guarded(act: Callable[[], Outcome], *, mail_id: str, attempt: int) -> Outcome | str:
    """Act on one mail: the outcome, or why it failed; a store that is away is no mail's fault."""
    try:
        return act()
    except RowRefused as error:
        return _failure(error, mail_id=mail_id, attempt=attempt)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 -- the one catch-all: no mail stops another
        return _failure(error, mail_id=mail_id, attempt=attempt)


def _failure(error: Exception, *, mail_id: str, attempt: int) -> str:
    """Tell type, text and place of an error without the mail's words; logs the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    text = str(error) if isinstance(error, TriageError) else _QUOTED.sub("…", str(error))
    failure = f"{type(error).__name__}: {text[:200]}".rstrip(": ")
    if frames:
        failure += f" ({frames[-1].name}, line {frames[-1].lineno})"
    logger.error(
        "mail %s failed at attempt %d: %s\n%s",
        mail_id,
        attempt,
        failure,
        "".join(traceback.format_list(frames)),
    )
    return failure


def _commit_batches(fetched: Iterable[FetchedMail]) -> Iterator[list[FetchedMail]]:
    """Gather mails into commits of bounded number and size."""
    batch: list[FetchedMail] = []
    size_bytes = 0
    for mail in fetched:
        batch.append(mail)
        size_bytes += 0 if mail.raw is None else len(mail.raw.data)
        if len(batch) >= COMMIT_MAILS or size_bytes >= COMMIT_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _timed(
    batches: Iterator[list[FetchedMail]], seconds: Seconds
) -> Iterator[Sequence[FetchedMail]]:
    """Add up the time that the batches take to come."""
    while True:
        with _spent(seconds, "fetch"):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _spent(seconds: Seconds, stage: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] += time.perf_counter() - start
