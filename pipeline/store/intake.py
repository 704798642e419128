"""Mail into the ledger: what is new, and saving it with the mailbox's cursor in one commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from pipeline.store.arrivals import record_arrivals
from pipeline.store.content import content_key, sha256
from pipeline.store.database import database_now, pieces, upsert
from pipeline.store.events import record_events
from pipeline.store.mailboxes import locked_mailbox
from pipeline.store.records import SavedDeliveries
from pipeline.store.starts import mailbox_start
from pipeline.store.tables import (
    STORED,
    UNFETCHABLE,
    DeliveryRow,
    MailboxRow,
    MailRow,
    RawBlobRow,
)
from pipeline.store.uid_sets import UidSet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from pipeline.datatypes import Delivery, FetchedMail, RawMail
    from pipeline.store.database import Store


def new_uids(
    store: Store,
    mailbox: str,
    *,
    uidvalidity: int,
    listed: Sequence[int],
    attempts: int = 3,
    left_alone: UidSet | None = None,
) -> list[int]:
    """Listed UIDs that the ledger does not know, in the order of the list.

    What the start of the mailbox leaves alone is not new.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        uidvalidity: The folder's UIDVALIDITY, under which they were listed.
        listed: UIDs that lie in the folder.
        attempts: A UID that could not be fetched is new again until it was tried so often.
        left_alone: Taken in place of what the start leaves alone.

    Raises:
        StoreError: The database is away or refuses.
    """
    if not listed:
        return []
    query = (
        select(DeliveryRow.uid)
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .where(
            MailboxRow.name == mailbox,
            DeliveryRow.uidvalidity == uidvalidity,
            DeliveryRow.uid.between(min(listed), max(listed)),
            (DeliveryRow.state != UNFETCHABLE) | (DeliveryRow.attempts >= attempts),
        )
    )
    with store.reading() as connection:
        known = set(connection.execute(query).scalars())
    if left_alone is None:
        start = mailbox_start(store, mailbox)
        same = start is not None and start.uidvalidity == uidvalidity
        left_alone = start.left_alone if start is not None and same else UidSet()
    return [uid for uid in listed if uid not in known and uid not in left_alone]


def save_deliveries(store: Store, mailbox: str, fetched: Sequence[FetchedMail]) -> SavedDeliveries:
    """Save fetched mails: raw bytes, mail, delivery and the mailbox's cursor, in one commit.

    A delivery that is known stays as it is. A further copy of a known mail becomes a delivery of
    it. A mail that could not be fetched becomes a delivery without mail, and is mended when a
    later fetch succeeds.

    Args:
        store: The open store.
        mailbox: Name of the mailbox in the settings.
        fetched: All of this mailbox.

    Raises:
        StoreError: The database is away or refuses; nothing was saved.
    """
    arrivals = [_Arrival.of(mail) for mail in fetched]
    with store.writing() as connection:
        now = database_now(connection)
        mailbox_id = locked_mailbox(connection, mailbox)
        known = _known_places(connection, mailbox_id, arrivals)
        arrivals = [arrival for arrival in arrivals if arrival.place not in known]
        fetched_arrivals = [arrival for arrival in arrivals if arrival.raw is not None]
        before = _mail_ids(connection, mailbox_id, [each.key for each in fetched_arrivals])
        first: dict[str, _Arrival] = {}
        for arrival in fetched_arrivals:
            if arrival.key not in before:
                first.setdefault(arrival.key, arrival)
        _insert_mails(connection, mailbox_id, list(first.values()), now=now)
        moments = [each.delivery.received_at or now for each in first.values()]
        record_arrivals(connection, mailbox_id, moments, now=now)
        mail_ids = before | _mail_ids(connection, mailbox_id, list(first))
        _save_deliveries(connection, mailbox_id, arrivals, mail_ids, now=now)
        _log(connection, mailbox_id, arrivals, mail_ids, first, now=now)
        _move_cursor(connection, mailbox_id, arrivals)
    return SavedDeliveries(
        stored=len(first),
        duplicates=len(fetched_arrivals) - len(first),
        unfetchable=len(arrivals) - len(fetched_arrivals),
    )


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A fetched mail with its hashes, empty where there is no mail."""

    delivery: Delivery
    raw: RawMail | None
    failure: str
    key: str
    sha256: str

    @classmethod
    def of(cls, mail: FetchedMail) -> _Arrival:
        """Hash what was fetched."""
        if mail.raw is None:
            return cls(mail.delivery, None, mail.failure, "", "")
        data = mail.raw.data
        return cls(mail.delivery, mail.raw, "", content_key(data), sha256(data))

    @property
    def place(self) -> tuple[int, int]:
        """UIDVALIDITY and UID."""
        return self.delivery.uidvalidity, self.delivery.uid


