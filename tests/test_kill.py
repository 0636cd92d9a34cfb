"""kill -9 at any moment of a crawl or a delivery: no article lost or stored twice, no alert lost, repeats only with the same id."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.newsroom.practice import SECRET, SECRET_ENV, write_watches
from crawler.newsroom.receiver import Receiver
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.site.server import Newsroom, in_thread
from crawler.store import Store

ROOT = Path(__file__).resolve().parents[1]
FED = ("almisbah", "annida", "albarq", "assahra", "alwadi")
"""Practice outlets with feeds, polled as [[feed]] rows."""


@dataclass
class World:
    """A newsroom and a receiver outside the program, and the program's folder."""

    newsroom: Newsroom
    receiver: Receiver
    folder: Path

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """`scrapy COMMAND`, as a user starts it."""
        given = {
            "STORE_URL": f"sqlite:///{self.folder / 'marsad.db'}",
            "WATCHES_PATH": str(self.folder / "watches.toml"),
            "ALLOW_PRIVATE_ADDRESSES": "1",
            "AUTOTHROTTLE_ENABLED": "0",
            "DOWNLOAD_DELAY": "0",
            "BACKFILL_HOURS": "1000",
            "LOG_LEVEL": "WARNING",
            SECRET_ENV: SECRET,
        }
        arguments = [sys.executable, "-m", "scrapy", *command.split(), "-s", "SPIDER_MODULES=spiders.feed"]
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, **given}, stdout=log, stderr=log, start_new_session=True)

    def finish(self, command: str) -> None:
        """Run it to its end, which must be a good one."""
        status = self.start(command).wait(timeout=120)
        assert status == 0, (self.folder / "log.txt").read_text(encoding="utf-8")[-2000:]

    def kill(self, command: str, seconds: float) -> None:
        """Start it and end it with SIGKILL after so long, children too; a program that was done earlier is none the worse."""
        process = self.start(command)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def keys(self) -> list[str]:
        """The articles that are stored."""
        return [row[0] for row in self.query("SELECT key FROM articles ORDER BY key")]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """What the store says, read as a stranger would."""
        with sqlite3.connect(f"{(self.folder / 'marsad.db').as_uri()}?mode=ro", uri=True) as connection:
            rows = connection.execute(sql).fetchall()
        connection.close()
        return rows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    receiver = Receiver(secret=SECRET)
    newsroom = Newsroom()
    with in_thread(newsroom), in_thread(receiver):
        text = write_watches(tmp_path, receiver).read_text(encoding="utf-8")
        text = text[: text.rindex("[[channel]]")]  # the receiver alone: a mailbox cannot tell a repeat by its id
        feeds = "".join(f'[[feed]]\nurl = "{newsroom.addresses[key]}{OUTLETS[key].announces}"\noutlet = "{key}"\n\n' for key in FED)
        (tmp_path / "watches.toml").write_text(text + feeds, encoding="utf-8")
        yield World(newsroom, receiver, tmp_path)


def check_store(world: World, seen: set[str]) -> None:
    """After every kill: the file is whole, nothing seen before is gone, no article without its story, match and alert rows."""
    store = Store.open(world.folder / "marsad.db")
    assert store.faults() == []
    store.close()
    assert seen <= set(world.keys())
    assert world.query("SELECT id FROM articles WHERE story_id IS NULL") == []
    assert world.query("SELECT id FROM entries WHERE state = 'stored' AND article_id IS NULL") == []
    spoken = "SELECT watch, story_id, version FROM matches WHERE version IS NOT NULL"
    assert world.query(f"{spoken} EXCEPT SELECT watch, story_id, version FROM deliveries") == []


def test_killed_again_and_again(world: World, tmp_path: Path, kills: int) -> None:
    dice = random.Random(20260131)
    world.newsroom.day = 6
    began = time.monotonic()
    world.finish("monitor --once")
    usual = time.monotonic() - began
    assert not world.receiver.posts, "what was out before we looked alerts nobody"
    seen: set[str] = set()
    for number in range(kills):  # the newsroom publishes on, and each program dies somewhere between its start and its end
        world.newsroom.day = 6 + 4 * (number + 1) // kills
        make_due(tmp_path)
        world.kill("alert" if number % 3 == 2 else "monitor --once", dice.uniform(0.3, usual))
        check_store(world, seen)
        seen = set(world.keys())
    make_due(tmp_path)
    world.finish("monitor --once")
    wait_out_leases(tmp_path)
    world.finish("alert")
    check_store(world, seen)
    rows = world.query("SELECT watch, story_id FROM deliveries WHERE state = 'delivered'")
    assert len(rows) == len(set(rows)) > 10
    assert world.query("SELECT * FROM deliveries WHERE state <> 'delivered'") == []
    told = Counter((key, post.headers["webhook-id"]) for post in world.receiver.posts for key in keys_of(post.event))
    assert {key for key, _ in told} == set(rows), "nothing is lost, nothing else is said"
    assert len(told) == len(rows), "what is told again comes with the same id"
    assert world.query("SELECT state, reason, url FROM entries WHERE state <> 'stored'") == []
    expected = [article for article in world.newsroom.articles.values() if article.outlet in FED and not article.carried]
    assert world.query("SELECT count(*) FROM articles WHERE carried_by = ''") == [(len(expected),)]


def keys_of(event: Any) -> list[tuple[str, int]]:
    """(watch, story) of everything that a webhook tells."""
    items = event["data"]["stories"] if event["type"] == "digest" else [event["data"]]
    return [(event["data"]["watch"], item["story"]["id"]) for item in items]


def make_due(folder: Path) -> None:
    """Let the next round poll every feed again, as if its time had come."""
    with sqlite3.connect(folder / "marsad.db", timeout=30) as connection:
        connection.execute("UPDATE feeds SET next_due_at = '2000-01-01T00:00:00Z'")
    connection.close()


def wait_out_leases(folder: Path) -> None:
    """Let a minute pass for the claims of senders that were killed."""
    with sqlite3.connect(folder / "marsad.db", timeout=30) as connection:
        connection.execute("UPDATE deliveries SET leased_until = '2000-01-01T00:00:00Z' WHERE state = 'sending'")
        connection.execute("UPDATE deliveries SET next_try_at = '2000-01-01T00:00:00Z' WHERE state = 'queued'")
    connection.close()
