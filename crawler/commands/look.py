"""`scrapy look`: what the machine sees at an address, and what became of it here."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import scrapy
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from twisted.python.failure import Failure

from crawler.command import FAILED, ProjectCommand, find_spider, run_until_stopped
from crawler.download import plain_reason
from crawler.errors import ConfigurationError
from crawler.feeds import Feed, NotAFeed, find_feeds, parse_feed
from crawler.pages import ArticlePage, NotAnArticle, decode
from crawler.settings import store_path
from crawler.spider import OutletSpider, printed_names, spiders_by_host
from crawler.store import Store
from crawler.terminal import clean_line, isolate, print_json
from crawler.urls import clean_url, host, url_key

Seen = tuple[str, str, str]
"""Field, where from, value."""


class Command(ProjectCommand):
    """One address or one outlet, whole."""

    takes: ClassVar = (1, 1)
    example = "scrapy look https://www.alarabiya.net/arab-and-world/2026/01/31/example"

    def syntax(self) -> str:
        return "URL|OUTLET"

    def short_desc(self) -> str:
        return "Show what the machine sees at an address or of an outlet, and what became of it"

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        (asked,) = args
        store = Store.open(store_path(self.settings))
        if not asked.startswith(("http://", "https://")):
            self._print(outlet_facts(find_spider(self.settings, asked), store), opts.json)
            return None
        url = clean_url(asked)
        if not url:
            raise ConfigurationError(f"{asked!r} is no address: write https://…")
        self._print(way(store, url_key(url)), opts.json)
        seen: list[Seen] = []

        async def look(_: asyncio.Event) -> None:
            await self.process.crawl(LookSpider, url=url, seen=seen, now=datetime.now(UTC))

        stopped = run_until_stopped(self.process, look)
        self._print(seen, opts.json)
        return stopped or (FAILED if any(field == "fault" for field, _, _ in seen) else None)

    @staticmethod
    def _print(rows: list[Seen], as_json: bool) -> None:
        for field, source, value in rows:
            if as_json:
                print_json({"field": field, "from": source, "value": value})
            else:
                shown = clean_line(value)
                print(f"{field:<14} {source:<22} {isolate(shown if len(shown) < 300 else shown[:300] + '…')}")


class LookSpider(scrapy.Spider):
    """Fetches one address as a crawl would, and reads it without keeping anything."""

    name = "look"

    def __init__(self, url: str, seen: list[Seen], now: datetime) -> None:
        super().__init__()
        self.url, self.seen, self.now = url, seen, now

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Nothing is stored."""
        super().update_settings(settings)
        settings.set("ITEM_PIPELINES", {}, priority="spider")
        settings.set("EXTENSIONS", {"scrapy.extensions.logstats.LogStats": None}, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.url, self.read, errback=self.failed)

    def failed(self, failure: Failure) -> None:
        """The address could not be had."""
        self.seen.append(("fault", "download", plain_reason(failure)))

    def read(self, response: Response) -> None:
        """Everything that the page says, and what is made of it."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        self.seen.append(("page", str(response.status), f"{response.url} {content_type} {len(response.body)} bytes"))
        if not isinstance(response, TextResponse):
            self.seen.append(("fault", "page", "the address is no page but a file"))
            return
        loader = get_spider_loader(self.settings)
        spider = spiders_by_host(loader).get(host(response.url), OutletSpider)
        try:
            feed = parse_feed(response.body, response.url, ZoneInfo(spider.page.timezone), content_type, self.now)
        except NotAFeed:
            pass
        else:
            self.seen += read_feed(feed)
            return
        html = decode(response.body, content_type)
        self.seen += [("feed", "page", url) for url in find_feeds(html, response.url)]
        outlet = getattr(spider, "name", None) or host(response.url)
        self.seen += read_page(spider.page(response.url, html, outlet=outlet, names=printed_names(loader), now=self.now))


def read_feed(feed: Feed) -> Iterator[Seen]:
    """What it is, and what it announces."""
    yield "title", feed.kind, feed.title or "—"
    yield from (("sitemap", feed.kind, url) for url in feed.sitemaps)
    for entry in feed.entries:
        yield "entry", entry.published_at.isoformat() if entry.published_at else "no date", f"{entry.url or entry.guid} {entry.title}"
    if not feed.entries and not feed.sitemaps:
        yield "fault", feed.kind, "the feed has no entries"


def read_page(page: ArticlePage) -> Iterator[Seen]:
    """Each candidate for each field, then what was chosen."""
    for field, candidates in page.candidates().items():
        yield from ((field, source, value) for source, value in candidates)
    try:
        articles = page.articles()
    except NotAnArticle as reason:
        yield "fault", "page", str(reason)
        return
    for article in articles:
        source = f"carried: {article.outlet}" if article.carried_by else "chosen"
        yield "title", source, article.title
        yield "published_at", article.published_from, article.published_at.isoformat() if article.published_at else "—"
        yield "authors", source, ", ".join(article.authors) or "—"
        yield "agencies", source, ", ".join(article.agencies) or "—"
        yield "body", source, article.body


def outlet_facts(spider: type[OutletSpider], store: Store) -> list[Seen]:
    """What its file says, and what each of its addresses answered last."""
    names = ("title", "country", "feeds", "sitemaps", "sections", "known", "known_at", "min_per_day")
    facts: list[tuple[str, Any]] = [(name, getattr(spider, name)) for name in names]
    facts.append(("timezone", spider.page.timezone))
    rows = [(name, "file", " ".join(value) if isinstance(value, tuple) else str(value)) for name, value in facts]
    polled = [("feed", row["state"], f"{row['url']} {row['last_error']}".strip()) for row in store.feeds.rows(spider.name)]
    return rows + polled


def way(store: Store, key: str) -> list[Seen]:
    """What became of an address here: announced, fetched or refused, its story, each watch, each delivery."""
    rows = [
        ("announced", row["outlet"], f"{row['announced_at']} by {row['feed_url']}: {row['state']} {row['reason']}".strip())
        for row in store.entries.find_by_key(key)
    ]
    article = store.articles.find_by_key(key)
    if article is None or article.id is None:
        return rows or [("announced", "store", "not known here")]
    (row,) = store.articles.rows("id = ?", [article.id])
    rows.append(("story", row["relation"], f"{row['story_id']} {row['why']}".strip()))
    rows += [
        ("watch", verdict["watch"], "matched, silent" if verdict["version"] is None else f"spoke, version {verdict['version']}")
        for verdict in store.watches.verdicts(article.id)
    ]
    rows += [
        ("delivery", sent["channel"], f"{sent['watch']}: {sent['state']} {sent['last_error']}".strip())
        for sent in store.deliveries.of_story(row["story_id"])
    ]
    return rows
