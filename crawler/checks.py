"""An article in; out comes why it is not kept, and what it lacks."""

from __future__ import annotations

from crawler.items import Article

SHORTEST = 40
"""Characters of text: an urgent line of one sentence passes, a caption or a menu does not."""
_LONGEST_TITLE = 500
_MARKERS = ("{{", "[object Object]", "undefined undefined")
"""A template that was never filled in: the page needs a browser."""


def find_fault(article: Article) -> str | None:
    """Why the article is not kept, one sentence without addresses or numbers of its own (it names a counter); None when it is kept."""
    body = article.body.strip()
    if not body:
        return "the article has no text"
    if len(body) < SHORTEST:
        return "the text is too short for an article"
    if not article.title.strip():
        return "the article has no title"
    if len(article.title) > _LONGEST_TITLE:
        return "the title is longer than any headline"
    if any(mark in article.title or body.startswith(mark) for mark in _MARKERS):
        return "the page was not filled in: it needs a browser"
    if not article.key:
        return "the article has neither an address nor a key"
    return None


def gaps(article: Article) -> tuple[str, ...]:
    """Names of fields that the article should have and lacks; it is kept all the same. A wire's text needs no author."""
    missing = {"published_at": article.published_at is None, "authors": not (article.authors or article.agencies or article.credit)}
    return tuple(field for field, lacks in missing.items() if lacks)
