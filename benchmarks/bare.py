"""Scrapy alone: downloads the pages of a plan and looks at none; what it took out (started by benchmarks/crawl.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

import scrapy
from side import Plan, crawl, run, settings_of

_PARTS = ("EXTENSIONS", "ITEM_PIPELINES", "DOWNLOADER_MIDDLEWARES", "DOWNLOAD_HANDLERS")


class BareSpider(scrapy.Spider):
    """Downloads; nothing else."""

    name = "bare"
    pages: ClassVar[tuple[str, ...]] = ()

    async def start(self) -> AsyncIterator[Any]:
        for url in self.pages:
            yield scrapy.Request(url)

    def parse(self, response: scrapy.http.Response) -> None:
        if response.body:
            self.crawler.stats.inc_value("pages")


def crawl_bare(plan: Plan) -> dict[str, Any]:
    """With the project's settings, and Scrapy's own components only."""
    settings = settings_of(plan)
    settings.set("SPIDER_MODULES", [], "cmdline")
    for name in _PARTS:
        settings.set(name, dict(_foreign_parts(settings[name])), "cmdline")
    crawler, took = crawl(settings, type("PlannedSpider", (BareSpider,), {"pages": plan.pages}))
    assert crawler.stats
    return {**took, "pages": crawler.stats.get_value("pages", 0)}


def _foreign_parts(parts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Without ours, which stand on the left (component: order) or on the right (scheme: handler)."""
    return ((key, value) for key, value in parts.items() if not any(str(part).startswith("crawler.") for part in (key, value)))


if __name__ == "__main__":
    run(crawl_bare)
