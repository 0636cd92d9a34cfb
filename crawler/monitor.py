"""Rounds: crawl what is due, deliver what is queued, sleep, again; the hand of schedule."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from crawler.run import Run
from crawler.spider import OutletSpider

logger = logging.getLogger(__name__)

AT_ONCE = 8
"""Outlets crawled at the same time."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """One outlet to crawl."""

    spider: type[OutletSpider]
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl came to."""

    outlet: str
    counts: Counter[str]
    ended_well: bool
    """It ran to its end without an error of ours and read a feed or a page."""


async def crawl_all(process: AsyncCrawlerProcess, crawls: Sequence[Crawl], stopping: asyncio.Event) -> list[Crawled]:
    """Crawl them side by side, AT_ONCE at a time; what each came to. No new one begins once `stopping` is set."""
    places = asyncio.Semaphore(AT_ONCE)

    async def crawl_one(crawl: Crawl) -> Crawled | None:
        async with places:
            return None if stopping.is_set() else await crawl_outlet(process, crawl)

    return [done for done in await asyncio.gather(*map(crawl_one, crawls)) if done]


async def crawl_outlet(process: AsyncCrawlerProcess, crawl: Crawl) -> Crawled:
    """One crawl from start to end."""
    crawler = process.create_crawler(crawl.spider)
    reasons: list[str] = []
    crawler.signals.connect(lambda reason: reasons.append(reason), signals.spider_closed, weak=False)
    await process.crawl(crawler, **crawl.arguments)
    run = crawler.get_extension(Run)
    counts = run.totals() if run else Counter[str]()
    read = counts["feeds_read"] + counts["feeds_unchanged"] + counts["pages"]
    outlet = ", ".join(run.counts) if run and run.counts else crawl.spider.name
    return Crawled(outlet, counts, reasons == ["finished"] and not counts["errors"] and read > 0)