def _known_places(
    connection: Connection, mailbox_id: int, arrivals: Sequence[_Arrival]
) -> set[tuple[int, int]]:
    """Places that have a mail in the ledger."""
    known: set[tuple[int, int]] = set()
    for uids in pieces([arrival.delivery.uid for arrival in arrivals]):
        query = select(DeliveryRow.uidvalidity, DeliveryRow.uid).where(
            DeliveryRow.mailbox_id == mailbox_id,
            DeliveryRow.uid.in_(uids),
            DeliveryRow.state != UNFETCHABLE,
        )
        known.update((row.uidvalidity, row.uid) for row in connection.execute(query))
    return known


def _mail_ids(connection: Connection, mailbox_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Content key to mail, of those that the ledger has."""
    found: dict[str, int] = {}
    for some in pieces(keys):
        query = select(MailRow.content_key, MailRow.id).where(
            MailRow.mailbox_id == mailbox_id, MailRow.content_key.in_(some)
        )
        found |= {row.content_key: row.id for row in connection.execute(query)}
    return found


def _insert_mails(
    connection: Connection, mailbox_id: int, arrivals: Sequence[_Arrival], *, now: datetime
) -> None:
    blobs, mails = [], []
    for arrival in arrivals:
        if arrival.raw is None:
            continue
        data = arrival.raw.data
        blobs.append(
            {"sha256": arrival.sha256, "body": data, "size_bytes": len(data), "stored_at": now}
        )
        mails.append(
            {
                "mailbox_id": mailbox_id,
                "content_key": arrival.key,
                "raw_sha256": arrival.sha256,
                "complete": arrival.raw.complete,
                "stored_at": now,
            }
        )
    if mails:
        # Another mailbox may have the same bytes.
        connection.execute(upsert(connection, RawBlobRow).on_conflict_do_nothing(), blobs)
        connection.execute(insert(MailRow), mails)


def _save_deliveries(
    connection: Connection,
    mailbox_id: int,
    arrivals: Sequence[_Arrival],
    mail_ids: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    """Insert deliveries; one that could not be fetched before counts one more try."""
    rows: list[dict[str, Any]] = [
        {
            "mailbox_id": mailbox_id,
            "uidvalidity": arrival.delivery.uidvalidity,
            "uid": arrival.delivery.uid,
            "mail_id": mail_ids.get(arrival.key),
            "sha256": arrival.sha256,
            "size_bytes": arrival.delivery.size_bytes,
            "received_at": arrival.delivery.received_at,
            "state": UNFETCHABLE if arrival.raw is None else STORED,
            "last_error": arrival.failure,
            "seen_at": now,
        }
        for arrival in arrivals
    ]
    if not rows:
        return
    statement = upsert(connection, DeliveryRow)
    changed = ("mail_id", "sha256", "size_bytes", "state", "last_error")
    statement = statement.on_conflict_do_update(
        index_elements=["mailbox_id", "uidvalidity", "uid"],
        set_={name: statement.excluded[name] for name in changed}
        | {"attempts": DeliveryRow.attempts + 1},
    )
    connection.execute(statement, rows)


def _log(
    connection: Connection,
    mailbox_id: int,
    arrivals: Sequence[_Arrival],
    mail_ids: Mapping[str, int],
    first: Mapping[str, _Arrival],
    *,
    now: datetime,
) -> None:
    """Tell of each mail that it was stored, of each further copy that it came again."""
    stored, again, failed = [], [], []
    for arrival in arrivals:
        place = {"uidvalidity": arrival.delivery.uidvalidity, "uid": arrival.delivery.uid}
        if arrival.raw is None:
            failed.append((mailbox_id, place | {"error": arrival.failure}))
        elif first.get(arrival.key) is arrival:
            stored.append((mail_ids[arrival.key], place))
        else:
            again.append((mail_ids[arrival.key], place))
    record_events(connection, "mail", "stored", stored, at=now)
    record_events(connection, "mail", "delivered_again", again, at=now)
    record_events(connection, "mailbox", "unfetchable", failed, at=now)


def _move_cursor(connection: Connection, mailbox_id: int, arrivals: Sequence[_Arrival]) -> None:
    highest: dict[int, int] = {}
    for arrival in arrivals:
        uidvalidity, uid = arrival.place
        highest[uidvalidity] = max(uid, highest.get(uidvalidity, 0))
    for uidvalidity, uid in highest.items():
        connection.execute(
            update(MailboxRow)
            .where(
                MailboxRow.id == mailbox_id,
                MailboxRow.uidvalidity == uidvalidity,
                MailboxRow.highest_uid < uid,
            )
            .values(highest_uid=uid)
        )
