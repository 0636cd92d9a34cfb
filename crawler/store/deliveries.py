"""Alert duties in, claims and their outcomes out: one row per watch, story, version and channel, sent at least once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from crawler.alerts.policy import Outcome
from crawler.store.claims import Claim, make_id, to_messages
from crawler.store.rows import to_text

LEASE = timedelta(seconds=60)
"""How long a claim holds; after that the sender counts as dead, and the next one takes it over."""

_ALMOST_A_SECOND = timedelta(microseconds=999_999)
"""Makes the store's whole seconds round up: never before the time that a receiver asked for."""
_DUE = "(state = 'queued' AND next_try_at <= :now OR state = 'sending' AND leased_until <= :now)"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables (contract: deliveries; ours besides: what the lease needs, and channels that were switched off)."""
    connection.execute(
        """CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            alert_id TEXT NOT NULL,
            watch TEXT NOT NULL,
            channel TEXT NOT NULL,
            story_id INTEGER NOT NULL REFERENCES stories(id),
            article_id INTEGER NOT NULL REFERENCES articles(id),
            version INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'delivered', 'failed', 'held')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_try_at TEXT NOT NULL,
            last_error TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL,
            delivered_at TEXT,
            claimed_at TEXT,
            lease TEXT,
            leased_until TEXT,
            served TEXT NOT NULL DEFAULT '',
            refused TEXT NOT NULL DEFAULT '',
            UNIQUE (watch, story_id, version, channel)
        ) STRICT"""
    )
    connection.execute("CREATE INDEX deliveries_due ON deliveries (state, next_try_at)")
    connection.execute("CREATE INDEX deliveries_alert ON deliveries (alert_id)")
    connection.execute("CREATE INDEX deliveries_channel ON deliveries (channel, claimed_at)")
    connection.execute(
        "CREATE TABLE channels (name TEXT PRIMARY KEY, address TEXT NOT NULL, closed_until TEXT, reason TEXT NOT NULL) STRICT"
    )


class Deliveries:
    """The queue of alerts, on a connection in autocommit mode (`isolation_level=None`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # --- in the article's transaction ---------------------------------------------------------------------------------

    def queue(
        self, watch: str, story_id: int, article_id: int, version: int, channels: Iterable[str], at: datetime, due_at: datetime
    ) -> int:
        """One row for each channel, the number of new ones; what is queued already stays as it is. Does not commit."""
        created, due = to_text(at), to_text(due_at)
        rows = [
            (make_id("alert", watch, story_id, version, channel, created), watch, channel, story_id, article_id, version, due, created)
            for channel in channels
        ]
        before = self._connection.total_changes
        self._connection.executemany(
            "INSERT INTO deliveries (alert_id, watch, channel, story_id, article_id, version, state, next_try_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?) ON CONFLICT DO NOTHING",
            rows,
        )
        return self._connection.total_changes - before

    # --- claim, send, mark --------------------------------------------------------------------------------------------

    def claim(self, now: datetime, room: Mapping[str, int], lease: timedelta = LEASE) -> list[Claim]:
        """Messages that are due, ours until `now + lease`; of each channel at most `room`, of unnamed ones none.

        What a message tells is fixed when it is first claimed: the same id and the same stories over all tries.
        """
        with self._transaction():
            return [self._take(message, now, lease) for message in self._due(now, room)]

    def preview(self, now: datetime, channels: Iterable[str]) -> list[Claim]:
        """What a claim of everything would give; nothing is written."""
        return self._due(now, dict.fromkeys(channels, 1_000_000))

    def settle(self, claim: Claim, outcome: Outcome, now: datetime, next_try_at: datetime | None = None) -> bool:
        """Mark what became of a try; `next_try_at` is given with "again".

        False, and nothing is written, when the lease ran out meanwhile and another sender has the claim.
        """
        state = "queued" if outcome.state == "again" else outcome.state
        with self._transaction():
            cursor = self._connection.execute(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, last_error = ?, served = ?, refused = ?, lease = NULL,"
                " leased_until = NULL, next_try_at = coalesce(?, next_try_at), delivered_at = ?"
                " WHERE alert_id = ? AND lease = ? AND state = 'sending'",
                (
                    state,
                    outcome.error,
                    " ".join(outcome.recipients.served),
                    " ".join(outcome.recipients.refused),
                    next_try_at and to_text(next_try_at + _ALMOST_A_SECOND),
                    to_text(now) if state == "delivered" else None,
                    claim.alert_id,
                    claim.lease,
                ),
            )
            return cursor.rowcount > 0

    # --- channels and watches that are not there (any more) -----------------------------------------------------------

    def hold(self, watches: Collection[str], channels: Collection[str], now: datetime) -> int:
        """Hold what belongs to other watches or channels than these, or to muted stories; let go the others; how many are held."""
        muted = "EXISTS (SELECT 1 FROM mutes WHERE mutes.story_id = deliveries.story_id AND mutes.watch IN (deliveries.watch, ''))"
        here = f"watch IN ({_marks(watches)}) AND channel IN ({_marks(channels)}) AND NOT {muted}"
        idle = "(state = 'queued' OR state = 'sending' AND leased_until <= ?)"
        why = "the watch or channel is not in the watch file, or switched off, or the story is muted"
        let_go = f"UPDATE deliveries SET state = 'queued', last_error = '' WHERE state = 'held' AND {here}"
        hold = f"UPDATE deliveries SET state = 'held', last_error = ?, lease = NULL WHERE {idle} AND NOT ({here})"
        with self._transaction():
            self._connection.execute(let_go, (*watches, *channels))
            self._connection.execute(hold, (why, to_text(now), *watches, *channels))
            held: int = self._connection.execute("SELECT count(*) FROM deliveries WHERE state = 'held'").fetchone()[0]
            return held

    def close(self, channel: str, address: str, until: datetime | None, reason: str) -> None:
        """Send nothing to a channel until then; None: until its address changes or a test reaches it.

        `address` is a hash of the address, which can be a secret.
        """
        closed_until = until and to_text(until + _ALMOST_A_SECOND)
        self._connection.execute("INSERT OR REPLACE INTO channels VALUES (?, ?, ?, ?)", (channel, address, closed_until, reason))

    def reopen(self, channel: str) -> None:
        """Forget that a channel was closed."""
        self._connection.execute("DELETE FROM channels WHERE name = ?", (channel,))

    def closed(self, addresses: Mapping[str, str], now: datetime) -> dict[str, bool]:
        """Of these channels (name -> hash of its address) those that are closed, and whether for good."""
        query = "SELECT name, address, closed_until IS NULL FROM channels WHERE closed_until IS NULL OR closed_until > ?"
        rows = self._connection.execute(query, (to_text(now),)).fetchall()
        return {name: bool(for_good) for name, address, for_good in rows if addresses.get(name) == address}

    # --- questions and second chances ---------------------------------------------------------------------------------

    def replay(self, ids: Iterable[str], now: datetime) -> list[str]:
        """Queue messages again that were given up or delivered, with their old ids; returns the ids that are neither.

        An id is an `alert_id`, or the number of one of its rows. Recipients who have a message that was given up
        do not get it again.
        """
        unknown = []
        with self._transaction():
            for id_ in ids:
                cursor = self._connection.execute(
                    "UPDATE deliveries SET served = iif(state = 'delivered', '', served), refused = '', state = 'queued', attempts = 0,"
                    " next_try_at = ?, delivered_at = NULL WHERE state IN ('failed', 'delivered')"
                    " AND alert_id IN (SELECT alert_id FROM deliveries WHERE alert_id = ? OR CAST(id AS TEXT) = ?)",
                    (to_text(now), id_, id_),
                )
                if not cursor.rowcount:
                    unknown.append(id_)
        return unknown

    def told(self) -> dict[str, list[tuple[str, str]]]:
        """For each alert id the (watch, address of the article) that it tells."""
        rows = self._connection.execute(
            "SELECT alert_id, watch, url FROM deliveries JOIN articles ON articles.id = article_id ORDER BY deliveries.id"
        )
        told: dict[str, list[tuple[str, str]]] = {}
        for alert_id, watch, url in rows:
            told.setdefault(alert_id, []).append((watch, url))
        return told

    def of_story(self, story_id: int) -> list[sqlite3.Row]:
        """What was or is to be said of a story, to whom."""
        return self._connection.execute("SELECT * FROM deliveries WHERE story_id = ? ORDER BY id", [story_id]).fetchall()

    def counts(self) -> Counter[str]:
        """Rows by state."""
        return Counter(dict(self._connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()))

    def said_since(self, since: datetime) -> Counter[str]:
        """Messages by channel that were first tried since then."""
        query = "SELECT channel, count(DISTINCT alert_id) FROM deliveries WHERE claimed_at >= ? GROUP BY channel"
        return Counter(dict(self._connection.execute(query, (to_text(since),)).fetchall()))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _due(self, now: datetime, room: Mapping[str, int]) -> list[Claim]:
        channels = [channel for channel, free in room.items() if free > 0]
        if not channels:
            return []
        marks = ", ".join(f":channel{number}" for number in range(len(channels)))
        rows = self._connection.execute(
            "SELECT id, alert_id, watch, channel, story_id, article_id, version, created_at, attempts, served, refused, claimed_at,"
            f" next_try_at > created_at AS deferred FROM deliveries WHERE {_DUE} AND channel IN ({marks}) ORDER BY created_at, id",
            {"now": to_text(now), **{f"channel{number}": channel for number, channel in enumerate(channels)}},
        ).fetchall()
        left = Counter(room)
        chosen = []
        for message in to_messages(rows):
            if left[message.channel] > 0:
                left[message.channel] -= 1
                chosen.append(message)
        return chosen

    def _take(self, message: Claim, now: datetime, lease: timedelta) -> Claim:
        token = token_hex(8)
        self._connection.executemany(
            "UPDATE deliveries SET state = 'sending', alert_id = ?, lease = ?, leased_until = ?, claimed_at = coalesce(claimed_at, ?)"
            " WHERE id = ?",
            [(message.alert_id, token, to_text(now + lease), to_text(now), row.id) for row in message.rows],
        )
        return replace(message, lease=token)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))
