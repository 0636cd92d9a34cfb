"""An outlet's announcements and pages in, articles out: the hand that carries between net, feeds, pages and store."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import scrapy
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader
from twisted.python.failure import Failure

from crawler.arabic import fold
from crawler.browser import browser_settings, page_meta
from crawler.download import find_pause, plain_reason
from crawler.errors import ConfigurationError
from crawler.feeds import Feed, NotAFeed, parse_feed
from crawler.items import Article, Entry, Refusal
from crawler.pages import ArticlePage, NotAnArticle, article_from_entry, decode
from crawler.run import Run
from crawler.settings import browser_path
from crawler.store.feeds import Answer
from crawler.urls import clean_url, host, url_key

MOST_SITEMAPS, SITEMAP_DEPTH = 20, 2
"""Of an index so many parts are read; of an index in an index as well, no deeper."""
MOST_UNDATED = 200
SITEMAP_DAYS = 7
"""What a sitemap or section lists is taken up to this age (`-a since=` overrides), and so many undated rows."""


class OutletSpider(scrapy.Spider):
    """One outlet. A subclass states facts; a fact that no attribute can state is a method."""

    name: str
    """The outlet's key: also the file's name."""
    title: ClassVar[str] = ""
    """As the outlet writes itself."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other names that pages of others print for it."""
    country: ClassVar[str] = ""
    """ISO 3166-1 alpha-2, lower case."""
    feeds: ClassVar[tuple[str, ...]] = ()
    """RSS, RDF, Atom or JSON Feed addresses, the most trusted first."""
    sitemaps: ClassVar[tuple[str, ...]] = ()
    """News sitemaps or sitemap indexes."""
    sections: ClassVar[tuple[str, ...]] = ()
    """Listing pages, for outlets without feeds."""
    section_css: ClassVar[str] = "a"
    """The links to articles on a listing page."""
    skip: ClassVar[tuple[str, ...]] = ()
    """Regular expressions of addresses that are no articles (videos, galleries)."""
    domains: ClassVar[tuple[str, ...]] = ()
    """Hosts that are this outlet, without www."""
    page: ClassVar[type[ArticlePage]] = ArticlePage
    known: ClassVar[str] = "unverified"
    """How sure the facts are: `reported` (by public sources) or `unverified`; nobody here has checked one live."""
    known_at: ClassVar[str] = "2026-11"
    """The month that this knowledge is of."""
    min_per_day: ClassVar[int] = 0
    """Fewer articles than this on a weekday is a fault."""
    full: ClassVar[bool] = True
    """Follow entries to their pages; False takes what the feed carries."""
    browser: ClassVar[bool] = False
    """Its pages need a browser to show their text."""
    arguments: ClassVar[tuple[str, ...]] = ("since",)
    """What -a may set."""

    def __init__(self, *args: Any, since: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.parts: dict[str, str] = {}
        """Parts of sitemap indexes that this crawl has asked for → the address that led to them."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """A browser only for outlets that need one."""
        super().update_settings(settings)
        if cls.browser:
            for name, value in browser_settings(browser_path(settings)).items():
                settings.set(name, {**settings.getdict(name), **value} if isinstance(value, dict) else value, priority="spider")

    @classmethod
    def check(cls, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments as the spider takes them; raises ConfigurationError, before any request, when they cannot be used."""
        return arguments

    @cached_property
    def run(self) -> Run:
        """The store and the counts of this crawl."""
        run = self.crawler.get_extension(Run)
        if run is None:
            raise RuntimeError("EXTENSIONS must hold crawler.run.Run")
        return run

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Folded title or alias of every outlet → its key, for pages that carry others' stories."""
        return printed_names(get_spider_loader(self.settings))

    # --- announcements ----------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """First what an earlier crawl left over, then everything that announces."""
        for outlet in self.outlets():
            self.run.begin(outlet, self.title, self.country)
            for entry in self.run.store.entries.due(outlet, self.run.now()):
                yield self.follow(entry)
        for parse, urls in ((self.parse_feed, self.feeds), (self.parse_sitemap, self.sitemaps), (self.parse_section, self.sections)):
            for url in urls:
                yield self.announcement(url, parse)

    def outlets(self) -> tuple[str, ...]:
        """The keys of the outlets that this crawl is of."""
        return (self.name,)

    def outlet_of(self, feed_url: str) -> str:
        """The outlet that an announcement at this address belongs to."""
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's clock."""
        return ZoneInfo(self.page.timezone)

    def announcement(self, url: str, parse: Callable[..., Any], **more: Any) -> Request:
        """A conditional GET of a feed, sitemap or section page, unconditional with `since`; `more` is for `parse`."""
        return Request(
            url,
            parse,
            errback=self.feed_failed,
            headers={} if self.since else self.run.store.feeds.validators(url),
            meta={"handle_httpstatus_list": [304]},
            cb_kwargs={"feed_url": url, **more},
            dont_filter=True,
            priority=10,
        )

    def parse_feed(self, response: Response, feed_url: str) -> Iterator[Request | Article]:
        """A feed's entries, those that are new or changed as requests; a sitemap given as a feed is read as one."""
        if feed := self.read_feed(response, feed_url):
            if feed.kind in ("sitemap", "index"):
                yield from self.follow_sitemap(response, feed_url, feed, depth=0)
            else:
                yield from self.announce(response, feed_url, feed.title, filter(self.is_wanted, feed.entries))

    def parse_sitemap(self, response: Response, feed_url: str, depth: int = 0) -> Iterator[Request | Article]:
        """A sitemap's recent rows as entries; an index's parts as further sitemaps."""
        if feed := self.read_feed(response, feed_url):
            yield from self.follow_sitemap(response, feed_url, feed, depth)

    def follow_sitemap(self, response: Response, feed_url: str, feed: Feed, depth: int) -> Iterator[Request | Article]:
        """What is recent in it, and its parts to a depth of SITEMAP_DEPTH, each once a crawl."""
        if depth < SITEMAP_DEPTH:
            parts = [url for url in feed.sitemaps if url not in self.parts][:MOST_SITEMAPS]
            self.parts |= dict.fromkeys(parts, self.parts.get(feed_url, feed_url))
            yield from (self.announcement(url, self.parse_sitemap, depth=depth + 1) for url in parts)
        yield from self.announce(response, feed_url, feed.title, self.fresh(feed.entries))

    def read_feed(self, response: Response, feed_url: str) -> Feed | None:
        """What the answer holds; None when it holds nothing (unchanged, or no feed, which is written down)."""
        if self.is_unchanged(response, feed_url):
            return None
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            feed = parse_feed(response.body, feed_url, self.zone, content_type, self.run.now())
        except NotAFeed as reason:
            self.refuse_feed(feed_url, str(reason))
            return None
        if not feed.entries and not feed.sitemaps:
            self.refuse_feed(feed_url, "the feed has no entries")
            return None
        return feed

    def is_unchanged(self, response: Response, feed_url: str) -> bool:
        """It answered 304, which is written down; of an address that was never read it is a fault."""
        if response.status != 304:
            return False
        if self.run.store.feeds.unchanged(feed_url, self.run.now()):
            self.run.count(self.outlet_of(feed_url), "feeds_unchanged")
        else:
            self.refuse_feed(feed_url, "the server answered 304 to a question without conditions")
        return True

    def parse_section(self, response: Response, feed_url: str) -> Iterator[Request | Article]:
        """A listing page's links as entries."""
        if self.is_unchanged(response, feed_url):
            return
        links = response.css(self.section_css) if isinstance(response, TextResponse) else []
        entries: dict[str, Entry] = {}
        for link in links:
            url = clean_url(link.attrib.get("href", ""), response.url)
            if url and host(url) == host(feed_url):
                title = " ".join(" ".join(link.css("::text").getall()).split())
                entries.setdefault(url_key(url), Entry(url=url, key=url_key(url), feed_url=feed_url, title=title))
        if entries:
            yield from self.announce(response, feed_url, "", self.fresh(entries.values()))
        else:
            self.refuse_feed(feed_url, "the section page has no links to articles")

    def announce(self, response: Response, feed_url: str, title: str, entries: Iterable[Entry]) -> Iterator[Request | Article]:
        """Write entries and validators down together, and go for those that are new or changed."""
        store, now, outlet = self.run.store, self.run.now(), self.outlet_of(feed_url)
        named = [replace(entry, outlet=outlet, feed_url=feed_url) for entry in entries]
        # what `since` left out is not written down: without validators the next crawl sees it all
        etag, modified = (b"" if self.since else response.headers.get(name) or b"" for name in ("ETag", "Last-Modified"))
        with store.transaction():
            wanted = store.entries.announce(named, now)
            answer = Answer(title, etag.decode("latin-1"), modified.decode("latin-1"), len(named), has_news=bool(wanted))
            store.feeds.read(feed_url, outlet, answer, now)
        self.run.count(outlet, "feeds_read")
        self.run.count(outlet, "announced", len(wanted))
        yield from map(self.follow, wanted)

    def is_wanted(self, entry: Entry) -> bool:
        """Not skipped by the outlet's own rules, nor older than `since`."""
        seen = entry.published_at or entry.updated_at
        return not any(re.search(rule, entry.url) for rule in self.skip) and not (self.since and seen and seen < self.since)

    def fresh(self, entries: Iterable[Entry]) -> list[Entry]:
        """Of a list that goes back for years: what is recent, and the first undated rows."""
        oldest = self.since or self.run.now() - timedelta(days=SITEMAP_DAYS)
        wanted = [entry for entry in entries if self.is_wanted(entry)]
        undated = [entry for entry in wanted if not (entry.published_at or entry.updated_at)]
        return [e for e in wanted if (at := e.published_at or e.updated_at) and at >= oldest] + undated[:MOST_UNDATED]

    def feed_failed(self, failure: Failure) -> None:
        """The feed could not be had: its reason is written down, the others go on."""
        now = self.run.now()
        pause = find_pause(failure, now.timestamp())
        not_before = now + timedelta(seconds=pause) if pause else None
        self.refuse_feed(failure.request.cb_kwargs["feed_url"], plain_reason(failure), not_before)  # type: ignore[attr-defined]

    def refuse_feed(self, feed_url: str, reason: str, not_before: datetime | None = None) -> None:
        """Write down why an announcing address gave nothing."""
        outlet = self.outlet_of(feed_url)
        self.run.store.feeds.failed(feed_url, outlet, reason, self.run.now(), not_before)
        self.run.count(outlet, "feeds_failed")
        self.logger.warning("%s: %s", feed_url, reason)

    # --- pages -------------------------------------------------------------------------------------------------------

    def follow(self, entry: Entry) -> Request | Article:
        """The page that an entry announces; for `full = False` and an entry without a page of its own, what the feed gives."""
        if self.full and entry.url and entry.key == url_key(entry.url):
            return self.request(entry)
        return self.finish(article_from_entry(entry, outlet=entry.outlet, language=self.page.language), entry)

    def request(self, entry: Entry, page: type[ArticlePage] | None = None) -> Request:
        """The page that an entry announces, to be read as `page` (the outlet's own unless given)."""
        page = page or self.page
        return Request(
            entry.url,
            self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"entry": entry, "page": page},
            meta=page_meta(page.body_css) if self.browser else {},
            dont_filter=True,  # several announcements may redirect to one page, and each is answered
        )

    def parse_page(self, response: Response, entry: Entry, page: type[ArticlePage]) -> Iterator[Article | Refusal]:
        """The articles of one page, its own first; or why there is none."""
        now = self.run.now()
        self.run.count(entry.outlet, "pages")
        try:
            if not isinstance(response, TextResponse):
                raise NotAnArticle("the address is no page but a file")
            html = decode(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1"))
            articles = page(response.url, html, outlet=entry.outlet, names=self.names, entry=entry, now=now).articles()
        except NotAnArticle as reason:
            yield Refusal(url=response.url, outlet=entry.outlet, reason=str(reason), entry_id=entry.id)
            return
        for article in articles:
            yield self.finish(article, entry, is_last=article is articles[-1])

    def finish(self, article: Article, entry: Entry, is_last: bool = True) -> Article:
        """Add what only the hand knows: when it was fetched and which announcement it answers."""
        old = self.is_backfill(entry.outlet, article)
        return replace(article, fetched_at=self.run.now(), entry_id=entry.id, closes_entry=is_last, is_backfill=old)

    def is_backfill(self, outlet: str, article: Article) -> bool:
        """Whether it was out before we looked."""
        return self.run.is_backfill(outlet, article.published_at)

    def page_failed(self, failure: Failure) -> None:
        """The page could not be had: it stays in the queue for a later crawl."""
        entry: Entry = failure.request.cb_kwargs["entry"]  # type: ignore[attr-defined]
        reason = plain_reason(failure)
        self.run.count(entry.outlet, "failed")
        self.logger.warning("%s: %s", entry.url, reason)
        if entry.id is not None:
            with self.run.store.transaction():
                self.run.store.entries.give_back(entry.id, "failed", reason, self.run.now())


def addresses(text: str) -> tuple[str, ...]:
    """The addresses of a `url=` argument, split only at a comma directly before http:// or https://.

    Raises ConfigurationError naming the one that is none.
    """
    given = re.split(r",(?=https?://)", text.strip())
    for url in given:
        if not clean_url(url):
            raise ConfigurationError(f"-a url={url!r} is no address: write https://…, several with commas between")
    return tuple(dict.fromkeys(map(clean_url, given)))


def spiders_by_host(loader: SpiderLoaderProtocol) -> dict[str, type[OutletSpider]]:
    """The outlets that we know, by their hosts."""
    spiders = [spider for name in loader.list() if issubclass(spider := loader.load(name), OutletSpider)]
    return {domain: spider for spider in spiders for domain in spider.domains}


def printed_names(loader: SpiderLoaderProtocol) -> dict[str, str]:
    """Folded title or alias of every outlet → its key: how a page that carries others' stories names them."""
    spiders = [loader.load(name) for name in loader.list()]
    return {
        fold(printed): spider.name
        for spider in spiders
        if issubclass(spider, OutletSpider)
        for printed in (spider.title, *spider.aliases)
        if printed
    }
