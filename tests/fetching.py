"""Real crawls against real odd servers: `OddServer` answers on loopback, `crawl` runs Scrapy in a child process.

Run as a program it is that child: crawls as JSON on standard input, what became of each address on standard output.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]

MIDDLEWARES: dict[str, int | None] = {
    "crawler.middlewares.AddressGuard": 50,
    "crawler.middlewares.RobotsRules": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
}
"""As in the project's settings; tests/test_settings.py compares."""

SETTINGS: dict[str, Any] = {
    "ALLOW_PRIVATE_ADDRESSES": True,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_MAXSIZE": 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 8,
    "EXTENSIONS": {},
    "ITEM_PIPELINES": {},
    "LOG_LEVEL": "ERROR",
    "RETRY_TIMES": 1,
    "ROBOTSTXT_OBEY": False,
    "SPIDER_MODULES": [],
}
"""What every crawl of the tests changes of the project's settings."""


def reply(body: bytes = b"ok", status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP answer; `Retry_After="5"` is the header Retry-After."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(url: str) -> bytes:
    return reply(b"", "302 Found", Location=url)


class OddServer:
    """A server on 127.0.0.1 that answers a path (or host and path) as told, 404 else; it counts and times requests."""

    def __init__(self, answers: dict[str, Answer] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.answers = answers or {}
        self.connects = 0
        self.requests: Counter[str] = Counter()
        self.times: dict[str, float] = {}
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> OddServer:
        self._thread.start()
        self._server = self._call(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        # a raw socket's accept counts, whether or not TLS or HTTP follow
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls, limit=2**20)

    async def _stop(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connects += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            host = head.lower().partition("\r\nhost: ")[2].split("\r\n")[0].split(":")[0]
            asked = path if path in self.answers else f"{host}{path}"
            self.requests[asked] += 1
            self.times[asked] = monotonic()
            answer = self.answers.get(f"{host}{path}", self.answers.get(path, reply(b"", "404 Not Found")))
            if callable(answer):
                await answer(writer)
            else:
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()


def crawl(*crawls: dict[str, Any], seconds: float = 60) -> list[dict[str, Any]]:
    """Run crawls, each {"urls", "settings", "names"}, at once in one child process; for each its {"results", "stats", "log"}.

    "names" are host names with the addresses that each look-up in turn gives; no other name is looked up.
    """
    child = subprocess.run(
        [sys.executable, "-m", "tests.fetching"],
        input=json.dumps(crawls),
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert child.returncode == 0, child.stderr
    answer = json.loads(child.stdout)
    for part in answer:
        part["log"] = child.stderr
    return list(answer)


def _run_child() -> None:
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "uvloop.Loop")
    import scrapy
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings
    from scrapy.utils.defer import deferred_from_coro
    from scrapy.utils.log import configure_logging
    from twisted.internet import reactor, task
    from twisted.internet.address import IPv4Address
    from twisted.internet.interfaces import IHostnameResolver
    from zope.interface import implementer

    from crawler.download import plain_reason

    crawls = json.load(sys.stdin)
    names: dict[str, list[str]] = {name: given for one in crawls for name, given in one.get("names", {}).items()}

    lookups: Counter[str] = Counter()

    @implementer(IHostnameResolver)
    class Resolver:
        def resolveHostName(self, receiver: Any, host: str, portNumber: int = 0, *_: Any, **__: Any) -> Any:  # noqa: N802, N803
            receiver.resolutionBegan(self)
            given = names.get(host) or ([socket.inet_ntoa(socket.inet_aton(host))] if host[0].isdigit() else [])
            if given:
                receiver.addressResolved(IPv4Address("TCP", given[lookups[host] % len(given)], portNumber))
            lookups[host] += 1
            receiver.resolutionComplete()
            return self

    class Fetch(scrapy.Spider):
        name = "fetch"

        async def start(self) -> Any:
            for number, url in enumerate(self.urls):
                yield scrapy.Request(url, self.parse, errback=self.failed, dont_filter=True, priority=-number, cb_kwargs={"url": url})

        def parse(self, response: Any, url: str) -> None:
            self.keep(url, {"status": response.status, "size": len(response.body)})

        def failed(self, failure: Any) -> None:
            self.keep(failure.request.cb_kwargs["url"], {"reason": plain_reason(failure), "error": failure.type.__name__})

        def keep(self, url: str, result: dict[str, Any]) -> None:
            self.results.setdefault(url, []).append(result)

    async def run_all() -> None:
        answers, tasks = [], []
        for one in crawls:
            settings = Settings()
            settings.setmodule("crawler.settings")
            settings.setdict({**SETTINGS, **one.get("settings", {})}, priority="cmdline")
            answers.append({"results": {}, "stats": {}})
            runner = AsyncCrawlerRunner(settings)
            crawler = runner.create_crawler(Fetch)
            tasks.append((crawler, runner.crawl(crawler, urls=one["urls"], results=answers[-1]["results"])))
        for (crawler, running), answer in zip(tasks, answers, strict=True):
            await running
            answer["stats"] = crawler.stats.get_stats()
            answer["lookups"] = lookups
        print(json.dumps(answers, default=str))

    reactor.installNameResolver(Resolver())
    configure_logging({"LOG_LEVEL": "DEBUG" if "-v" in sys.argv else "WARNING"})
    task.react(lambda _: deferred_from_coro(run_all()))


if __name__ == "__main__":
    _run_child()
