"""The whole road: crawls the newsstand of a plan as outlets that were crawled before; what it took, room by room, out.

Started by benchmarks/crawl.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rooms import Rooms
from side import Plan, crawl, run, settings_of

from crawler.pages import ArticlePage
from crawler.settings import store_path, watches_path
from crawler.spider import OutletSpider
from crawler.store import Store
from crawler.urls import host

TERMS_OF_A_WATCH = 5
COUNTED = ("articles", "stories", "matches", "deliveries")


class NewsstandSpider(OutletSpider):
    """All hosts in one crawl, each an outlet."""

    name = "newsstand"

    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(host, self.feeds)))

    def outlet_of(self, feed_url: str) -> str:
        return host(feed_url)


def crawl_road(plan: Plan) -> dict[str, Any]:
    """From feeds to queued deliveries, with a stopwatch on every room."""
    settings = settings_of(plan)
    store_path(settings).unlink(missing_ok=True)
    _write_watches(watches_path(settings), plan.terms)
    _pretend_earlier_crawl(store_path(settings), {host(url) for url in plan.feeds})
    page = type("NewsstandPage", (ArticlePage,), {"body_css": plan.body_css})
    rooms = Rooms()
    rooms.watch()
    _, took = crawl(settings, type("PlannedSpider", (NewsstandSpider,), {"feeds": plan.feeds, "page": page}))
    store = Store.open(store_path(settings))
    counts = {table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}
    store.close()
    return {**took, "pages": counts["articles"], "counts": counts, "rooms": rooms.seconds}


def _write_watches(path: Path, terms: Sequence[str]) -> None:
    groups = [list(terms[at : at + TERMS_OF_A_WATCH]) for at in range(0, len(terms), TERMS_OF_A_WATCH)]
    tables = [f'[[watch]]\nname = "w{number}"\nterms = {json.dumps(group, ensure_ascii=False)}\n' for number, group in enumerate(groups)]
    path.write_text("\n".join([*tables, '[[channel]]\nname = "desk"\nurl = "mailto:desk@example.org"\n']), encoding="utf-8")


def _pretend_earlier_crawl(path: Path, outlets: set[str]) -> None:
    """In an outlet's first crawl everything is old and nothing is told: an earlier one gives the queue its work."""
    store, yesterday = Store.open(path), datetime.now(UTC) - timedelta(days=1)
    with store.transaction():
        for outlet in sorted(outlets):
            store.runs.end(store.runs.begin(outlet, "", "", yesterday).id, {"feeds_read": 1}, yesterday)
    store.close()


if __name__ == "__main__":
    run(crawl_road)
