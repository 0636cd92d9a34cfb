"""Single article addresses: `scrapy crawl page -a url=https://…`. Longer than an outlet: it picks each address's own page class."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from scrapy import Request
from scrapy.spiderloader import get_spider_loader

from crawler.errors import ConfigurationError
from crawler.items import Article, Entry
from crawler.spider import OutletSpider, addresses, spiders_by_host
from crawler.urls import host, url_key


class PageSpider(OutletSpider):
    name = "page"
    arguments: ClassVar = ("url",)

    def __init__(self, *args: Any, url: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = url

    @classmethod
    def check(cls, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Addresses split and cleaned."""
        if not arguments.get("url"):
            raise ConfigurationError("scrapy crawl page needs an address: -a url=https://example.org/news/1")
        return {"url": addresses(arguments["url"])}

    async def start(self) -> AsyncIterator[Request]:
        by_host = spiders_by_host(get_spider_loader(self.settings))
        for url in self.asked:
            spider = by_host.get(host(url), type(self))
            outlet = spider.name if spider is not type(self) else host(url)
            yield self.request(Entry(url=url, key=url_key(url), outlet=outlet), spider.page)

    def is_backfill(self, outlet: str, article: Article) -> bool:
        """Asked for by hand there is no first crawl: only what is old already does not alert."""
        return article.published_at is not None and article.published_at < self.run.now() - self.run.backfill
