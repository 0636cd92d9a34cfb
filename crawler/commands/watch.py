"""`scrapy watch`: writes a first watch file, says whether one is right, explains a query."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from scrapy.spiderloader import get_spider_loader

from crawler.command import DONE, ProjectCommand, read_moment
from crawler.errors import ConfigurationError
from crawler.items import Article, Match
from crawler.run import known_countries
from crawler.settings import resolve, store_path, watches_path
from crawler.store import Store
from crawler.store.articles import to_article
from crawler.terminal import clean_line, counted, excerpt, isolate, local_time, print_json
from crawler.watches import Matcher, WatchFile, explain, fts_expression, load_watches, parse_query, term_forms

_ACTIONS = ("init", "check", "explain", "test")
_EXAMPLE_FILE = "watches.example.toml"


class Command(ProjectCommand):
    takes: ClassVar[tuple[int, int | None]] = (1, 2)
    example: ClassVar[str] = "scrapy watch explain '\"ضمانات أمنية\" NEAR/12 @nato'"

    def syntax(self) -> str:
        return "init | check | explain QUERY | test NAME [--since 30d]"

    def short_desc(self) -> str:
        return "Write a first watch file, check yours, explain a query, try a watch on the store"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="D", default="30d", help="test: published since 30d (default), 12h, a day, or RFC 3339")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        action, *rest = args
        if action not in _ACTIONS:
            raise ConfigurationError(f"scrapy watch has no action {action!r}: write scrapy watch {self.syntax()}")
        if action == "explain":
            if not rest:
                raise ConfigurationError("scrapy watch explain needs a query, or - to read it from standard input")
            return self._explain(rest[0], opts.json)
        if action == "test":
            if not rest:
                raise ConfigurationError("scrapy watch test needs the name of a watch")
            return self._test(rest[0], opts)
        if rest:
            raise ConfigurationError(f"scrapy watch {action} takes nothing more, not {rest[0]!r}; the file is the setting WATCHES_PATH")
        return self._init(opts.json) if action == "init" else self._check(opts.json)

    def _init(self, as_json: bool) -> int:
        """Never overwrites."""
        path, example = watches_path(self.settings), resolve(_EXAMPLE_FILE)
        try:
            with path.open("xb") as file:
                file.write(example.read_bytes())
        except FileExistsError:
            raise ConfigurationError(f"{path} is there already and is left as it is; scrapy watch check says whether it is right") from None
        except OSError as error:
            raise ConfigurationError(f"{error.filename} cannot be used: {error.strerror}") from None
        if as_json:
            print_json({"file": str(path)})
        else:
            print(f"{path} is written: put your terms and addresses in, then run scrapy watch check")
        return DONE

    def _check(self, as_json: bool) -> int:
        path = watches_path(self.settings)
        found = load_watches(path, get_spider_loader(self.settings).list())
        warnings = [*found.warnings, *self._mail_warnings(path, found)]
        if as_json:
            print_json(
                {
                    "file": str(path),
                    "watches": [watch.name for watch in found.watches],
                    "channels": [channel.name for channel in found.channels],
                    "feeds": [feed.url for feed in found.feeds],
                    "warnings": warnings,
                }
            )
            return DONE
        for warning in warnings:
            print(f"warning: {clean_line(warning)}", file=sys.stderr)
        counts = f"{counted(len(found.watches), 'watch', 'watches')}, {counted(len(found.channels), 'channel')}, "
        counts += counted(len(found.feeds), "feed") + (f"; {counted(len(warnings), 'warning')}" if warnings else "")
        print(f"{path} is right: {counts}")
        return DONE

    def _test(self, name: str, opts: argparse.Namespace) -> int:
        """What the watch would have found, day by day, the newest first, with the sentences."""
        found = load_watches(watches_path(self.settings), get_spider_loader(self.settings).list())
        watch = next((watch for watch in found.watches if watch.name == name), None)
        if watch is None:
            raise ConfigurationError(f"There is no watch {name!r}; there are: {', '.join(each.name for each in found.watches) or 'none'}")
        since = read_moment(opts.since, "--since", datetime.now(UTC), self.zone)
        store = Store.open(store_path(self.settings))
        days: dict[str, list[tuple[Article, int, Sequence[Match]]]] = {}
        matcher, countries = Matcher([watch]), known_countries(store, self.settings)
        for row in store.search.rows(fts_expression(watch.query), since):
            article = to_article(row)
            if watch.covers(article.outlet, countries.get(article.outlet, "")) and (matches := matcher.find(article.title, article.body)):
                day = local_time(row["published_at"] or row["first_seen_at"], self.zone)[:10]
                days.setdefault(day, []).append((article, row["story_id"], matches))
        store.close()
        for day in sorted(days, reverse=True):
            (_print_day_json if opts.json else _print_day)(day, days[day])
        if not days:
            print(f"The watch {name} finds nothing that was published since then.", file=sys.stderr)
        return DONE

    def _mail_warnings(self, path: Path, found: WatchFile) -> list[str]:
        """What a mail channel needs from the settings."""
        mails = [channel.name for channel in found.channels if channel.url.lower().startswith("mailto:")]
        needed = {"SMTP_URL": self.settings["SMTP_URL"], "MAIL_FROM": _own_sender(str(self.settings["MAIL_FROM"] or ""))}
        missing = [setting for setting, value in needed.items() if not value]
        return [f"{path.name}, channel {name}: set {setting}, or no mail can be sent" for name in mails for setting in missing]

    def _explain(self, text: str, as_json: bool) -> int:
        text = sys.stdin.read().strip() if text == "-" else text
        warnings: list[str] = []
        try:
            query = parse_query(text, warnings=warnings)
        except ConfigurationError as error:
            raise ConfigurationError(f"QUERY {error}") from None
        lines, forms = explain(query), term_forms(query)
        if as_json:
            print_json({"query": text, "meaning": lines, "forms": forms, "warnings": warnings})
            return DONE
        for warning in warnings:
            print(f"warning: {clean_line(warning)}", file=sys.stderr)
        _print(lines, forms)
        return DONE


def _own_sender(sender: str) -> str:
    """MAIL_FROM where it is more than the default, whose host no other mail server knows."""
    return "" if sender.rstrip(">").endswith("@localhost") else sender


def _print(lines: list[str], forms: dict[str, list[str]]) -> None:
    for line in lines:
        print(line[: len(line) - len(line.lstrip())] + isolate(clean_line(line)))
    print()
    for term, found in forms.items():
        print(f"{isolate(clean_line(term))} is found as: {isolate('، '.join(found))}")


def _print_day(day: str, found: Sequence[tuple[Article, int, Sequence[Match]]]) -> None:
    stories = len({story for _, story, _ in found})
    print(f"{day}  {counted(stories, 'story', 'stories')}, {counted(len(found), 'article')}")
    for article, story, matches in found:
        print(f"  story {story}  {article.outlet}  {isolate(clean_line(article.title))}")
        print(f"    {isolate(excerpt(article, matches[0]))}")


def _print_day_json(day: str, found: Sequence[tuple[Article, int, Sequence[Match]]]) -> None:
    for article, story, matches in found:
        said = {"day": day, "id": article.id, "story": story, "outlet": article.outlet, "title": article.title}
        print_json({**said, "excerpt": excerpt(article, matches[0]), "matches": [asdict(match) for match in matches]})
