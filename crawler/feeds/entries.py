"""The fields of one announcement, as any format gives them → an Entry with the key it is known by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.dates import read_date
from crawler.feeds.octets import drop_forbidden
from crawler.feeds.plain import LONGEST_CONTENT, LONGEST_GUID, LONGEST_NAME, LONGEST_SUMMARY, LONGEST_TITLE, find_language, plain
from crawler.items import Entry
from crawler.urls import clean_url, url_key

_MOST_NAMES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One announcement as its format writes it; markup and all."""

    link: str = ""
    guid: str = ""
    title: str = ""
    summary: str = ""
    content_html: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    image: str = ""
    published: str = ""
    updated: str = ""


def make_entry(announced: Announced, feed_url: str, zone: ZoneInfo, now: datetime | None) -> Entry | None:
    """The entry; None when there is nothing to know it by: no link, guid, title or content."""
    guid = _short_guid(drop_forbidden(announced.guid).strip())
    url = _article_url(announced.link, feed_url) or _article_url(announced.guid, "")
    title = plain(announced.title, LONGEST_TITLE)
    content = drop_forbidden(announced.content_html)[:LONGEST_CONTENT]
    summary = "" if announced.summary == announced.content_html else plain(announced.summary, LONGEST_SUMMARY)
    mark = guid or ((title or content or summary) and _hash(title + content + summary))
    if not (url or mark):
        return None
    return Entry(
        url=url,
        key=url_key(url) or f"{feed_url}#{mark}",
        feed_url=feed_url,
        guid=guid,
        title=title,
        summary=summary,
        content_html=content,
        authors=_names(announced.authors),
        tags=_names(announced.tags),
        language=find_language(announced.language),
        image_url=clean_url(announced.image, feed_url) if announced.image.strip() else "",
        published_at=_moment(announced.published, zone, now),
        updated_at=_moment(announced.updated, zone, now),
    )


def _moment(text: str, zone: ZoneInfo, now: datetime | None) -> datetime | None:
    """The stated time, aware; None when there is none that can be read."""
    return read_date(text, zone, now).at if text.strip() else None


def tell_apart(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each article once. Entries that share a link or guid but are not the same get a key of their own.

    Seen in feeds whose entries all link to one page, and where one guid is repeated for ten articles.
    """
    known: dict[str, Entry] = {}
    for entry in entries:
        first = known.setdefault(entry.key, entry)
        if first is entry:
            yield entry
        elif entry.title != first.title and (not entry.url or entry.guid != first.guid):
            other = replace(entry, key=f"{entry.key}#{_hash(entry.title)[:12]}")
            if known.setdefault(other.key, other) is other:
                yield other


def _article_url(link: str, feed_url: str) -> str:
    """The link where it leads to a page of its own; a bare host is the outlet's front page."""
    url = clean_url(link, feed_url) if link.strip() else ""
    parts = urlsplit(url)
    return url if parts.path not in ("", "/") or parts.query else ""


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of people or topics, plain, each once; addresses are none."""
    names = dict.fromkeys(plain(text, LONGEST_NAME) for text in texts)
    return tuple(name for name in names if name and "://" not in name and "@" not in name)[:_MOST_NAMES]


def _short_guid(guid: str) -> str:
    return guid if len(guid) <= LONGEST_GUID else _hash(guid)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
