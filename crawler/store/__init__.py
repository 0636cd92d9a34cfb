"""All SQL, all memory: nouns in, rows kept; questions in, nouns out (sqlite3's and sqlite-utils' door)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from crawler.errors import ConfigurationError
from crawler.store.articles import Articles
from crawler.store.deliveries import Deliveries
from crawler.store.entries import Entries
from crawler.store.feeds import Feeds
from crawler.store.migrations import migrate
from crawler.store.runs import Runs
from crawler.store.search import Search
from crawler.store.stories import Stories
from crawler.store.story_index import StoryIndex
from crawler.store.watches import Watches

BUSY_SECONDS = 30.0
"""How long one program waits for another's transaction; ours are milliseconds long."""


class Store:
    """One SQLite file: WAL, every commit on disk (synchronous=FULL), foreign keys on.

    Reads that decide a write happen inside `transaction()`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.articles = Articles(connection)
        self.entries = Entries(connection)
        self.feeds = Feeds(connection)
        self.stories = Stories(connection)
        self.story_index = StoryIndex(connection)
        self.watches = Watches(connection)
        self.deliveries = Deliveries(connection)
        self.runs = Runs(connection)
        self.search = Search(connection)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open or make the store; raises ConfigurationError, naming the file, when it cannot be written or read."""
        try:
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise ConfigurationError(f"STORE_URL: the store {path} cannot be used: {error}") from error
        with ExitStack() as opened:
            opened.callback(connection.close)
            connection.row_factory = sqlite3.Row
            try:
                _prepare(connection)
                migrate(connection, path)
                connection.execute("DELETE FROM runs WHERE false")  # a file that may only be read says so now, not at the first article
            except sqlite3.Error as error:
                raise ConfigurationError(f"STORE_URL: the store {path} cannot be used: {error}") from error
            opened.pop_all()
        return cls(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One BEGIN IMMEDIATE … COMMIT: what is read inside cannot change before what is written."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file, its references and its full-text index; empty when it is whole."""
        found = [str(row[0]) for row in self.connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        broken = self.connection.execute("PRAGMA foreign_key_check").fetchall()
        found += [f"{row[0]} row {row[1]} refers to a missing row of {row[2]}" for row in broken]
        try:
            self.connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            found.append(f"the full-text index: {error}")
        return found

    def close(self) -> None:
        """Give the file back; the last one out checkpoints the WAL."""
        self.connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    """Settings of a connection, asserted: SQLite ignores a PRAGMA that it cannot follow."""
    wanted: dict[str, str | int] = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 8000,  # pages: an index page that many articles touch is copied back once for all of them
        "cache_size": -16384,  # kilobytes
    }
    for name, value in wanted.items():
        _set(connection, name, value)
        if (actual := connection.execute(f"PRAGMA {name}").fetchone()[0]) != value:
            raise sqlite3.OperationalError(f"{name} is {actual} and cannot be set to {value} (a network file system?)")


def _set(connection: sqlite3.Connection, name: str, value: str | int) -> None:
    """A PRAGMA; while another program makes the same file, SQLite refuses the change to WAL at once instead of waiting."""
    end = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {name}={value}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.05)
        else:
            return


def backup(path: Path, target: Path) -> int:
    """Copy the store as it is now, also while crawls write to it; the number of articles in the copy.

    Raises ConfigurationError when there is no store, or when the target exists or cannot be written.
    """
    if not path.exists():
        raise ConfigurationError(f"There is no store at {path} to back up")
    if target.exists():
        raise ConfigurationError(f"{target} exists already: name a new file")
    return _copy(path, target)


def restore(source: Path, path: Path) -> int:
    """Put a backup where the store is to be; the number of articles in it.

    Raises ConfigurationError when the backup is not whole, or when a store is already there.
    """
    if not source.exists():
        raise ConfigurationError(f"There is no backup at {source}")
    if path.exists():
        raise ConfigurationError(f"{path} exists already: move it away first")
    return _copy(source, path)


def _copy(source: Path, target: Path) -> int:
    """By SQLite's backup API, checked before it counts."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            fault = new.execute("PRAGMA integrity_check").fetchone()[0]
            articles = int(new.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise ConfigurationError(f"{source} cannot be copied to {target}: {error}") from error
    if fault != "ok":
        target.unlink()
        raise ConfigurationError(f"{source} is damaged: {fault}")
    return articles
