"""Between nouns and columns: times as RFC 3339 UTC text that sorts, tuples as JSON."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

Row = sqlite3.Row
"""What the store hands out where no noun fits: a row by column name."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def to_text(moment: datetime | None) -> str | None:
    """An aware time as `2026-01-31T08:00:00Z`: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def to_moment(text: str | None) -> datetime | None:
    """Back again; None for NULL."""
    return datetime.fromisoformat(text) if text else None


def to_json(values: Iterable[object]) -> str:
    """A tuple as a JSON list, readable in the table."""
    return json.dumps(list(values), ensure_ascii=False)


def to_tuple(text: str) -> tuple[str, ...]:
    """A JSON list as a tuple."""
    return tuple(json.loads(text))


def clean(text: str) -> str:
    """Text as SQLite can hold it: NUL and lone surrogates replaced, all else as given."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
