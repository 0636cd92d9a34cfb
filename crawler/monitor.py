"""Rounds: crawl what is due, deliver what is queued, sleep, again; the hand of schedule."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import SystemRandom
from time import monotonic
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from crawler.deliver import deliver
from crawler.run import GIVEN, Run
from crawler.schedule import SOONEST, next_poll
from crawler.settings import store_path
from crawler.spider import OutletSpider
from crawler.store import Store
from crawler.store.rows import to_moment
from crawler.terminal import counted
from crawler.urls import host
from crawler.watches import WatchFile

logger = logging.getLogger(__name__)

AT_ONCE = 8
"""Outlets crawled at the same time."""
LOOK_EVERY = 5.0
"""Seconds between looks at the alert queue, and between rounds at what is due."""
PAUSE = SOONEST.total_seconds()
"""Seconds before an outlet is crawled again only for what the last crawl of it left over: what fails for us fails at once again."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """One outlet to crawl."""

    spider: type[OutletSpider]
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def announces(self) -> tuple[str, ...]:
        """The addresses that it polls."""
        spider = self.spider
        return tuple(self.arguments.get("url", spider.feeds)) + spider.sitemaps + spider.sections

    @property
    def outlets(self) -> tuple[str, ...]:
        """The keys of the outlets that it is of."""
        asked = [self.arguments.get("outlet") or host(url) for url in self.arguments.get("url", ())]
        return tuple(dict.fromkeys(asked)) or (self.spider.name,)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl came to."""

    outlet: str
    counts: Counter[str]
    ended_well: bool
    """It ran to its end without an error of ours and read a feed or a page."""
    is_first: bool
    """One of its outlets was crawled for the first time: what it has was out before we looked, and alerts nobody."""


async def crawl_all(
    process: AsyncCrawlerProcess, crawls: Sequence[Crawl], watch_file: WatchFile | None, stopping: asyncio.Event
) -> list[Crawled]:
    """Crawl them side by side, AT_ONCE at a time; what each came to. No new one begins once `stopping` is set."""
    places = asyncio.Semaphore(AT_ONCE)

    async def crawl_one(crawl: Crawl) -> Crawled | None:
        async with places:
            return None if stopping.is_set() else await crawl_outlet(process, crawl, watch_file)

    return [done for done in await asyncio.gather(*map(crawl_one, crawls)) if done]


async def crawl_outlet(process: AsyncCrawlerProcess, crawl: Crawl, watch_file: WatchFile | None) -> Crawled:
    """One crawl from start to end, with these watches whatever becomes of their file meanwhile."""
    crawler = process.create_crawler(crawl.spider)
    crawler.settings.set(GIVEN, watch_file)
    reasons: list[str] = []
    crawler.signals.connect(lambda reason: reasons.append(reason), signals.spider_closed, weak=False)
    await process.crawl(crawler, **crawl.arguments)
    run = crawler.get_extension(Run)
    counts = run.totals() if run else Counter[str]()
    read = counts["feeds_read"] + counts["feeds_unchanged"] + counts["pages"]
    outlet = ", ".join(run.counts) if run and run.counts else crawl.spider.name
    ended_well = reasons == ["finished"] and not counts["errors"] and read > 0
    return Crawled(outlet, counts, ended_well, is_first=run is not None and run.is_first)


def sentence(totals: Mapping[str, int]) -> str:
    """The counts of a crawl in one line for people."""
    feeds = totals["feeds_read"] + totals["feeds_unchanged"] + totals["feeds_failed"]
    parts = [
        f"{counted(feeds, 'feed')} ({totals['feeds_unchanged']} unchanged, {totals['feeds_failed']} failed)",
        counted(totals["pages"], "page"),
        f"{counted(totals['stored'], 'article')} stored",
        *(f"{totals[name]} {name}" for name in ("revised", "refused", "failed", "errors") if totals[name]),
        f"{counted(totals['alerts'], 'alert')} queued",
    ]
    return ", ".join(parts)


