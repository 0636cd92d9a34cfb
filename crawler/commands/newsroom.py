"""The practice newsroom, run by hand: `scrapy newsroom`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from crawler.command import ProjectCommand, read_number
from crawler.errors import ConfigurationError
from crawler.newsroom.articles import FIRST_DAY, LAST_DAY
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.site.server import Newsroom
from crawler.terminal import print_json, print_table


class Command(ProjectCommand):
    """Serves until Ctrl-C."""

    example = "scrapy newsroom --port 8800 --day 9"

    def short_desc(self) -> str:
        return "Serve the practice newsroom on loopback addresses, to look at or to crawl"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--port", default="0", help="one port for all outlets (default: a free one)")
        parser.add_argument("--day", default=str(LAST_DAY), help="the day whose end it is: 9 hides the last 24 hours (default 10)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        port = read_number("--port", opts.port, 0, 65535)
        newsroom = Newsroom(port=port)
        newsroom.day = read_number("--day", opts.day, FIRST_DAY, LAST_DAY)
        asyncio.run(_serve(newsroom, port, opts.json))
        return None


async def _serve(newsroom: Newsroom, port: int, as_json: bool) -> None:
    try:
        await newsroom.open()
    except OSError as error:
        raise ConfigurationError(f"--port {port} cannot be used: {error.strerror}; choose another, or leave it out") from None
    try:
        rows = [(key, OUTLETS[key].title, address + OUTLETS[key].announces) for key, address in newsroom.addresses.items()]
        if as_json:
            for key, title, url in rows:
                print_json({"outlet": key, "title": title, "announces": url})
        else:
            print_table(("outlet", "title", "announces at"), rows)
        sys.stdout.flush()
        print(f"{len(newsroom.articles)} articles, day {newsroom.day}; Ctrl-C ends it", file=sys.stderr)
        await asyncio.Event().wait()
    finally:
        await newsroom.close()
