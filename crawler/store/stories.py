"""Judgements in, stories kept: the id of the first arrival for ever, the face of the earliest published."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from crawler.items import Article, Judgement, Story
from crawler.store.rows import to_text


class Stories:
    """The stories and who is in them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def join(self, article: Article, judgement: Judgement, now: datetime) -> int:
        """The story that the article joins or opens, brought up to date; inside the caller's transaction.

        The story's id is the id of its first article, so that it is the same whatever else happens.
        """
        if judgement.story_id is None:
            self._db.execute(
                "INSERT INTO stories (id, first_article_id, face_article_id, first_seen_at, last_seen_at, articles, outlets) "
                "VALUES (?1, ?1, ?1, ?2, ?2, 1, 1)",
                [article.id, to_text(now)],
            )
            return int(article.id or 0)
        return judgement.story_id

    def count(self, story_id: int, now: datetime) -> None:
        """Bring its counts and its face up to date after an article was placed in it."""
        self._db.execute(
            "UPDATE stories SET last_seen_at = :now, "
            "articles = (SELECT count(*) FROM articles WHERE story_id = :id), "
            "outlets = (SELECT count(DISTINCT outlet) FROM articles WHERE story_id = :id AND carried_by = ''), "
            "face_article_id = (SELECT id FROM articles WHERE story_id = :id "
            "  ORDER BY carried_by <> '', coalesce(published_at, first_seen_at), id LIMIT 1) WHERE id = :id",
            {"id": story_id, "now": to_text(now)},
        )

    def load(self, story_id: int) -> Story:
        """One story; raises LookupError when there is none of that id."""
        row = self._db.execute("SELECT * FROM stories WHERE id = ?", [story_id]).fetchone()
        if row is None:
            raise LookupError(f"no story {story_id}")
        outlets = self._db.execute(
            "SELECT outlet FROM articles WHERE story_id = ? AND carried_by = '' GROUP BY outlet ORDER BY min(id)", [story_id]
        )
        return Story(
            id=row["id"],
            first_article_id=row["first_article_id"],
            face_article_id=row["face_article_id"],
            first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
            last_seen_at=datetime.fromisoformat(row["last_seen_at"]),
            articles=row["articles"],
            outlets=tuple(outlet for (outlet,) in outlets),
        )

    def others(self, story_id: int) -> tuple[tuple[str, str], ...]:
        """(outlet title, address) of all that carry it, the earliest published first."""
        rows = self._db.execute(
            "SELECT coalesce(nullif(outlets.title, ''), outlet) AS printed, url FROM articles LEFT JOIN outlets ON outlets.name = outlet "
            "WHERE story_id = ? ORDER BY coalesce(published_at, first_seen_at), articles.id",
            [story_id],
        )
        return tuple((row["printed"], row["url"]) for row in rows)

    def mute(self, story_id: int, watch: str, now: datetime) -> None:
        """Let this watch, or all when it is empty, say nothing more of the story; what is queued is held."""
        self._db.execute("INSERT OR REPLACE INTO mutes (story_id, watch, muted_at) VALUES (?, ?, ?)", [story_id, watch, to_text(now)])

    def unmute(self, story_id: int, watch: str) -> None:
        """Take that back."""
        self._db.execute("DELETE FROM mutes WHERE story_id = ? AND watch = ?", [story_id, watch])

    def is_muted(self, story_id: int, watch: str) -> bool:
        """Whether this watch is to say nothing of the story."""
        return self._db.execute("SELECT 1 FROM mutes WHERE story_id = ? AND watch IN (?, '')", [story_id, watch]).fetchone() is not None

    def articles(self, story_id: int) -> list[sqlite3.Row]:
        """Its articles in order of arrival."""
        return self._db.execute("SELECT * FROM articles WHERE story_id = ? ORDER BY id", [story_id]).fetchall()

    def rows(self, watch: str | None = None, since: datetime | None = None, limit: int = -1) -> list[sqlite3.Row]:
        """Stories, the newest first: all, or those that a watch matched; with the face's title, outlet and time."""
        where, values = ["1"], dict[str, Any](limit=limit)
        if watch is not None:
            where.append("story_list.id IN (SELECT story_id FROM matches WHERE watch = :watch)")
            values["watch"] = watch
        if since is not None:
            where.append("last_seen_at >= :since")
            values["since"] = to_text(since)
        return self._db.execute(
            f"SELECT * FROM story_list WHERE {' AND '.join(where)} ORDER BY last_seen_at DESC, id DESC LIMIT :limit", values
        ).fetchall()
