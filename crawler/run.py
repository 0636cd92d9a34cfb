"""A crawl begins and ends: the store and the watches it works with, one row for each outlet with its counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from crawler.items import Match
from crawler.settings import store_path, watches_path
from crawler.store import Store
from crawler.store.runs import OpenRun
from crawler.watches import Matcher, Watch, WatchFile, fts_expression, load_watches

GIVEN = "WATCH_FILE"
"""The setting by which a hand that has read the watch file already gives it to its crawls."""
KEEP_FINGERPRINTS = timedelta(days=10)
"""Copies come within days, and standing background is known by then."""


def find_watches(settings: BaseSettings) -> WatchFile | None:
    """The watch file, or None when there is none; raises ConfigurationError when it is wrong."""
    path = watches_path(settings)
    return load_watches(path, get_spider_loader(settings).list()) if path.exists() else None


def known_countries(store: Store, settings: BaseSettings) -> dict[str, str]:
    """The country of every outlet that states one: crawled here before, or in a file of its own."""
    loader = get_spider_loader(settings)
    stated = {name: getattr(loader.load(name), "country", "") for name in loader.list()}
    return {**store.runs.countries(), **{name: country for name, country in stated.items() if country}}


def adopt_watches(store: Store, watch_file: WatchFile, countries: Mapping[str, str], now: datetime) -> None:
    """Match watches that are new, changed or switched on again over the whole store, silently."""
    for watch in watch_file.watches:
        definition = watch.definition if watch.enabled else f"disabled: {watch.definition}"
        if store.watches.is_adopted(watch.name, definition):
            continue
        find = partial(_find_stored, store, watch, Matcher([watch]), countries)
        found, newest = find(after=0)  # the slow part, before the lock
        with store.transaction():
            if store.watches.is_adopted(watch.name, definition):  # by another crawl meanwhile
                continue
            store.watches.adopt(watch.name, definition, now)
            for article_id, story_id, matches in found + find(after=newest)[0]:
                store.watches.record(watch.name, article_id, story_id, matches, now)


def _find_stored(
    store: Store, watch: Watch, matcher: Matcher, countries: Mapping[str, str], after: int
) -> tuple[list[tuple[int, int, list[Match]]], int]:
    """(article id, story id, matches) of what a watch finds among stored articles with a higher id, and the highest id there is."""
    newest = store.articles.newest()
    found = []
    for article_id, story_id, article in store.watches.articles(fts_expression(watch.query), after, newest):
        if watch.covers(article.outlet, countries.get(article.outlet, "")) and (matches := matcher.find(article.title, article.body)):
            found.append((article_id, story_id, matches))
    return found, newest


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
        """The watches that the crawl was given, else those of the file, known to the store; None when nothing is watched."""
        settings = self.crawler.settings
        watch_file: WatchFile | None = settings[GIVEN] if GIVEN in settings else find_watches(settings)
        if watch_file:
            adopt_watches(self.store, watch_file, self.countries, self.now())
        return watch_file

    @cached_property
    def countries(self) -> dict[str, str]:
        """The country of every outlet that states one."""
        return known_countries(self.store, self.crawler.settings)

    def begin(self, outlet: str, title: str = "", country: str = "") -> None:
        """Write down that a crawl of this outlet begins."""
        with self.store.transaction():
            self._open[outlet] = self.store.runs.begin(outlet, title, country, self.now())
        if country:
            self.countries[outlet] = country

    def is_backfill(self, outlet: str, published_at: datetime | None) -> bool:
        """Out before we looked: nothing in an outlet's first crawl is news, nor what is far older than its last good poll."""
        previous = self._open[outlet].previous_good_at
        if previous is None:
            return True
        return published_at is not None and published_at < previous - self.backfill

    @property
    def is_first(self) -> bool:
        """Whether an outlet of this crawl was never crawled to a good end before."""
        return any(run.previous_good_at is None for run in self._open.values())

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

        Only a crawl that ran to its end counts, and it was a good poll when an announcing address could be read.
        """
        if "store" not in vars(self):  # scrapy fetch, shell and the like ask nothing of the store
            return
        ended_at = self.now() if reason == "finished" else None
        for outlet, run in self._open.items():
            with self.store.transaction():
                self.store.runs.end(run.id, self.counts[outlet], ended_at)
        oldest, forgotten = self.now() - KEEP_FINGERPRINTS, 1
        while forgotten:
            with self.store.transaction():
                forgotten = self.store.story_index.prune(oldest)
        self.store.close()

    @staticmethod
    def now() -> datetime:
        """The machine's clock."""
        return datetime.now(UTC)
