"""StoreStatus and Health -> what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.words import printable
from pipeline.workflow import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from pipeline.health.judge import Health
    from pipeline.store.records import MailboxStatus, StoreStatus

_STYLES = {"ok": "green", "warning": "yellow", "alarm": "bold red"}


def status_view(standing: StoreStatus, *, configured: Sequence[str] = ()) -> RenderableType:
    """Show how everything stands.

    Args:
        standing: What the store counted.
        configured: Names of the mailboxes in the settings; those that the store does not know
            yet are shown as never read.
    """
    parts: list[RenderableType] = [_mailboxes(standing, configured)]
    parts += [
        Text(f"{mailbox.name}: {printable(mailbox.last_error)}", style="red")
        for mailbox in standing.mailboxes
        if mailbox.last_error
    ]
    told = [
        f"{state.replace('_', ' ')} {standing.claims[state]}"
        for state in STATES
        if state in standing.claims
    ]
    parts += [Text(), Text(f"Claims: {', '.join(told) or 'none yet'}")]
    return Group(*parts)


def health_view(health: Health) -> RenderableType:
    """Show what is wrong, the worst first, each with what to do."""
    if not health.findings:
        return Text("Health: all is well", style="green")
    lines = [Text(f"Health: {health.level}", style=_STYLES[health.level])]
    for finding in health.findings:
        where = f"{finding.mailbox}: " if finding.mailbox else ""
        told = printable(f"  {finding.level:<8}{where}{finding.told}")
        lines.append(Text(told, style=_STYLES[finding.level]))
        lines.append(Text(f"          → {finding.remedy}", style="yellow"))
    return Group(*lines)


def moment(at: datetime | None) -> str:
    """A time for people, UTC; `never` where there is none."""
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _mailboxes(standing: StoreStatus, configured: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("mailbox")
    table.add_column("last success")
    for heading in ("fetched", "waiting", "in work", "triaged", "quarantined", "not fetchable"):
        table.add_column(heading, justify="right")
    table.add_column("oldest waiting")
    for mailbox in standing.mailboxes:
        table.add_row(*_row(mailbox))
    known = {mailbox.name for mailbox in standing.mailboxes}
    for name in configured:
        if name not in known:
            table.add_row(name, "never", *("0",) * 6, "")
    return table


def _row(mailbox: MailboxStatus) -> tuple[Text, ...]:
    bad = mailbox.quarantined + mailbox.unfetchable > 0
    counts = (
        *(mailbox.fetched, mailbox.waiting, mailbox.leased, mailbox.triaged),
        *(mailbox.quarantined, mailbox.unfetchable),
    )
    oldest = mailbox.oldest_waiting_at
    return (
        Text(mailbox.name, style="red" if bad or mailbox.last_error else "green"),
        Text(moment(mailbox.last_success_at)),
        *(Text(str(count)) for count in counts),
        Text("" if oldest is None else moment(oldest)),
    )
