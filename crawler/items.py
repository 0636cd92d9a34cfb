"""The nouns that travel the road: frozen, so that a room which changes one hands on a changed copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Relation = Literal["new", "copy", "edit", "report", "update"]
Field = Literal["title", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement of an article: a feed item, a sitemap row, a link on a section page."""

    url: str
    """Cleaned absolute address of the article; empty when the feed gives a guid only."""
    key: str
    """Comparable form of the address (`urls.url_key`), or of feed address and guid when there is none."""
    feed_url: str = ""
    """The address that announced it; empty for an address asked for by hand."""
    outlet: str = ""
    """Key of the outlet that the announcement belongs to; the hand that polls fills it in."""
    guid: str = ""
    title: str = ""
    summary: str = ""
    """Plain text."""
    content_html: str = ""
    """The article's body as the feed carries it (content:encoded, atom:content), HTML as sent; empty when it does not."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    """ISO 639-1, empty when unstated."""
    image_url: str = ""
    published_at: datetime | None = None
    """Aware; None when the announcement has no readable date."""
    updated_at: datetime | None = None
    id: int | None = None
    """Row in the store; None before it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article (schema.org NewsArticle) as read from a page or a feed."""

    outlet: str
    """Key of the outlet; for a carried story whose outlet we do not know, the name as printed."""
    url: str
    """Cleaned absolute address."""
    key: str
    """What makes it the same article: `urls.url_key` of its address; for a carried story a key of its text."""
    title: str
    body: str
    """Paragraphs joined by one blank line."""
    summary: str = ""
    authors: tuple[str, ...] = ()
    """People."""
    agencies: tuple[str, ...] = ()
    """Wire services credited anywhere in the text, by their usual Arabic names."""
    credit: str = ""
    """The outlet that the page names as its source («المصدر: صحيفة الاتحاد»)."""
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    """ISO 639-1, empty when unknown."""
    image_url: str = ""
    published_at: datetime | None = None
    """Aware; None rather than guessed."""
    published_from: Literal["json-ld", "meta", "page", "url", "entry", "none"] = "none"
    published_sure: bool = False
    """False when day and month could be swapped, or when the date is relative («منذ ساعة»)."""
    updated_at: datetime | None = None
    carried_by: str = ""
    """Address of the page that this story stood on as a guest; empty for a page's own article."""
    fetched_at: datetime | None = None
    """When the page was downloaded; the hand that downloads fills it in."""
    entry_id: int | None = None
    """The announcement that this article answers; None when it was asked for by hand."""
    closes_entry: bool = True
    """Keeping this article settles the announcement: true for the last article of a page only."""
    id: int | None = None
    """Row in the store; None before it is stored."""
    is_backfill: bool = False
    """It was out before we looked: kept and grouped, never alerted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that gave no article, and why: remembered, so that it is not fetched for ever."""

    url: str
    outlet: str
    reason: str
    """One sentence for people, without the address."""
    entry_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an article is to the stories known before it."""

    relation: Relation
    of_id: int | None = None
    """The article it repeats (copy, edit), else the first article of its story; None for new."""
    story_id: int | None = None
    """The story it joins; None for new."""
    why: str = ""
    """In words and numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles that tell one piece of news."""

    id: int
    first_article_id: int
    """The first of its articles to arrive; for ever."""
    face_article_id: int
    """The article shown to people: the earliest published."""
    first_seen_at: datetime
    last_seen_at: datetime
    articles: int
    outlets: tuple[str, ...] = ()
    """Keys of the outlets that published it, carried stories apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One place in a text where a term of a watch was found."""

    watch: str
    term: str
    """The leaf as written in the watch; for a concept the term inside it."""
    field: Field
    start: int
    """Code points of the field as given."""
    end: int
    text: str
    """The slice of the field from start to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is said in one message to one channel: a story, or several in a digest."""

    id: str
    """Stable over all tries: `deliveries.alert_id`, `webhook-id`, the local part of Message-ID."""
    kind: Literal["story.new", "story.updated", "digest", "test"]
    watch: str
    created_at: datetime
    items: tuple[AlertItem, ...] = ()
    """One for a story alert, several for a digest, none for a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertItem:
    """One story as an alert tells it."""

    story: Story
    article: Article
    """The article that made the watch speak."""
    matches: tuple[Match, ...]
    version: int = 0
    """0 = new, n = nth update."""
    others: tuple[tuple[str, str], ...] = ()
    """(outlet, address) of the others that carry the story, earliest first."""
