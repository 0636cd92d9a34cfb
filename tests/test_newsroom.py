"""The practice newsroom: its texts, its site, and what our rooms read from its pages."""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.feeds import NotAFeed, parse_feed
from crawler.items import Article, Entry
from crawler.newsroom.articles import PracticeArticle, check_articles, load_articles, read_article
from crawler.newsroom.outlets import NAMES, PAGES, practice_spiders
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.site.places import take_places
from crawler.newsroom.site.server import Newsroom, in_thread
from crawler.pages import decode
from crawler.urls import url_key

NOW = datetime(2026, 1, 28, 17, 30, tzinfo=UTC)
ARTICLES = load_articles()
PAGED = [article for article in ARTICLES.values() if not article.carried]
READ = [article.id for article in PAGED if article.outlet not in ("annahda", "almughlaq")]
ANNOUNCING = [key for key in OUTLETS if key != "almathal"]


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with in_thread(Newsroom(now=NOW)) as newsroom:
        yield newsroom


@pytest.fixture(autouse=True)
def _last_day(newsroom: Newsroom) -> None:
    newsroom.day = 10


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", url.removeprefix(f"http://{parts.netloc}"), headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.headers)
    finally:
        connection.close()


def conditions(headers: dict[str, str]) -> dict[str, str]:
    """What a reader who knows this answer asks next time."""
    names = (("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified"))
    return {asked: headers[given] for asked, given in names if given in headers}


def announcement(newsroom: Newsroom, key: str) -> str:
    return newsroom.addresses[key] + OUTLETS[key].announces


# --- texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"day": 11}, "day"),
        ({"relation": "dup"}, "relation"),
        ({"fires": ["otan"]}, "fires"),
        ({"outlet": "nowhere"}, "outlet"),
        ({"body": "\n"}, "empty"),
        ({"colour": "red"}, "unknown keys"),
        ({"of": "b-2"}, "not there"),
        ({"relation": "copy"}, "copy of ''"),
        ({"carried": True}, "carried by no page"),
        ({"second": "b-9"}, "not there"),
    ],
)
def test_broken_texts_are_named(change: dict[str, Any], reason: str) -> None:
    row = {"id": "almisbah-1", "outlet": "almisbah", "title": "t", "body": "b", "story": "s", "relation": "new", **change}
    with pytest.raises(ValueError, match=reason):
        check_articles({"almisbah-1": read_article(row)})


def test_days_end_at_the_anchor() -> None:
    article = replace(ARTICLES["almisbah-101"], day=10, time="14:20")
    assert article.published_at(NOW) == NOW - timedelta(hours=9, minutes=40)
    assert replace(article, day=9).published_at(NOW) == NOW - timedelta(hours=33, minutes=40)
    assert replace(article, undated=True).published_at(NOW) is None


# --- the site ------------------------------------------------------------------------------------------------------------


def test_every_outlet_has_an_address_of_its_own(newsroom: Newsroom) -> None:
    hosts = {urlsplit(address).netloc for address in newsroom.addresses.values()}
    assert len(hosts) == len(OUTLETS)


def test_a_port_in_use_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            take_places(12, taken.getsockname()[1])


def test_the_command_says_in_one_sentence_that_a_port_is_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "scrapy", "newsroom", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().splitlines()[-1].startswith(f"--port {port} cannot be used: Address already in use")


@pytest.mark.parametrize("key", ANNOUNCING)
def test_unchanged_announcements_answer_304(newsroom: Newsroom, key: str) -> None:
    url = announcement(newsroom, key)
    status, body, headers = get(url)
    assert status == 200
    assert get(url)[1] == body
    asked = conditions(headers)
    assert len(asked) == len(OUTLETS[key].validators)
    for name, value in asked.items():
        status, body, again = get(url, **{name: value})
        assert (status, body) == (304, b"")
        assert {name: again[name] for name in OUTLETS[key].validators} == {name: headers[name] for name in OUTLETS[key].validators}


@pytest.mark.parametrize("key", [key for key in ANNOUNCING if key != "annahda"])
def test_next_edition_answers_200(newsroom: Newsroom, key: str) -> None:
    newsroom.day = 9
    url = announcement(newsroom, key)
    headers = get(url)[2]
    newsroom.day = 10
    assert get(url, **conditions(headers))[0] == 200


