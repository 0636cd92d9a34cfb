"""A plan and a spider in; one crawl at full speed, with its wall time, CPU time and peak memory, out."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

FULL_SPEED = {
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0.0,
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "LOG_LEVEL": "WARNING",
}
"""For both sides. Whatever else is set is the project's, for both."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What both sides crawl, as the parent process writes it down."""

    pages: tuple[str, ...]
    feeds: tuple[str, ...]
    terms: tuple[str, ...]
    body_css: str
    folder: str
    """For the store and the watch file."""


class _Stopwatch:
    """From the opening of a crawl to its end."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self.start, signals.spider_opened)
        crawler.signals.connect(self.stop, signals.engine_stopped)

    def start(self) -> None:
        self.wall, self.cpu = perf_counter(), process_time()

    def stop(self) -> None:
        self.wall, self.cpu = perf_counter() - self.wall, process_time() - self.cpu


def settings_of(plan: Plan) -> Settings:
    """The project's settings at full speed, with store and watch file in the plan's folder."""
    folder = Path(plan.folder)
    settings = get_project_settings()
    settings.setdict(FULL_SPEED, "cmdline")
    settings.set("STORE_URL", f"sqlite:///{folder / 'marsad.db'}", "cmdline")
    settings.set("WATCHES_PATH", str(folder / "watches.toml"), "cmdline")
    settings.set("ALLOW_PRIVATE_ADDRESSES", True, "cmdline")
    return settings


def crawl(settings: Settings, spider: type[scrapy.Spider]) -> tuple[Crawler, dict[str, Any]]:
    """Crawl to the end in this process; the crawler, and seconds, CPU seconds and peak RSS (MB)."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    stopwatch = _Stopwatch(crawler)
    process.crawl(crawler)
    process.start()
    return crawler, {"seconds": stopwatch.wall, "cpu_seconds": stopwatch.cpu, "peak_rss_mb": _peak_rss_mb()}


def _peak_rss_mb() -> float:
    """Of this program alone: on Linux `ru_maxrss` is at least what the parent had when it forked (getrusage(2))."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def run(side: Callable[[Plan], dict[str, Any]]) -> None:
    """Do what the plan at the path in the first argument says, and print what it took as JSON."""
    plan: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    frozen: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plan.items()}
    print(json.dumps(side(Plan(**frozen))))
