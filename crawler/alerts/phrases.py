"""An alert in, the things that a mail says of it out, as cleaned lines that plain text and HTML share."""

from __future__ import annotations

from crawler.alerts.inert import RLM, clean_line, isolate, safe_url
from crawler.alerts.messages import Excerpt, Style, excerpt
from crawler.items import Alert, AlertItem

SUBJECT_LENGTH = 150
MOST_OTHERS = 12
"""Other outlets named in one mail at most; all are counted."""


def subject(alert: Alert, style: Style) -> str:
    """One line: the headline and its outlet, each isolated, so that Latin words do not reorder an Arabic line."""
    word, start = style.wording, RLM if style.wording.direction == "rtl" else ""
    if alert.kind == "test":
        return f"{start}{word.brand}: {word.test}"
    if alert.kind == "digest":
        return f"{start}{isolate(clean_line(alert.watch, 80))}: {word.digest(len(alert.items))}"
    item = alert.items[0]
    prefix = f"{word.updated}: " if alert.kind == "story.updated" else ""
    return f"{start}{prefix}{isolate(headline(item, SUBJECT_LENGTH))} — {isolate(outlet(item))}"


def headline(item: AlertItem, limit: int = 300) -> str:
    """Never empty: an article whose title cleans to nothing is told by its address."""
    return clean_line(item.article.title, limit) or clean_line(item.article.url, limit)


def outlet(item: AlertItem) -> str:
    """Its printed name, which stands with the article's address among all that carry the story; else its key."""
    printed = next((name for name, url in item.others if url == item.article.url), "")
    return clean_line(printed or item.article.outlet, 80)


def kind(alert: Alert, style: Style) -> list[str]:
    """Who speaks, for which watch, of what."""
    word = style.wording
    kinds = {"story.new": word.new, "story.updated": word.updated, "digest": word.digest(len(alert.items)), "test": word.test}
    return [part for part in (word.brand, clean_line(alert.watch, 100), kinds[alert.kind]) if part]


def published(item: AlertItem, style: Style) -> str:
    """Local time of publication; an undated article says so, and when we saw it."""
    word, at = style.wording, item.article.published_at
    if at:
        return word.moment(at.astimezone(style.zone))
    seen_at = item.article.fetched_at or item.story.last_seen_at
    return f"{word.undated}{word.comma} {word.seen(word.moment(seen_at.astimezone(style.zone)))}"


def evidence(item: AlertItem) -> Excerpt:
    """Why it matched: the sentence in the body, else the headline, with the words found."""
    found = excerpt(item, "body")
    return found if found.text else excerpt(item, "title")


def others(item: AlertItem) -> list[tuple[str, str]]:
    """(printed name, address) of the other outlets that carry the story, each once, earliest first."""
    first: dict[str, str] = {}
    for name, url in item.others:
        first.setdefault(clean_line(name, 80), safe_url(url))
    return [(name, url) for name, url in first.items() if name not in (outlet(item), item.article.outlet)]


def first(item: AlertItem) -> str:
    """Printed name of the first to report, where that was another outlet; else empty."""
    name = clean_line(item.others[0][0], 80) if item.others else ""
    return name if name not in (outlet(item), item.article.outlet) else ""


def stop_key(alert: Alert) -> str:
    """What to write under the watch's name to hear no more of this."""
    return "updates = false" if alert.kind == "story.updated" else "enabled = false"
