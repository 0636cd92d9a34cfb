"""`scrapy list`: the outlets that Marsad has a spider for."""

from __future__ import annotations

import argparse

from scrapy.spiderloader import get_spider_loader

from crawler.command import ProjectCommand
from crawler.spider import OutletSpider
from crawler.terminal import print_json, print_table


class Command(ProjectCommand):
    """Names on standard output, one a line; --long adds what is known of each."""

    example = "scrapy list --long"

    def syntax(self) -> str:
        return "[--long]"

    def short_desc(self) -> str:
        return "List the outlets"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--long", action="store_true", help="with title, country, how sure we are, and of when that knowledge is")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        loader = get_spider_loader(self.settings)
        spiders = [loader.load(name) for name in sorted(loader.list())]
        if opts.json:
            for spider in spiders:
                print_json({"name": spider.name, **facts(spider)})
        elif opts.long:
            print_table(("name", "title", "country", "known", "of"), [(spider.name, *facts(spider).values()) for spider in spiders])
        else:
            print(*(spider.name for spider in spiders), sep="\n")


def facts(spider: type) -> dict[str, str]:
    """What an outlet's class says of itself."""
    if not issubclass(spider, OutletSpider) or not spider.title:
        return {"title": "", "country": "", "known": "", "known_at": ""}  # feed and page: any outlet
    return {"title": spider.title, "country": spider.country, "known": spider.known, "known_at": spider.known_at}
