"""`scrapy demo`: the whole road on a practice newsroom, checked against the truth; no network, no set-up."""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from crawler.command import DONE, FAILED, ProjectCommand, read_number, run_until_stopped
from crawler.demo.play import Play
from crawler.demo.show import Show
from crawler.errors import ConfigurationError
from crawler.newsroom.practice import SECRET, SECRET_ENV
from crawler.newsroom.site.server import Newsroom, in_thread
from crawler.settings import store_path
from crawler.store import Store


class Command(ProjectCommand):
    """Starts a newsroom of made-up outlets, crawls two of its days, delivers, shows and checks what happened."""

    example = "scrapy demo --keep demo   # then: scrapy stories -s STORE_URL=sqlite:///demo/marsad.db"

    def syntax(self) -> str:
        return "[--keep DIR] [--port N]"

    def short_desc(self) -> str:
        return "See the whole road in half a minute, offline"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--keep", metavar="DIR", help="keep the store and the watch file in this folder")
        parser.add_argument("--port", metavar="N", default="0", help="port of the practice newsroom (default: a free one)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        if not opts.loglevel:
            opts.loglevel = "ERROR"  # two outlets fail on purpose, and the summary says so
        super().process_options(args, opts)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        began = monotonic()
        os.environ.setdefault(SECRET_ENV, SECRET)
        with ExitStack() as stack:
            folder = self._folder(opts.keep, stack)
            newsroom = Newsroom(port=read_number("--port", opts.port, 0, 65535))
            try:
                stack.enter_context(in_thread(newsroom))
            except OSError as error:
                raise ConfigurationError(f"--port {opts.port} cannot be used: {error.strerror or error}") from error
            play = Play(self.process, newsroom, folder)
            if stopped := run_until_stopped(self.process, play.run):
                return stopped
            store = Store.open(store_path(play.settings))
            stack.callback(store.close)
            differences = play.differences(store)
            show = Show(store, play)
            show.json(differences) if opts.json else show.people(differences, monotonic() - began, opts.keep)
            return FAILED if differences else DONE

    @staticmethod
    def _folder(keep: str | None, stack: ExitStack) -> Path:
        if not keep:
            return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marsad-demo-")))
        folder = Path(keep).absolute()
        if (folder / "marsad.db").exists():
            raise ConfigurationError(f"--keep {keep}: there is a store in that folder already: name a new one")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"--keep {keep}: {error.strerror}") from error
        return folder
