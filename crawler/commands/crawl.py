"""`scrapy crawl`: one outlet, any feed, or single addresses, now."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy.commands import BaseRunSpiderCommand

from crawler.browser import find_fault
from crawler.command import DONE, FAILED, ProjectCommand, find_spider, read_moment, run_until_stopped
from crawler.errors import ConfigurationError
from crawler.monitor import Crawl, Crawled, crawl_outlet, sentence
from crawler.run import find_watches
from crawler.settings import browser_path, store_path, watches_path
from crawler.spider import OutletSpider
from crawler.store import Store
from crawler.store.runs import COUNTS
from crawler.terminal import print_json


class Command(ProjectCommand, BaseRunSpiderCommand):
    """Scrapy's crawl, strict: everything is checked before the first request, and the exit status tells."""

    requires_crawler_process = False
    takes: ClassVar = (1, 1)
    example = "scrapy crawl feed -a url=https://aawsat.com/feed"

    def syntax(self) -> str:
        return "[options] OUTLET|feed|page"

    def short_desc(self) -> str:
        return "Crawl one outlet, any feed, or single pages (-a url=…)"

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        spider = find_spider(self.settings, args[0])
        arguments = self._arguments(spider, opts.spargs)
        watch_file = find_watches(self.settings)
        if watch_file is None:
            print(f"Nothing is watched: {watches_path(self.settings)} is missing (scrapy watch init writes one)", file=sys.stderr)
        Store.open(store_path(self.settings)).close()
        if spider.browser and (fault := find_fault(browser_path(self.settings))):
            print(f"{spider.name} is skipped: {fault}", file=sys.stderr)
            return FAILED
        done: list[Crawled] = []

        async def crawl(_: asyncio.Event) -> None:
            done.append(await crawl_outlet(self.process, Crawl(spider, arguments), watch_file))

        stopped = run_until_stopped(self.process, crawl)
        for crawled in done:
            self._tell(crawled, opts.json)
            if crawled.is_first and crawled.counts["stored"] and watch_file:
                print("A first crawl alerts nobody: what it found was out already. What comes from now on does.", file=sys.stderr)
        return stopped or (DONE if done and done[0].ended_well else FAILED)

    def _arguments(self, spider: type[OutletSpider], given: Mapping[str, str]) -> dict[str, Any]:
        """The spider's arguments, read; raises ConfigurationError for one that it does not have."""
        read = {}
        for name, text in given.items():
            if name not in spider.arguments:
                known = ", ".join(f"{known}=" for known in spider.arguments)
                raise ConfigurationError(f"-a {name}=: scrapy crawl {spider.name} takes {known}")
            read[name] = read_moment(text, "-a since=", datetime.now(UTC), self.zone) if name == "since" else text
        return {**read, **spider.check(read)}

    @staticmethod
    def _tell(crawled: Crawled, as_json: bool) -> None:
        """One line of counts."""
        if as_json:
            counts = {name: crawled.counts[name] for name in COUNTS}
            print_json({"outlet": crawled.outlet, "ended_well": crawled.ended_well, **counts})
        else:
            print(f"{crawled.outlet}: {sentence(crawled.counts)}", file=sys.stderr)
