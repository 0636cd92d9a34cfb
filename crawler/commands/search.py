"""`scrapy search`: full text over the store, with the Arabic of the watches."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from crawler.command import ProjectCommand, read_moment, read_number
from crawler.errors import ConfigurationError
from crawler.settings import store_path
from crawler.store import Store
from crawler.store.articles import to_article
from crawler.terminal import clean_line, excerpt, isolate, local_time, print_json
from crawler.watches import Matcher, Query, Watch, fts_expression, parse_query


class Command(ProjectCommand):
    """The index narrows, the matcher decides: what search finds, a watch with the same query finds."""

    takes: ClassVar = (1, 1)
    example = "scrapy search '\"ضمانات أمنية\" NEAR/12 الناتو' --since 30d"

    def syntax(self) -> str:
        return "QUERY [--since D] [--until D] [--outlet O] [--limit N]"

    def short_desc(self) -> str:
        return "Search the stored articles"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="D", help="not before: 30d, 12h, a day, or RFC 3339")
        parser.add_argument("--until", metavar="D", help="not after")
        parser.add_argument("--outlet", metavar="O", help="of one outlet")
        parser.add_argument("--limit", metavar="N", default="20", help="at most so many, the newest first (default 20)")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        now = datetime.now(UTC)
        since = read_moment(opts.since, "--since", now, self.zone) if opts.since else None
        until = read_moment(opts.until, "--until", now, self.zone) if opts.until else None
        query, limit = read_query(args[0]), read_number("--limit", opts.limit, 1, 1_000_000)
        store = Store.open(store_path(self.settings))
        hits = list(self._find(store, query, since, until, opts.outlet, limit))
        if not hits:
            print("Nothing that is stored matches.", file=sys.stderr)
        if opts.json:
            for hit in hits:
                print_json(hit)
        else:
            self._print(hits)
        store.close()

    def _print(self, hits: list[dict[str, Any]]) -> None:
        """Headline, where and when, and the words in their surroundings."""
        for hit in hits:
            print(isolate(clean_line(hit["title"])))
            print(f"  {hit['outlet']}  {local_time(hit['published_at'], self.zone)}  story {hit['story']}  {hit['url']}")
            print(f"  {isolate(hit['excerpt'])}\n")

    def _find(
        self, store: Store, query: Query, since: datetime | None, until: datetime | None, outlet: str | None, limit: int
    ) -> Iterator[dict[str, Any]]:
        """The newest articles that the query is true of, with where."""
        matcher = Matcher([Watch(name="query", query=query)])
        for row in store.search.rows(fts_expression(query), since, until, outlet):
            if limit <= 0:
                return
            if found := matcher.find(row["title"], row["body"]):
                limit -= 1
                article = to_article(row)
                spans = [{"term": m.term, "field": m.field, "start": m.start, "end": m.end, "text": m.text} for m in found]
                yield {
                    "id": row["id"],
                    "outlet": article.outlet,
                    "title": article.title,
                    "url": article.url,
                    "published_at": article.published_at,
                    "first_seen_at": datetime.fromisoformat(row["first_seen_at"]),
                    "story": row["story_id"],
                    "relation": row["relation"],
                    "excerpt": excerpt(article, found[0]),
                    "matches": spans,
                }


def read_query(text: str) -> Query:
    """Raises ConfigurationError that points at the character."""
    try:
        return parse_query(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"QUERY {error}") from None
