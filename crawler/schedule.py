"""What a feed did so far → when to ask it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

SOONEST = timedelta(minutes=5)
LATEST = timedelta(hours=2)
"""A feed that answers is asked no more often and no less often than this."""
LONGEST_BACK_OFF = timedelta(hours=12)
"""A feed that fails is asked this often at least: outlets come back, so it is never given up."""
LONGEST_WAIT = timedelta(hours=24)
"""What a `Retry-After` may ask for at most."""

_QUIET_SHARE = 10
"""A feed unchanged for ten hours can wait one: at most a tenth is added to the age of its next news."""
_NEWEST = 10
"""How many of the newest entries tell the pace of a feed."""


def next_poll(
    polled_at: datetime,
    *,
    failures: int = 0,
    last_change: datetime | None = None,
    published: Sequence[datetime] = (),
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
) -> datetime:
    """When a feed that was polled at `polled_at` is due again. All times aware.

    `failures` are those in a row, the last poll included; the wait doubles with each. `last_change` is when the feed
    last had something new, None if it never did; `published` are the times of its entries; the quicker of both paces
    counts. `retry_after` is what the server asked for. `jitter` from -1 to 1 moves the wait by up to a tenth, so that
    feeds added together do not stay together; never into a `retry_after`.
    """
    wait = _back_off(failures) if failures > 0 else min(max(_pace(polled_at, last_change, published), SOONEST), LATEST)
    wait *= 1 + 0.1 * max(-1.0, min(1.0, jitter))
    asked = min(retry_after or timedelta(0), LONGEST_WAIT)
    return polled_at + max(wait, asked)


def _back_off(failures: int) -> timedelta:
    """5, 10, 20, 40 minutes … up to half a day."""
    doublings = min(failures - 1, 16)
    return min(SOONEST * (1 << doublings), LONGEST_BACK_OFF)


def _pace(polled_at: datetime, last_change: datetime | None, published: Sequence[datetime]) -> timedelta:
    """How long the feed can be left alone: a share of its silence, or the usual gap between its newest entries."""
    silence = (polled_at - last_change) / _QUIET_SHARE if last_change else SOONEST * 3
    newest = sorted((at for at in published if at <= polled_at), reverse=True)[:_NEWEST]
    gap = (polled_at - newest[-1]) / len(newest) if newest else silence
    return min(silence, gap)
