"""Tokens that count back from now («منذ يومين», «أمس 14:30») → the moment they mean; never sure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from crawler.dates.clock import find_times
from crawler.dates.reading import Reading
from crawler.dates.scan import Token

_AGO = re.compile(r"(?P<before>A)?(?P<amounts>(?:[nyNq1]?[SL]1?H?|B1?H?|HS)+)(?P<after>O)?v?")
_AMOUNT = re.compile(r"(?P<number>[nyNq1])?(?P<unit>[SLB])1?(?P<rest>H)?|(?P<part>H)(?P<whole>S)")
_DAY_BACK = re.compile(r"(?:t[ae]?z?)?[aS]?T(?:[ae]?(?:c?t|c[nk]|n(?=[ae])|k(?=[ae]))?)[ae]?z?")
_JUST_NOW = re.compile(r"A?v")
_FARTHEST = 100 * 12
"""Months; who says more does not date an article."""


def read_relative(tokens: Sequence[Token], own: ZoneInfo, now: datetime) -> Reading | None:
    """The moment meant, None when the tokens say anything else. Raises ImpossibleError for «أمس 25:61»."""
    kept = [token for token in tokens if token.kind not in "fw"]
    kinds = "".join(token.kind for token in kept)
    if _JUST_NOW.fullmatch(kinds):
        return _reading(now, own.key)
    if match := _AGO.fullmatch(kinds):
        return _read_ago(match, kept, own, now) if not any(token.kind == "w" for token in tokens) else None
    if not _DAY_BACK.fullmatch(kinds):
        return None
    back = next(int(token.value) for token in kept if token.kind == "T" and isinstance(token.value, int))
    day = now.astimezone(own).date() - timedelta(days=back)
    if any(token.kind == "w" and token.value != day.weekday() for token in tokens):
        return None
    at, zone, _ = find_times(kinds, kept)[0].on(day, own)
    return _reading(at, zone)


def _reading(at: datetime, zone: str) -> Reading:
    origin: Literal["relative"] = "relative"
    return Reading(at.astimezone(UTC), origin, False, zone)


def _read_ago(match: re.Match[str], tokens: Sequence[Token], own: ZoneInfo, now: datetime) -> Reading | None:
    """Now less the amounts: «منذ ساعة ونصف», «قبل 3 أيام», «يومين»."""
    months = seconds = 0.0
    is_ago = bool(match["before"] or match["after"])
    for amount in _AMOUNT.finditer(match.string, *match.span("amounts")):
        count = _count(amount, tokens, is_ago=is_ago)
        unit = tokens[amount.start("whole" if amount["part"] else "unit")].value
        if count is None or not isinstance(unit, int):
            return None
        if unit < 0:
            whole = int(count * -unit)
            months, seconds = months + whole, seconds + (count * -unit - whole) * 30 * 86400
        else:
            seconds += count * unit
    if months > _FARTHEST or seconds > _FARTHEST * 30 * 86400:
        return None
    at = _months_before(now.astimezone(own), int(months)).astimezone(UTC) - timedelta(seconds=seconds)
    return _reading(at, own.key)


def _count(amount: re.Match[str], tokens: Sequence[Token], *, is_ago: bool) -> float | None:
    """How many of the unit; None for «ساعات» without a number and for a bare «ساعة»."""
    if amount["part"]:
        return _number(tokens[amount.start("part")])
    rest = _number(tokens[amount.start("rest")]) if amount["rest"] else 0.0
    if amount["number"]:
        return _number(tokens[amount.start("number")]) + rest
    if amount["unit"] == "B":
        return 2 + rest
    return 1 + rest if amount["unit"] == "S" and is_ago else None


def _number(token: Token) -> float:
    return float(token.value) if isinstance(token.value, int | float) else 1.0  # «واحدة»


def _months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
