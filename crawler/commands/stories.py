"""`scrapy stories`: the stories of the store with their articles."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any, ClassVar

from crawler.command import FAILED, ProjectCommand, read_moment, read_number
from crawler.errors import ConfigurationError
from crawler.run import adopt_watches, find_watches, known_countries
from crawler.settings import store_path
from crawler.store import Store
from crawler.terminal import local_time, print_json, print_table


class Command(ProjectCommand):
    """The newest stories, those of one watch, or one story whole."""

    takes: ClassVar = (0, 1)
    example = "scrapy stories --watch security-guarantees --since 7d"

    def syntax(self) -> str:
        return "[ID] [--watch W] [--since D] [--mute ID | --unmute ID]"

    def short_desc(self) -> str:
        return "Show stories, their copies and updates"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--watch", metavar="W", help="those that a watch matched, told or not")
        parser.add_argument("--since", metavar="D", help="seen since: 30d, 12h, a day, or RFC 3339")
        parser.add_argument("--mute", metavar="ID", help="say nothing more of this story: for --watch, else for all watches")
        parser.add_argument("--unmute", metavar="ID", help="take that back")
        parser.add_argument("--limit", metavar="N", default="50", help="at most so many, the newest first (default 50)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        now = datetime.now(UTC)
        since = read_moment(opts.since, "--since", now, self.zone) if opts.since else None
        store = Store.open(store_path(self.settings))
        if opts.watch:
            self._adopt(store, opts.watch, now)
        if opts.mute or opts.unmute:
            return self._mute(store, opts, now)
        if args:
            return self._show_one(store, args[0], opts.json)
        rows = [dict(row) for row in store.stories.rows(opts.watch, since, read_number("--limit", opts.limit, 1, 1_000_000))]
        if not rows:
            print("There are no such stories yet.", file=sys.stderr)
        elif opts.json:
            for row in rows:
                print_json(row)
        else:
            print_table(
                ("story", "published", "outlet", "headline", "articles", "outlets"),
                [(r["id"], local_time(r["published_at"], self.zone), r["outlet"], r["title"], r["articles"], r["outlets"]) for r in rows],
            )
        return None

    def _adopt(self, store: Store, name: str, now: datetime) -> None:
        """A watch that was just written or changed is matched over the store first."""
        watch_file = find_watches(self.settings)
        known = [watch.name for watch in watch_file.watches] if watch_file else []
        if watch_file is None or name not in known:
            raise ConfigurationError(f"There is no watch {name!r}; there are: {', '.join(known) or 'none (scrapy watch init)'}")
        adopt_watches(store, watch_file, known_countries(store, self.settings), now)

    def _mute(self, store: Store, opts: argparse.Namespace, now: datetime) -> int | None:
        story_id = read_story(opts.mute or opts.unmute)
        if not store.stories.articles(story_id):
            return no_story(story_id)
        watch = opts.watch or ""
        if opts.mute:
            store.stories.mute(story_id, watch, now)
        else:
            store.stories.unmute(story_id, watch)
        if opts.json:
            print_json({"story": story_id, "watch": watch or None, "muted": bool(opts.mute)})
        else:
            print(f"Story {story_id} is {'muted' if opts.mute else 'heard again'} for {f'the watch {watch}' if watch else 'all watches'}.")
        return None

    def _show_one(self, store: Store, text: str, as_json: bool) -> int | None:
        story_id = read_story(text)
        articles = store.stories.articles(story_id)
        if not articles:
            return no_story(story_id)
        rows: list[dict[str, Any]] = [
            {name: row[name] for name in ("id", "outlet", "title", "url", "published_at", "relation", "of_id", "why", "carried_by")}
            for row in articles
        ]
        if as_json:
            print_json({"id": story_id, "articles": rows})
        else:
            print_table(
                ("article", "published", "outlet", "headline", "relation", "why"),
                [(r["id"], local_time(r["published_at"], self.zone), r["outlet"], r["title"], r["relation"], r["why"]) for r in rows],
            )
        return None


def read_story(text: str) -> int:
    """The number of a story; raises ConfigurationError for anything else."""
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    raise ConfigurationError(f"{text!r} is no story: write the number that scrapy stories shows")


def no_story(story_id: int) -> int:
    """Say so; the exit status."""
    print(f"There is no story {story_id}.", file=sys.stderr)
    return FAILED
