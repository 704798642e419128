from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.datatypes import Delivery, FetchedMail, RawMail
from pipeline.store.intake import save_deliveries
from pipeline.store.leases import lease_batch
from pipeline.store.mailboxes import record_listing
from pipeline.store.save import save_triaged
from tests.fakes import make_mail, simple_triage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import DeclarativeBase

    from pipeline.datatypes import TriagedMail
    from pipeline.store.database import Store
    from pipeline.store.records import LeasedMail, SavedDeliveries

MAILBOX = "claims"
UIDVALIDITY = 7


def make_fetched(
    data: bytes | None, *, uid: int = 1, uidvalidity: int = UIDVALIDITY, complete: bool = True
) -> FetchedMail:
    delivery = Delivery(MAILBOX, uidvalidity, uid, len(data or b""))
    if data is None:
        return FetchedMail(delivery, None, "the server closed the connection")
    return FetchedMail(delivery, RawMail(str(uid), data, complete))


def save_mails(
    store: Store, mails: Iterable[bytes | None], *, first_uid: int = 1, mailbox: str = MAILBOX
) -> SavedDeliveries:
    record_listing(store, mailbox, uidvalidity=UIDVALIDITY)
    fetched = [make_fetched(data, uid=uid) for uid, data in enumerate(mails, first_uid)]
    return save_deliveries(store, mailbox, fetched)


def lease(
    store: Store, *, limit: int = 10, lease_seconds: float = 60, attempts: int = 3
) -> list[LeasedMail]:
    return lease_batch(
        store, worker="w1", limit=limit, lease_seconds=lease_seconds, attempts=attempts
    )


def save_one(store: Store, triaged: TriagedMail | None = None) -> int:
    """Bring one mail from its bytes to its saved decision; answers its number."""
    save_mails(store, [make_mail()])
    (leased,) = lease(store)
    assert save_triaged(store, leased, triaged or simple_triage(leased.raw))
    return leased.mail_id


def count(store: Store, table: type[DeclarativeBase]) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()
