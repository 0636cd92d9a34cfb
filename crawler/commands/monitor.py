"""`scrapy monitor`: all that is due, then alerts, again and again."""

from __future__ import annotations

import argparse
import asyncio
import sys

from scrapy.spiderloader import get_spider_loader

from crawler.browser import find_fault
from crawler.command import DONE, FAILED, ProjectCommand, find_spider, run_until_stopped
from crawler.deliver import make_senders
from crawler.errors import ConfigurationError
from crawler.monitor import Crawl, Monitor
from crawler.run import find_watches
from crawler.settings import browser_path, watches_path
from crawler.spider import OutletSpider
from crawler.watches import FeedRow, WatchFile


class Command(ProjectCommand):
    """Outlets and feeds, round the clock; one round with --once."""

    example = "scrapy monitor --once --outlets alarabiya,al_ain"

    def syntax(self) -> str:
        return "[--once] [--outlets a,b]"

    def short_desc(self) -> str:
        return "Crawl what is due and deliver alerts, again and again"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--once", action="store_true", help="one round, then exit: for cron and systemd timers")
        parser.add_argument("--outlets", metavar="a,b", help="only these (default: OUTLETS, else all that are known by report)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        watch_file = find_watches(self.settings)
        feeds = watch_file.feeds if watch_file and not opts.outlets else ()
        crawls = [*self._outlets(opts.outlets), *(self._feed(row) for row in feeds)]
        if watch_file:
            make_senders(watch_file, self.settings)  # a channel that cannot be used is told before the first request
        self._say_what_is_missing(watch_file)
        if not crawls:
            raise ConfigurationError("There is nothing to crawl: name outlets in OUTLETS, or write a [[feed]] into the watch file")
        monitor = Monitor(self.process, crawls, watch_file)

        async def rounds(stopping: asyncio.Event) -> None:
            await monitor.run(opts.once, stopping)

        return run_until_stopped(self.process, rounds) or (DONE if monitor.is_well or not opts.once else FAILED)

    def _outlets(self, asked: str | None) -> list[Crawl]:
        """The outlets to crawl; those that need a browser only where there is one."""
        loader = get_spider_loader(self.settings)
        names = dict.fromkeys(name.strip() for name in (asked or self.settings["OUTLETS"]).split(",") if name.strip())
        if list(names) == ["none"]:
            return []
        all_ = [spider for name in sorted(loader.list()) if issubclass(spider := loader.load(name), OutletSpider)]
        spiders = [find_spider(self.settings, name) for name in names] or [each for each in all_ if each.known == "reported"]
        crawls = []
        for spider in spiders:
            if spider.browser and (fault := find_fault(browser_path(self.settings))):
                print(f"{spider.name} is skipped: {fault}", file=sys.stderr)
            elif not Crawl(spider).announces:
                raise ConfigurationError(f"{spider.name} has no addresses of its own to poll: write a [[feed]] into the watch file")
            else:
                crawls.append(Crawl(spider))
        return crawls

    def _feed(self, row: FeedRow) -> Crawl:
        """A [[feed]] of the watch file, polled like an outlet."""
        spider = find_spider(self.settings, "feed")
        given = {name: getattr(row, name) for name in ("url", "outlet", "title", "country", "timezone")}
        given["full"] = "yes" if row.full else "no"
        return Crawl(spider, spider.check({name: value for name, value in given.items() if value}))

    def _say_what_is_missing(self, watch_file: WatchFile | None) -> None:
        if watch_file is None:
            print(f"Nothing is watched: {watches_path(self.settings)} is missing (scrapy watch init writes one)", file=sys.stderr)
        if not self.settings["CONTACT"]:
            print("CONTACT is not set: outlets cannot reach you, and some block a crawler without one", file=sys.stderr)
