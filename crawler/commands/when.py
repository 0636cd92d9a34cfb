"""`scrapy when`: texts of dates in, the moments they name out, read as the extractor reads them; no store."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from crawler.command import DONE, FAILED, ProjectCommand
from crawler.dates import Reading, read_date
from crawler.errors import ConfigurationError
from crawler.terminal import local_time, print_json, print_table

_COLUMNS = ("text", "time", "UTC", "zone", "from", "sure")


class Command(ProjectCommand):
    """Read dates. Exit status 1 when a text is none."""

    takes: ClassVar[tuple[int, int | None]] = (1, None)
    example: ClassVar[str] = "scrapy when 'الثلاثاء 19/أغسطس/2025 - 03:07 م' --timezone Asia/Amman"

    def syntax(self) -> str:
        return "TEXT… [--timezone ZONE] [--now T]"

    def short_desc(self) -> str:
        return "Read the text of a date as an article's would be read"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--timezone", metavar="ZONE", default="UTC", help="the outlet's IANA zone (default UTC)")
        parser.add_argument("--now", metavar="T", default="", help="the time that «منذ ساعة» counts from; without it that is no date")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        zone = _zone(opts.timezone)
        now = _moment(opts.now, zone) if opts.now else None
        readings = [(text, read_date(text, zone, now)) for text in args]
        if opts.json:
            for text, reading in readings:
                print_json(_row(text, reading))
        else:
            print_table(_COLUMNS, [_cells(text, reading, zone) for text, reading in readings])
        return DONE if all(reading.at for _, reading in readings) else FAILED


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(f"--timezone {name!r} is no IANA zone: write a name like Asia/Amman or UTC") from None


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """`--now`; without an offset in the zone of `--timezone`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"--now {text!r} is no time: write 2026-01-31T08:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _row(text: str, reading: Reading) -> dict[str, Any]:
    return {"text": text, "at": reading.at, "from": reading.origin, "sure": reading.sure, "zone": reading.zone}


def _cells(text: str, reading: Reading, zone: ZoneInfo) -> tuple[str, ...]:
    if reading.at is None:
        return text, "not a date", "", "", "", ""
    sure = "yes" if reading.sure else "no"
    return text, local_time(reading.at, zone), local_time(reading.at, ZoneInfo("UTC")), reading.zone, reading.origin, sure
