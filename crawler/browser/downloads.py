"""A request marked `playwright` in, the page as a browser shows it out; every other one as without a browser."""

from __future__ import annotations

from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.download import GuardedHandler


class BrowserHandler(ScrapyPlaywrightDownloadHandler, GuardedHandler):  # type: ignore[misc]
    """scrapy-playwright's handler on top of ours: feeds and robots.txt still go through the guard and the limits."""
