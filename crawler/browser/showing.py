"""A request and an open page of the browser in, the page with its text out, within a time."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from playwright.async_api import Page
from scrapy import Spider
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.browser import TEXT_CSS, WAIT_MS
from crawler.browser.faults import BrowserFault

PAGE_SECONDS = 30.0
"""From the first request of a page to its text. A script that never ends answers no question, and Playwright would wait for ever."""


class PageShower(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """scrapy-playwright's handler with an end to each page, which it closes when an exception says so."""

    async def _download_request_with_page(self, request: Request, page: Page, spider: Spider) -> Response:
        try:
            async with asyncio.timeout(PAGE_SECONDS):
                response: Response = await super()._download_request_with_page(request, page, spider)
                return response
        except TimeoutError as error:
            raise DownloadTimeoutError(f"the page took longer than {PAGE_SECONDS:g} seconds") from error

    async def _get_response_and_download(self, request: Request, page: Page, spider: Spider) -> tuple[Any, Any]:
        response, download = await super()._get_response_and_download(request, page, spider)
        if download:
            raise BrowserFault("the address is no page but a file")
        request.meta["browser_status"] = response.status if response else 200
        return response, download

    async def _apply_page_methods(self, page: Page, request: Request, spider: Spider) -> None:
        """Wait for the text, not for the page's every part as scrapy-playwright would; an error page has none."""
        if (css := request.meta.get(TEXT_CSS)) and request.meta["browser_status"] < 400:
            await page.wait_for_selector(css, timeout=WAIT_MS)


def is_ours_to_tell(record: logging.LogRecord) -> bool:
    """False for what scrapy-playwright logs with a traceback: it raises it as well, and we tell it as the reason of the page."""
    return record.exc_info is None
