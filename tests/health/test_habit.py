from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.health.habit import find_silence
from pipeline.store.arrivals import ArrivalHour
from tests.health.builders import HOUR, NOW, make_arrivals, office_hours

MORNING = NOW.replace(hour=8, minute=0)
HOLIDAY = (MORNING - timedelta(days=16)).date()


@pytest.mark.parametrize("hours", [0, 1, 8, 14, 16])
def test_nights_are_no_silence(hours: int) -> None:
    evening = MORNING.replace(hour=18)
    arrivals = make_arrivals(office_hours, until=evening)
    assert find_silence(arrivals, now=evening + hours * HOUR) is None


def test_a_weekend_is_no_silence() -> None:
    friday = MORNING + timedelta(days=2, hours=10)
    arrivals = make_arrivals(office_hours, until=friday)
    assert find_silence(arrivals, now=friday + timedelta(days=2, hours=15)) is None


def test_an_office_morning_without_mail_is_told_with_what_was_expected() -> None:
    arrivals = make_arrivals(office_hours, until=MORNING)
    assert find_silence(arrivals, now=MORNING + 2 * HOUR) is None
    silence = find_silence(arrivals, now=MORNING + 4 * HOUR)
    assert silence is not None
    assert silence.since == arrivals[-1].last_at
    assert silence.expected == pytest.approx(9, abs=1)


def test_a_silence_as_long_as_an_earlier_holiday_is_no_alarm() -> None:
    arrivals = make_arrivals(
        lambda hour: 0 if hour.date() == HOLIDAY else office_hours(hour), until=MORNING
    )
    assert find_silence(arrivals, now=MORNING + 10 * HOUR) is None
    assert find_silence(arrivals, now=MORNING + timedelta(days=1, hours=9)) is not None


def test_a_few_mails_a_week_are_missed_after_weeks() -> None:
    arrivals = make_arrivals(lambda hour: int(hour.hour == 9 and hour.weekday() in {0, 3}))
    assert find_silence(arrivals * 2, now=NOW) is None
    sparse = tuple(ArrivalHour(each.hour, 2, each.last_at) for each in arrivals)
    assert find_silence(sparse, now=NOW + timedelta(days=7)) is None
    assert find_silence(sparse, now=NOW + timedelta(days=21)) is not None


def test_two_weeks_and_thirty_mails_make_a_habit() -> None:
    later = NOW + timedelta(days=30)
    assert find_silence((), now=NOW) is None
    assert find_silence(make_arrivals(office_hours, days=13), now=later) is None
    assert find_silence(make_arrivals(lambda hour: int(hour.hour == 9), days=28), now=later) is None
    assert find_silence(make_arrivals(office_hours, days=15), now=later) is not None


def test_mail_from_the_future_says_nothing() -> None:
    arrivals = make_arrivals(office_hours)
    far = ArrivalHour(NOW + 9 * HOUR, 1, NOW + 9 * HOUR)
    later = NOW + 3 * HOUR
    assert find_silence((*arrivals, far), now=later) == find_silence(arrivals, now=later)


@given(
    hours=st.lists(st.integers(0, 2000), min_size=1, max_size=200, unique=True),
    after=st.integers(0, 5000),
)
def test_right_after_a_mail_it_is_never_silent_and_a_silence_only_grows(
    hours: list[int], after: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    arrivals = tuple(
        ArrivalHour(start + hour * HOUR, 3, start + hour * HOUR) for hour in sorted(hours)
    )
    last = arrivals[-1].last_at
    assert find_silence(arrivals, now=last) is None
    silence = find_silence(arrivals, now=last + after * HOUR)
    later = find_silence(arrivals, now=last + (after + 1) * HOUR)
    assert silence is None or (later is not None and later.expected >= silence.expected)
