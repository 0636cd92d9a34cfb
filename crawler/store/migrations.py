"""The tables, step by step: a store of any age in, a store of this release out. Steps are only ever added."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from crawler.errors import ConfigurationError
from crawler.store import deliveries, story_index

MIGRATIONS = Migrations("marsad")

_TABLES = """
CREATE TABLE outlets (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    first_crawled_at TEXT
) STRICT;
CREATE TABLE feeds (
    url TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'new',
    last_error TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0,
    last_polled_at TEXT,
    last_ok_at TEXT,
    last_changed_at TEXT,
    next_due_at TEXT
) STRICT;
CREATE INDEX feeds_outlet ON feeds (outlet);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    feed_url TEXT NOT NULL,
    outlet TEXT NOT NULL,
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    guid TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    published_at TEXT,
    updated_at TEXT,
    announced_at TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL CHECK (state IN ('queued', 'stored', 'refused', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    article_id INTEGER REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (outlet, key)
) STRICT;
CREATE INDEX entries_due ON entries (outlet, next_try_at) WHERE next_try_at IS NOT NULL;
CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    first_article_id INTEGER NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    face_article_id INTEGER NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    articles INTEGER NOT NULL,
    outlets INTEGER NOT NULL
) STRICT;
CREATE TABLE mutes (
    story_id INTEGER NOT NULL REFERENCES stories (id),
    watch TEXT NOT NULL,
    muted_at TEXT NOT NULL,
    PRIMARY KEY (story_id, watch)
) STRICT;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    outlet TEXT NOT NULL,
    url TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    authors TEXT NOT NULL DEFAULT '[]',
    agencies TEXT NOT NULL DEFAULT '[]',
    credit TEXT NOT NULL DEFAULT '',
    section TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    language TEXT NOT NULL DEFAULT '',
    image_url TEXT NOT NULL DEFAULT '',
    published_at TEXT,
    published_from TEXT NOT NULL DEFAULT 'none',
    published_sure INTEGER NOT NULL DEFAULT 0,
    updated_at TEXT,
    fetched_at TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    story_id INTEGER REFERENCES stories (id) DEFERRABLE INITIALLY DEFERRED,
    relation TEXT NOT NULL DEFAULT 'new' CHECK (relation IN ('new', 'copy', 'edit', 'report', 'update')),
    of_id INTEGER REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED,
    why TEXT NOT NULL DEFAULT '',
    is_backfill INTEGER NOT NULL DEFAULT 0,
    carried_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_seen ON articles (first_seen_at);
CREATE INDEX articles_outlet ON articles (outlet, first_seen_at);
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    seen_at TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at TEXT
) STRICT;
CREATE INDEX revisions_article ON revisions (article_id);
CREATE TABLE watches (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    matched_from TEXT NOT NULL
) STRICT;
CREATE TABLE matches (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    matched_at TEXT NOT NULL,
    spans TEXT NOT NULL,
    version INTEGER,
    UNIQUE (watch, article_id)
) STRICT;
CREATE INDEX matches_story ON matches (story_id, watch);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    outlet TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    good INTEGER NOT NULL DEFAULT 0,
    feeds_read INTEGER NOT NULL DEFAULT 0,
    feeds_unchanged INTEGER NOT NULL DEFAULT 0,
    feeds_failed INTEGER NOT NULL DEFAULT 0,
    announced INTEGER NOT NULL DEFAULT 0,
    pages INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    revised INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    alerts INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_outlet ON runs (outlet, ended_at);
-- Folded text only: what it holds is computed from `articles`, so it needs no copy of its own.
CREATE VIRTUAL TABLE articles_fts USING fts5 (title, body, content='', tokenize="unicode61 remove_diacritics 0");
CREATE VIEW story_list AS
    SELECT stories.id, face.title, face.outlet, face.url, face.published_at, stories.articles, stories.outlets,
           stories.first_seen_at, stories.last_seen_at
    FROM stories JOIN articles AS face ON face.id = stories.face_article_id;
CREATE VIEW undelivered AS
    SELECT deliveries.*, face.title FROM deliveries
    LEFT JOIN stories ON stories.id = deliveries.story_id LEFT JOIN articles AS face ON face.id = stories.face_article_id
    WHERE state <> 'delivered';
"""


@MIGRATIONS()
def m001_the_road(db: Database) -> None:
    """Everything of the first release."""
    deliveries.create(db.conn)
    story_index.StoryIndex.create(db.conn)
    for statement in filter(str.strip, _TABLES.split(";\n")):
        db.conn.execute(statement)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a store up to this release, once, however many programs open it at the same time.

    A store that held data is copied to `<store>.before-<step>` first. Raises ConfigurationError when the
    store was written by a newer release.
    """
    db = Database(connection)
    if not MIGRATIONS.pending(db) and not _unknown(db):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if unknown := _unknown(db):
            raise ConfigurationError(f"{path} was written by a newer release of Marsad (step {unknown[0]}): install that release")
        if (steps := MIGRATIONS.pending(db)) and MIGRATIONS.applied(db):
            _copy(path, Path(f"{path}.before-{steps[-1].name}"))
        MIGRATIONS.apply(db)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _unknown(db: Database) -> list[str]:
    known = {step.name for step in MIGRATIONS._migrations}  # noqa: SLF001 - the library lists only what is still to do
    return [step.name for step in MIGRATIONS.applied(db) if step.name not in known]


def _copy(path: Path, target: Path) -> None:
    """What was committed before this step, by SQLite's backup API (a reader sees the old state)."""
    with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
