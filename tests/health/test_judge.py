from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.health.judge import Health, judge_health
from pipeline.store.logins import StoredLogin
from tests.health.builders import (
    NOW,
    make_arrivals,
    make_mailbox,
    make_settings,
    make_standing,
    office_hours,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def judge(*, settings: dict[str, Any] | None = None, **mailbox: Any) -> Health:
    standing = make_standing(make_mailbox(**mailbox))
    return judge_health(standing, [make_settings(**(settings or {}))])


def codes(health: Health) -> list[tuple[str, str]]:
    return [(finding.code, finding.level) for finding in health.findings]


def test_a_mailbox_that_was_read_a_minute_ago_is_well() -> None:
    assert judge() == Health(NOW)
    assert judge().level == "ok"


@pytest.mark.parametrize(
    ("mailbox", "code", "level", "told", "remedy"),
    [
        ({"last_success_at": None}, "never_read", "alarm", "never read", "triage ingest --watch"),
        (
            {"last_success_at": NOW - 31 * MINUTE},
            *("no_success", "alarm", "31 minutes ago", "triage ingest --watch"),
        ),
        (
            {"last_success_at": NOW - 50 * HOUR, "last_error": "mailbox claims: no server listens"},
            *("no_success", "alarm", "2 days ago: no server listens", "triage check"),
        ),
        (
            {"last_error": "mailbox claims: no server listens", "last_error_at": NOW},
            *("failing", "warning", "no server listens", "tried again"),
        ),
        (
            {"login": StoredLogin(refused_at=NOW - 3 * HOUR), "last_error": "mailbox claims: no"},
            *("login_refused", "alarm", "refused for 3 hours: no", "set the right password"),
        ),
        (
            {"login": StoredLogin(None, NOW + 15 * MINUTE, "invalid_grant")},
            *("token_not_renewed", "alarm", "invalid_grant; the present one works", "mend it"),
        ),
        (
            {"login": StoredLogin(None, NOW - MINUTE, "the token server fails")},
            *("token_not_renewed", "alarm", "fails; the last one has expired", "mend it"),
        ),
        (
            {"waiting": 7, "oldest_waiting_at": NOW - 2 * HOUR},
            *("backlog", "alarm", "7 mails wait, the oldest for 2 hours", "triage ingest"),
        ),
        (
            {"quarantined": 3, "errors": {"ValueError": 2, "TimedOut": 1}},
            *("quarantine", "warning", "(TimedOut 1, ValueError 2)", "triage quarantine list"),
        ),
        ({"unfetchable": 1}, "unfetchable", "warning", "cannot give 1", "mail program"),
        (
            {"arrivals": make_arrivals(office_hours, until=NOW - 6 * HOUR)},
            *("silent", "alarm", "no mail for 5 hours, a time that usually", "forwarding"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    mailbox: dict[str, Any], code: str, level: str, told: str, remedy: str
) -> None:
    health = judge(**mailbox)
    assert codes(health) == [(code, level)]
    (finding,) = health.findings
    assert finding.mailbox == "claims"
    assert told in finding.told
    assert remedy in finding.remedy


def test_a_mailbox_that_is_not_read_is_not_called_silent() -> None:
    unread = NOW - 5 * HOUR
    health = judge(last_success_at=unread, arrivals=make_arrivals(office_hours, until=unread))
    assert codes(health) == [("no_success", "alarm")]


@pytest.mark.parametrize(
    ("days", "level"), [(31, None), (30, "warning"), (1, "warning"), (0, "alarm"), (-9, "alarm")]
)
def test_a_secret_is_told_a_month_before_its_last_day(days: int, level: str | None) -> None:
    last = NOW.date() + timedelta(days=days)
    health = judge(settings={"oauth_secret_expires": last})
    assert codes(health) == ([("secret_expires", level)] if level else [])
    assert isinstance(last, date)


def test_limits_are_the_mailbox_s_own() -> None:
    late = {"last_success_at": NOW - 45 * MINUTE}
    assert judge(settings={"alarm_minutes": 60}, **late).level == "ok"
    silent = {"arrivals": make_arrivals(office_hours, until=NOW - 5 * HOUR)}
    assert judge(settings={"alarm_silence": False}, **silent).level == "ok"


def test_alarms_stand_before_warnings() -> None:
    health = judge(quarantined=1, last_success_at=NOW - 3 * HOUR)
    assert codes(health) == [("no_success", "alarm"), ("quarantine", "warning")]
    assert health.level == "alarm"


def test_a_mailbox_that_the_store_does_not_know_was_never_read() -> None:
    assert codes(judge_health(make_standing(), [make_settings()])) == [("never_read", "alarm")]


def test_of_a_mailbox_that_is_not_configured_any_more_only_leftovers_are_told() -> None:
    left = make_mailbox(last_success_at=None, quarantined=1)
    health = judge_health(make_standing(left), [])
    assert codes(health) == [("no_mailbox", "warning"), ("quarantine", "warning")]


def test_a_missing_model_is_an_alarm() -> None:
    health = judge_health(make_standing(), [], missing_model="2026.1")
    assert codes(health)[0] == ("model_missing", "alarm")
    assert "2026.1" in health.findings[0].told
