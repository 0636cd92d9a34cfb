"""HTML files in, the articles on them out: JSON lines, no store, no network, no clock."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scrapy.spiderloader import get_spider_loader

from crawler.command import FAILED, ProjectCommand
from crawler.errors import ConfigurationError
from crawler.items import Article
from crawler.pages import ArticlePage, NotAnArticle, decode
from crawler.pages.tree import MAX_CHARACTERS
from crawler.spider import OutletSpider, printed_names, spiders_by_host
from crawler.terminal import clean_line, print_json
from crawler.urls import clean_url, host

_FIELDS = (
    *("outlet", "url", "title", "body", "summary", "authors", "agencies", "credit", "section", "tags", "language", "image_url"),
    *("published_at", "published_from", "published_sure", "updated_at", "carried_by"),
)


class Command(ProjectCommand):
    takes = (1, None)
    example = "scrapy extract --url https://www.omandaily.om/x page.html"

    def syntax(self) -> str:
        return "[--url URL] [--outlet NAME] [--now T] FILE…"

    def short_desc(self) -> str:
        return "Read the articles in HTML files (no store, no network)"

    def long_desc(self) -> str:
        return (
            "One JSON line for each article; - reads standard input.\n"
            "A page that is no article gives no line, its reason goes to stderr."
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", default="", help="the address the page was had from (one FILE only)")
        parser.add_argument("--outlet", default="", help="read it as this outlet's page (default: by the address)")
        parser.add_argument("--now", default="", help="the time that «منذ ساعة» counts from; without it relative dates are null")

    def work(self, args: list[str], opts: Namespace) -> int | None:
        if opts.url and len(args) > 1:
            raise ConfigurationError("--url goes with one FILE: leave it out, or read the files one by one")
        if opts.url and not clean_url(opts.url):
            raise ConfigurationError(f"--url {opts.url!r} is no address: write https://…")
        pages = {file: _read(file) for file in args}
        loader = get_spider_loader(self.settings)
        now = self._now(opts.now)
        spiders = {name: spider for name in loader.list() if issubclass(spider := loader.load(name), OutletSpider)}
        outlet, page = _choose(opts.outlet, clean_url(opts.url), spiders, spiders_by_host(loader))
        names = printed_names(loader)
        failed = False
        for file in args:
            try:
                articles = _read_page(pages[file], opts.url, page, outlet, names, now)
            except NotAnArticle as reason:
                print(f"{clean_line(file)}: {reason}", file=sys.stderr)
                failed = True
                continue
            for article in articles:
                print_json({"file": file, **_row(article)})
        return FAILED if failed else None

    def _now(self, text: str) -> datetime | None:
        """`--now`; a time without an offset is in TIMEZONE."""
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise ConfigurationError(f"--now {text!r} is no time: write 2026-01-31T08:00:00Z") from None
        return moment.replace(tzinfo=self.zone) if moment and moment.tzinfo is None else moment


def _read(file: str) -> bytes:
    """Raises ConfigurationError for a file that cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read(MAX_CHARACTERS + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(f"{clean_line(file)} cannot be read: {reason}") from None


def _choose(
    asked: str, url: str, spiders: Mapping[str, type[OutletSpider]], by_host: Mapping[str, type[OutletSpider]]
) -> tuple[str, type[ArticlePage]]:
    """(outlet, page class): the outlet asked for, else the one that the address belongs to, else any page."""
    if asked and asked not in spiders:
        near = get_close_matches(asked, spiders, n=1)
        raise ConfigurationError(f"--outlet {asked!r} is not known{f': did you mean {near[0]}?' if near else ''} (scrapy list shows all)")
    spider = spiders[asked] if asked else by_host.get(host(url))
    return (spider.name, spider.page) if spider else ("", ArticlePage)


def _read_page(
    body: bytes, url: str, page: type[ArticlePage], outlet: str, names: Mapping[str, str], now: datetime | None
) -> list[Article]:
    """Raises NotAnArticle with the reason."""
    if len(body) > MAX_CHARACTERS:
        raise NotAnArticle(f"the page is larger than {MAX_CHARACTERS // 1024**2} MiB")
    return page(url, decode(body), outlet=outlet, names=names, now=now).articles()


def _row(article: Article) -> dict[str, Any]:
    """An article's public fields."""
    return {field: getattr(article, field) for field in _FIELDS}
