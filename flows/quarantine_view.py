"""Quarantined mails -> what stands on the screen; reads headers only, the body may be poison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.life_view import ledger_view
from flows.status_view import moment
from flows.words import printable
from pipeline.parse.headers import bound_head, read_head, split_head
from pipeline.store.leases import WORKER_DIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from pipeline.datatypes import RawMail
    from pipeline.store.records import MailLife, StoredMail


REASONS: Final[Mapping[str, str]] = {
    WORKER_DIED: "the program died or hung at it each time: it may be hostile, open it with care",
    "RecursionError": "its parts are nested too deeply",
    "MailParserRecursionError": "its parts are nested too deeply",
    "MemoryError": "it needs more memory than it may have",
    "TimeoutError": "it takes longer than it may",
    "RowRefused": "the database refuses a value in it",
    "UnicodeDecodeError": "its characters cannot be decoded",
    "UnicodeEncodeError": "its characters cannot be written",
}
"""Error, or its type -> what a person reads."""

UNKNOWN_REASON: Final = "a fault of the program at this mail: export it and report the error"

TRIES: Final = ("failed", "lease_expired", "quarantined", "retried")
"""Kinds of events that tell of a try."""


def reason_words(error: str) -> str:
    """Say in words why a mail failed."""
    kind = error.partition(":")[0].partition(" ")[0]
    return REASONS.get(error) or REASONS.get(kind) or UNKNOWN_REASON


def mail_as_json(mail: StoredMail) -> dict[str, Any]:
    """Shape one line of `triage quarantine list --json`."""
    return {
        "id": mail.id,
        "mailbox": mail.mailbox,
        "since": None if mail.finished_at is None else mail.finished_at.isoformat(),
        "attempts": mail.attempts,
        "reason": reason_words(mail.error),
        "error": mail.error,
        "size_bytes": mail.size_bytes,
        "sha256": mail.sha256,
        "complete": mail.complete,
    }


def quarantine_view(mails: Sequence[StoredMail]) -> RenderableType:
    """List mails with what brought them here."""
    if not mails:
        return Text("The quarantine is empty.")
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("mail", justify="right")
    table.add_column("mailbox")
    table.add_column("since")
    table.add_column("tries", justify="right")
    table.add_column("size", justify="right")
    table.add_column("reason and error")
    for mail in mails:
        table.add_row(
            str(mail.id),
            mail.mailbox,
            moment(mail.finished_at),
            str(mail.attempts),
            str(mail.size_bytes),
            Text(f"{reason_words(mail.error)}\n{printable(mail.error)}"),
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
    parts: list[RenderableType] = [table, ledger_view(life)]
    if life.mail.error:
        parts.append(Text(f"  {reason_words(life.mail.error)}", style="bold"))
    return Group(*parts, _tries(life))


def _tries(life: MailLife) -> RenderableType:
    """What became of each try, those before a retry included."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for event in life.events:
        if event.kind in TRIES:
            told = event.payload.get("error") or event.payload.get("who") or ""
            attempt = event.payload.get("attempt", "")
            table.add_row(
                Text(f"  {moment(event.at)}", style="dim"),
                f"try {attempt}" if attempt else "",
                event.kind.replace("_", " "),
                Text(printable(str(told))),
            )
    return table
