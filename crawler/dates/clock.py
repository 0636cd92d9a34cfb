"""Tokens → the times of day they name, with the zone printed beside each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from crawler.dates.reading import ImpossibleError
from crawler.dates.scan import Clock, Token
from crawler.dates.zones import UNSTATED, find_zone, is_offset

_TIME = re.compile(
    r"(?P<before>[ae])?c?(?:(?P<clock>t)|(?<=c)(?P<worded>[kn])|(?P<dotted>k)(?=[ae])|(?P<hour>n)(?=[ae]))(?P<after>[ae])?(?P<zone>z)?"
)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day as stated."""

    time: time
    is_next_day: bool
    """24:00 is the midnight that ends the day."""
    is_sure: bool
    zone: str
    """See `zones`."""

    def on(self, day: date, own: ZoneInfo) -> tuple[datetime, str, bool]:
        """This time on a day: aware, the zone's name, whether both are certain (an hour repeated or left out by DST is not)."""
        zone, name, is_sure = find_zone(self.zone, own)
        at = datetime.combine(day + timedelta(days=self.is_next_day), self.time, zone)
        return at, name, is_sure and self.is_sure and at.utcoffset() == at.replace(fold=1).utcoffset()


NOON = TimeOfDay(time(12), is_next_day=False, is_sure=True, zone=UNSTATED)
"""What a day without a time is taken for: the whole day is within twelve hours of it."""


def find_times(kinds: str, tokens: Sequence[Token]) -> list[TimeOfDay]:
    """The times of day, in order; a zone named once holds for all. NOON in that zone when there is none.

    `kinds` is one letter for each token, `_` where the token belongs to the day. Raises ImpossibleError for 25:61.
    """
    named = {str(token.value) for token in tokens if token.kind == "z"}
    common = named.pop() if len(named) == 1 else UNSTATED
    found = list(_read_times(kinds, tokens, common))
    return found or [TimeOfDay(NOON.time, is_next_day=False, is_sure=True, zone=common)]


def _read_times(kinds: str, tokens: Sequence[Token], common: str) -> Iterator[TimeOfDay]:
    for match in _TIME.finditer(kinds):
        main = next(match.start(name) for name in ("clock", "worded", "dotted", "hour") if match[name])
        value = tokens[main].value
        clock = value if isinstance(value, Clock) else Clock(cast("int", value), 0)
        part = next((_part(tokens[match.start(name)]) for name in ("after", "before") if match[name]), "")
        zone = clock.offset or (str(tokens[match.start("zone")].value) if match["zone"] else common)
        yield _time_of_day(clock, part, zone, is_bare=match["worded"] is not None)


def _part(token: Token) -> str:
    return "pm" if token.kind == "e" else str(token.value)


def _time_of_day(clock: Clock, part: str, zone: str, *, is_bare: bool) -> TimeOfDay:
    if clock.offset and not is_offset(clock.offset):
        raise ImpossibleError
    hour, is_sure = _hour(clock.hour, part)
    is_next_day = (hour, clock.minute, clock.second) == (24, 0, 0)
    try:
        at = time(0 if is_next_day else hour, clock.minute, min(clock.second, 59) if clock.second == 60 else clock.second)  # a leap second
    except ValueError:
        raise ImpossibleError from None
    is_half_day = is_bare and not part and 0 < clock.hour <= 12  # «الساعة 5»: of the morning or the evening
    return TimeOfDay(at, is_next_day, is_sure and not is_half_day, zone)


def _hour(hour: int, part: str) -> tuple[int, bool]:
    """The hour of 24, and whether number and part of the day agree («15:30 ص» does not)."""
    if not part or hour > 12:
        return hour, not (part == "am" and hour > 12)
    if part == "pm" or (part == "noon" and hour < 5) or (part == "night" and 5 < hour < 12):
        return hour % 12 + 12, True
    return (hour % 12 if part in ("am", "night") else hour), True
