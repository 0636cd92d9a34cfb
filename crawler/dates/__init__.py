"""The text of a date as an outlet prints it → the moment it names, how it says so, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.dates.reading import ImpossibleError
from crawler.dates.reading import Reading as Reading
from crawler.dates.relative import read_relative
from crawler.dates.scan import Token, find_tokens
from crawler.dates.words import fold
from crawler.dates.written import read_written

_LONGEST = 300
"""Code points after folding; what is longer is prose."""
_LONGEST_UNFOLDED = 10_000
"""Code points before folding: mostly the blanks of a template."""
_UNKNOWN_WORDS = 12
"""A dateline or byline may stand beside the date; more unknown words are prose, and its dates are not the article's."""
_EPOCH = re.compile(r"(?:/date\()?(\d{9,10}|\d{13}|\d{16})(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
_COMPACT = re.compile(r"(?:[a-z_]{1,20}\s?[=:]\s?)?(\d{8})(\d{4}(?:\d\d)?)?")
_EPOCH_YEARS = range(1990, 2101)


def read_date(text: str, zone: ZoneInfo, now: datetime | None = None) -> Reading:
    """What the text says about when; for an outlet in `zone`, read at `now` (aware).

    A day without a time is noon in its zone. Numeric dates with the year last are day before month; if they could be
    the other way round they are not sure, unless a weekday or a Hijri date beside them decides. Of several dates the
    one labelled as published counts, then an unlabelled one, then the update. Without `now` relative times are no date;
    with it, what lies more than a day ahead is not believed.
    Never raises and never guesses: what is no date, or cannot exist, has origin "none". Linear in the length of the text.
    """
    nothing = Reading(None, "none", False, zone.key)
    folded = fold(text) if len(text) <= _LONGEST_UNFOLDED else ""
    if not 0 < len(folded) <= _LONGEST:
        return nothing
    if _EPOCH.fullmatch(folded):
        return _read_epoch(folded) or nothing
    if compact := _COMPACT.fullmatch(folded):
        folded = _spell_out(*compact.groups())
    tokens = find_tokens(folded)
    if sum(token.kind == "x" for token in tokens) > _UNKNOWN_WORDS:
        return nothing
    try:
        return _read_tokens(tokens, zone, now) or nothing
    except ImpossibleError:
        return nothing


def _read_tokens(tokens: Sequence[Token], zone: ZoneInfo, now: datetime | None) -> Reading | None:
    segments = _segments(tokens)
    for segment in segments:
        if reading := read_written(segment, zone, now):
            return reading
    if now is not None:
        for segment in segments:
            if reading := read_relative(segment, zone, now):
                return reading
    return None


def _segments(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut before each label, in the order of trust: published, unlabelled, updated."""
    segments: dict[str, list[list[Token]]] = {"P": [], "": [[]], "U": []}
    current = segments[""][0]
    for token in tokens:
        if token.kind in ("P", "U"):
            current = []
            segments[token.kind].append(current)
        else:
            current.append(token)
    return [segment for label in ("P", "", "U") for segment in segments[label]]


def _read_epoch(folded: str) -> Reading | None:
    """Seconds, milliseconds or microseconds since 1970; None outside the years of news on the web."""
    digits = re.findall(r"\d+", folded)[0]
    seconds = int(digits) / 10 ** max(0, len(digits) - 10)
    at = datetime.fromtimestamp(seconds, UTC)
    return Reading(at, "epoch", True, "UTC") if at.year in _EPOCH_YEARS else None


def _spell_out(day: str, time: str | None) -> str:
    """Eight digits, year or day first («cdate=19082025»), perhaps with a time, as a numeric date."""
    is_year_first = day[:2] in ("19", "20") and day[4:6] <= "12"
    spelled = f"{day[:4]}-{day[4:6]}-{day[6:]}" if is_year_first else f"{day[:2]}-{day[2:4]}-{day[4:]}"
    return f"{spelled} {time[:2]}:{time[2:4]}:{time[4:] or '00'}" if time else spelled
