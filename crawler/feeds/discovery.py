"""A web page → the feeds that it names in its head (RSS autodiscovery)."""

from __future__ import annotations

import re
from html import unescape

from crawler.urls import clean_url

_TYPES = {f"application/{kind}" for kind in ("rss+xml", "atom+xml", "rdf+xml", "feed+json", "json", "xml")} | {"text/xml"}
_HEAD = 1_000_000
"""Code points that are looked at: links stand in the head."""
_LINK = re.compile(r"<(?:link|base)\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NOT_NEWS = re.compile(r"/comments/feed|/wp-json/|oembed|format=xml", re.IGNORECASE)


def find_feeds(html: str, url: str) -> list[str]:
    """Addresses of the feeds that the page at `url` names, in its order, each once; those of comments left out."""
    found: dict[str, None] = {}
    base_url = url
    for tag in _LINK.findall(html[:_HEAD]):
        attributes = {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(tag)}
        target = attributes.get("href", "").strip()
        if tag[1:5].lower() == "base":
            base_url = clean_url(target, url) or url
        elif target and "alternate" in attributes.get("rel", "").lower().split() and _is_feed(attributes):
            found[clean_url(target, base_url)] = None
    return [address for address in found if address and not _NOT_NEWS.search(address)]


def _is_feed(attributes: dict[str, str]) -> bool:
    return attributes.get("type", "").lower().partition(";")[0].strip() in _TYPES
