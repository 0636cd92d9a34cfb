"""What each watch found, and where it spoke: the memory that keeps one alert for one story."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from crawler.items import Article, Match
from crawler.store.articles import to_article
from crawler.store.rows import clean, to_text


class Watches:
    """The watches as they were last seen, and their matches."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def is_adopted(self, name: str, definition: str) -> bool:
        """Whether the store was matched with this watch as it is now."""
        row = self._db.execute("SELECT 1 FROM watches WHERE name = ? AND definition = ?", [name, definition]).fetchone()
        return row is not None

    def adopt(self, name: str, definition: str, now: datetime) -> None:
        """From now on this is the watch: its old silent matches go, what it already told stays told.

        Inside the caller's transaction.
        """
        self._db.execute("DELETE FROM matches WHERE watch = ? AND version IS NULL", [name])
        self._db.execute(
            "INSERT INTO watches (name, definition, matched_from) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (name) DO UPDATE SET definition = ?2, matched_from = ?3",
            [name, definition, to_text(now)],
        )

    def record(self, watch: str, article_id: int, story_id: int, matches: Sequence[Match], now: datetime) -> None:
        """The watch found this article; inside the caller's transaction."""
        spans = [{"term": m.term, "field": m.field, "start": m.start, "end": m.end, "text": clean(m.text)} for m in matches]
        self._db.execute(
            "INSERT INTO matches (watch, article_id, story_id, matched_at, spans) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (watch, article_id) DO UPDATE SET spans = excluded.spans",
            [watch, article_id, story_id, to_text(now), json.dumps(spans, ensure_ascii=False)],
        )

    def forget(self, article_id: int, found: Collection[str]) -> None:
        """The article's text changed: only these watches find it still. What was told stays told; inside the caller's transaction."""
        others = f"article_id = ? AND watch NOT IN ({', '.join('?' * len(found))})"
        self._db.execute(f"DELETE FROM matches WHERE version IS NULL AND {others}", [article_id, *found])
        self._db.execute(f"UPDATE matches SET spans = '[]' WHERE {others}", [article_id, *found])

    def may_speak(self, watch: str, article_id: int) -> bool:
        """Of an article that was read again: whether the watch is older than it, and has not spoken at it."""
        row = self._db.execute(
            "SELECT 1 FROM articles JOIN watches ON name = :watch AND matched_from <= first_seen_at WHERE articles.id = :id "
            "AND NOT EXISTS (SELECT 1 FROM matches WHERE watch = :watch AND article_id = :id AND version IS NOT NULL)",
            {"watch": watch, "id": article_id},
        ).fetchone()
        return row is not None

    def spoke(self, watch: str, article_id: int, version: int) -> None:
        """The watch spoke at this article; inside the caller's transaction."""
        self._db.execute("UPDATE matches SET version = ? WHERE watch = ? AND article_id = ?", [version, watch, article_id])

    def last_version(self, watch: str, story_id: int) -> int | None:
        """The newest version of the story that the watch told; None when it never spoke of it."""
        row = self._db.execute("SELECT max(version) FROM matches WHERE watch = ? AND story_id = ?", [watch, story_id]).fetchone()
        return None if row[0] is None else int(row[0])

    def repeats_backfill(self, watch: str, article_id: int) -> bool:
        """Whether the article is a copy or edit, at any remove, of one that the watch found but that was out before we looked."""
        row = self._db.execute(
            "WITH RECURSIVE line (id) AS ("
            "  SELECT of_id FROM articles WHERE id = :id AND relation IN ('copy', 'edit')"
            "  UNION SELECT of_id FROM articles JOIN line USING (id) WHERE relation IN ('copy', 'edit')) "
            "SELECT 1 FROM line JOIN articles USING (id) JOIN matches ON matches.article_id = line.id "
            "WHERE watch = :watch AND is_backfill LIMIT 1",
            {"id": article_id, "watch": watch},
        ).fetchone()
        return row is not None

    def matches(self, watch: str, article_id: int) -> tuple[Match, ...]:
        """Where the watch found the article; empty when it did not."""
        row = self._db.execute("SELECT spans FROM matches WHERE watch = ? AND article_id = ?", [watch, article_id]).fetchone()
        return tuple(Match(watch=watch, **span) for span in json.loads(row["spans"])) if row else ()

    def verdicts(self, article_id: int) -> list[sqlite3.Row]:
        """Each watch that found the article, and the version at which it spoke."""
        return self._db.execute("SELECT * FROM matches WHERE article_id = ? ORDER BY watch", [article_id]).fetchall()

    def silent(self, watch: str) -> int:
        """How many stories the watch matches that were out already and were not sent."""
        row = self._db.execute(
            "SELECT count(*) FROM (SELECT story_id FROM matches WHERE watch = ? GROUP BY story_id HAVING max(version) IS NULL)", [watch]
        ).fetchone()
        return int(row[0])

    def articles(self, expression: str | None, after: int, newest: int) -> Iterator[tuple[int, int, Article]]:
        """(article id, story id, article) of the stored articles with these ids that a full-text expression lets through; None: all."""
        where = "id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)" if expression else "1"
        values = [expression, after, newest] if expression else [after, newest]
        rows = self._db.execute(f"SELECT * FROM articles WHERE {where} AND id > ? AND id <= ? ORDER BY id", values)
        for row in rows:
            yield row["id"], row["story_id"], to_article(row)
