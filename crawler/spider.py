"""An outlet's announcements and pages in, articles out: the hand that feeds, pages and store share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.items import Article, Entry, Refusal
from crawler.pages import ArticlePage


class OutletSpider(scrapy.Spider):
    """One outlet. A subclass states facts; a fact that no attribute can state is a method."""

    name: str
    title: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    country: ClassVar[str] = ""
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    section_css: ClassVar[str] = ""
    skip: ClassVar[tuple[str, ...]] = ()
    domains: ClassVar[tuple[str, ...]] = ()
    page: ClassVar[type[ArticlePage]] = ArticlePage
    known: ClassVar[str] = "unverified"
    known_at: ClassVar[str] = "2026-11"
    min_per_day: ClassVar[int] = 0
    full: ClassVar[bool] = True
    browser: ClassVar[bool] = False
