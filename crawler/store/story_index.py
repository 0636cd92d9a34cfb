"""The stories' memory on SQLite: fingerprints of the last days in, the answers that a judgement needs out.

Works inside the caller's transaction and never commits: a judgement and what it was based on are one.
Shingles and words are looked up by (hash, time, article), so that the oldest and the newest place are one step away.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from datetime import UTC, datetime

from crawler.stories import Fingerprint, Neighbour, Past, heaviest, keys_of, weigh

_TABLES = (
    """CREATE TABLE IF NOT EXISTS story_prints (
        article INTEGER PRIMARY KEY, story INTEGER NOT NULL, at INTEGER NOT NULL,
        words BLOB NOT NULL, weights BLOB NOT NULL, lead BLOB NOT NULL, body BLOB NOT NULL,
        outlet INTEGER NOT NULL, title INTEGER NOT NULL, sampled INTEGER NOT NULL, slots BLOB NOT NULL, vocabulary BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS story_prints_at ON story_prints (at)",
    "CREATE INDEX IF NOT EXISTS story_prints_story ON story_prints (story)",
    """CREATE TABLE IF NOT EXISTS story_places (
        hash INTEGER NOT NULL, at INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (hash, at, article)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS story_frequencies (word INTEGER PRIMARY KEY, articles INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS story_uncounted (article INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS story_firsts (story INTEGER PRIMARY KEY, article INTEGER NOT NULL)",
)
_ALL = 0
"""The row of story_frequencies that counts the articles."""

_SHARED = 3
"""Shingles of the lead: five words in a row, or three places with three."""
_CANDIDATES = 10
_NEIGHBOURS = 20
_FAINT = 0.02
"""With less than that in common by their telling words, two leads are never alike enough."""
_PRUNED = 500
_MANY, _CROWD = 2000, 32
"""Where a text's keys have that many places, only the newest of each are looked at: navigation that is not old enough to be known."""
_WITNESSES = 8
"""Older articles that are read whole for what else of a text stood in them."""
_LAG, _MOST_UNCOUNTED = 64, 64
"""Words are counted for several articles at once, which writes a third of the pages: a sixteenth of them may wait, at most 64."""

_OLDEST_PLACES = """SELECT value, (SELECT article FROM story_places WHERE hash = value AND at < ?2 ORDER BY at LIMIT 1)
    FROM json_each(?1)"""
_PLACES = """SELECT article FROM json_each(?1) JOIN story_places ON hash = value AND at BETWEEN ?2 AND ?3 LIMIT ?4"""
_NEWEST_PLACES = """SELECT article FROM json_each(?1) JOIN story_places ON hash = value AND at BETWEEN ?2 AND ?3
    AND at >= coalesce((SELECT at FROM story_places WHERE hash = value AND at <= ?3 ORDER BY at DESC LIMIT 1 OFFSET ?4), ?2)"""


class StoryIndex:
    """crawler.stories.Memory on a connection; times are whole seconds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._asked: tuple[Collection[int], int, Mapping[int, int]] = (), 0, {}
        """The last words whose frequencies were asked for, and the answer: an article is added right after it was judged."""

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

    def seen_before(self, prints: Collection[Fingerprint], moment: datetime) -> set[int]:
        keys = frozenset[int]().union(*(print_.keys for print_ in prints))
        places = self._connection.execute(_OLDEST_PLACES, (_json(keys), _seconds(moment))).fetchall()
        oldest = {key: article for key, article in places if article is not None}
        seen = set(oldest)
        if oldest:
            shingles = frozenset[int]().union(*(print_.lead | print_.body for print_ in prints))
            witnesses = [article for article, _ in Counter(sorted(oldest.values())).most_common(_WITNESSES)]
            for lead, body in self._connection.execute(
                "SELECT lead, body FROM json_each(?) JOIN story_prints ON article = value", (_json(witnesses),)
            ):
                seen.update(shingles.intersection(_numbers(lead)), shingles.intersection(_numbers(body)))
        return seen

    def sharing(self, print_: Fingerprint, stale: Set[int], since: datetime, until: datetime) -> list[Past]:
        window, lead = (_json(print_.keys - stale), _seconds(since), _seconds(until)), print_.lead - stale
        places = self._connection.execute(_PLACES, (*window, _MANY)).fetchall()
        if len(places) == _MANY:
            places = self._connection.execute(_NEWEST_PLACES, (*window, _CROWD)).fetchall()
        nearest = sorted((-count, article) for (article,), count in Counter(places).items())[:_CANDIDATES]
        leads = self._connection.execute(
            "SELECT article, lead FROM json_each(?) JOIN story_prints ON article = value", (_json(article for _, article in nearest),)
        ).fetchall()
        return [self.load(article) for article, other in leads if len(lead.intersection(_numbers(other))) >= _SHARED]

    def frequencies(self, words: Collection[int]) -> tuple[int, Mapping[int, int]]:
        rows = self._connection.execute(
            "SELECT word, articles FROM json_each(?) JOIN story_frequencies ON word = value", (_json([_ALL, *words]),)
        )
        found = dict(rows.fetchall())
        self._asked = words, found.pop(_ALL, 0), found
        return self._asked[1:]

    def near(self, weights: Mapping[int, float], telling: Collection[int], since: datetime, until: datetime) -> list[Neighbour]:
        scores: defaultdict[int, float] = defaultdict(float)
        for word, article in self._connection.execute(
            "SELECT hash, article FROM json_each(?) JOIN story_places ON hash = value AND at BETWEEN ? AND ?",
            (_json(telling), _seconds(since), _seconds(until)),
        ):
            scores[article] += weights[word] ** 2
        nearest = [article for _, article in sorted((-score, article) for article, score in scores.items() if score > _FAINT)[:_NEIGHBOURS]]
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
        numbers, of_lead, of_body = _numbers(slots), frozenset(_numbers(lead)), frozenset(_numbers(body))
        print_ = Fingerprint(
            outlet=outlet,
            title=title,
            sampled=bool(sampled),
            lead=of_lead,
            body=of_body,
            slots=frozenset(zip(numbers[::2], numbers[1::2], strict=True)),
            vocabulary=frozenset(_numbers(vocabulary)),
            terms={},
            keys=keys_of(of_lead, of_body, sampled),
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
        known, articles, frequencies = self._asked
        if known is not print_.terms:
            articles, frequencies = self.frequencies(print_.terms)
        weights, moment = weigh(print_.terms, articles, frequencies), _seconds(at)
        slots = [number for slot in sorted(print_.slots) for number in slot]
        words, lead, body, slots_blob, vocabulary = map(_blob, (weights, print_.lead, print_.body, slots, print_.vocabulary))
        execute = self._connection.execute
        execute(
            "INSERT INTO story_prints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(article_id, story_id, moment, words, array("f", weights.values()).tobytes(), lead, body),
                *(print_.outlet, print_.title, print_.sampled, slots_blob, vocabulary),
            ),
        )
        execute("INSERT OR IGNORE INTO story_firsts VALUES (?, ?)", (story_id, article_id))
        keys = print_.keys.union(heaviest(weights, articles, frequencies))
        self._connection.executemany("INSERT INTO story_places VALUES (?, ?, ?)", [(key, moment, article_id) for key in sorted(keys)])
        execute("INSERT INTO story_uncounted VALUES (?)", (article_id,))
        waiting = execute("SELECT count(*) FROM story_uncounted").fetchone()[0]
        if waiting >= min(articles / _LAG, _MOST_UNCOUNTED):
            self._count_words()

    def _count_words(self) -> None:
        """Bring the frequencies up to the last article."""
        rows = self._connection.execute("SELECT words FROM story_uncounted JOIN story_prints USING (article)").fetchall()
        counts = Counter(word for (words,) in rows for word in _numbers(words))
        counts[_ALL] = len(rows)
        self._connection.executemany(
            "INSERT INTO story_frequencies VALUES (?1, ?2) ON CONFLICT DO UPDATE SET articles = articles + ?2", sorted(counts.items())
        )
        self._connection.execute("DELETE FROM story_uncounted")

    def prune(self, before: datetime) -> int:
        """Forget articles from before that moment, and stories without any other; how many articles went.

        At most 500 at once, about 0.2 s: call it again, in another transaction, until none is left.
        """
        rows = self._connection.execute(
            "SELECT article, at, lead, body, words, sampled FROM story_prints WHERE at < ? ORDER BY at, article LIMIT ?",
            (_seconds(before), _PRUNED),
        ).fetchall()
        if not rows:
            return 0
        self._count_words()
        places, counts = list[tuple[int, int, int]](), Counter({_ALL: len(rows)})
        for article, at, lead, body, words, sampled in rows:
            counts.update(_numbers(words))
            keys = keys_of(frozenset(_numbers(lead)), frozenset(_numbers(body)), sampled).union(_numbers(words))
            places += [(key, at, article) for key in keys]
        many = self._connection.executemany
        many("DELETE FROM story_places WHERE hash = ? AND at = ? AND article = ?", sorted(places))
        many("UPDATE story_frequencies SET articles = articles - ?2 WHERE word = ?1", sorted(counts.items()))
        many("DELETE FROM story_prints WHERE article = ?", [(row[0],) for row in rows])
        self._connection.execute("DELETE FROM story_frequencies WHERE articles <= 0")
        self._connection.execute("DELETE FROM story_firsts WHERE story NOT IN (SELECT story FROM story_prints)")
        return len(rows)

    def living(self) -> set[int]:
        """Articles and firsts of stories that later answers can still name."""
        rows = self._connection.execute("SELECT article FROM story_prints UNION SELECT article FROM story_firsts")
        return {article for (article,) in rows}


def _json(numbers: Iterable[int]) -> str:
    return str(list(numbers))


def _blob(numbers: Iterable[int]) -> bytes:
    return array("q", numbers).tobytes()


def _numbers(blob: bytes) -> array[int]:
    return array("q", blob)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
