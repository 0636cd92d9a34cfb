"""The stories' memory on SQLite: fingerprints of the last days in, the answers that a judgement needs out.

Works inside the caller's transaction and never commits: a judgement and what it was based on are one.
Shingles and words are looked up by (hash, time, article), so that the oldest and the newest place are one step away.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from operator import neg

from crawler.stories import Fingerprint, Neighbour, Past, weigh

_TABLES = (
    """CREATE TABLE IF NOT EXISTS story_prints (
        article INTEGER PRIMARY KEY, story INTEGER NOT NULL, at INTEGER NOT NULL,
        outlet INTEGER NOT NULL, title INTEGER NOT NULL, sampled INTEGER NOT NULL,
        lead BLOB NOT NULL, body BLOB NOT NULL, slots BLOB NOT NULL, vocabulary BLOB NOT NULL,
        words BLOB NOT NULL, weights BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS story_prints_at ON story_prints (at)",
    "CREATE INDEX IF NOT EXISTS story_prints_story ON story_prints (story)",
    """CREATE TABLE IF NOT EXISTS story_shingles (
        hash INTEGER NOT NULL, at INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (hash, at, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS story_words (
        word INTEGER NOT NULL, at INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (word, at, article)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS story_frequencies (word INTEGER PRIMARY KEY, articles INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS story_firsts (story INTEGER PRIMARY KEY, article INTEGER NOT NULL)",
)
_ALL = 0
"""The row of story_frequencies that counts the articles."""

_SHARED = 3
_CANDIDATES = 10
_NEIGHBOURS = 20
_PRUNED = 500
_MANY, _CROWD = 4000, 64
"""Where a text's shingles have that many places, only the newest of each are looked at: navigation that is not old enough to be known."""

_SEEN_BEFORE = "SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM story_shingles WHERE hash = value AND at < ?2)"
_PLACES = """SELECT article FROM json_each(?1) JOIN story_shingles ON hash = value AND at BETWEEN ?2 AND ?3 LIMIT ?4"""
_NEWEST_PLACES = """SELECT article FROM story_shingles WHERE hash = ? AND at BETWEEN ? AND ?
    ORDER BY at DESC, article DESC LIMIT ?"""


class StoryIndex:
    """crawler.stories.Memory on a connection; times are whole seconds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, connection: sqlite3.Connection) -> None:
        """Make the tables; harmless when they are there."""
        for statement in _TABLES:
            connection.execute(statement)

    @classmethod
    def scratch(cls) -> StoryIndex:
        """An index of its own that is gone with the process: on disk beyond what SQLite's cache holds, in no file of ours."""
        connection = sqlite3.connect("", isolation_level=None)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -98304")
        cls.create(connection)
        connection.execute("BEGIN")
        return cls(connection)

    def seen_before(self, shingles: Collection[int], moment: datetime) -> set[int]:
        return {value for (value,) in self._connection.execute(_SEEN_BEFORE, (_json(shingles), _seconds(moment)))}

    def sharing(self, shingles: Collection[int], since: datetime, until: datetime) -> list[Past]:
        window, execute = (_seconds(since), _seconds(until)), self._connection.execute
        places = execute(_PLACES, (_json(shingles), *window, _MANY)).fetchall()
        if len(places) == _MANY:
            places = [place for shingle in shingles for place in execute(_NEWEST_PLACES, (shingle, *window, _CROWD))]
        shared = [(-count, article) for (article,), count in Counter(places).items() if count >= _SHARED]
        return [self.load(article) for _, article in sorted(shared)[:_CANDIDATES]]

    def frequencies(self, words: Collection[int]) -> tuple[int, Mapping[int, int]]:
        found = dict(
            self._connection.execute(
                "SELECT word, articles FROM json_each(?) JOIN story_frequencies ON word = value", (_json([_ALL, *words]),)
            ).fetchall()
        )
        return found.pop(_ALL, 0), found

    def near(self, weights: Mapping[int, float], telling: Collection[int], since: datetime, until: datetime) -> list[Neighbour]:
        scores: defaultdict[int, float] = defaultdict(float)
        for word, article in self._connection.execute(
            "SELECT word, article FROM json_each(?) JOIN story_words ON word = value AND at BETWEEN ? AND ?",
            (_json(telling), _seconds(since), _seconds(until)),
        ):
            scores[article] += weights[word] ** 2
        nearest = [article for _, article in sorted(zip(map(neg, scores.values()), scores, strict=True))[:_NEIGHBOURS]]
        rows = self._connection.execute(
            "SELECT article, story, at, words, weights FROM json_each(?) JOIN story_prints ON article = value", (_json(nearest),)
        )
        return [
            Neighbour(article, story, _moment(at), dict(zip(_numbers(words), array("f", values), strict=True)))
            for article, story, at, words, values in rows
        ]

    def load(self, article: int) -> Past:
        """Raises LookupError for an article that is not known, or no longer."""
        row = self._connection.execute(
            "SELECT story, at, outlet, title, sampled, lead, body, slots, vocabulary FROM story_prints WHERE article = ?", (article,)
        ).fetchone()
        if row is None:
            raise LookupError(f"article {article} is not in the story index")
        story, at, outlet, title, sampled, lead, body, slots, vocabulary = row
        numbers = _numbers(slots)
        print_ = Fingerprint(
            outlet=outlet,
            title=title,
            sampled=bool(sampled),
            lead=frozenset(_numbers(lead)),
            body=frozenset(_numbers(body)),
            slots=frozenset(zip(numbers[::2], numbers[1::2], strict=True)),
            vocabulary=frozenset(_numbers(vocabulary)),
            terms={},
        )
        return Past(article, story, _moment(at), print_)

    def first_of(self, story: int) -> int:
        """Raises LookupError for a story without an article in the index."""
        row = self._connection.execute("SELECT article FROM story_firsts WHERE story = ?", (story,)).fetchone()
        if row is None:
            raise LookupError(f"story {story} is not in the story index")
        return int(row[0])

    def add(self, article_id: int, story_id: int, print_: Fingerprint, at: datetime) -> None:
        """Remember a judged article; once for each."""
        weights, moment = weigh(print_.terms, *self.frequencies(print_.terms)), _seconds(at)
        slots = [number for slot in sorted(print_.slots) for number in slot]
        sets = map(_blob, (print_.lead, print_.body, slots, print_.vocabulary, weights))
        execute = self._connection.execute
        execute(
            "INSERT INTO story_prints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (article_id, story_id, moment, print_.outlet, print_.title, print_.sampled, *sets, array("f", weights.values()).tobytes()),
        )
        execute("INSERT OR IGNORE INTO story_firsts VALUES (?, ?)", (story_id, article_id))
        execute("INSERT INTO story_shingles SELECT value, ?, ? FROM json_each(?)", (moment, article_id, _json(print_.shingles)))
        execute("INSERT INTO story_words SELECT value, ?, ? FROM json_each(?)", (moment, article_id, _json(weights)))
        execute(
            "INSERT INTO story_frequencies SELECT value, 1 FROM json_each(?) WHERE true ON CONFLICT DO UPDATE SET articles = articles + 1",
            (_json([_ALL, *weights]),),
        )

    def prune(self, before: datetime) -> int:
        """Forget articles from before that moment, and stories without any other; how many articles went.

        At most 500 at once, about 0.2 s: call it again, in another transaction, until none is left.
        """
        rows = self._connection.execute(
            "SELECT article, at, lead, body, words FROM story_prints WHERE at < ? ORDER BY at, article LIMIT ?", (_seconds(before), _PRUNED)
        ).fetchall()
        for article, at, lead, body, words in rows:
            self._forget(article, at, {*_numbers(lead), *_numbers(body)}, _numbers(words))
        if rows:
            self._connection.execute("DELETE FROM story_frequencies WHERE articles <= 0")
            self._connection.execute("DELETE FROM story_firsts WHERE story NOT IN (SELECT story FROM story_prints)")
        return len(rows)

    def _forget(self, article: int, at: int, shingles: Iterable[int], words: Iterable[int]) -> None:
        execute = self._connection.execute
        execute(
            "DELETE FROM story_shingles WHERE (hash, at, article) IN (SELECT value, ?, ? FROM json_each(?))", (at, article, _json(shingles))
        )
        execute("DELETE FROM story_words WHERE (word, at, article) IN (SELECT value, ?, ? FROM json_each(?))", (at, article, _json(words)))
        execute(
            "UPDATE story_frequencies SET articles = articles - 1 WHERE word IN (SELECT value FROM json_each(?))", (_json([_ALL, *words]),)
        )
        execute("DELETE FROM story_prints WHERE article = ?", (article,))

    def living(self) -> set[int]:
        """Articles and firsts of stories that later answers can still name."""
        rows = self._connection.execute("SELECT article FROM story_prints UNION SELECT article FROM story_firsts")
        return {article for (article,) in rows}


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def _blob(numbers: Iterable[int]) -> bytes:
    return array("q", numbers).tobytes()


def _numbers(blob: bytes) -> array[int]:
    return array("q", blob)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
