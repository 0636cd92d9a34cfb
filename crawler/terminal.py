"""Rows and texts in; JSON lines for programs and tables for people out, Arabic in order whatever the line's direction."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from crawler.items import Article, Match

WIDE = 200
"""Columns of a table that goes into a file or another program."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def print_json(row: dict[str, Any]) -> None:
    """One JSON object on one line, UTF-8, times as RFC 3339 UTC."""
    print(json.dumps(row, ensure_ascii=False, default=_json_value))


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def isolate(text: str) -> str:
    """Keep right-to-left text from reordering its line (UAX #9: first strong isolate); other text can be copied as it is."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def clean_line(text: str) -> str:
    """Outside text for one line of a terminal or a log: no controls, no line breaks, no loose bidi marks."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+", " ", text).strip()


class _Cell:
    """A cell whose every line is isolated by itself: an isolate that a line break cuts open would turn the whole row round."""

    def __init__(self, text: str) -> None:
        self._text = Text(text, overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._text.wrap(console, options.max_width):
            yield Text(isolate(line.plain.rstrip()))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people: Arabic isolated, display width counted, folded to the terminal."""
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(_Cell(clean_line(str(cell))) if cell is not None else "" for cell in row))
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width, markup=False, highlight=False, emoji=False).print(table)


def local_time(moment: datetime | str | None, zone: ZoneInfo) -> str:
    """A time for people, in their zone; a dash for none."""
    if not moment:
        return "—"
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return aware.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 feed`, `2 feeds`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def excerpt(article: Article, match: Match, width: int = 90) -> str:
    """The text around a match, on one line, cut at spaces."""
    text = getattr(article, match.field)
    start, end = max(0, match.start - width), min(len(text), match.end + width)
    before, after = text[start : match.start], text[match.end : end]
    before = before.partition(" ")[2] if start else before
    after = after.rpartition(" ")[0] if end < len(text) else after
    return clean_line(f"{'…' * bool(start)}{before}{match.text}{after}{'…' * (end < len(text))}")
