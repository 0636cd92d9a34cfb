"""What an announcing address gave: its entries, or the children of a sitemap index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.items import Entry

Kind = Literal["rss", "rdf", "atom", "json", "sitemap", "index"]

MOST_ENTRIES = 50_000
"""Rows read of one document: what sitemaps.org allows a sitemap to hold."""


class NotAFeed(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The answer is neither feed nor sitemap; str() says in one sentence for people what it is instead."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or sitemap as read. One that is well-formed and holds nothing has no entries."""

    kind: Kind
    title: str = ""
    """What the feed calls itself, plain text."""
    entries: tuple[Entry, ...] = ()
    """In the order of the feed, one for each article."""
    sitemaps: tuple[str, ...] = ()
    """Addresses of the children of a sitemap index."""
