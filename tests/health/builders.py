"""Standings and settings for the tests of health, every field with a default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.settings import MailboxSettings
from pipeline.store.arrivals import ArrivalHour
from pipeline.store.logins import StoredLogin
from pipeline.store.records import MailboxStatus
from pipeline.store.standing import MailboxStanding, StoreStanding

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
"""A Wednesday afternoon."""

HOUR = timedelta(hours=1)


def make_settings(**fields: Any) -> MailboxSettings:
    given = {"name": "claims", "host": "mail.example", "user": "u", "password": "p", **fields}
    return MailboxSettings.model_validate(given)


def make_mailbox(
    *,
    login: StoredLogin | None = None,
    arrivals: tuple[ArrivalHour, ...] = (),
    errors: dict[str, int] | None = None,
    **fields: Any,
) -> MailboxStanding:
    """Read a minute ago, nothing waits."""
    defaults: dict[str, Any] = {
        "name": "claims",
        "folder": "INBOX",
        "last_success_at": NOW - timedelta(minutes=1),
        "last_error": "",
        "last_error_at": None,
    }
    status = MailboxStatus(**{**defaults, **fields})
    return MailboxStanding(status, login or StoredLogin(), arrivals, errors or {})


def make_standing(*mailboxes: MailboxStanding, **fields: Any) -> StoreStanding:
    return StoreStanding(NOW, {each.status.name: each for each in mailboxes}, **fields)


def make_arrivals(
    mails_at: Callable[[datetime], int], *, days: int = 56, until: datetime = NOW
) -> tuple[ArrivalHour, ...]:
    """Hours with mail up to a moment, each mail in the middle of its hour."""
    first = until.replace(minute=0) - timedelta(days=days)
    hours = (first + number * HOUR for number in range(days * 24 + 1))
    return tuple(
        ArrivalHour(hour, mails_at(hour), hour + HOUR / 2)
        for hour in hours
        if mails_at(hour) and hour + HOUR / 2 <= until
    )


def office_hours(hour: datetime) -> int:
    """Two mails an hour from eight to six on weekdays."""
    return 2 if hour.weekday() < 5 and 8 <= hour.hour < 18 else 0
