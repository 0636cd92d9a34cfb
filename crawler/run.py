"""A crawl begins and ends: the store and the watches it works with, one row for each outlet with its counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.settings import store_path, watches_path
from crawler.store import Store
from crawler.store.runs import OpenRun
from crawler.watches import Matcher, WatchFile, fts_expression, load_watches

KEEP_FINGERPRINTS = timedelta(days=10)
"""Copies come within days, and standing background is known by then."""


def find_watches(settings: BaseSettings, known_outlets: frozenset[str] | None = None) -> WatchFile | None:
    """The watch file, or None when there is none; raises ConfigurationError when it is wrong."""
    path = watches_path(settings)
    return load_watches(path, known_outlets) if path.exists() else None


def adopt_watches(store: Store, watch_file: WatchFile, now: datetime) -> list[str]:
    """Match new and changed watches over the whole store, silently; their names."""
    by_name = {watch.name: watch for watch in watch_file.watches}
    countries = store.runs.countries()
    changed = store.watches.changed((watch.name, watch.definition) for watch in watch_file.watches)
    for name in changed:
        watch = by_name[name]
        matcher = Matcher([watch])
        with store.transaction():
            store.watches.adopt(name, watch.definition, now)
            for article_id, story_id, article in store.watches.articles(fts_expression(watch.query)):
                if watch.covers(article.outlet, countries.get(article.outlet, "")) and (found := matcher.find(article.title, article.body)):
                    store.watches.record(name, article_id, story_id, found, now)
    return changed


class Run:
    """The extension that opens and closes the store around a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.backfill = timedelta(hours=crawler.settings.getfloat("BACKFILL_HOURS"))
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._open: dict[str, OpenRun] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = cls(crawler)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.spider_error, signals.spider_error)
        crawler.signals.connect(run.spider_error, signals.item_error)
        return run

    @cached_property
    def store(self) -> Store:
        """The store, from the first question on."""
        return Store.open(store_path(self.crawler.settings))

    @cached_property
    def watch_file(self) -> WatchFile | None:
        """The watches, as they stood when the crawl began and known to the store; None when nothing is watched."""
        watch_file = find_watches(self.crawler.settings)
        if watch_file:
            adopt_watches(self.store, watch_file, self.now())
        return watch_file

    def begin(self, outlet: str, title: str = "", country: str = "") -> None:
        """Write down that a crawl of this outlet begins."""
        with self.store.transaction():
            self._open[outlet] = self.store.runs.begin(outlet, title, country, self.now())

    def is_backfill(self, outlet: str, published_at: datetime | None) -> bool:
        """Out before we looked: nothing in an outlet's first crawl is news, nor what is far older than its last good poll."""
        previous = self._open[outlet].previous_good_at
        if previous is None:
            return True
        return published_at is not None and published_at < previous - self.backfill

    def count(self, outlet: str, name: str, number: int = 1) -> None:
        """Add to a count of `runs.COUNTS`; what a page carries of other outlets counts for the outlet that was crawled."""
        self.counts[outlet if outlet in self._open else next(iter(self._open), outlet)][name] += number

    def totals(self) -> Counter[str]:
        """The counts of all outlets of this crawl together."""
        return sum(self.counts.values(), Counter())

    def spider_error(self, spider: Spider) -> None:
        """A bug of ours: the outlet's run says so."""
        self.count(spider.name, "errors")

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Write the counts, and forget the fingerprints that no new text is compared with any more.

        Only a crawl that ran to its end counts as a good one.
        """
        if "store" not in vars(self):  # scrapy fetch, shell and the like ask nothing of the store
            return
        for outlet, run in self._open.items():
            counts = self.counts[outlet]
            read = counts["feeds_read"] + counts["feeds_unchanged"] + counts["pages"]
            with self.store.transaction():
                self.store.runs.end(run.id, counts, good=reason == "finished" and read > 0, now=self.now())
        oldest, forgotten = self.now() - KEEP_FINGERPRINTS, 1
        while forgotten:
            with self.store.transaction():
                forgotten = self.store.story_index.prune(oldest)
        self.store.close()

    @staticmethod
    def now() -> datetime:
        """The machine's clock."""
        return datetime.now(UTC)
