"""Facts about the practice outlets and the addresses that they were given come in, spiders go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.arabic import fold
from crawler.items import Entry
from crawler.newsroom.site.cms import SECOND_STORY
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.site.readalso import READ_ALSO
from crawler.pages import ArticlePage
from crawler.spider import OutletSpider


class AlmisbahPage(ArticlePage):
    """JSON-LD, an element of its own for the text."""

    body_css = "div.story"
    drop_css = ".related"
    date_css = ".byline time"
    timezone = "Asia/Amman"


class AnnidaPage(ArticlePage):
    """JSON-LD in @graph."""

    body_css = "section.article-text"
    timezone = "Asia/Riyadh"


class AlufuqPage(ArticlePage):
    """No date at all; captions in the text, a second story below it."""

    body_css = "div.news-text"
    title_css = "div.news > h1"
    drop_css = ".photo"
    second = (SECOND_STORY,)
    timezone = "Asia/Baghdad"
    site_names = ("الأفق",)


class SahifatAlbahrPage(ArticlePage):
    """JNews theme: the category is the paper that the text is from."""

    body_css = "div.content-inner"
    title_css = "h1.jeg_post_title"
    date_css = ".jeg_meta_date"
    section_css = ".jeg_meta_category a"
    credit_css = ".jeg_meta_category a"
    tags_css = ".jeg_post_tags a"
    drop_css = ".jeg_share_bottom_container"
    timezone = "Asia/Muscat"


class AlbarqPage(ArticlePage):
    """The text's own element ends in junk about the visit."""

    body_css = "div.card-text"
    date_css = "div.time time"
    timezone = "Asia/Dubai"


class NaqilPage(ArticlePage):
    """Everything in one element: text, source, tags, a second article, a list."""

    body_css = "div.post-text"
    date_css = "div.when"
    second = (READ_ALSO,)
    timezone = "Asia/Dubai"


class MajmaaPage(ArticlePage):
    """A story, and other whole stories as cards."""

    body_css = "div.main-text"
    title_css = "div.main-story > h1"
    credit_css = "div.source b"
    tags_css = "div.labels span + span"
    cards = ("أخبار ذات صلة",)


class AssahraPage(ArticlePage):
    """No structured data; the headline is an h2."""

    body_css = "div.texte"
    title_css = "h2.titre"
    date_css = "div.date"
    author_css = "div.auteur"
    timezone = "Africa/Algiers"


class AlwadiPage(ArticlePage):
    """Lines, not paragraphs."""

    body_css = "div#articleBody"
    date_css = "span.newsDate"
    author_css = "b.writer"
    tags_css = "div.tags a"
    drop_css = ".banner"
    timezone = "Africa/Cairo"


class AnnahdaPage(ArticlePage):
    """As it stands once the page's script has run."""

    body_css = "div.article-body"
    title_css = "#app > h1"
    date_css = "div.article-date"
    timezone = "Asia/Beirut"


class AlmathalPage(ArticlePage):
    """Never seen: its feeds fail."""

    timezone = "Asia/Kuwait"


class AlmughlaqPage(ArticlePage):
    """Never seen: its robots.txt forbids it."""

    timezone = "Asia/Bahrain"


PAGES: dict[str, type[ArticlePage]] = {
    "almisbah": AlmisbahPage,
    "annida": AnnidaPage,
    "alufuq": AlufuqPage,
    "sahifat_albahr": SahifatAlbahrPage,
    "albarq": AlbarqPage,
    "naqil": NaqilPage,
    "majmaa": MajmaaPage,
    "assahra": AssahraPage,
    "alwadi": AlwadiPage,
    "annahda": AnnahdaPage,
    "almathal": AlmathalPage,
    "almughlaq": AlmughlaqPage,
}

NAMES = {fold(outlet.title): outlet.key for outlet in OUTLETS.values()}
"""Folded printed title → key."""


class PracticeSpider(OutletSpider):
    """A practice outlet knows the other practice outlets, and all ten days are news to it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Cards name practice outlets, and no spider loader lists those."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.names = NAMES
        return spider

    def fresh(self, entries: Iterable[Entry]) -> list[Entry]:
        """Sitemap and section page are taken whole: a week of them would leave the first days out."""
        return [entry for entry in entries if self.is_wanted(entry)]


def practice_spiders(addresses: Mapping[str, str]) -> list[type[OutletSpider]]:
    """One spider class for each outlet; `addresses` gives scheme, host and port by its key."""
    return [_spider(key, address) for key, address in addresses.items()]


def _spider(key: str, address: str) -> type[OutletSpider]:
    outlet = OUTLETS[key]
    facts = {
        "name": key,
        "title": outlet.title,
        "country": outlet.country,
        "page": PAGES[key],
        "browser": key == "annahda",
        **_announced(key, address + outlet.announces),
    }
    if key == "almathal":
        facts["feeds"] = (address + outlet.announces, address + "/feed")
    return type(f"{key.title().replace('_', '')}Spider", (PracticeSpider,), {**facts, "__doc__": outlet.title, "__module__": __name__})


def _announced(key: str, url: str) -> dict[str, object]:
    if key == "sahifat_albahr":
        return {"sitemaps": (url,)}
    if key == "naqil":
        return {"sections": (url,), "section_css": "ul.listing a"}
    return {"feeds": (url,)}
