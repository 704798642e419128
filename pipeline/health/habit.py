"""A mailbox's hours with mail -> is it silent beyond its own habit; pure.

Nights, weekends and holidays are silent too. So time is measured in mails that the hours of a week
usually bring: a silence is odd where it should have brought several, and clearly more than the
longest silence that the mailbox has come back from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.store.arrivals import ArrivalHour

LEAST_DAYS: Final = 14
"""A habit is known from two weeks on, and"""

LEAST_MAILS: Final = 30
"""from so many mails on."""

LEAST_EXPECTED: Final = 7.0
"""Where fewer mails were to be expected, none may be chance: with seven it is once in 1,100."""

LONGER_THAN_EVER: Final = 1.5
"""Times the longest silence of the mailbox's habit."""

HOUR: Final = timedelta(hours=1)
HOURS_OF_A_WEEK: Final = 168


@dataclass(frozen=True, slots=True)
class Silence:
    """No mail for longer than the mailbox's habit.

    Attributes:
        since: Its last mail.
        expected: Mails that the time since then usually brings.
    """

    since: datetime
    expected: float


def find_silence(arrivals: Sequence[ArrivalHour], *, now: datetime) -> Silence | None:
    """Tell whether a mailbox is silent beyond its habit; None also where the habit is not known.

    Args:
        arrivals: Its hours with mail, in order; what lies in the future is left out.
        now: The present, UTC.
    """
    known = [each for each in arrivals if each.last_at <= now]
    if not known or sum(each.mails for each in known) < LEAST_MAILS:
        return None
    last_at = max(each.last_at for each in known)
    if last_at - known[0].hour < timedelta(days=LEAST_DAYS):
        return None
    rates = _rates(known)
    expected = _expected(rates, last_at, now)
    longest = max(
        (
            _expected(rates, before.hour + HOUR, after.hour)
            for before, after in pairwise(known)
            if after.hour - before.hour > HOUR
        ),
        default=0.0,
    )
    odd = expected >= LEAST_EXPECTED and expected > longest * LONGER_THAN_EVER
    return Silence(last_at, expected) if odd else None


def _rates(known: Sequence[ArrivalHour]) -> list[float]:
    """Mails that each hour of the week brings, from the first to the last one with mail."""
    first, last = known[0].hour, known[-1].hour
    weeks, rest = divmod(int((last - first) / HOUR) + 1, HOURS_OF_A_WEEK)
    start = _hour_of_week(first)
    mails: Counter[int] = Counter()
    for each in known:
        mails[_hour_of_week(each.hour)] += each.mails
    return [
        mails[hour] / (weeks + ((hour - start) % HOURS_OF_A_WEEK < rest))
        for hour in range(HOURS_OF_A_WEEK)
    ]


def _expected(rates: Sequence[float], start: datetime, end: datetime) -> float:
    """Mails that a span of time usually brings."""
    weeks, _ = divmod((end - start) / HOUR, HOURS_OF_A_WEEK)
    expected = weeks * sum(rates)
    at = start + weeks * HOURS_OF_A_WEEK * HOUR
    while at < end:
        next_hour = at.replace(minute=0, second=0, microsecond=0) + HOUR
        share = (min(next_hour, end) - at) / HOUR
        expected += share * rates[_hour_of_week(at)]
        at = next_hour
    return round(expected, 6)  # sums of floats: an hour more must not seem less


def _hour_of_week(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour
