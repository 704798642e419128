"""What may be wrong, in words: one function a finding, facts -> sentence and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.health.habit import Silence

Level: TypeAlias = Literal["ok", "warning", "alarm"]

WATCH: Final = "start `triage ingest --watch`, or look at what should have run it"
CHECK: Final = "`triage check` tells what is wrong with it"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: Its kind, one word.
        level: `alarm` asks for a person now, `warning` soon.
        mailbox: Which one; empty where it is not one mailbox's.
        told: What is wrong.
        remedy: What to do.
    """

    code: str
    level: Level
    mailbox: str
    told: str
    remedy: str


def never_read(mailbox: str, *, error: str) -> Finding:
    """A configured mailbox was never read to its end."""
    told = f"it was never read to its end{': ' + error if error else ''}"
    return Finding("never_read", "alarm", mailbox, told, CHECK if error else WATCH)


def no_success(mailbox: str, *, since: timedelta, error: str) -> Finding:
    """A mailbox was not read to its end for too long."""
    told = f"it was last read to its end {span(since)} ago{': ' + error if error else ''}"
    return Finding("no_success", "alarm", mailbox, told, CHECK if error else WATCH)


def failing(mailbox: str, *, error: str) -> Finding:
    """The last reading failed, but one before it went well not long ago."""
    remedy = f"it is tried again at each run; if it stays, {CHECK}"
    return Finding("failing", "warning", mailbox, error, remedy)


def login_refused(mailbox: str, *, since: timedelta, error: str) -> Finding:
    """User and password or token are refused, which does not mend itself."""
    told = f"the log-in has been refused for {span(since)}{': ' + error if error else ''}"
    remedy = "set the right password, secret or refresh token; the mail administrator can tell why"
    return Finding("login_refused", "alarm", mailbox, told, remedy)


def token_not_renewed(mailbox: str, *, error: str, left: timedelta | None) -> Finding:
    """The access token could not be renewed."""
    if left is None:
        until = ""
    elif left > timedelta(0):
        until = f"; the present one works for another {span(left)}, then the log-in fails"
    else:
        until = "; the last one has expired"
    told = f"the access token cannot be renewed: {error}{until}"
    remedy = "mend it before the token expires: what the token server says tells how"
    return Finding("token_not_renewed", "alarm", mailbox, told, remedy)


def secret_expires(mailbox: str, *, days: int) -> Finding:
    """The client's secret ends soon, or has ended."""
    told = f"the client's secret expires in {days} days" if days > 0 else "its last day is over"
    level: Level = "warning" if days > 0 else "alarm"
    remedy = "make a new secret at the token server, set it and its last day"
    return Finding("secret_expires", level, mailbox, told, remedy)


def silent(mailbox: str, *, silence: Silence, now: datetime) -> Finding:
    """No mail arrived, up to `now`, where the mailbox's habit lets one expect several."""
    length = span(now - silence.since)
    told = f"no mail for {length}, a time that usually brings {silence.expected:.0f}"
    remedy = (
        "write a mail to it and see whether it comes: a forwarding or a filter may have changed; "
        "`alarm_silence = false` where it is right"
    )
    return Finding("silent", "alarm", mailbox, told, remedy)


def backlog(mailbox: str, *, waiting: int, since: timedelta) -> Finding:
    """Mail waits to be understood for too long."""
    told = f"{waiting} mails wait, the oldest for {span(since)}"
    remedy = f"{WATCH}; where it runs, more workers share the work on PostgreSQL"
    return Finding("backlog", "alarm", mailbox, told, remedy)


def quarantine(mailbox: str, *, errors: Mapping[str, int], mails: int) -> Finding:
    """Mails failed for the last time."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(errors.items()))
    told = f"{mails} mails are quarantined{f' ({kinds})' if kinds else ''}"
    remedy = "`triage quarantine list` and `show` tell them, `retry` lets them be tried again"
    return Finding("quarantine", "warning", mailbox, told, remedy)


def unfetchable(mailbox: str, *, mails: int) -> Finding:
    """The server could not give some mails."""
    told = f"the server cannot give {mails} mails"
    remedy = "open them with a mail program; the mail administrator can tell what is wrong"
    return Finding("unfetchable", "warning", mailbox, told, remedy)


def no_mailbox() -> Finding:
    """Nothing is configured."""
    remedy = "set TRIAGE_IMAP_HOST or TRIAGE_MAILBOXES; the README tells how"
    return Finding("no_mailbox", "warning", "", "no mailbox is configured", remedy)


def store_away(error: str) -> Finding:
    """The database is away or refuses."""
    remedy = "check TRIAGE_DATABASE_URL, and that the database runs and can be written"
    return Finding("store_away", "alarm", "", error, remedy)


def model_missing(version: str) -> Finding:
    """There is no model of the version that is set."""
    told = f"there is no model {version}: mail is fetched, not understood"
    remedy = "`triage train list` lists the versions; name one in models/CURRENT or TRIAGE_MODEL"
    return Finding("model_missing", "alarm", "", told, remedy)


def span(time: timedelta) -> str:
    """A length of time for people: minutes below two hours, hours below two days, then days."""
    minutes = max(0, round(time.total_seconds() / 60))
    for unit, length in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * length:
            return f"{minutes // length} {unit}"
    return f"{minutes} minutes"
