"""Quarantined mails -> what stands on the screen; reads headers only, the body may be poison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.life_view import ledger_view
from flows.status_view import moment
from flows.words import printable
from pipeline.parse.headers import bound_head, read_head, split_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from pipeline.datatypes import RawMail
    from pipeline.store.records import MailLife, StoredMail


def quarantine_view(mails: Sequence[StoredMail]) -> RenderableType:
    """List mails with the error that brought them here."""
    if not mails:
        return Text("The quarantine is empty.")
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("mail", justify="right")
    table.add_column("mailbox")
    table.add_column("since")
    table.add_column("tries", justify="right")
    table.add_column("error")
    for mail in mails:
        table.add_row(
            str(mail.id),
            mail.mailbox,
            moment(mail.finished_at),
            str(mail.attempts),
            Text(printable(mail.error)),
        )
    return table


def head_view(life: MailLife, raw: RawMail) -> RenderableType:
    """Show the ledger and who wrote about what."""
    head_bytes, _ = split_head(raw.data)
    head = read_head(bound_head(head_bytes)[0])
    table = Table.grid(padding=(0, 2, 0, 0))
    facts = {
        "subject": head.subject,
        "from": f"{head.sender.name} <{head.sender.address}>",
        "sent": moment(head.sent_at),
        "message id": head.message_id,
    }
    for key, value in facts.items():
        table.add_row(Text(f"  {key}", style="dim"), Text(printable(value)))
    return Group(table, ledger_view(life))
