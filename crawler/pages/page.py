"""One page in; its articles out, or the reason why it holds none: the class that an outlet's file fills with facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from crawler.arabic import fold
from crawler.items import Article, Entry
from crawler.pages import bylines, dating
from crawler.pages.carried import Carried
from crawler.pages.fields import Candidate, PageFields
from crawler.pages.kinds import find_reason
from crawler.pages.refusals import NotAnArticle
from crawler.pages.structured import Structured
from crawler.pages.titles import clean_title
from crawler.pages.tree import parse_html
from crawler.urls import clean_url, host, url_key


class ArticlePage(PageFields):
    """How an outlet's pages are read. A subclass states facts (see PageFacts); what they leave open is found in the page."""

    def __init__(
        self,
        url: str,
        html: str,
        *,
        outlet: str = "",
        names: Mapping[str, str] | None = None,
        entry: Entry | None = None,
        now: datetime | None = None,
    ) -> None:
        """`names`: printed name of an outlet (folded) → its key. `now`: what «منذ ساعة» counts from; None leaves it unread.

        Raises NotAnArticle for what is no readable HTML.
        """
        self.root = parse_html(html)
        self.entry = entry
        self.now = now
        self.names = names or {}
        self.zone = ZoneInfo(self.timezone)
        self.structured = Structured(self.root)
        self.url = clean_url(url) or self._own_address()
        self.outlet = outlet or host(self.url)

    def articles(self) -> list[Article]:
        """The page's own article first, the stories that it carries after it; raises NotAnArticle."""
        if reason := find_reason(self.root, self.structured, self.url, self.title, self.lines, self.text.own):
            raise NotAnArticle(reason)
        guests = [self._guest(story) for story in self.text.guests]
        return [replace(article, closes_entry=place == len(guests)) for place, article in enumerate([self._own(), *guests])]

    def candidates(self) -> dict[str, list[Candidate]]:
        """Everything found for each field, in the order of trust: for people who look at a page."""
        return {
            "title": self.titles,
            "body": [("selector" if self.text.places else "page", "\n\n".join(self.lines))],
            "published_at": [(f"{dated.where}{'' if dated.sure else ' (not sure)'}", dated.text) for dated in self.dates],
            "updated_at": [(dated.where, dated.text) for dated in self.updates],
            "authors": _listed(self.writers),
            "agencies": _listed(self.agencies),
            "credit": _listed([self.credit]),
            "section": self.sections,
            "tags": _listed(self.tags),
            "summary": _listed([self.summary]),
            "image_url": _listed([self.image_url]),
        }

    def _own(self) -> Article:
        body = "\n\n".join(self.lines)
        title = self.title or _first_sentence(self.lines)
        date = dating.choose(self.dates, self.zone)
        updated = dating.choose(self.updates, self.zone)
        return Article(
            outlet=self.outlet,
            url=self.url,
            key=url_key(self.url) or text_key(title, body),
            title=title,
            body=body,
            summary=self.summary,
            authors=bylines.people(self.writers, self.sites),
            agencies=self.agencies,
            credit=self.credit,
            section=self.section,
            tags=self.tags,
            language=self.stated_language,
            image_url=self.image_url,
            published_at=date.at if date else None,
            published_from=date.where if date else "none",
            published_sure=bool(date and date.sure),
            updated_at=updated.at if updated else None,
        )

    def _guest(self, story: Carried) -> Article:
        """A carried story has nothing of the page but its address."""
        title = clean_title(story.title, self.sites)
        body = "\n\n".join(story.lines)
        date = dating.choose(dating.read("page", [*(block.text for block in story.dates), story.ago], self.zone, self.now), self.zone)
        return Article(
            outlet=self.outlet_of(story.source) if story.source else self.outlet,
            url=self._guest_address(story) or f"{self.url}#{_hash(fold(title), 6)}",
            key=text_key(title, body),
            title=title,
            body=body,
            agencies=bylines.find_agencies(story.lines),
            credit=story.credit,
            tags=tuple(dict.fromkeys(story.tags)),
            language=self.language,
            published_at=date.at if date else None,
            published_from="page" if date else "none",
            published_sure=bool(date and date.sure),
            carried_by=self.url,
        )

    def _guest_address(self, story: Carried) -> str:
        """Its own link; empty when it has none but the page's."""
        links = (clean_url(href, self.url) for href in story.hrefs if not href.lstrip().startswith("#"))
        return next((link for link in links if link and url_key(link) != url_key(self.url)), "")

    def _own_address(self) -> str:
        stated = [*self.root.xpath("//link[@rel='canonical']/@href"), *(text for _, text in self.structured.meta_texts("og:url"))]
        return next(filter(None, map(clean_url, stated)), "")


def text_key(title: str, text: str) -> str:
    """The key of a story that has no address of its own: equal texts are one article, wherever they are printed."""
    return f"text:{_hash(fold(title) + chr(10) + fold(' '.join(text.split())), 16)}"


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()


def _first_sentence(lines: Sequence[str]) -> str:
    """For a text without any headline: what people are shown as one."""
    sentence = next(iter(lines), "").split(". ")[0]
    return sentence if len(sentence) <= 120 else sentence[:120].rsplit(" ", 1)[0] + "…"


def _listed(values: Sequence[str]) -> list[Candidate]:
    return [("page", value) for value in values if value]
