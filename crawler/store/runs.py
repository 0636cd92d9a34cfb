"""One row for each crawl of each outlet: when, whether it was good, and its counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.store.rows import to_moment, to_text

COUNTS = (
    "feeds_read",
    "feeds_unchanged",
    "feeds_failed",
    "announced",
    "pages",
    "stored",
    "revised",
    "unchanged",
    "refused",
    "failed",
    "alerts",
    "errors",
)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A crawl that has begun."""

    id: int
    previous_good_at: datetime | None
    """When the outlet's last completed good crawl began; None before the first: all is backfill then."""


class Runs:
    """The crawls."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def begin(self, outlet: str, title: str, country: str, now: datetime) -> OpenRun:
        """Write down that a crawl of this outlet begins; inside the caller's transaction."""
        self._db.execute(
            "INSERT INTO outlets (name, title, country) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (name) DO UPDATE SET title = coalesce(nullif(?2, ''), title), country = coalesce(nullif(?3, ''), country)",
            [outlet, title, country],
        )
        row = self._db.execute("SELECT max(started_at) FROM runs WHERE outlet = ? AND good = 1", [outlet]).fetchone()
        cursor = self._db.execute("INSERT INTO runs (outlet, started_at) VALUES (?, ?)", [outlet, to_text(now)])
        return OpenRun(int(cursor.lastrowid or 0), to_moment(row[0]))

    def end(self, run_id: int, counts: Mapping[str, int], now: datetime | None) -> None:
        """What it came to; None for one that was stopped before its end, which says nothing about the outlet.

        One that ended is good when it read an announcing address: pages left over from earlier crawls are no poll.
        """
        good = now is not None and counts.get("feeds_read", 0) + counts.get("feeds_unchanged", 0) > 0
        settings = ", ".join(f"{name} = ?" for name in COUNTS)
        self._db.execute(
            f"UPDATE runs SET ended_at = ?, good = ?, {settings} WHERE id = ?",
            [to_text(now), int(good), *(counts.get(name, 0) for name in COUNTS), run_id],
        )
        if good:
            self._db.execute(
                "UPDATE outlets SET first_crawled_at = coalesce(first_crawled_at, ?) WHERE name = (SELECT outlet FROM runs WHERE id = ?)",
                [to_text(now), run_id],
            )

    def first_crawled_since(self, moment: datetime) -> bool:
        """Whether an outlet's first crawl ended since then."""
        row = self._db.execute("SELECT 1 FROM outlets WHERE first_crawled_at >= ? LIMIT 1", [to_text(moment)]).fetchone()
        return row is not None

    def countries(self) -> dict[str, str]:
        """The country of every outlet that states one."""
        return dict(self._db.execute("SELECT name, country FROM outlets WHERE country <> ''").fetchall())

    def latest(self) -> list[sqlite3.Row]:
        """For each outlet its newest run that came to an end, and the time of its newest good one."""
        return self._db.execute(
            "SELECT outlets.name, outlets.title, outlets.country, runs.*, "
            "(SELECT max(started_at) FROM runs AS good WHERE good.outlet = outlets.name AND good.good = 1) AS last_good_at "
            "FROM outlets LEFT JOIN runs ON runs.id = "
            "(SELECT max(id) FROM runs WHERE runs.outlet = outlets.name AND runs.ended_at IS NOT NULL) ORDER BY outlets.name"
        ).fetchall()
