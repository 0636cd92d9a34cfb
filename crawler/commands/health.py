"""`scrapy health`: every outlet that was ever crawled here, whether it is alive, and what was missed."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy.spiderloader import get_spider_loader

from crawler.command import FAILED, ProjectCommand
from crawler.health import Poll, diagnose
from crawler.settings import store_path
from crawler.store import Store
from crawler.store.rows import Row, to_moment
from crawler.terminal import local_time, print_json, print_table

MISSED = ("outlet", "url", "title", "state", "reason", "attempts", "announced_at", "next_try_at")


class Command(ProjectCommand):
    """Exit 1 when something that once worked needs a person."""

    example = "scrapy health --json"

    def syntax(self) -> str:
        return "[--missed]"

    def short_desc(self) -> str:
        return "Is every outlet alive, and are alerts going out"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--missed", action="store_true", help="instead, the announced addresses that gave no article, and why")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        store = Store.open(store_path(self.settings))
        if opts.missed:
            self._show_missed(store, opts.json)
            return None
        rows, needs_person = self._diagnose(store, datetime.now(UTC))
        deliveries = dict(store.deliveries.counts())
        if opts.json:
            for row in rows:
                print_json(row)
            print_json({"deliveries": deliveries})
        elif not rows:
            print("No outlet was crawled here yet.", file=sys.stderr)
        else:
            self._show(rows)
            print("Alerts: " + (", ".join(f"{number} {state}" for state, number in sorted(deliveries.items())) or "none yet"))
        return FAILED if needs_person or deliveries.get("failed") else None

    def _diagnose(self, store: Store, now: datetime) -> tuple[list[dict[str, Any]], bool]:
        """A row for each outlet, and whether one of them needs a person."""
        loader = get_spider_loader(self.settings)
        known, latest = set(loader.list()), store.articles.counts_since(now - timedelta(days=1))
        rows, needs_person = [], False
        for run in store.runs.latest():
            name = run["name"]
            health = diagnose(to_moment(run["last_good_at"]), bool(run["good"]), [_poll(row) for row in store.feeds.rows(name)], now)
            needs_person |= health.needs_person
            expected = getattr(loader.load(name), "min_per_day", 0) if name in known else 0
            row = {"outlet": name, "state": health.state, "last_good_at": run["last_good_at"], "last_day": latest.get(name, 0)}
            rows.append({**row, "expected": expected or None, "reason": health.reason})
        return rows, needs_person

    def _show(self, rows: list[dict[str, Any]]) -> None:
        columns = ("outlet", "state", "last success", "articles in 24 h", "expected", "reason")
        print_table(columns, [tuple({**row, "last_good_at": local_time(row["last_good_at"], self.zone)}.values()) for row in rows])

    def _show_missed(self, store: Store, as_json: bool) -> None:
        rows = store.entries.missed()
        if as_json:
            for row in rows:
                print_json({name: row[name] for name in MISSED})
        elif not rows:
            print("Nothing that was announced was missed.", file=sys.stderr)
        else:
            columns = ("outlet", "state", "tries", "next try", "reason", "address")
            again = (local_time(row["next_try_at"], self.zone) for row in rows)
            cells = zip(rows, again, strict=True)
            print_table(columns, [(row["outlet"], row["state"], row["attempts"], at, row["reason"], row["url"]) for row, at in cells])


def _poll(row: Row) -> Poll:
    return Poll(url=row["url"], state=row["state"], last_error=row["last_error"], last_changed_at=to_moment(row["last_changed_at"]))
