"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → what it announces."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from crawler.feeds.entries import Announced
from crawler.feeds.feed import MOST_ENTRIES, NotAFeed
from crawler.feeds.plain import LONGEST_TITLE, plain


def read_json(text: str) -> tuple[str, list[Announced]]:
    """The feed's title and its announcements. Raises NotAFeed for broken JSON and for JSON that is no feed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed("the answer is broken JSON") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not ("jsonfeed.org" in _text(feed, "version") or "title" in feed):
        raise NotAFeed("the answer is JSON, but not a JSON Feed")
    language = _text(feed, "language")
    return plain(_text(feed, "title"), LONGEST_TITLE), [_read(item, language) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]


def _read(item: dict[str, Any], language: str) -> Announced:
    published, updated = _text(item, "date_published"), _text(item, "date_modified")
    paragraphs = [line for line in _text(item, "content_text").splitlines() if line.strip()]
    return Announced(
        link=_text(item, "url") or _text(item, "external_url"),
        guid=_text(item, "id"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content_html=_text(item, "content_html") or "".join(f"<p>{escape(line, quote=False)}</p>" for line in paragraphs),
        authors=tuple(_text(author, "name") for author in [*_list(item, "authors"), item.get("author")]),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        language=_text(item, "language") or language,
        image=_text(item, "image") or _text(item, "banner_image"),
        published=published or updated,
        updated=updated if published else "",
    )


def _text(found: object, name: str) -> str:
    """A field as text; numbers too, since ids are often written as such."""
    value = found.get(name) if isinstance(found, dict) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, str) else ""


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []
