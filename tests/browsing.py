"""Real crawls in a real browser: `browse` runs Scrapy with Chromium in a child process, and this file is that child.

Names resolve to what the test says, and public addresses lead to where the test says: the guard judges addresses as
ever, and what it connects to is written down.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import fetching
import pytest

CHROMIUM = shutil.which("chromium") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


def browse(*urls: str, seconds: float = 120, **told: Any) -> dict[str, Any]:
    """Show pages one after the other; {"results": {url: [...]}, "stats", "connects", "lookups", "left", "log"}.

    told: css (what to wait for), settings, names (name → the addresses that each look-up in turn gives), wires (address
    → the address that is really connected to), kill (the browser, before the request of this number), plain (urls asked
    for without the browser), guarded (False: Chromium without our proxy), program, recycle, page_seconds, wait_ms (for the
    constants of crawler.browser).
    """
    child = subprocess.run(
        [sys.executable, "-m", "tests.browsing"],
        input=json.dumps({"urls": urls, **told}),
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return {**json.loads(child.stdout), "log": child.stderr}


def browsers() -> list[int]:
    """Chromium's main processes below this one."""
    parents, mains = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"chromium" in words[0] and not any(word.startswith(b"--type=") for word in words):
            mains.append(int(folder.name))
    return [pid for pid in mains if os.getpid() in _line(pid, parents)]


def _line(pid: int, parents: dict[int, int]) -> list[int]:
    line = [pid]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line


def listening() -> list[str]:
    """Addresses that this process listens on, as /proc writes them."""
    mine = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine]


def _run_child() -> None:
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "uvloop.Loop")
    import scrapy
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings
    from scrapy.utils.defer import deferred_from_coro
    from scrapy.utils.log import configure_logging
    from twisted.internet import task

    from crawler.browser import browser_settings, downloads, page_meta, showing
    from crawler.browser.downloads import BrowserHandler
    from crawler.browser.guard import Guard
    from crawler.browser.sockets import Sockets
    from crawler.download import plain_reason

    told = json.load(sys.stdin)
    downloads.PAGES_PER_CONTEXT = told.get("recycle", downloads.PAGES_PER_CONTEXT)
    showing.WAIT_MS = told.get("wait_ms", showing.WAIT_MS)
    showing.PAGE_SECONDS = told.get("page_seconds", showing.PAGE_SECONDS)
    names, wires = told.get("names", {}), told.get("wires", {})
    lookups: Counter[str] = Counter()
    connects: Counter[str] = Counter()
    results: dict[str, list[Any]] = {}

    class ToldSockets(Sockets):
        async def resolve(self, host: str, port: int) -> list[str]:
            lookups[host] += 1
            if host in names:
                return [names[host][(lookups[host] - 1) % len(names[host])]]
            return await super().resolve(host, port) if host[0].isdigit() else []

        async def connect(self, address: str, port: int) -> Any:
            connects[f"{address}:{port}"] += 1
            return await super().connect(wires.get(address, address), port)

    class ToldHandler(BrowserHandler):
        sockets = ToldSockets

        async def _start(self) -> Guard:
            guard = await super()._start()
            if not told.get("guarded", True):
                args = self.config.launch_options["args"]
                args[:] = [arg for arg in args if not arg.startswith(("--proxy", "--host-resolver", "--webrtc", "--force-webrtc"))]
            return guard

    class Browse(scrapy.Spider):
        name = "browse"

        async def start(self) -> Any:
            for number, url in enumerate([*told["urls"], *told.get("plain", [])]):
                meta = page_meta(told.get("css", "")) if number < len(told["urls"]) else {}
                yield scrapy.Request(
                    url, self.parse, errback=self.failed, meta=meta, dont_filter=True, priority=-number, cb_kwargs={"url": url}
                )

        def parse(self, response: Any, url: str) -> None:
            text = " ".join(response.css(f"{told.get('css') or 'body'} ::text").getall())
            self.keep(url, {"status": response.status, "text": text, "size": len(response.body), "url": response.url})

        def failed(self, failure: Any) -> None:
            self.keep(failure.request.cb_kwargs["url"], {"reason": plain_reason(failure), "error": failure.type.__name__})

        def keep(self, url: str, result: dict[str, Any]) -> None:
            results.setdefault(url, []).append(result)
            if sum(map(len, results.values())) == told.get("kill"):
                for pid in browsers():
                    os.kill(pid, signal.SIGKILL)

    async def run() -> None:
        settings = Settings()
        settings.setmodule("crawler.settings")
        settings.setdict({**fetching.SETTINGS, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_TIMEOUT": 20}, priority="project")
        settings.set("LOG_LEVEL", os.environ.get("BROWSING_LOG", "WARNING"))
        settings.setdict(browser_settings(told.get("program", CHROMIUM)), priority="spider")
        settings["DOWNLOAD_HANDLERS"].update(dict.fromkeys(("http", "https"), ToldHandler), priority="spider")
        settings.setdict(told.get("settings", {}), priority="cmdline")
        crawler = AsyncCrawlerRunner(settings).create_crawler(Browse)
        await AsyncCrawlerRunner(settings).crawl(crawler)
        assert crawler.stats
        stats = crawler.stats.get_stats()
        left = {"listening": listening(), "browsers": browsers()}
        answer = {"results": results, "stats": stats, "connects": connects, "lookups": lookups, "left": left}
        print(json.dumps(answer, default=str))

    configure_logging({})
    task.react(lambda _: deferred_from_coro(run()))


if __name__ == "__main__":
    _run_child()
