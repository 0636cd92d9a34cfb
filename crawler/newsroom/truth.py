"""The articles of a newsroom come in, what a perfect reader would have stored and alerted after the tenth day goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.newsroom.articles import LAST_DAY, WATCHES, PracticeArticle
from crawler.newsroom.site.directory import OUTLETS


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedText:
    """One row that the store must hold."""

    name: str
    """The article's id; for a carried one with the way it is carried."""
    article: PracticeArticle
    body: str
    url: str
    """Address of its own page; empty for a carried one."""
    carriers: tuple[str, ...] = ()
    """Addresses of the pages that carry it; empty for one with a page of its own."""
    day: int
    """The day on which it first stands anywhere."""
    published_at: datetime | None
    copy_of: str = ""
    """Name of the text that it repeats word for word or reworked; empty when the words are its own."""

    def is_backfill(self, anchor: datetime, hours: int) -> bool:
        """Out before the ninth day ended, or dated more than `hours` before that."""
        ninth = anchor - timedelta(days=1)
        return self.day < LAST_DAY or (self.published_at is not None and self.published_at < ninth - timedelta(hours=hours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What must be known after the demo."""

    articles: Mapping[str, PracticeArticle]
    anchor: datetime
    addresses: Mapping[str, str]
    """Outlet key to scheme, host and port."""
    browser: bool
    """Whether the JavaScript outlet can be read here."""
    backfill_hours: int = 48
    """BACKFILL_HOURS."""

    def texts(self) -> dict[str, ExpectedText]:
        """Every row that the store must hold, by name."""
        own = [self._own(article) for article in self.articles.values() if self._readable(article)]
        return {text.name: text for text in [*own, *self._carried()]}

    def alerts(self) -> set[tuple[str, str]]:
        """(watch, story) that must be told: once each, whatever came out before in the story."""
        texts = self.texts()
        told = set()
        for watch in WATCHES:
            fires = {name: text for name, text in texts.items() if watch in text.article.fires}
            old = {name for name, text in fires.items() if text.is_backfill(self.anchor, self.backfill_hours)}
            known = {root(texts, name) for name in old}
            told |= {(watch, text.article.story) for name, text in fires.items() if name not in old and root(texts, name) not in known}
        return told

    def _readable(self, article: PracticeArticle) -> bool:
        return not article.carried and article.outlet != "almughlaq" and (self.browser or article.outlet != "annahda")

    def _url(self, article: PracticeArticle) -> str:
        return self.addresses[article.outlet] + OUTLETS[article.outlet].page_path(article.id)

    def _own(self, article: PracticeArticle) -> ExpectedText:
        return ExpectedText(
            name=article.id,
            article=article,
            body=article.body,
            url=self._url(article),
            day=article.day,
            published_at=article.published_at(self.anchor),
            copy_of=article.of if article.relation in ("copy", "edit") else "",
        )

    def _carried(self) -> list[ExpectedText]:
        """One row for a text, on however many pages it stands."""
        carriers: dict[str, list[PracticeArticle]] = {}
        for page in filter(self._readable, self.articles.values()):
            for name in filter(None, (*page.cards, page.second)):
                carriers.setdefault(name, []).append(page)
        return [self._guest(self.articles[name], pages) for name, pages in carriers.items()]

    def _guest(self, article: PracticeArticle, pages: list[PracticeArticle]) -> ExpectedText:
        as_card = any(article.id in page.cards for page in pages)
        original = article.of if article.carried and article.relation in ("copy", "edit") else ""
        return ExpectedText(
            name=f"{article.id} as {'a card' if as_card else 'a second story'}",
            article=article,
            body=article.flat_body if as_card else article.body,
            url="",
            carriers=tuple(map(self._url, pages)),
            day=min(page.day for page in pages),
            published_at=None,
            copy_of=original if article.carried else article.id,
        )


def root(texts: Mapping[str, ExpectedText], name: str) -> str:
    """The text that this one repeats in the end: its own name when the words are its own.

    A text that repeats one that stands nowhere (a carried original, an outlet that cannot be read) shares the name of that one.
    """
    seen = {name}
    while (text := texts.get(name) or _guest_of(texts, name)) and text.copy_of and text.copy_of not in seen:
        name = text.copy_of
        seen.add(name)
    return name


def _guest_of(texts: Mapping[str, ExpectedText], article_id: str) -> ExpectedText | None:
    """The carried text of an article that has no page of its own."""
    return next((text for text in texts.values() if text.article.id == article_id and text.article.carried), None)
