"""An alert in, what it says out: the webhook's JSON, and the sentence around what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from crawler.alerts.wording import ARABIC, Wording
from crawler.items import Alert, AlertItem, Article, Match

EXCERPT_LENGTH = 320
"""Code points of a sentence that are shown at most; what was found lies inside."""
_LONGEST, _MOST = 1000, 50
"""Code points of a title or summary, and matches of a story, in one webhook: receivers refuse bodies that are too large."""
_SENTENCE_END = re.compile(r"(?<=[.!?؟…])[\"'»”’)\]]*\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How alerts are written here."""

    wording: Wording = ARABIC
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """Of printed times."""
    public_url: str = ""
    """Where the web interface is; empty: nothing links to it."""

    def story_url(self, story_id: int) -> str | None:
        """Address of a story in the web interface; None while there is none."""
        return f"{self.public_url.rstrip('/')}/stories/{story_id}" if self.public_url else None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a field with the places in it that were found."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """(start, end) in the text, apart from each other, in order."""

    def pieces(self) -> list[tuple[str, bool]]:
        """The text in order, each piece with whether it was found."""
        cuts = [0, *(cut for mark in self.marks for cut in mark), len(self.text)]
        return [(self.text[start:end], number % 2 == 1) for number, (start, end) in enumerate(pairwise(cuts)) if start < end]


def webhook_body(alert: Alert, style: Style) -> bytes:
    """The body of a webhook: UTF-8 JSON, the same over all tries as long as the story is the same."""
    row = {"type": alert.kind, "timestamp": _time(alert.created_at), "data": _content(alert, style)}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _content(alert: Alert, style: Style) -> dict[str, Any]:
    if alert.kind == "digest":
        return {"watch": alert.watch, "count": len(alert.items), "stories": [_item(item, style) for item in alert.items]}
    return {"watch": alert.watch, **(_item(alert.items[0], style) if alert.items else {})}


def _item(item: AlertItem, style: Style) -> dict[str, Any]:
    story, found = item.story, usable(item)
    first = found[0] if found else None
    return {
        "story": {"id": story.id, "url": style.story_url(story.id), "articles": story.articles, "outlets": list(story.outlets)},
        "version": item.version,
        "article": _article(item.article),
        "excerpt": excerpt(item, first.field).text if first else "",
        "matches": [{"term": m.term, "field": m.field, "start": m.start, "end": m.end, "text": m.text} for m in found[:_MOST]],
    }


def _article(article: Article) -> dict[str, Any]:
    """As `scrapy extract` prints it, without file and body."""
    return {
        "outlet": article.outlet,
        "url": article.url,
        "title": article.title[:_LONGEST],
        "summary": article.summary[:_LONGEST],
        "authors": article.authors,
        "agencies": article.agencies,
        "credit": article.credit,
        "section": article.section,
        "tags": article.tags,
        "language": article.language,
        "image_url": article.image_url,
        "published_at": _time(article.published_at),
        "published_from": article.published_from,
        "published_sure": article.published_sure,
        "updated_at": _time(article.updated_at),
        "carried_by": article.carried_by,
    }


def usable(item: AlertItem) -> list[Match]:
    """The matches that still are where they say: an article can have been revised since."""
    return [match for match in item.matches if _field(item, match.field)[match.start : match.end] == match.text]


def excerpt(item: AlertItem, where: str) -> Excerpt:
    """The sentence around the first match in the title or body, as plain text; all of a title. Empty without a match."""
    text, found = _field(item, where), [match for match in usable(item) if match.field == where]
    if not found:
        return Excerpt("", ())
    whole = (0, len(text)) if where == "title" else _sentence(text, found[0])
    start, end = _shorten(text, *whole, found[0])
    before, after = "…" if start > whole[0] else "", "…" if end < whole[1] else ""
    shift = len(before) - start
    spans = [(max(match.start, start) + shift, min(match.end, end) + shift) for match in found if match.start < end and match.end > start]
    return Excerpt(f"{before}{text[start:end]}{after}", _joined(spans))


def _field(item: AlertItem, where: str) -> str:
    return item.article.title if where == "title" else item.article.body


def _sentence(text: str, match: Match) -> tuple[int, int]:
    """Where the sentence around the match starts and ends; a paragraph's end ends it too."""
    start, end = 0, len(text)
    for stop in _SENTENCE_END.finditer(text):
        if stop.end() <= match.start:
            start = stop.end()
        elif stop.start() >= match.end:
            end = stop.start()
            break
    return start, end


def _shorten(text: str, start: int, end: int, match: Match) -> tuple[int, int]:
    """A window of at most EXCERPT_LENGTH around the match, cut between words where there are any."""
    if end - start <= EXCERPT_LENGTH:
        return start, end
    margin = max((EXCERPT_LENGTH - (match.end - match.start)) // 2, 0)
    left = max(start, min(match.start - margin, end - EXCERPT_LENGTH))
    right = min(end, max(left + EXCERPT_LENGTH, match.end))
    if left > start and (blank := text.find(" ", left, match.start)) >= 0:
        left = blank + 1
    if right < end and (blank := text.rfind(" ", match.end, right)) >= 0:
        right = blank
    return left, right


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Overlapping spans as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
