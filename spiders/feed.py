"""Any feed or news sitemap: `scrapy crawl feed -a url=https://…`. Longer than an outlet: its facts are arguments, and are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from crawler.errors import ConfigurationError
from crawler.settings import boolean
from crawler.spider import OutletSpider, addresses
from crawler.urls import host


class FeedSpider(OutletSpider):
    name = "feed"
    arguments: ClassVar = ("url", "outlet", "title", "country", "timezone", "full", "since")

    def __init__(
        self,
        url: tuple[str, ...] = (),
        outlet: str = "",
        title: str = "",
        country: str = "",
        timezone: str = "UTC",
        full: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.feeds, self.title, self.country = url, title, country  # type: ignore[misc]  # the one spider whose facts are arguments
        self.full = full  # type: ignore[misc]
        self.outlet = outlet
        self.page = type("FeedPage", (self.page,), {"timezone": timezone})  # type: ignore[misc]

    @classmethod
    def check(cls, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Addresses split and cleaned, yes/no read, the zone known to IANA, the country a code."""
        if not arguments.get("url"):
            raise ConfigurationError("scrapy crawl feed needs an address: -a url=https://example.org/rss.xml")
        if zone := arguments.get("timezone"):
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError):
                raise ConfigurationError(f"-a timezone={zone!r}: write an IANA name like Asia/Amman") from None
        if (country := arguments.get("country")) and not re.fullmatch("[a-z]{2}", country):
            raise ConfigurationError(f"-a country={country!r}: write two small letters like jo or sa (ISO 3166)")
        return {**arguments, "url": addresses(arguments["url"]), "full": boolean("-a full", arguments.get("full", "yes"))}

    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.outlet_of, self.feeds)))

    def outlet_of(self, feed_url: str) -> str:
        return self.outlet or host(self.parts.get(feed_url, feed_url))
