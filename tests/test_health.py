"""Health: an outlet's last crawls in, its state and whether it needs a person out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.health import Poll, diagnose

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


def poll(state: str = "ok", error: str = "", days: float = 0, url: str = "https://a.example/rss") -> Poll:
    return Poll(url=url, state=state, last_error=error, last_changed_at=NOW - timedelta(days=days))


DEAD = poll("failed", "the host name cannot be resolved")
DEAD_TOO = poll("failed", "the host name cannot be resolved", url="https://a.example/atom")


@pytest.mark.parametrize(
    ("last_good", "run_good", "polls", "state", "reason", "needs_person"),
    [
        (NOW, True, [poll()], "ok", "", False),
        (NOW, True, [poll("unchanged")], "unchanged", "", False),
        (NOW, True, [poll(), poll("unchanged")], "ok", "", False),
        (NOW, True, [poll(), DEAD], "ok", "https://a.example/rss: the host name cannot be resolved", False),
        (NOW, True, [DEAD, DEAD_TOO], "failing", "2 addresses: the host name cannot be resolved", True),
        (NOW, False, [DEAD], "failing", "https://a.example/rss: the host name cannot be resolved", True),
        (NOW, False, [], "failing", "the last crawl read no feed and no page", True),
        (None, False, [DEAD], "never worked", "https://a.example/rss: the host name cannot be resolved", False),
        (None, False, [], "never worked", "no crawl has ended well yet", False),
        (NOW, True, [poll("unchanged", days=4)], "stale", "nothing new since 2026-01-27", True),
        (NOW, True, [poll("unchanged", days=4), poll(days=1)], "ok", "", False),
    ],
)
def test_how_an_outlet_is(
    last_good: datetime | None, run_good: bool, polls: list[Poll], state: str, reason: str, needs_person: bool
) -> None:
    health = diagnose(last_good, run_good, polls, NOW)
    assert (health.state, health.reason, health.needs_person) == (state, reason, needs_person)
