"""`scrapy alert`: what is queued and due goes out; a preview, a test and a second chance beside it."""

from __future__ import annotations

import argparse
import asyncio
import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from crawler.command import FAILED, ProjectCommand
from crawler.deliver import Sending, deliver, make_senders, send_test, utc_now
from crawler.errors import ConfigurationError
from crawler.run import find_watches
from crawler.settings import store_path, watches_path
from crawler.store import Store
from crawler.terminal import local_time, print_json, print_table
from crawler.watches import WatchFile


class Command(ProjectCommand):
    """Deliver alerts. Exit status 1 when a try failed, whether it is repeated or not."""

    example = "scrapy alert --test desk-mail"

    def syntax(self) -> str:
        return "[--dry-run] [--test CHANNEL] [--replay ID…]"

    def short_desc(self) -> str:
        return "Deliver the alerts that are queued and due"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="show what is due, send nothing")
        what.add_argument("--test", metavar="CHANNEL", help="send a test message to one channel; switches a closed channel on again")
        what.add_argument(
            "--replay", metavar="ID", nargs="+", help="send failed or delivered messages again, by alert id or number, and what else is due"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        watch_file = find_watches(self.settings)
        if watch_file is None:
            raise ConfigurationError(f"{watches_path(self.settings)} does not exist: write it with scrapy watch init")
        if opts.test is not None:
            _check_channel(opts.test, watch_file)
        make_senders(watch_file, self.settings, only=opts.test)
        store = Store.open(store_path(self.settings))
        try:
            if opts.dry_run:
                _preview(store, watch_file, as_json=opts.json)
                return None
            if opts.test is not None:
                return self._test(store, watch_file, opts.test, as_json=opts.json)
            if opts.replay:
                _replay(store, opts.replay)
            return self._deliver(store, watch_file, as_json=opts.json)
        finally:
            store.close()

    def _deliver(self, store: Store, watch_file: WatchFile, *, as_json: bool) -> int | None:
        sendings = asyncio.run(deliver(store, watch_file, self.settings))
        if as_json:
            for sending in sendings:
                print_json(asdict(sending))
        else:
            _print_sendings(sendings, store.deliveries.counts(), self.zone)
        return FAILED if any(sending.state != "delivered" for sending in sendings) else None

    def _test(self, store: Store, watch_file: WatchFile, channel: str, *, as_json: bool) -> int | None:
        outcome = asyncio.run(send_test(store, watch_file, self.settings, channel, utc_now()))
        if as_json:
            print_json({"channel": channel, "kind": "test", "state": outcome.state, "error": outcome.error})
        else:
            print(f"{channel}: {'the test message was delivered' if outcome.state == 'delivered' else outcome.error}")
        return None if outcome.state == "delivered" else FAILED


def _check_channel(name: str, watch_file: WatchFile) -> None:
    names = [channel.name for channel in watch_file.channels]
    if name not in names:
        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        known = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(names) or 'none'}"
        raise ConfigurationError(f"--test: there is no channel {name!r} in the watch file; {known}")


def _replay(store: Store, ids: Sequence[str]) -> None:
    if unknown := store.deliveries.replay(ids, utc_now()):
        raise ConfigurationError(f"--replay: {', '.join(unknown)} is neither failed nor delivered; scrapy alert --json names the ids")


def _preview(store: Store, watch_file: WatchFile, *, as_json: bool) -> None:
    """What would go out now; nothing is claimed."""
    now = utc_now()
    rows = []
    for claim in store.deliveries.preview(now, [channel.name for channel in watch_file.channels]):
        titles = [store.articles.load(row.article_id).title for row in claim.rows]
        rows.append((claim, titles))
    for claim, titles in rows if as_json else ():
        stories = [row.story_id for row in claim.rows]
        print_json({"alert_id": claim.alert_id, "watch": claim.watch, "channel": claim.channel, "stories": stories, "titles": titles})
    if not as_json:
        print_table(
            ("watch", "channel", "stories", "headline"),
            [(claim.watch, claim.channel, len(claim.rows), titles[0]) for claim, titles in rows],
        )
        print(f"{len(rows)} messages are due; nothing was sent")


def _print_sendings(sendings: Sequence[Sending], counts: Counter[str], zone: ZoneInfo) -> None:
    if sendings:
        print_table(
            ("watch", "channel", "headline", "stories", "state", "why not", "next try"),
            [(s.watch, s.channel, s.headline, len(s.stories), s.state, s.error, local_time(s.next_try_at, zone)) for s in sendings],
        )
    delivered = sum(sending.state == "delivered" for sending in sendings)
    print(f"{delivered} messages delivered; deliveries: {', '.join(f'{counts[state]} {state}' for state in sorted(counts)) or 'none'}")
