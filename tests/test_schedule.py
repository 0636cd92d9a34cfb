"""When a feed is asked again: often while it speaks, rarely while it fails, never against its will."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import LATEST, LONGEST_BACK_OFF, SOONEST, next_poll

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


def wait(**known):
    return next_poll(NOW, **known) - NOW


@pytest.mark.parametrize(
    ("quiet_for", "expected"),
    [
        (timedelta(0), SOONEST),
        (timedelta(minutes=30), SOONEST),
        (timedelta(hours=5), timedelta(minutes=30)),
        (timedelta(days=3), LATEST),
        (timedelta(days=400), LATEST),
    ],
)
def test_a_quiet_feed_is_left_alone_longer(quiet_for, expected):
    assert wait(last_change=NOW - quiet_for) == expected


def test_a_new_feed_waits_a_quarter_of_an_hour():
    assert wait() == timedelta(minutes=15)


def test_the_pace_of_its_entries_counts_where_it_is_quicker():
    hourly = [NOW - timedelta(hours=hour) for hour in range(1, 30)]
    assert wait(last_change=NOW - timedelta(days=3), published=hourly) == timedelta(hours=1)
    assert wait(last_change=NOW, published=hourly) == SOONEST


def test_entries_dated_ahead_say_nothing():
    assert wait(published=[NOW + timedelta(days=1)]) == timedelta(minutes=15)


def test_failures_double_the_wait_up_to_half_a_day_and_never_stop():
    waits = [wait(failures=failures, last_change=NOW) for failures in range(1, 200)]
    assert [item / SOONEST for item in waits[:5]] == [1, 2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_BACK_OFF


def test_jitter_moves_by_a_tenth_at_most():
    for jitter in (-1.0, -0.3, 0.0, 1.0, 50.0, -50.0):
        assert abs(wait(last_change=NOW, jitter=jitter) - SOONEST) <= SOONEST * 0.1


def test_retry_after_is_kept_and_capped():
    assert wait(retry_after=timedelta(hours=3), jitter=-1) == timedelta(hours=3)
    assert wait(failures=1, retry_after=timedelta(days=40)) == timedelta(hours=24)
    assert wait(failures=3, retry_after=timedelta(seconds=1)) == SOONEST * 4
