"""An article, a watch's times or a failed try in; whether, when and how often to speak out. Pure: the clock is an argument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from crawler.items import Relation

WEBHOOK_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""Before each try: the example schedule of Standard Webhooks 1.0, ten tries over 75 h 35 min."""
MAIL_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 30, 60, 120, 240, *[360] * 11))
"""Before each try: Postfix's way with 4xx answers, back-off up to some hours, here over 73 h 51 min."""
LONGEST_WAIT = timedelta(hours=24)
"""The most that a receiver's Retry-After is believed."""
JITTER = 0.2
BURST = 10
"""How many stories of one watch go to one channel one by one; when more are due at once, they go as a digest."""
DIGEST_SIZE = 150
"""How many stories one digest tells at most: Gmail cuts a mail at 102 KB, and 1,000 stories stay within ten messages."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(r"now|hourly|(?:daily|weekly (?P<day>mon|tue|wed|thu|fri|sat|sun)) (?P<at>\d\d:\d\d)")
_QUIET = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


class Timed(Protocol):
    """What a watch says about its hours."""

    @property
    def when(self) -> str: ...
    @property
    def quiet(self) -> str | None: ...
    @property
    def timezone(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who needs no further try of a mail: those who have it, and those whose server refused it for good."""

    served: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try."""

    state: Literal["delivered", "again", "failed"]
    error: str = ""
    """One line for people; never an address's path, a password or a secret."""
    retry_after: timedelta | None = None
    """What the receiver asked for; None when it said nothing. It holds for the whole channel."""
    recipients: Recipients = Recipients()
    """After this try."""
    gone: bool = False
    """The receiver wants nothing more, ever (HTTP 410)."""


def speaks(relation: Relation, *, last_version: int | None, is_backfill: bool, repeats_backfill: bool, updates: bool) -> int | None:
    """Whether a watch that found an article speaks of it: the version to queue, None to stay silent.

    Ask only for an article that matches inside the watch's filters. `last_version` is the newest version of the
    story that the watch told (None: it never spoke of it), `repeats_backfill` whether the article goes back to one
    that the watch found but that was out before we looked (a reworked copy, an edit, repeats it like a literal one),
    `updates` the watch's key.
    """
    if is_backfill:
        return None
    if last_version is None:
        return None if relation in ("copy", "edit") and repeats_backfill else 0
    return last_version + 1 if updates and relation == "update" else None


def due_at(watch: Timed, now: datetime, default_zone: ZoneInfo) -> datetime:
    """When something found `now` may be said (UTC), by the watch's `when` and `quiet`.

    A time of day that summer time skips comes an hour later; of one that it repeats, the first counts. Raises
    ValueError for a `when` or `quiet` that the watch file could not have had.
    """
    rule = _WHEN.fullmatch(watch.when)
    if not rule:
        raise ValueError(f"when = {watch.when!r}")
    zone = ZoneInfo(watch.timezone) if watch.timezone else default_zone
    due = now
    if watch.when == "hourly":
        local = now.astimezone(zone)
        due = now + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    elif rule["at"]:
        due = _next(time.fromisoformat(rule["at"]), rule["day"], zone, now)
    return _after_quiet(due, watch.quiet, zone).astimezone(UTC)


def _next(at: time, day: str | None, zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment after now that has this local time, and weekday where one is named."""
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(9))
    moments = (_moment(day_, at, zone) for day_ in days if day is None or day_.weekday() == _DAYS.index(day))
    return next(moment for moment in moments if moment > now)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)  # through UTC: a time that does not exist becomes one that does


def _after_quiet(due: datetime, quiet: str | None, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    if not quiet:
        return due
    hours = _QUIET.fullmatch(quiet)
    if not hours:
        raise ValueError(f"quiet = {quiet!r}")
    start, end = time.fromisoformat(hours[1]), time.fromisoformat(hours[2])
    clock = due.astimezone(zone).time()
    inside = start <= clock < end if start < end else start != end and (clock >= start or clock < end)
    return _next(end, None, zone, due) if inside else due


def next_try(delays: tuple[timedelta, ...], tries: int, jitter: float, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after the try number `tries` (from 1) failed; None when it was the last.

    `jitter` from -1 to 1 moves the wait by up to 20 %. What the receiver asked for counts instead, up to a day.
    """
    if tries >= len(delays):
        return None
    if retry_after is not None:
        return min(max(retry_after, timedelta(seconds=1)), LONGEST_WAIT)
    return delays[tries] * (1 + JITTER * jitter)


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """The header Retry-After (RFC 9110, section 10.2.3), seconds or a date; None when it is neither."""
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
        return timedelta(seconds=int(text))
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (TypeError, ValueError):  # no date, or one without a zone
        return None
