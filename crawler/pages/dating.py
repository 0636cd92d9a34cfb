"""Dates as a page's parts print them in; the one date to trust out, with where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.arabic import fold
from crawler.dates import read_date
from crawler.pages.blocks import Block

Where = Literal["json-ld", "meta", "page", "url", "entry", "none"]

_FIRST_NEWS = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier dates on a news page are empty fields ("1970-01-01", "0001-01-01")."""
_SKEW = timedelta(hours=48)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)|/((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?=/)")
_URL_SPLIT_DAY = re.compile(r"/((?:19|20)\d\d)/[a-z_-]+/(\d{1,2})/(\d{1,2})/")
"""CNN's order: /2013/middle_east/8/3/."""
_URL_CDATE = re.compile(r"(?:^|[?&])cdate=([0-3]\d)([01]\d)((?:19|20)\d\d)(?=&|$)")
_UPDATED = re.compile(r"(?:اخر تحديث|تم التحديث|تحديث|حدث في|updated|last modified)")
_LABEL = re.compile(r"^\W*(?:تم النشر|نشر|نشرت|تاريخ النشر|تاريخ الانشاء|كتب|published|posted|date)?\s*(?:في|بتاريخ|on|يوم)?\s*[:|]?\s*")
_CLOCK_OF_PAGE = re.compile(r"(?:©|copyright|حقوق|الطبعه|العدد\s*\d)")
_LONGEST = 100
"""Characters: a line that is a date is short, and ends without a full stop; a sentence that mentions one is not."""
_DAY = re.compile(r"^(?=.*\d).*[^.!؟،]$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that some part of the page states."""

    where: Where
    text: str
    at: datetime
    sure: bool


_read_date = lru_cache(maxsize=32)(read_date)
"""A page states one moment in several places: JSON-LD, meta tags, `<time>`."""


def read(where: Where, texts: Iterable[str], zone: ZoneInfo, now: datetime | None) -> list[Dated]:
    """The readable ones of these texts; dates before 1990 and after tomorrow are empty or wrong fields."""
    found: list[Dated] = []
    for text in texts:
        reading = _read_date(text, zone, now)
        if reading.at is not None and reading.at >= _FIRST_NEWS and (now is None or reading.at <= now + _SKEW):
            found.append(Dated(where, text, reading.at, reading.sure))
    return found


def choose(candidates: Sequence[Dated], zone: ZoneInfo) -> Dated | None:
    """The date of publication: the first that is sure, in the order json-ld, meta, page, url, entry; else the first.

    An address states a day only: where the announcement falls on that day, its hour is taken.
    """
    chosen = next((dated for dated in candidates if dated.sure), None) or next(iter(candidates), None)
    if chosen is not None and chosen.where == "url":
        day = chosen.at.astimezone(zone).date()
        return next((dated for dated in candidates if dated.where == "entry" and dated.at.astimezone(zone).date() == day), chosen)
    return chosen


def url_days(url: str) -> list[str]:
    """The day that an address states (`/2025/8/24/`, `/20250824/`, `cdate=24082025`) as ISO text."""
    parts = urlsplit(url)
    days = [(hit[0] or hit[3], hit[1] or hit[4], hit[2] or hit[5]) for hit in _URL_DAY.findall(parts.path)]
    days += _URL_SPLIT_DAY.findall(parts.path)
    days += [(year, month, day) for day, month, year in _URL_CDATE.findall(parts.query)]
    return [f"{year}-{int(month):02}-{int(day):02}" for year, month, day in days if 0 < int(month) <= 12 and 0 < int(day) <= 31]


def printed_dates(blocks: Iterable[Block]) -> tuple[list[str], list[str]]:
    """(published, updated): the lines of these blocks that are a date and nothing else.

    The caller hands the blocks between headline and text: a masthead's clock and a copyright year stand elsewhere.
    """
    published: list[str] = []
    updated: list[str] = []
    for block in blocks:
        folded = fold(block.text).lower()
        if len(block.text) > _LONGEST or not _DAY.search(folded) or _CLOCK_OF_PAGE.search(folded):
            continue
        if change := _UPDATED.search(folded):
            updated.append(block.text)
            if change.start() < 8:
                continue
        published.append(_LABEL.sub("", block.text, count=1))
    return published, updated
