"""Articles in, one row for each key; a changed text becomes a revision, an unchanged one nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from crawler.arabic import fold_text
from crawler.items import Article, Judgement, Relation
from crawler.store.rows import clean, to_json, to_moment, to_text, to_tuple

_COLUMNS = (
    "outlet, url, key, title, body, summary, authors, agencies, credit, section, tags, language, image_url, "
    "published_at, published_from, published_sure, updated_at, fetched_at, is_backfill, carried_by"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping an article came to."""

    article: Article
    """With its row id; `is_backfill` as it was first seen."""
    state: Literal["new", "revised", "retouched", "unchanged"]
    """Retouched: marks and letter forms only, which no watch and no story sees."""
    story_id: int | None
    """The story it is already in; None for a new article."""


class Articles:
    """The articles, and the full-text index that follows them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep(self, article: Article, now: datetime) -> Kept:
        """Insert it, or see what changed since; inside the caller's transaction."""
        article = replace(article, title=clean(article.title), body=clean(article.body))
        known = self._db.execute("SELECT * FROM articles WHERE key = ?", [article.key]).fetchone()
        if known is None:
            return self._insert(article, now)
        kept = replace(article, id=known["id"], is_backfill=bool(known["is_backfill"]))
        if (article.title, article.body) == (known["title"], known["body"]):
            return Kept(kept, "unchanged", known["story_id"])
        return self._revise(kept, known, now)

    def _insert(self, article: Article, now: datetime) -> Kept:
        values = _values(article)
        marks = ", ".join("?" * (len(values) + 1))
        cursor = self._db.execute(f"INSERT INTO articles ({_COLUMNS}, first_seen_at) VALUES ({marks})", [*values, to_text(now)])
        article = replace(article, id=cursor.lastrowid)
        self._index(article)
        return Kept(article, "new", None)

    def _revise(self, article: Article, known: sqlite3.Row, now: datetime) -> Kept:
        """Keep the text that was, then overwrite it; a change of marks and letter forms only is no revision."""
        old, new = (fold_text(known["title"]), fold_text(known["body"])), (fold_text(article.title), fold_text(article.body))
        if old != new:
            self._db.execute(
                "INSERT INTO revisions (article_id, seen_at, title, body, updated_at) VALUES (?, ?, ?, ?, ?)",
                [article.id, to_text(now), known["title"], known["body"], known["updated_at"]],
            )
        self._db.execute("INSERT INTO articles_fts (articles_fts, rowid, title, body) VALUES ('delete', ?, ?, ?)", [article.id, *old])
        self._db.execute(
            "UPDATE articles SET title = ?, body = ?, updated_at = coalesce(?, updated_at), fetched_at = ? WHERE id = ?",
            [article.title, article.body, to_text(article.updated_at), to_text(article.fetched_at or now), article.id],
        )
        self._index(article)
        return Kept(article, "retouched" if old == new else "revised", known["story_id"])

    def _index(self, article: Article) -> None:
        self._db.execute(
            "INSERT INTO articles_fts (rowid, title, body) VALUES (?, ?, ?)",
            [article.id, fold_text(article.title), fold_text(article.body)],
        )

    def place(self, article_id: int, story_id: int, judgement: Judgement) -> None:
        """Write down which story it is in and why; inside the caller's transaction."""
        self._db.execute(
            "UPDATE articles SET story_id = ?, relation = ?, of_id = ?, why = ? WHERE id = ?",
            [story_id, judgement.relation, judgement.of_id, judgement.why, article_id],
        )

    def relation(self, article_id: int) -> Relation:
        """What it is to its story."""
        relation: Relation = self._db.execute("SELECT relation FROM articles WHERE id = ?", [article_id]).fetchone()[0]
        return relation

    def load(self, article_id: int) -> Article:
        """One article; raises LookupError when there is none of that id."""
        row = self._db.execute("SELECT * FROM articles WHERE id = ?", [article_id]).fetchone()
        if row is None:
            raise LookupError(f"no article {article_id}")
        return to_article(row)

    def find_by_key(self, key: str) -> Article | None:
        """The article at a comparable address."""
        row = self._db.execute("SELECT * FROM articles WHERE key = ?", [key]).fetchone()
        return to_article(row) if row else None

    def rows(self, where: str = "1", values: list[Any] | None = None) -> Iterator[sqlite3.Row]:
        """Whole rows in order of arrival, for commands that print them; `where` is ours, never outside text."""
        yield from self._db.execute(f"SELECT * FROM articles WHERE {where} ORDER BY id", values or [])

    def newest(self) -> int:
        """The highest id; 0 in an empty store."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])

    def counts_since(self, moment: datetime) -> dict[str, int]:
        """How many articles of its own each outlet has had since then."""
        rows = self._db.execute(
            "SELECT outlet, count(*) FROM articles WHERE first_seen_at >= ? AND carried_by = '' GROUP BY outlet", [to_text(moment)]
        )
        return dict(rows.fetchall())

    def count(self) -> int:
        """How many are stored."""
        return int(self._db.execute("SELECT count(*) FROM articles").fetchone()[0])


def _values(article: Article) -> list[Any]:
    return [
        clean(article.outlet),
        article.url,
        article.key,
        article.title,
        article.body,
        clean(article.summary),
        clean(to_json(article.authors)),
        clean(to_json(article.agencies)),
        clean(article.credit),
        clean(article.section),
        clean(to_json(article.tags)),
        article.language,
        article.image_url,
        to_text(article.published_at),
        article.published_from,
        int(article.published_sure),
        to_text(article.updated_at),
        to_text(article.fetched_at),
        int(article.is_backfill),
        article.carried_by,
    ]


def to_article(row: sqlite3.Row) -> Article:
    """A row of `articles` as the noun."""
    return Article(
        id=row["id"],
        outlet=row["outlet"],
        url=row["url"],
        key=row["key"],
        title=row["title"],
        body=row["body"],
        summary=row["summary"],
        authors=to_tuple(row["authors"]),
        agencies=to_tuple(row["agencies"]),
        credit=row["credit"],
        section=row["section"],
        tags=to_tuple(row["tags"]),
        language=row["language"],
        image_url=row["image_url"],
        published_at=to_moment(row["published_at"]),
        published_from=row["published_from"],
        published_sure=bool(row["published_sure"]),
        updated_at=to_moment(row["updated_at"]),
        carried_by=row["carried_by"],
        fetched_at=to_moment(row["fetched_at"]),
        is_backfill=bool(row["is_backfill"]),
    )