def test_a_tag_wins_over_a_date_and_no_date_is_no_condition(newsroom: Newsroom) -> None:
    url = announcement(newsroom, "almisbah")
    headers = get(url)[2]
    assert get(url, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert get(url, If_None_Match=f'"other", W/{headers["ETag"]}')[0] == 304
    assert get(url, If_Modified_Since="yesterday")[0] == 200


def test_editions_hide_the_last_day(newsroom: Newsroom) -> None:
    newsroom.day = 9
    seen = [get(newsroom.edition.url(article))[0] for article in PAGED]
    assert seen == [200 if article.day <= 9 else 404 for article in PAGED]
    with pytest.raises(ValueError, match="days 1 to 10"):
        newsroom.day = 11


def test_requests_are_counted(newsroom: Newsroom) -> None:
    newsroom.requests.clear()
    get(newsroom.addresses["alwadi"] + "/nowhere?a=1")
    get(newsroom.addresses["alwadi"] + "/nowhere?a=1")
    assert newsroom.requests == {("alwadi", "/nowhere?a=1", 404): 2}


def test_robots(newsroom: Newsroom) -> None:
    closed = [key for key, address in newsroom.addresses.items() if b"Disallow: /\n" in get(address + "/robots.txt")[1]]
    assert closed == ["almughlaq"]


def test_failing_outlet(newsroom: Newsroom) -> None:
    assert get(announcement(newsroom, "almathal"))[0] == 500
    status, body, headers = get(newsroom.addresses["almathal"] + "/feed")
    assert status == 200
    with pytest.raises(NotAFeed):
        parse_feed(body, "http://127.0.0.12/feed", OUTLETS["almathal"].zone, headers["Content-Type"])


def test_odd_encodings(newsroom: Newsroom) -> None:
    _, body, headers = get(announcement(newsroom, "alwadi"))
    assert (body[:2], headers["Content-Type"]) == (b"\xff\xfe", "application/rss+xml")
    assert gzip.decompress(get(announcement(newsroom, "sahifat_albahr"))[1]).startswith(b"<?xml")
    assert b'encoding="windows-1256"' in get(announcement(newsroom, "assahra"))[1]
    _, body, headers = get(newsroom.edition.url(next(article for article in PAGED if article.outlet == "assahra")))
    assert headers["Content-Type"] == "text/html; charset=windows-1256"
    assert b"&#" not in body, "texts of this outlet hold a letter that windows-1256 lacks"


def test_session_junk_differs_and_the_article_does_not(newsroom: Newsroom) -> None:
    article = next(article for article in PAGED if article.outlet == "albarq")
    first, second = (get(newsroom.edition.url(article))[1].decode() for _ in range(2))
    assert first != second
    assert re.sub(r"aXA6\w+=*", "", first) == re.sub(r"aXA6\w+=*", "", second)
    assert read_page(newsroom, article) == read_page(newsroom, article)


def test_script_fetches_the_article(newsroom: Newsroom) -> None:
    article = next(article for article in PAGED if article.outlet == "annahda")
    url = newsroom.edition.url(article)
    assert article.title not in get(url)[1].decode()
    assert article.title in get(url.replace("/app/", "/api/app/"))[1].decode()


# --- what our rooms read from it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in ANNOUNCING if key != "naqil"])
def test_feeds_announce_what_is_out(newsroom: Newsroom, key: str) -> None:
    entries = read_feed(newsroom, key)
    for article in newsroom.edition.out(OUTLETS[key]):
        entry = entries.pop(newsroom.edition.url(article))
        assert entry.title == article.title
        dated = {"assahra": None, "sahifat_albahr": article.out_at(newsroom.anchor)}.get(key, article.published_at(newsroom.anchor))
        assert entry.published_at == dated
    assert not entries


def read_feed(newsroom: Newsroom, key: str) -> dict[str, Entry]:
    url = announcement(newsroom, key)
    _, body, headers = get(url)
    return {entry.url: entry for entry in parse_feed(body, url, OUTLETS[key].zone, headers["Content-Type"]).entries}


def read_page(newsroom: Newsroom, article: PracticeArticle) -> list[Article]:
    """As the spider does it: decoded, with the entry that announced it."""
    url = newsroom.edition.url(article)
    entry = Entry(url=url, key=url_key(url)) if article.outlet == "naqil" else read_feed(newsroom, article.outlet)[url]
    _, body, headers = get(url)
    html = decode(body, headers["Content-Type"])
    return PAGES[article.outlet](url, html, outlet=article.outlet, names=NAMES, entry=entry, now=NOW).articles()


@pytest.mark.parametrize("name", READ)
def test_pages_are_read_as_they_were_written(newsroom: Newsroom, name: str) -> None:
    wanted = ARTICLES[name]
    own = read_page(newsroom, wanted)[0]
    assert own.title == wanted.title
    assert own.body == wanted.body
    assert own.published_at == wanted.published_at(newsroom.anchor)
    assert (own.outlet, own.carried_by) == (wanted.outlet, "")
    assert own.authors == wanted.authors
    assert own.credit == wanted.credit
    assert set(wanted.agencies) <= set(own.agencies)


@pytest.mark.parametrize("name", [name for name in READ if ARTICLES[name].cards or ARTICLES[name].second])
def test_carried_stories_are_read_as_articles_of_their_own(newsroom: Newsroom, name: str) -> None:
    page = ARTICLES[name]
    guests = [ARTICLES[guest] for guest in (*page.cards, page.second) if guest]
    found = [(article.outlet, article.title, article.body) for article in read_page(newsroom, page)[1:]]
    assert found == [(guest.outlet, guest.title, guest.flat_body if page.cards else guest.body) for guest in guests]
    for article in read_page(newsroom, page)[1:]:
        assert article.carried_by == newsroom.edition.url(page)
        assert (article.authors, article.image_url) == ((), ""), "of the page, not of the guest"
        assert not article.published_sure, "«منذ ساعة واحدة» is all that a card says of its age"


def test_practice_spiders_state_facts(newsroom: Newsroom) -> None:
    spiders = practice_spiders(newsroom.addresses)
    assert [spider.name for spider in spiders] == list(OUTLETS)
    for spider in spiders:
        assert spider.page.timezone == OUTLETS[spider.name].timezone
        assert any(url.startswith(newsroom.addresses[spider.name]) for url in spider.feeds + spider.sitemaps + spider.sections)
