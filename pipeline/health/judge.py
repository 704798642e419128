"""`StoreStanding` and settings -> `Health`: what is wrong with whom, the worst first; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pipeline.health import findings
from pipeline.health.habit import find_silence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.health.findings import Finding, Level
    from pipeline.settings import MailboxSettings
    from pipeline.store.standing import MailboxStanding, StoreStanding

SECRET_DAYS: Final = 30
"""So long before its last day a client's secret is told."""


@dataclass(frozen=True, slots=True)
class Health:
    """How well everything is.

    Attributes:
        at: When this was judged, UTC; None where the store could not be read.
        findings: What is wrong, alarms first.
    """

    at: datetime | None
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of them."""
        return self.findings[0].level if self.findings else "ok"


def judge_health(
    standing: StoreStanding, mailboxes: Sequence[MailboxSettings], *, missing_model: str = ""
) -> Health:
    """Find what is wrong.

    Args:
        standing: How the store stands.
        mailboxes: Those that are configured; of others only what waits for a person is told.
        missing_model: The model version that is set and not there; empty where it is there.
    """
    now = standing.at
    found: list[Finding] = [] if mailboxes else [findings.no_mailbox()]
    if missing_model:
        found.append(findings.model_missing(missing_model))
    for settings in mailboxes:
        found += _secret_findings(settings, now=now)
        mailbox = standing.mailboxes.get(settings.name)
        if mailbox is None:
            found.append(findings.never_read(settings.name, error=""))
        else:
            found += _reading_findings(mailbox, settings, now=now)
    for mailbox in standing.mailboxes.values():
        found += _leftovers(mailbox)
    return Health(now, tuple(sorted(found, key=lambda finding: finding.level != "alarm")))


def _reading_findings(
    mailbox: MailboxStanding, settings: MailboxSettings, *, now: datetime
) -> Iterator[Finding]:
    """What is wrong with reading a mailbox and with understanding what came."""
    name, status, login = settings.name, mailbox.status, mailbox.login
    limit = timedelta(minutes=settings.alarm_minutes)
    error = status.last_error.removeprefix(f"mailbox {name}: ")
    if login.refused_at is not None:
        yield findings.login_refused(name, since=now - login.refused_at, error=error)
    elif status.last_success_at is None:
        yield findings.never_read(name, error=error)
    elif now - status.last_success_at > limit:
        yield findings.no_success(name, since=now - status.last_success_at, error=error)
    elif error:
        yield findings.failing(name, error=error)
    if login.renewal_error:
        left = login.good_until - now if login.good_until else None
        yield findings.token_not_renewed(name, error=login.renewal_error, left=left)
    if status.oldest_waiting_at is not None and now - status.oldest_waiting_at > limit:
        since = now - status.oldest_waiting_at
        yield findings.backlog(name, waiting=status.waiting, since=since)
    yield from _silence_findings(mailbox, settings)


def _silence_findings(mailbox: MailboxStanding, settings: MailboxSettings) -> Iterator[Finding]:
    """Silence until the last complete reading: what came since then is not known."""
    read_at = mailbox.status.last_success_at
    if read_at is None or not settings.alarm_silence:
        return
    silence = find_silence(mailbox.arrivals, now=read_at)
    if silence is not None:
        yield findings.silent(settings.name, silence=silence, now=read_at)


def _secret_findings(settings: MailboxSettings, *, now: datetime) -> Iterator[Finding]:
    if settings.oauth_secret_expires is None:
        return
    days = (settings.oauth_secret_expires - now.date()).days
    if days <= SECRET_DAYS:
        yield findings.secret_expires(settings.name, days=days)


def _leftovers(mailbox: MailboxStanding) -> Iterator[Finding]:
    """What a person must look at."""
    status = mailbox.status
    if status.quarantined:
        yield findings.quarantine(status.name, errors=mailbox.errors, mails=status.quarantined)
    if status.unfetchable:
        yield findings.unfetchable(status.name, mails=status.unfetchable)
