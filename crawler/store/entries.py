"""Announcements in, what still has to be downloaded out: the memory that makes a 304 after a crash harmless."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from crawler.items import Entry
from crawler.store.rows import clean, to_moment, to_text

TRIES = {"refused": 3, "failed": 8}
"""How often a page is asked for that gave no article, and one that could not be downloaded."""
_FIRST_PAUSE = timedelta(minutes=15)
_DETAILS = ("summary", "content_html", "authors", "tags", "section", "language", "image_url")


class Entries:
    """The announced entries and what became of each."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def announce(self, entries: Iterable[Entry], now: datetime) -> list[Entry]:
        """Write them down and return, with their rows, those to download: new ones and those that changed.

        Inside the caller's transaction, which also writes the feed's validators.
        """
        return [wanted for entry in entries if (wanted := self._announce_one(entry, now))]

    def _announce_one(self, entry: Entry, now: datetime) -> Entry | None:
        known = self._db.execute("SELECT * FROM entries WHERE outlet = ? AND key = ?", [entry.outlet, entry.key]).fetchone()
        if known is None:
            return self._insert(entry, now)
        if not _changed(entry, known):
            return None
        self._db.execute(
            "UPDATE entries SET title = coalesce(nullif(?, ''), title), updated_at = coalesce(?, updated_at), details = ?, "
            "state = 'queued', reason = '', attempts = 0, next_try_at = ? WHERE id = ?",
            [clean(entry.title), to_text(entry.updated_at), _details(entry), to_text(now), known["id"]],
        )
        return self.load(known["id"])

    def _insert(self, entry: Entry, now: datetime) -> Entry | None:
        known = self._db.execute("SELECT id FROM articles WHERE key = ?", [entry.key]).fetchone()
        cursor = self._db.execute(
            "INSERT INTO entries (feed_url, outlet, url, key, guid, title, published_at, updated_at, announced_at, details, state, "
            "next_try_at, article_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.feed_url,
                entry.outlet,
                entry.url,
                entry.key,
                clean(entry.guid),
                clean(entry.title),
                to_text(entry.published_at),
                to_text(entry.updated_at),
                to_text(now),
                "{}" if known else _details(entry),
                "stored" if known else "queued",
                None if known else to_text(now),
                known["id"] if known else None,
            ],
        )
        return None if known else self.load(int(cursor.lastrowid or 0))

    def due(self, outlet: str, now: datetime) -> list[Entry]:
        """What an earlier crawl left over and what failed and may be tried again."""
        rows = self._db.execute(
            "SELECT * FROM entries WHERE outlet = ? AND next_try_at <= ? ORDER BY published_at DESC, id", [outlet, to_text(now)]
        )
        return [_to_entry(row) for row in rows.fetchall()]

    def load(self, entry_id: int) -> Entry:
        """One entry by its row."""
        return _to_entry(self._db.execute("SELECT * FROM entries WHERE id = ?", [entry_id]).fetchone())

    def answer(self, entry_id: int, article_id: int) -> None:
        """Name the article that the announced page itself is; it is settled by `settle`."""
        self._db.execute("UPDATE entries SET article_id = ? WHERE id = ?", [article_id, entry_id])

    def settle(self, entry_id: int) -> None:
        """All that the page held is kept: nothing is left to do, unless the article that was announced was none."""
        self._db.execute(
            "UPDATE entries SET state = 'stored', reason = '', next_try_at = NULL, details = '{}' WHERE id = ? AND article_id IS NOT NULL",
            [entry_id],
        )

    def give_back(self, entry_id: int, state: str, reason: str, now: datetime) -> None:
        """`refused` (a page without an article) or `failed` (no page): remembered with the reason, tried again a few times.

        What was stored before stays stored: an edit that is no article takes nothing away.
        """
        row = self._db.execute("SELECT attempts, article_id FROM entries WHERE id = ?", [entry_id]).fetchone()
        if state == "refused" and row["article_id"] is not None:
            return self.settle(entry_id)
        attempts = row["attempts"] + 1
        again = now + _FIRST_PAUSE * 4 ** (attempts - 1) if attempts < TRIES[state] else None
        self._db.execute(
            "UPDATE entries SET state = ?, reason = ?, attempts = ?, next_try_at = ? WHERE id = ?",
            [state, clean(reason), attempts, to_text(again), entry_id],
        )
        return None

    def missed(self) -> list[sqlite3.Row]:
        """Announced addresses that gave no article, the newest first."""
        return self._db.execute("SELECT * FROM entries WHERE state IN ('refused', 'failed') ORDER BY announced_at DESC, id DESC").fetchall()

    def find_by_key(self, key: str) -> list[sqlite3.Row]:
        """Every announcement of one comparable address, for people who ask what became of it."""
        return self._db.execute("SELECT * FROM entries WHERE key = ? ORDER BY id", [key]).fetchall()


def _changed(entry: Entry, known: sqlite3.Row) -> bool:
    """An edited article: another headline in the feed that announced it, or a newer `updated` in any.

    A second feed has often another wording of the headline, or cuts it short: that is no edit.
    """
    if entry.feed_url == known["feed_url"] and entry.title and known["title"] and clean(entry.title) != known["title"]:
        return True
    seen: str = known["updated_at"] or known["announced_at"]
    return (to_text(entry.updated_at) or "") > seen


def _details(entry: Entry) -> str:
    return clean(json.dumps({name: getattr(entry, name) for name in _DETAILS if getattr(entry, name)}, ensure_ascii=False))


def _to_entry(row: sqlite3.Row) -> Entry:
    details: dict[str, Any] = json.loads(row["details"])
    for name in ("authors", "tags"):
        details[name] = tuple(details.get(name, ()))
    return Entry(
        id=row["id"],
        url=row["url"],
        key=row["key"],
        feed_url=row["feed_url"],
        outlet=row["outlet"],
        guid=row["guid"],
        title=row["title"],
        published_at=to_moment(row["published_at"]),
        updated_at=to_moment(row["updated_at"]),
        **details,
    )
