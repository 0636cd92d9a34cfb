"""An article in; checked, then grouped, stored, matched and queued in one transaction; the article out."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.alerts.policy import due_at, speaks
from crawler.checks import find_fault, gaps
from crawler.items import Article, Match, Refusal
from crawler.run import Run
from crawler.settings import local_zone
from crawler.store.articles import Kept
from crawler.stories import Fingerprint, fingerprint, judge
from crawler.watches import Matcher, Watch

logger = logging.getLogger(__name__)


class _Step:
    """What both pipelines know of the crawl they stand in."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def run(self) -> Run:
        run = self.crawler.get_extension(Run)
        assert run is not None
        return run

    def count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)


class Check(_Step):
    """What is no article stops here, remembered with the reason."""

    def process_item(self, item: Article | Refusal) -> Article:
        """The article, or DropItem."""
        if isinstance(item, Refusal):
            raise self._refuse(item)
        if reason := find_fault(item):
            if item.carried_by and item.closes_entry and item.entry_id is not None:
                with self.run.store.transaction():
                    self.run.store.entries.settle(item.entry_id)
            entry_id = None if item.carried_by else item.entry_id  # the announcement is of the page's own article
            raise self._refuse(Refusal(url=item.url or item.key, outlet=item.outlet, reason=reason, entry_id=entry_id))
        for field in gaps(item):
            self.count(f"gap/{field}")
        return item

    def _refuse(self, refusal: Refusal) -> DropItem:
        """Write it down, and say so in one line; what is returned is for Scrapy, which would print the whole article."""
        self.run.count(refusal.outlet, "refused")
        self.count(f"check/{refusal.reason}")
        if refusal.entry_id is not None:
            with self.run.store.transaction():
                self.run.store.entries.give_back(refusal.entry_id, "refused", refusal.reason, self.run.now())
        logger.info("%s: %s", refusal.url, refusal.reason)
        return DropItem(refusal.reason, log_level="DEBUG")


class Keep(_Step):
    """Group, store, match, queue: all or nothing."""

    def open_spider(self) -> None:
        watch_file = self.run.watch_file
        self.watches: dict[str, Watch] = {w.name: w for w in watch_file.watches if w.enabled} if watch_file else {}
        self.channels = tuple(channel.name for channel in watch_file.channels) if watch_file else ()
        self.matcher = Matcher(list(self.watches.values()))
        self.zone = local_zone(self.crawler.settings)

    def process_item(self, article: Article) -> Article:
        """The article with its row; an exception leaves nothing half done and the announcement queued."""
        store, now = self.run.store, self.run.now()
        print_, found = fingerprint(article), self._find(article)  # the slow part, before the lock
        with store.transaction():
            kept = store.articles.keep(article, now)
            story_id = kept.story_id or self._group(kept.article, print_, now)
            if kept.state != "unchanged":
                self._tell(kept, story_id, found, now)
            if article.entry_id is not None:
                self._settle(kept.article)
        self.run.count(article.outlet, {"new": "stored", "retouched": "unchanged"}.get(kept.state, kept.state))
        return kept.article

    def _group(self, article: Article, print_: Fingerprint, now: datetime) -> int:
        """Which story it is in: the judgement asked for, written down, and remembered for the next."""
        store, article_id = self.run.store, article.id or 0
        at = min(article.published_at or now, now)
        judgement = judge(print_, at, store.story_index)
        story_id = store.stories.join(article, judgement, now)
        store.articles.place(article_id, story_id, judgement)
        store.stories.count(story_id, now)
        store.story_index.add(article_id, story_id, print_, at)
        return story_id

    def _find(self, article: Article) -> dict[str, list[Match]]:
        """Where each watch finds the article, inside the watch's filters."""
        found: dict[str, list[Match]] = {}
        for match in self.matcher.find(article.title, article.body):
            found.setdefault(match.watch, []).append(match)
        country = self.run.countries.get(article.outlet, "")
        return {name: matches for name, matches in found.items() if self.watches[name].covers(article.outlet, country)}

    def _tell(self, kept: Kept, story_id: int, found: dict[str, list[Match]], now: datetime) -> None:
        """Record the matches, and queue an alert for each watch that has not told this yet."""
        store, article = self.run.store, kept.article
        article_id, read_again = article.id or 0, kept.state != "new"
        relation = store.articles.relation(article_id)
        if read_again:
            store.watches.forget(article_id, found)
        for name, matches in found.items():
            watch = self.watches[name]
            store.watches.record(name, article_id, story_id, matches, now)
            if store.stories.is_muted(story_id, name) or (read_again and not store.watches.may_speak(name, article_id)):
                continue
            version = speaks(
                relation,
                last_version=store.watches.last_version(name, story_id),
                is_backfill=article.is_backfill,
                repeats_backfill=store.watches.repeats_backfill(name, article_id),
                updates=watch.updates,
            )
            if version is not None:
                channels = self.channels if watch.channels is None else watch.channels
                store.watches.spoke(name, article_id, version)
                if store.deliveries.queue(name, story_id, article_id, version, channels, now, due_at(watch, now, self.zone)):
                    self.run.count(article.outlet, "alerts")

    def _settle(self, article: Article) -> None:
        """The announcement is answered; the last article of its page closes it."""
        entries, entry_id = self.run.store.entries, article.entry_id or 0
        if not article.carried_by:
            entries.answer(entry_id, article.id or 0)
        if article.closes_entry:
            entries.settle(entry_id)
