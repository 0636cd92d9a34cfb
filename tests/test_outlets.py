"""Every outlet: its file, its facts, and its recorded pages read field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler import settings as defaults
from crawler.items import Article
from crawler.pages import ArticlePage, NotAnArticle, decode
from crawler.spider import OutletSpider, printed_names
from crawler.urls import clean_url, host

HERE = Path(__file__).resolve().parent
SPIDERS = HERE.parent / "spiders"
RECORDED = sorted((HERE / "outlets").glob("*/*.html"))
FIELDS = (
    *("outlet", "url", "title", "body", "summary", "authors", "agencies", "credit", "section", "tags", "language", "image_url"),
    *("published_at", "published_from", "published_sure", "updated_at", "carried_by"),
)
POLITENESS = ("ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS", "AUTOTHROTTLE", "USER_AGENT", "COOKIES")
LONGEST_FILE = 40


@cache
def loader() -> SpiderLoader:
    return SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))


def outlets() -> list[type[OutletSpider]]:
    """All but the two that read any address."""
    return [loader().load(name) for name in sorted(loader().list()) if name not in ("feed", "page")]


@dataclass(frozen=True)
class Recorded:
    """A recorded page: what is expected, and what was read."""

    expected: dict[str, Any]
    articles: list[Article]
    refused: str | None


@cache
def recorded(path: Path) -> Recorded:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    spider = loader().load(path.parent.name)
    now = datetime.fromisoformat(expected["now"]) if "now" in expected else None
    try:
        page = spider.page(expected["url"], decode(path.read_bytes()), outlet=spider.name, names=printed_names(loader()), now=now)
        return Recorded(expected, page.articles(), None)
    except NotAnArticle as reason:
        return Recorded(expected, [], str(reason))


def plain(value: object) -> object:
    """As JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def case(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("path", RECORDED, ids=case)
def test_field_of_recorded_page(path: Path, field: str) -> None:
    page = recorded(path)
    assert [plain(getattr(article, field)) for article in page.articles] == [row[field] for row in page.expected.get("articles", [])]


@pytest.mark.parametrize("path", RECORDED, ids=case)
def test_recorded_page_is_labelled_and_read_or_refused(path: Path) -> None:
    page = recorded(path)
    assert page.expected["recorded"]["how"] in ("modelled", "fetched")
    assert page.refused == page.expected.get("refused")
    assert all(set(row) == set(FIELDS) for row in page.expected.get("articles", []))


@pytest.mark.parametrize("spider", outlets(), ids=lambda spider: spider.name)
class TestFacts:
    def test_file_name_and_classes_agree(self, spider: type[OutletSpider]) -> None:
        assert spider.__module__ == f"spiders.{spider.name}"
        stem = "".join(part.title() for part in spider.name.split("_"))
        assert spider.__name__ == f"{stem}Spider"
        assert spider.page.__name__ == f"{stem}Page"

    def test_facts_are_in_the_vocabulary(self, spider: type[OutletSpider]) -> None:
        assert issubclass(spider.page, ArticlePage)
        assert spider.title
        assert spider.known in ("reported", "unverified")
        assert spider.country == "" or (len(spider.country) == 2 and spider.country.islower())
        assert ZoneInfo(spider.page.timezone)
        datetime.strptime(spider.known_at, "%Y-%m").replace(tzinfo=ZoneInfo("UTC"))
        for url in (*spider.feeds, *spider.sitemaps, *spider.sections):
            assert clean_url(url), url
            assert any(host(url) == domain or host(url).endswith(f".{domain}") for domain in spider.domains), url

    def test_politeness_is_not_overridden(self, spider: type[OutletSpider]) -> None:
        assert spider.custom_settings is None
        changed = Settings()
        changed.setmodule(defaults)
        spider.update_settings(changed)
        assert {name: changed[name] for name in changed if name.startswith(POLITENESS)} == {
            name: value for name, value in _defaults().items() if name.startswith(POLITENESS)
        }

    def test_has_a_recorded_page(self, spider: type[OutletSpider]) -> None:
        assert any(path.parent.name == spider.name for path in RECORDED)

    def test_is_short_or_says_why(self, spider: type[OutletSpider]) -> None:
        text = (SPIDERS / f"{spider.name}.py").read_text(encoding="utf-8")
        assert len(text.splitlines()) <= LONGEST_FILE or "lines" in text.split('"""')[1]

    def test_docstring_says_what_is_known(self, spider: type[OutletSpider]) -> None:
        text = (SPIDERS / f"{spider.name}.py").read_text(encoding="utf-8")
        assert text.startswith(f'"""{spider.title}')


def _defaults() -> dict[str, Any]:
    settings = Settings()
    settings.setmodule(defaults)
    return dict(settings)


def test_two_visits_to_a_page_with_session_junk_give_one_article() -> None:
    first, second = (recorded(HERE / "outlets" / "al_ain" / f"visit_{visit}.html").articles for visit in (1, 2))
    assert first == second


def test_a_card_is_one_article_on_every_page_that_carries_it() -> None:
    path = HERE / "outlets" / "daily8" / "cards.html"
    spider, html = loader().load("daily8"), decode(path.read_bytes())
    here, there = (spider.page(f"https://www.daily8.com/article/{'a' * 31}{digit}", html, outlet="daily8").articles() for digit in "12")
    assert [card.key for card in here[1:]] == [card.key for card in there[1:]]
    assert {card.carried_by for card in here[1:]} == {here[0].url}
    assert here[0].key != there[0].key


def test_no_two_outlets_print_the_same_name() -> None:
    printed = [name for spider in outlets() for name in dict.fromkeys((spider.title, *spider.aliases))]
    assert len(printed) == len(set(printed))
