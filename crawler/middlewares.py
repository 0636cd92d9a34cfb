"""A request on its way out: is its address allowed, and does the host's robots.txt allow it, at which pace."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser

from crawler.download import AddressRefused, plain_reason
from crawler.net import find_fault

ROBOTS_BYTES = 500 * 1024
"""As much of a robots.txt is read: RFC 9309, section 2.5, asks for that at least."""


class AddressGuard:
    """Ignores requests whose URL has a fault: first hops, redirects and robots.txt alike, before anything is looked up.

    What the URL does not show (a name that resolves to a private address) `download.GuardedHandler` stops.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._allow_private = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """None to go on; raises AddressRefused."""
        if fault := find_fault(request.url, self._allow_private):
            if self._crawler.stats:
                self._crawler.stats.inc_value("net/refused")
            raise AddressRefused(fault)


class RobotsRules(RobotsTxtMiddleware):
    """robots.txt by RFC 9309 where Scrapy's middleware is laxer, and with its Crawl-delay.

    4xx is no robots.txt, so everything is allowed; 5xx, a timeout, no connection or endless redirects mean that
    nothing is (section 2.3.1), told with the reason. Scrapy allows everything in all of these cases.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._faults: dict[str, Exception] = {}
        self._longest_delay = crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """None to go on; raises IgnoreRequest."""
        netloc = urlsplit(request.url).netloc
        # `rp` does not do: of several requests that wait for one robots.txt, Scrapy 2.19 gives it to the first, None to the others
        rules = self._parsers[netloc]
        if not isinstance(rules, RobotParser):
            fault = self._faults[netloc]
            if isinstance(fault, AddressRefused):
                raise AddressRefused(str(fault))
            raise IgnoreRequest(f"robots.txt could not be read, which means no: {plain_reason(fault)}")
        super().process_request_2(rules, request)
        self._keep_delay(rules, request)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Tell Scrapy of a robots.txt that failed in a sentence: of anything else it prints a traceback."""
        if request.callback is NO_CALLBACK and request.meta.get("dont_obey_robotstxt") and not isinstance(exception, IgnoreRequest):
            raise IgnoreRequest(plain_reason(exception)) from exception

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._robots_error(IgnoreRequest(f"the server answered {response.status}"), netloc)
            return
        body = b"" if response.status >= 400 else response.body[:ROBOTS_BYTES]
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._faults[netloc] = exc
        super()._robots_error(exc, netloc)

    def _keep_delay(self, rp: RobotParser, request: Request) -> None:
        """Slow the host's slot to its Crawl-delay, up to AUTOTHROTTLE_MAX_DELAY seconds, and keep AutoThrottle from speeding it up."""
        delay = rp.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        engine = self.crawler.engine
        if not engine or not delay or not delay > 0:
            return
        request.meta["autothrottle_dont_adjust_delay"] = True
        if slot := engine.downloader.slots.get(engine.downloader.get_slot_key(request)):
            slot.delay = max(slot.delay, min(delay, self._longest_delay))
            slot.jitter = 0.0
