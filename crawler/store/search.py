"""A full-text expression in, articles out, the newest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawler.store.rows import to_text


class Search:
    """The full-text index: it narrows, the matcher of the watches decides."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def rows(
        self, expression: str | None, since: datetime | None = None, until: datetime | None = None, outlet: str | None = None
    ) -> Iterator[sqlite3.Row]:
        """Articles that an FTS5 expression over folded text lets through, newest arrival first; None lets all through.

        `since` and `until` bound the publication time, of undated articles the arrival.
        """
        where, values = ["1"], dict[str, Any]()
        if expression is not None:
            where.append("id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :expression)")
            values["expression"] = expression
        for name, sign, moment in (("since", ">=", since), ("until", "<=", until)):
            if moment is not None:
                where.append(f"coalesce(published_at, first_seen_at) {sign} :{name}")
                values[name] = to_text(moment)
        if outlet is not None:
            where.append("outlet = :outlet")
            values["outlet"] = outlet
        yield from self._db.execute(f"SELECT * FROM articles WHERE {' AND '.join(where)} ORDER BY id DESC", values)
