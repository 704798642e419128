"""UIDs -> mails, whatever the server does: sizes first, bounded batches, never sets a flag.

A mail at which the server fails is found by halving its batch; the others still arrive.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.datatypes import Delivery, FetchedMail, RawMail
from pipeline.mailbox.batches import split_batches
from pipeline.mailbox.failures import SERVER_FAULTS, fault_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.mailbox.session import ImapSession

SIZE, RECEIVED, BODY = b"RFC822.SIZE", b"INTERNALDATE", b"BODY[]"
FIRST_BYTES = b"BODY[]<0>"

Answers = dict[int, dict[bytes, Any]]
Failures = dict[int, str]

logger = logging.getLogger(__name__)


def fetch_mails(session: ImapSession, uids: Sequence[int]) -> Iterator[FetchedMail]:
    """Fetch mails in the order asked for; those that lie there no more are left out.

    Raises:
        MailboxError: The server is away, or fails at so many mails that it is itself at fault.
    """
    settings = session.settings
    for start in range(0, len(uids), settings.batch_mails):
        announced = _announced(session, uids[start : start + settings.batch_mails])
        for failed, mails in groupby(announced, key=lambda mail: bool(mail.failure)):
            if failed:
                yield from mails
            else:
                yield from _fetch_announced(session, [mail.delivery for mail in mails])


def _fetch_announced(session: ImapSession, deliveries: Sequence[Delivery]) -> Iterator[FetchedMail]:
    settings = session.settings
    for batch in split_batches(
        deliveries,
        mails=settings.batch_mails,
        size_bytes=settings.batch_bytes,
        alone_bytes=settings.mail_bytes,
    ):
        yield from _fetch_batch(session, batch)


def _announced(session: ImapSession, uids: Sequence[int]) -> list[FetchedMail]:
    """The deliveries, without mail as yet."""
    answers, failures = _answers(session, uids, asked=(SIZE, RECEIVED), wanted=SIZE)
    announced = []
    for uid in uids:
        if uid in answers or uid in failures:
            answer = answers.get(uid, {})
            delivery = Delivery(
                mailbox=session.name,
                uidvalidity=session.selected.uidvalidity,
                uid=uid,
                size_bytes=int(answer.get(SIZE, 0)),
                received_at=_utc(answer.get(RECEIVED)),
            )
            announced.append(FetchedMail(delivery, None, failures.get(uid, "")))
    return announced


def _fetch_batch(session: ImapSession, batch: Sequence[Delivery]) -> Iterator[FetchedMail]:
    most = session.settings.mail_bytes
    partial = batch[0].size_bytes > most
    asked = f"BODY.PEEK[]<0.{most}>".encode() if partial else b"BODY.PEEK[]"
    wanted = FIRST_BYTES if partial else BODY
    uids = [delivery.uid for delivery in batch]
    answers, failures = _answers(session, uids, asked=(asked,), wanted=wanted)
    for delivery in batch:
        if delivery.uid in answers:
            data = answers[delivery.uid][wanted]
            yield FetchedMail(delivery, _raw(delivery, data, partial=partial, most=most))
        elif delivery.uid in failures:
            yield FetchedMail(delivery, None, failures[delivery.uid])


def _raw(delivery: Delivery, data: bytes, *, partial: bool, most: int) -> RawMail:
    """A mail that ends before the part asked for does is whole: its announced size was wrong."""
    name = f"{delivery.mailbox}-{delivery.uidvalidity}-{delivery.uid}"
    return RawMail(name, data, complete=not partial or len(data) < most)


def _answers(
    session: ImapSession, uids: Sequence[int], *, asked: Sequence[bytes], wanted: bytes
) -> tuple[Answers, Failures]:
    """What the server tells of each mail, or how it fails; of vanished mails neither.

    A server may leave mails out of its answer without a word. Those that still lie there are asked
    for once more, each alone.
    """
    failures: Failures = {}
    answers = _halving(session, uids, asked=asked, wanted=wanted, failures=failures)
    silent = [uid for uid in uids if uid not in answers and uid not in failures]
    there = session.search(silent)
    for uid in silent:
        if uid in there:
            answers |= _halving(session, [uid], asked=asked, wanted=wanted, failures=failures)
    still_silent = [uid for uid in there if uid not in answers and uid not in failures]
    for uid in session.search(still_silent):
        session.note_fault()
        failures[uid] = "the server leaves this mail out of its answers"
    return answers, failures


def _halving(
    session: ImapSession,
    uids: Sequence[int],
    *,
    asked: Sequence[bytes],
    wanted: bytes,
    failures: Failures,
) -> Answers:
    """Ask for mails; where the server fails, ask for each half, down to the one at fault."""
    reason = ""
    for _ in range(1 if len(uids) > 1 else 2):
        try:
            found = session.client.fetch(uids, asked)
        except SERVER_FAULTS as error:
            reason = fault_reason(error)
            session.renew()
        else:
            answers = {uid: found[uid] for uid in found if _holds(found[uid], wanted)}
            session.faults = 0 if answers else session.faults
            return answers
    if len(uids) == 1:
        logger.error("mailbox %s: mail %d cannot be fetched: %s", session.name, uids[0], reason)
        failures[uids[0]] = f"fetching this mail: {reason}"
        session.note_fault()
        return {}
    middle = len(uids) // 2
    answers = {}
    for half in (uids[:middle], uids[middle:]):
        answers |= _halving(session, half, asked=asked, wanted=wanted, failures=failures)
    return answers


def _holds(answer: dict[bytes, Any], wanted: bytes) -> bool:
    """Tell an answer from an unasked one that tells flags alone, and from NIL."""
    return isinstance(answer.get(wanted), bytes | int)


def _utc(received: datetime | None) -> datetime | None:
    return received.astimezone(UTC) if received is not None else None
