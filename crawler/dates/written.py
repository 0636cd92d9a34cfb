"""Tokens that name a day → the moment they name: numeric or in words, Gregorian or Hijri, in any usual order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import cast
from zoneinfo import ZoneInfo

from hijridate import Hijri

from crawler.dates.clock import find_times
from crawler.dates.reading import ImpossibleError, Reading
from crawler.dates.scan import Numeric, Token

SKEW = timedelta(days=1)
"""How far ahead of now a stated time is believed: clocks are wrong, and a day without a time is taken for noon."""

_YEARS = range(1900, 2101)
_OWN_MOON = {"Africa/Casablanca", "Africa/El_Aaiun", "Asia/Muscat", "Asia/Tehran"}
"""Zones of countries that sight their own moon: often a day after the Umm al-Qura calendar, which `hijridate` holds."""
_PASSED_OVER = set("fSA1vTOFw")
"""Kinds that say nothing inside a written date («يوم», «من شهر», «عام»); weekdays are weighed by themselves."""
_DAY = re.compile(
    r"(?P<dmy>nm{1,3}(?:y[eg]?|n(?=t|$)))"
    r"|(?P<ymd>y[eg]?m{1,3}n)"
    r"|(?P<mdy>m{1,3}n(?:t[ae]?)?z?(?:y[eg]?|n(?=t|$)))"
    r"|(?P<hijri_dmy>njyh?)|(?P<hijri_ymd>yh?jn)|(?P<hijri_mdy>jnyh?)"
    r"|(?P<hijri_numeric>dh)|(?P<numeric>d[eg]?)|(?P<bare>nny[eg]?|ynn)"
)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day as the text states it."""

    readings: tuple[date, ...]
    """Possible days, likelier first; none when it cannot exist."""
    is_sure: bool
    is_hijri: bool


def read_written(tokens: Sequence[Token], own: ZoneInfo, now: datetime | None) -> Reading | None:
    """The moment that is named, None when no day is.

    Raises ImpossibleError for 30 February, 25:61, two different days, and for what lies ahead of `now` by more than SKEW.
    """
    kept = [token for token in tokens if token.kind not in _PASSED_OVER]
    kinds = "".join(token.kind for token in kept)
    found = list(_DAY.finditer(kinds))
    if not found:
        return None
    weekdays = {token.value for token in tokens if token.kind == "w"}
    stated = [_read_day(match, kept) for match in found]
    day = _agree(stated, weekdays)
    is_range = any(match.start() and kinds[match.start() - 1] == "n" for match in found)  # «5-7 آب 2024»
    times = find_times(_without_days(kinds, found), kept)
    moments = [time.on(reading, own) for reading, time in product(day.readings, times)]
    believed = [moment for moment in moments if now is None or moment[0] <= now + SKEW]
    if not believed:
        raise ImpossibleError
    at, zone, is_sure = believed[0]
    agree = len({moment[0] for moment in moments[: len(times)]}) == 1
    own_moon = day.is_hijri and own.key in _OWN_MOON
    is_sure = is_sure and day.is_sure and agree and not is_range and not own_moon
    return Reading(at.astimezone(UTC), "hijri" if day.is_hijri else "absolute", is_sure, zone)


def _without_days(kinds: str, found: Sequence[re.Match[str]]) -> str:
    """The kinds with `_` for what belongs to a day; the time inside «Feb 16 23:16:00 2016» stays."""
    letters = list(kinds)
    for match in found:
        for at in range(*match.span()):
            if match.lastgroup != "mdy" or kinds[at] in "mny":
                letters[at] = "_"
    return "".join(letters)


def _read_day(match: re.Match[str], tokens: Sequence[Token]) -> _Day:
    form = str(match.lastgroup)
    parts = tokens[match.start() : match.end()]
    is_hijri = form.startswith("hijri")
    if form.endswith("numeric"):
        return _numeric(*cast("Numeric", parts[0].value), is_hijri=is_hijri)
    numbers = [(str(part.value), part.kind) for part in parts if part.kind in "ny"]
    if form == "bare":
        return _numeric(*(text for text, _ in numbers), is_hijri=False)
    months = {cast("int", part.value) for part in parts if part.kind in "mj"}
    if len(months) > 1:
        raise ImpossibleError
    (year, year_kind), (day, _) = numbers if form.endswith("ymd") else reversed(numbers)
    reading = _date(_full_year(year, year_kind), months.pop(), int(day), is_hijri=is_hijri)
    return _Day((reading,) if reading else (), year_kind == "y", is_hijri)


def _full_year(year: str, kind: str) -> int:
    """RFC 2822, section 4.3: two digits below 50 are of this century."""
    return int(year) if kind == "y" else int(year) + (2000 if int(year) < 50 else 1900)


def _numeric(first: str, second: str, third: str, *, is_hijri: bool) -> _Day:
    """Year first is year-month-day; else day before month where both are possible, and then not sure."""
    a, b, c = int(first), int(second), int(third)
    if len(first) == 4 and len(third) <= 2:
        orders = [(a, b, c)]
    elif len(first) <= 2 and len(third) == 4:
        orders = [(c, b, a), (c, a, b)]
    elif len(first) <= 2 and len(third) == 2 and not is_hijri:
        orders = [(2000 + c, b, a), (2000 + c, a, b), (2000 + a, b, c)]
    else:
        orders = []
    readings = dict.fromkeys(filter(None, (_date(*order, is_hijri=is_hijri) for order in orders)))
    return _Day(tuple(readings), len(readings) == 1 and len(third) + len(first) > 4, is_hijri)


def _date(year: int, month: int, day: int, *, is_hijri: bool) -> date | None:
    """The Gregorian day, None when there is no such day or it is outside what news is dated with."""
    try:
        read = Hijri(year, month, day).to_gregorian() if is_hijri else date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return date(read.year, read.month, read.day) if read.year in _YEARS else None


def _agree(stated: Sequence[_Day], weekdays: Collection[object]) -> _Day:
    """The one day that all statements allow: Gregorian before Hijri, which is beside it as a rule, then the weekday."""
    gregorian = [day for day in stated if not day.is_hijri]
    chief, *others = gregorian or stated
    readings = tuple(reading for reading in chief.readings if all(reading in day.readings for day in others))
    if not readings:
        raise ImpossibleError
    is_sure = chief.is_sure or any(day.is_sure for day in others)
    for beside in (stated if gregorian else ()):
        if beside.is_hijri and beside.readings:
            near = tuple(day for day in readings if any(abs(day - hijri) <= timedelta(days=2) for hijri in beside.readings))
            readings, is_sure = near or readings, bool(near) and (is_sure or len(near) == 1)
    if weekdays:
        fitting = tuple(day for day in readings if {day.weekday()} == set(weekdays))
        readings, is_sure = fitting or readings, bool(fitting) and (is_sure or len(fitting) == 1)
    return _Day(readings, is_sure, chief.is_hijri)
