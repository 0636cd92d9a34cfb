"""What our commands share: strict arguments, plain errors, exit statuses, stopping; what they print is terminal.py's."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import io
import logging
import os
import re
import signal
import sys
from abc import abstractmethod
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.log import configure_logging

from crawler.errors import ConfigurationError
from crawler.settings import check, local_zone

if TYPE_CHECKING:
    from crawler.spider import OutletSpider

_TALKATIVE = ("scrapy.addons", "scrapy.core.engine", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log", "scrapy-playwright")
"""Loggers that tell of every crawl what it was assembled from: with many outlets nothing else could be read."""
DONE, FAILED, WRONG = 0, 1, 2
"""Exit statuses of contract: the work is done; the work found a failure; wrong usage or configuration."""

_SPAN = re.compile(r"(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class _Help(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's headings, our line breaks."""


class ProjectCommand(ScrapyCommand):
    """A command of this project. Subclasses say what they take and implement `work`."""

    settings: Settings  # Scrapy sets it before anything of ours runs
    requires_project = True
    requires_crawler_process = False
    takes: ClassVar[tuple[int, int | None]] = (0, 0)
    """Fewest and most positional arguments; None for any number."""
    example: ClassVar[str] = ""
    """One line that works, shown at the end of --help."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = _Help
        parser.error = self.refuse  # type: ignore[method-assign,assignment]  # one sentence, without the usage before it
        parser.epilog = f"Example:\n  {self.example}"
        parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        plain = args[args.index("--") + 1 :] if "--" in args else []
        if plain:
            args.remove("--")
        command = type(self).__module__.rsplit(".", 1)[-1]
        for unknown in (arg for arg in args[: len(args) - len(plain)] if arg.startswith("-") and arg != "-"):
            self.refuse(f"scrapy {command} has no option {unknown}; see scrapy {command} --help")
        fewest, most = self.takes
        if len(args) < fewest:
            self.refuse(f"scrapy {command} needs more: scrapy {command} {self.syntax()}")
        if most is not None and len(args) > most:
            self.refuse(f"scrapy {command} does not know what to do with {args[most]!r}: scrapy {command} {self.syntax()}")
        try:
            check(self.settings)
        except ConfigurationError as error:
            self.refuse(str(error))

    @cached_property
    def process(self) -> AsyncCrawlerProcess:
        """What crawls run in; made when first asked for, so that whatever is wrong is said before Scrapy says hello."""
        if self.settings["LOG_LEVEL"] != "DEBUG":
            for name in _TALKATIVE:  # a filter, since Scrapy sets its loggers' levels anew
                logging.getLogger(name).addFilter(lambda record: record.levelno > logging.INFO)
        return AsyncCrawlerProcess(self.settings)

    def refuse(self, sentence: str) -> NoReturn:
        """Say what is wrong in one sentence and exit with 2."""
        print(sentence, file=sys.stderr)
        sys.exit(WRONG)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        for stream in (sys.stdout, sys.stderr):  # whatever the locale says; what UTF-8 cannot hold comes as JSON's own escape
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        configure_logging(self.settings)
        signal.signal(signal.SIGTERM, _terminated)
        try:
            self.exitcode = self.work(args, opts) or DONE
            sys.stdout.flush()
        except ConfigurationError as error:
            self.refuse(str(error))
        except KeyboardInterrupt:
            self.exitcode = 128 + signal.SIGINT
        except BrokenPipeError:  # the reader of our output has gone: not our failure
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        """Do it; the exit status, None for done."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone that times are printed in."""
        return local_zone(self.settings)


def _terminated(signum: int, frame: object) -> NoReturn:
    sys.exit(128 + signum)


def run_until_stopped(process: AsyncCrawlerProcess, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> int:
    """Run work that starts crawls in a process to its end; 0, or 128 + the signal that ended it early.

    The first Ctrl-C or SIGTERM stops the crawls, which lets what is in hand finish, and sets the event that `work`
    is given; a second one ends at once. Nothing is lost either way. What `work` raises is raised here.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed
    received: list[int] = []
    tasks: list[asyncio.Task[None]] = []
    stopping = asyncio.Event()

    def stop(signum: int, frame: object) -> None:
        received.append(signum)
        if len(received) > 1:
            os._exit(128 + signum)
        reactor.callFromThread(stopping.set)
        reactor.callFromThread(lambda: deferred_from_coro(process.stop()))

    async def run() -> None:
        tasks.append(asyncio.ensure_future(work(stopping)))
        await asyncio.wait(tasks)
        reactor.callLater(0, lambda: reactor.stop())

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, stop)
    reactor.callWhenRunning(lambda: deferred_from_coro(run()))
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    for task in tasks:
        task.result()
    return 128 + received[0] if received else 0


def find_spider(settings: BaseSettings, name: str) -> type[OutletSpider]:
    """The spider of that name; raises ConfigurationError with the nearest name."""
    from crawler.spider import OutletSpider

    loader = get_spider_loader(settings)
    names = loader.list()
    if name not in names:
        near = difflib.get_close_matches(name, names, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "scrapy list shows them all"
        raise ConfigurationError(f"There is no outlet {name!r}: {hint}")
    spider = loader.load(name)
    assert issubclass(spider, OutletSpider)
    return spider


def read_number(option: str, text: str, least: int, most: int) -> int:
    """A whole number of an option; raises ConfigurationError naming the option and the bounds."""
    if text.isascii() and text.isdecimal() and least <= int(text) <= most:
        return int(text)
    raise ConfigurationError(f"{option} is {text!r}: write a number from {least} to {most}")


def read_moment(text: str, option: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`--since` and `--until`: 30d, 12h, 15m before now; a day in the zone; or RFC 3339.

    Raises ConfigurationError naming the option.
    """
    if span := _SPAN.fullmatch(text):
        try:
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        except OverflowError:
            pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    raise ConfigurationError(f"{option} {text!r} is no time: write 30d, 12h, a day like 2026-01-31, or 2026-01-31T08:00:00Z")