class Monitor:
    """What the rounds work with: the outlets, the watches, the store between crawls."""

    def __init__(self, process: AsyncCrawlerProcess, crawls: Sequence[Crawl], watch_file: WatchFile | None) -> None:
        self.process, self.settings, self.crawls, self.watch_file = process, process.settings, crawls, watch_file
        self.store = Store.open(store_path(self.settings))
        self.is_well = True
        """Every crawl ended well and every delivery arrived."""
        self._crawled_at: dict[tuple[str, ...], float] = {}
        """What a crawl announces → when it ended (monotonic clock)."""

    async def run(self, once: bool, stopping: asyncio.Event) -> None:
        """One round, or round after round until `stopping` is set; alerts go out all the while."""
        try:
            began = _now()
            await self._round(stopping)
            if self.store.runs.first_crawled_since(began):
                self._say_what_was_out()
            while not once and not stopping.is_set():
                await _wait(stopping, LOOK_EVERY)
                await self._round(stopping)
        finally:
            self.store.close()

    async def _round(self, stopping: asyncio.Event) -> None:
        """Crawl what is due, delivering meanwhile, and once more when all is crawled."""
        due = [crawl for crawl in self.crawls if self._is_due(crawl)]
        crawled = asyncio.Event()
        postman = asyncio.ensure_future(self._deliver_until(crawled))
        try:
            done = await crawl_all(self.process, due, self.watch_file, stopping)
        finally:
            crawled.set()
            await postman
        for each in done:
            logger.log(logging.INFO if each.ended_well else logging.WARNING, "%s: %s", each.outlet, sentence(each.counts))
        self.is_well &= all(each.ended_well for each in done)
        for crawl in due:
            self._crawled_at[crawl.announces] = monotonic()
            self._plan(crawl)

    async def _deliver_until(self, crawled: asyncio.Event) -> None:
        while not crawled.is_set():
            await self._deliver()
            await _wait(crawled, LOOK_EVERY)
        await self._deliver()

    async def _deliver(self) -> None:
        if self.watch_file and self.watch_file.channels:
            sendings = await deliver(self.store, self.watch_file, self.settings)
            self.is_well &= all(sending.state == "delivered" for sending in sendings)

    def _is_due(self, crawl: Crawl) -> bool:
        """Something of it is due again or, unless we were just there, was never polled or is left over from an earlier crawl."""
        now, planned = _now(), {row["url"]: to_moment(row["next_due_at"]) for row in self.store.feeds.rows()}
        times = [planned.get(url) for url in crawl.announces]
        if any(at and at <= now for at in times):
            return True
        if monotonic() - self._crawled_at.get(crawl.announces, -PAUSE) < PAUSE:
            return False
        return None in times or any(self.store.entries.due(outlet, now) for outlet in crawl.outlets)

    def _plan(self, crawl: Crawl) -> None:
        """When to come back to each of its feeds."""
        for row in self.store.feeds.rows():
            if row["url"] in crawl.announces and (polled := to_moment(row["last_polled_at"])):
                planned, jitter = to_moment(row["next_due_at"]), SystemRandom().uniform(-1, 1)
                asked = planned - polled if planned and row["failures"] else None  # Retry-After, if it is ahead
                changed = to_moment(row["last_changed_at"])
                due = next_poll(polled, failures=row["failures"], last_change=changed, retry_after=asked, jitter=jitter)
                self.store.feeds.plan(row["url"], due)

    def _say_what_was_out(self) -> None:
        """After the first round, watch by watch: what was found and not sent, and what to try."""
        for watch in self.watch_file.watches if self.watch_file else ():
            if watch.enabled and (stories := self.store.watches.silent(watch.name)):
                said = "watch %s: %d stories were out already and were not sent; scrapy watch test %s shows them"
                logger.info(said, watch.name, stories, watch.name)
        if self.watch_file and self.watch_file.channels:
            logger.info("scrapy alert --test %s shows how an alert arrives", self.watch_file.channels[0].name)


def _now() -> datetime:
    return datetime.now(UTC)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, or so long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
