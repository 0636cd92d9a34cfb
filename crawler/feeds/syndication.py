"""RSS 0.9x to 2.0, RDF and Atom → what they announce. The one door to feedparser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import Any

import feedparser

from crawler.feeds.entries import Announced
from crawler.feeds.plain import LONGEST_TITLE, plain

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
"""Stands above anything the document says: it was decoded before."""


def read_syndication(text: str) -> tuple[str, Iterator[Announced]]:
    """The feed's title and its announcements.

    feedparser gets a file object only: it would open bytes as a path and fetch text as an address. Its dates are not
    used: it reads AST as Atlantic and a time without a zone as UTC.
    """
    source = io.BytesIO(text.encode("utf-8"))
    parsed = feedparser.parse(source, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False)
    language = str(dict.get(parsed.feed, "language") or "")
    return plain(_text(parsed.feed, "title"), LONGEST_TITLE), (_read(entry, language) for entry in parsed.entries)


def _read(entry: Any, language: str) -> Announced:
    published = _text(entry, "published") or _text(entry, "created")
    updated = _text(entry, "updated")
    return Announced(
        link=_find_link(entry),
        guid=_text(entry, "id"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content_html=_find_content(entry),
        authors=tuple(_find_authors(entry)),
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in dict.get(entry, "tags") or ()),
        language=_text(entry, "language") or language,
        image=_find_image(entry),
        published=published or updated,  # RSS 1.0 and some Atom feeds have one date, by the name of the other
        updated=updated if published else "",
    )


def _text(found: Any, name: str) -> str:
    """A field as it stands: feedparser's own lookup answers for absent ones with others and warns of it."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def _find_link(entry: Any) -> str:
    """The page's address. A guid counts as one only when it is complete: `<guid>4711</guid>` is a link by the letter of RSS."""
    link = _text(entry, "feedburner_origlink") or _text(entry, "link")
    return "" if dict.get(entry, "guidislink") and link == _text(entry, "id") and "://" not in link else link


def _find_content(entry: Any) -> str:
    """The longest body: content:encoded, atom:content; plain text as markup."""
    bodies = []
    for part in dict.get(entry, "content") or ():
        value = str(part.get("value") or "")
        bodies.append(escape(value, quote=False) if part.get("type") == "text/plain" else value)
    return max(bodies, key=len, default="")


def _find_authors(entry: Any) -> Iterator[str]:
    for author in dict.get(entry, "authors") or ():
        yield str(author.get("name") or "")


def _find_image(entry: Any) -> str:
    """Media RSS, an enclosure or a thumbnail, in this order."""
    media = [part for part in dict.get(entry, "media_content") or () if _is_image(part)]
    enclosures = [part for part in dict.get(entry, "links") or () if part.get("rel") == "enclosure" and _is_image(part)]
    for part in (*media, *enclosures, *(dict.get(entry, "media_thumbnail") or ())):
        if address := part.get("url") or part.get("href"):
            return str(address)
    return ""


def _is_image(part: Any) -> bool:
    return part.get("medium") == "image" or str(part.get("type") or "").startswith("image/")
