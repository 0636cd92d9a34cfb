"""The bytes of an announcing address → a Feed: RSS, RDF, Atom, JSON Feed, news sitemaps and their indexes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.feeds.discovery import find_feeds as find_feeds
from crawler.feeds.entries import Announced, make_entry, tell_apart
from crawler.feeds.feed import MOST_ENTRIES, Kind
from crawler.feeds.feed import Feed as Feed
from crawler.feeds.feed import NotAFeed as NotAFeed
from crawler.feeds.jsonfeed import read_json
from crawler.feeds.markup import defuse, find_root
from crawler.feeds.octets import read_text
from crawler.feeds.sitemaps import read_index, read_sitemap
from crawler.feeds.syndication import read_syndication
from crawler.items import Entry
from crawler.urls import clean_url

_KINDS: dict[str, Kind] = {"rss": "rss", "channel": "rss", "rdf": "rdf", "feed": "atom", "urlset": "sitemap", "sitemapindex": "index"}
"""Root element, without prefix and in lower case → what it is the root of."""


def parse_feed(body: bytes, url: str, zone: ZoneInfo, content_type: str = "", now: datetime | None = None) -> Feed:
    """What the answer of `url` announces; times without a zone are those of `zone`. `content_type` is the HTTP header.

    With `now` (aware) entries dated ahead of it are undated, and «منذ ساعة» is a date.
    Plain or gzip, in whatever charset it really is, malformed within reason: what stands before a break is kept.
    Raises NotAFeed, with the reason, for anything else. A feed without entries is no error here.
    """
    text = read_text(body, content_type)
    if text[0] in "{[":
        title, announced = read_json(text)
        return Feed("json", title, _entries(announced, url, zone, now))
    root, text = find_root(text, _KINDS)
    text = defuse(text)
    kind = _KINDS[root]
    if kind == "index":
        children = dict.fromkeys(clean_url(child, url) for child in read_index(text))
        return Feed(kind, sitemaps=tuple(child for child in children if child))
    if kind == "sitemap":
        return Feed(kind, entries=_entries(read_sitemap(text), url, zone, now))
    title, found = read_syndication(text)
    return Feed(kind, title, _entries(found, url, zone, now))


def _entries(announced: Iterable[Announced], url: str, zone: ZoneInfo, now: datetime | None) -> tuple[Entry, ...]:
    made = (make_entry(each, url, zone, now) for each in islice(announced, MOST_ENTRIES))
    return tuple(tell_apart(filter(None, made)))
