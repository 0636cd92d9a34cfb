"""`scrapy health`: every outlet that was ever crawled here, and whether it is alive."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from crawler.command import FAILED, ProjectCommand
from crawler.health import Poll, diagnose
from crawler.settings import store_path
from crawler.store import Store
from crawler.store.rows import to_moment
from crawler.terminal import local_time, print_json, print_table


class Command(ProjectCommand):
    """Exit 1 when something that once worked needs a person."""

    example = "scrapy health --json"

    def short_desc(self) -> str:
        return "Is every outlet alive, and are alerts going out"

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        store, now = Store.open(store_path(self.settings)), datetime.now(UTC)
        table, trouble = [], False
        for run in store.runs.latest():
            polls = [
                Poll(url=f["url"], state=f["state"], last_error=f["last_error"], last_changed_at=to_moment(f["last_changed_at"]))
                for f in store.feeds.rows(run["name"])
            ]
            health = diagnose(to_moment(run["last_good_at"]), bool(run["good"]), polls, now)
            trouble |= health.needs_person
            row = {"outlet": run["name"], "state": health.state, "last_good_at": run["last_good_at"], "stored": run["stored"]}
            table.append({**row, "reason": health.reason})
        deliveries = dict(store.deliveries.counts())
        trouble |= deliveries.get("failed", 0) > 0
        if opts.json:
            for row in table:
                print_json(row)
            print_json({"deliveries": deliveries})
        elif not table:
            print("No outlet was crawled here yet.", file=sys.stderr)
        else:
            columns = ("outlet", "state", "last success", "stored last time", "reason")
            print_table(columns, [(*r.values(),) for r in ({**r, "last_good_at": local_time(r["last_good_at"], self.zone)} for r in table)])
            print("Alerts: " + (", ".join(f"{number} {state}" for state, number in sorted(deliveries.items())) or "none yet"))
        return FAILED if trouble else None
