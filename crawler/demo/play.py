"""A practice newsroom in; crawled on its ninth day, its tenth and once more, delivered, and held against the truth."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from scrapy.crawler import AsyncCrawlerProcess

from crawler.browser import find_fault
from crawler.deliver import Sending, deliver
from crawler.monitor import Crawl, Crawled, crawl_all
from crawler.newsroom.comparison import find_differences
from crawler.newsroom.mailbox import Mailbox
from crawler.newsroom.outlets import practice_spiders
from crawler.newsroom.practice import HOOK, MAIL, SECRET, practice_settings, write_watches
from crawler.newsroom.receiver import Receiver
from crawler.newsroom.site.server import Newsroom
from crawler.newsroom.truth import Truth
from crawler.run import find_watches
from crawler.settings import browser_path, store_path
from crawler.store import Store


@dataclass(slots=True)
class Day:
    """One crawl of the newsroom and the alerts after it."""

    said: str
    crawled: list[Crawled]
    seconds: float
    sendings: list[Sending] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Of all outlets together."""
        return sum((crawled.counts for crawled in self.crawled), Counter())


class Play:
    """The newsroom's ninth day, its tenth, and the tenth once more."""

    def __init__(self, process: AsyncCrawlerProcess, newsroom: Newsroom, folder: Path) -> None:
        self.process, self.settings, self.newsroom, self.folder = process, process.settings, newsroom, folder
        self.has_browser = find_fault(browser_path(self.settings)) is None
        self.days: list[Day] = []
        self.receiver, self.mailbox = Receiver(secret=SECRET), Mailbox()

    async def run(self, stopping: asyncio.Event) -> None:
        """All three, with a word on standard error before each."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.receiver)
            await stack.enter_async_context(self.mailbox)
            write_watches(self.folder, self.receiver)
            self.settings.setdict(practice_settings(self.folder, self.mailbox), priority="cmdline")
            for day, said in ((9, "the first nine days, as found"), (10, "the tenth day"), (10, "the tenth day again, unchanged")):
                if not stopping.is_set():
                    print(f"Crawling {len(self.newsroom.addresses)} practice outlets: {said} …", file=sys.stderr)
                    self.newsroom.day = day
                    await self._live(said, stopping)

    async def _live(self, said: str, stopping: asyncio.Event) -> None:
        began = monotonic()
        spiders = practice_spiders(self.newsroom.addresses)
        readable = [Crawl(spider) for spider in spiders if self.has_browser or not spider.browser]
        watch_file = find_watches(self.settings)
        assert watch_file is not None
        day = Day(said, await crawl_all(self.process, readable, watch_file, stopping), monotonic() - began)
        self.days.append(day)
        store = Store.open(store_path(self.settings))
        day.sendings = await deliver(store, watch_file, self.settings)
        store.close()

    def differences(self, store: Store) -> list[str]:
        """Where what happened is not the truth; empty when all is as it must be."""
        truth = Truth(
            articles=self.newsroom.articles,
            anchor=self.newsroom.anchor,
            addresses=self.newsroom.addresses,
            browser=self.has_browser,
            backfill_hours=self.settings.getint("BACKFILL_HOURS"),
        )
        rows = [dict(row) for row in store.articles.rows()]
        fired = {row["id"]: {verdict["watch"] for verdict in store.watches.verdicts(row["id"])} for row in rows}
        found = find_differences(truth, rows, fired, self.delivered(store))
        found += [f"a webhook arrived that is {post.verdict}" for post in self.receiver.posts if post.verdict != "ok"]
        if self.days[0].sendings:
            found.append(f"{len(self.days[0].sendings)} alerts were sent of what was out before we looked")
        again = self.days[-1].counts
        if again["pages"] or again["feeds_read"]:
            found.append(f"crawled again unchanged, {again['feeds_read']} feeds and {again['pages']} pages were downloaded")
        return found

    def delivered(self, store: Store) -> dict[str, list[tuple[str, str]]]:
        """Channel → (watch, address of the article) of each alert as it arrived there."""
        addresses = store.deliveries.told()
        mails = [re.sub(r"[<>]|@.*", "", str(letter.message["Message-ID"])) for letter in self.mailbox.letters]
        posts = [post.headers["webhook-id"] for post in self.receiver.posts if post.accepted]
        return {name: [told for alert_id in ids for told in addresses[alert_id]] for name, ids in ((HOOK, posts), (MAIL, mails))}
