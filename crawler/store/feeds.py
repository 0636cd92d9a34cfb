"""What each announcing address answered last: its validators, its state, its last error."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from crawler.store.rows import clean, to_text


@dataclass(frozen=True, slots=True)
class Answer:
    """What an announcing address gave."""

    title: str
    etag: str
    last_modified: str
    """Validators as sent; empty: the next poll is unconditional."""
    entries: int
    has_news: bool
    """Some of them are new or changed."""


class Feeds:
    """The feeds, sitemaps and section pages that are polled."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def validators(self, url: str) -> dict[str, str]:
        """Request headers of a conditional GET (RFC 9110, section 13.1) for what was read completely last time."""
        row = self._db.execute("SELECT etag, last_modified FROM feeds WHERE url = ?", [url]).fetchone()
        pairs = {"If-None-Match": row["etag"], "If-Modified-Since": row["last_modified"]} if row else {}
        return {name: value for name, value in pairs.items() if value}

    def read(self, url: str, outlet: str, answer: Answer, now: datetime) -> None:
        """It was read; inside the transaction that writes its entries."""
        self._db.execute(
            "INSERT INTO feeds (url, outlet, title, etag, last_modified, state, entries, last_polled_at, last_ok_at, last_changed_at) "
            "VALUES (:url, :outlet, :title, :etag, :last_modified, 'ok', :entries, :now, :now, :changed) "
            "ON CONFLICT (url) DO UPDATE SET outlet = :outlet, title = :title, etag = :etag, last_modified = :last_modified, "
            "state = 'ok', last_error = '', failures = 0, entries = :entries, last_polled_at = :now, last_ok_at = :now, "
            "last_changed_at = coalesce(:changed, last_changed_at)",
            {
                "url": url,
                "outlet": outlet,
                "title": clean(answer.title),
                "etag": clean(answer.etag),
                "last_modified": clean(answer.last_modified),
                "entries": answer.entries,
                "now": to_text(now),
                "changed": to_text(now) if answer.has_news else None,
            },
        )

    def unchanged(self, url: str, now: datetime) -> bool:
        """It answered 304; False for an address that was never read."""
        cursor = self._db.execute(
            "UPDATE feeds SET state = 'unchanged', last_error = '', failures = 0, last_polled_at = :now, last_ok_at = :now "
            "WHERE url = :url AND last_ok_at IS NOT NULL",
            {"url": url, "now": to_text(now)},
        )
        return cursor.rowcount > 0

    def failed(self, url: str, outlet: str, reason: str, now: datetime, not_before: datetime | None = None) -> None:
        """It gave nothing, and why; what it announced before stays, its validators do not. `not_before`: its server asked for a pause."""
        self._db.execute(
            "INSERT INTO feeds (url, outlet, state, last_error, failures, last_polled_at, next_due_at) "
            "VALUES (:url, :outlet, 'failed', :reason, 1, :now, :not_before) "
            "ON CONFLICT (url) DO UPDATE SET state = 'failed', last_error = :reason, failures = failures + 1, last_polled_at = :now, "
            "next_due_at = coalesce(:not_before, next_due_at), etag = '', last_modified = ''",
            {"url": url, "outlet": outlet, "reason": clean(reason), "now": to_text(now), "not_before": to_text(not_before)},
        )

    def plan(self, url: str, next_due_at: datetime) -> None:
        """When the monitor comes back."""
        self._db.execute("UPDATE feeds SET next_due_at = ? WHERE url = ?", [to_text(next_due_at), url])

    def rows(self, outlet: str | None = None) -> list[sqlite3.Row]:
        """All of them, or one outlet's."""
        return self._db.execute("SELECT * FROM feeds WHERE ?1 IS NULL OR outlet = ?1 ORDER BY outlet, url", [outlet]).fetchall()
