"""A request marked `playwright` in, the page as a browser shows it out; every other one as without a browser."""

from __future__ import annotations

import asyncio
import logging
from typing import ClassVar

from playwright.async_api import Error as PlaywrightError
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Request, Response

from crawler.browser import find_fault
from crawler.browser.faults import BrowserFault, first_line, in_our_words
from crawler.browser.guard import Guard
from crawler.browser.showing import PageShower, is_ours_to_tell
from crawler.browser.sockets import Sockets
from crawler.download import GuardedHandler

PAGES_AT_ONCE = 2
"""Counted here, not by scrapy-playwright: a place in a browser that was killed is never given back to those who wait for it."""
PAGES_PER_CONTEXT = 100
"""A context grows with every page: after so many it is replaced."""
BROWSER_SECONDS = 60.0
"""For a page with all that it may need: a start of the browser, a second try after its crash. A browser that takes longer is ended."""
CLOSE_SECONDS = 10.0

logger = logging.getLogger(__name__)


class BrowserHandler(PageShower, GuardedHandler):
    """scrapy-playwright's handler on top of ours: what it does not show in the browser goes through the guard as ever.

    The browser's own connections go through a `Guard`, a proxy that lives as long as the handler. Driver, proxy and
    browser start with the first page that needs them: a feed that has nothing new costs none of it. One that cannot
    be started is not tried again in this crawl, one that dies later is started anew. A host's pause and the deadline
    of a request hold as they do without a browser.
    """

    sockets: ClassVar[type[Sockets]] = Sockets

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._starting, self._entering = asyncio.Lock(), asyncio.Lock()
        self._places = asyncio.Semaphore(PAGES_AT_ONCE)
        self._guard: Guard | None = None
        self._program = self.config.launch_options["executable_path"]
        self._fault = find_fault(self._program)
        self._entered = self._showing = 0
        self._is_idle = asyncio.Event()
        logging.getLogger("scrapy-playwright").addFilter(is_ours_to_tell)

    async def _launch(self) -> None:
        """Nothing at the start of a crawl, which is when scrapy-playwright calls it."""

    async def download_request(self, request: Request) -> Response:
        """The response; raises as GuardedHandler does, and BrowserFault."""
        return await GuardedHandler.download_request(self, request)

    async def _download(self, request: Request) -> Response:
        if not request.meta.get("playwright"):
            return await super()._download(request)
        guard = await self._start()
        async with self._places:
            return await self._show(request, guard)

    async def _show(self, request: Request, guard: Guard) -> Response:
        await self._enter()
        try:
            async with asyncio.timeout(BROWSER_SECONDS):
                response: Response = await self._download_request(request)
        except PlaywrightError as error:
            raise guard.fault(request.url) or in_our_words(error) from error
        except TimeoutError as error:
            await self._end_browser()
            raise DownloadTimeoutError(f"the browser took longer than {BROWSER_SECONDS:g} seconds") from error
        finally:
            self._leave(guard)
        if fault := guard.fault(response.url):  # the proxy's own answer
            raise fault
        if len(response.body) > self._default_maxsize:
            raise DownloadCancelledError(f"{len(response.body)} bytes")
        return response

    async def _start(self) -> Guard:
        """Proxy and driver, once; raises BrowserFault."""
        async with self._starting:
            if not self._guard and not self._fault:
                guard = Guard(self.sockets(self.crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")), self._default_maxsize)
                try:
                    self._guard = await guard.open()
                    options = self.config.launch_options
                    options["args"] = [*options.get("args", ()), f"--proxy-server=http://127.0.0.1:{guard.port}"]
                    await super()._launch()
                except (OSError, PlaywrightError) as error:
                    self._fault = f"the browser's driver cannot be started: {first_line(error)}"
            if self._fault or not self._guard:
                raise BrowserFault(self._fault)
            return self._guard

    async def _maybe_launch_browser(self) -> None:
        if self._fault:
            raise BrowserFault(self._fault)
        try:
            await super()._maybe_launch_browser()
        except PlaywrightError as error:
            self._fault = f"the browser {self._program!r} cannot be started: {first_line(error)}"
            raise BrowserFault(self._fault) from error

    async def _enter(self) -> None:
        """Count a page in, after replacing a context that has shown enough: when it shows nothing, for a page asked of it then may hang."""
        async with self._entering:
            if self._entered >= PAGES_PER_CONTEXT:
                if self._showing:
                    self._is_idle.clear()
                    await self._is_idle.wait()
                self._entered = 0
                await self._end_contexts()
            self._entered += 1
            self._showing += 1

    def _leave(self, guard: Guard) -> None:
        self._showing -= 1
        if not self._showing:
            self._is_idle.set()
        if self.crawler.stats:
            self.crawler.stats.set_value("net/refused_in_browser", guard.refused)

    async def _end_contexts(self) -> None:
        """Close them; the next page opens another one."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(each.context.close() for each in self.context_wrappers.values()))
        except (PlaywrightError, TimeoutError):  # it died, or it hangs
            await self._end_browser()

    async def _end_browser(self) -> None:
        """End a browser that does not answer; the next page starts another one."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.browser.close()
        except TimeoutError:
            self._fault = "the browser does not answer any more"
        except (AttributeError, PlaywrightError):  # it is not there any more
            pass

    async def _close(self) -> None:
        """The browser first, then the proxy, which ends whatever is left of the browser's connections."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await super()._close()
        except (PlaywrightError, TimeoutError) as error:
            logger.warning("the browser did not close in order: %s", first_line(error))
        finally:
            if self._guard:
                await self._guard.close()
