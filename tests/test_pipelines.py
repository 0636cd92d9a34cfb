"""The real pipelines crawl by crawl, on a clock of the test's own: what is kept, and when a watch speaks of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.items import Article, Entry, Judgement
from crawler.pipelines import Check, Keep
from crawler.run import Run
from crawler.store import Store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)

WATCH = """
[[watch]]
name = "guarantees"
terms = ["الضمانات الأمنية"]
"""
CHANNEL = """
[[channel]]
name = "desk-hook"
url = "https://hooks.example/marsad"
"""
TEXTS = {
    "draft": "بحث الوزراء في ختام اجتماعهم المغلق صيغة أولى من الضمانات الأمنية التي تطالب بها العواصم الصغيرة منذ أشهر.\n\n"
    "وقال دبلوماسي شارك في الجلسة إن الخلاف ما زال قائما على مدة الالتزام وعلى الجهة التي تراقب تنفيذه كل عام.",
    "harbour": "افتتحت إدارة الميناء رصيفا جديدا للحاويات بعد عامين من الأشغال، وتتوقع أن تستقبل عشرين سفينة كل أسبوع.\n\n"
    "ويرى التجار أن الضمانات الأمنية على الطريق الساحلي أهم لهم من طول الرصيف ومن سعر التخزين في العنابر.",
    "weather": "تتوقع الأرصاد الجوية أمطارا غزيرة على المرتفعات الشمالية مساء غد، وتدعو سكان الأودية إلى الابتعاد عن مجاري السيول.",
}


class Desk:
    """One store over many crawls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, START
        self.watch()

    def watch(self, watches: str = WATCH, channels: str = CHANNEL) -> None:
        """Write the watch file."""
        (self.folder / "watches.toml").write_text(watches + channels, encoding="utf-8")

    def crawl(self, *articles: Article, country: str = "", reads: str = "feeds_read", reason: str = "finished") -> None:
        """One crawl of the articles' outlet, as the spider does it."""
        outlet = articles[0].outlet if articles else "almisbah"
        settings = {
            "STORE_URL": f"sqlite:///{self.folder / 'marsad.db'}",
            "WATCHES_PATH": str(self.folder / "watches.toml"),
            "BACKFILL_HOURS": 48,
            "EXTENSIONS": {"crawler.run.Run": 0},
            "SPIDER_MODULES": ["spiders"],
        }
        crawler = get_crawler(settings_dict=settings)
        run = crawler.get_extension(Run)
        assert run is not None
        run.now = lambda: self.now  # type: ignore[method-assign]
        check, keep = Check.from_crawler(crawler), Keep.from_crawler(crawler)
        keep.open_spider()
        run.begin(outlet, country=country)
        for article in articles:
            with suppress(DropItem):
                keep.process_item(check.process_item(replace(article, is_backfill=run.is_backfill(outlet, article.published_at))))
        run.count(outlet, reads)
        run.spider_closed(Spider("test"), reason)

    @property
    def store(self) -> Store:
        return Store.open(self.folder / "marsad.db")

    def told(self) -> list[tuple[str, int]]:
        """(end of the address, version) of what was queued for an alert, in order."""
        query = "SELECT url, version FROM deliveries JOIN articles ON articles.id = article_id ORDER BY deliveries.id"
        return [(url.rpartition("/")[2], version) for url, version in self.store.connection.execute(query)]

    def matched(self, watch: str = "guarantees") -> list[str]:
        """The ends of the addresses of what the watch found, told or not."""
        query = "SELECT url FROM matches JOIN articles ON articles.id = article_id WHERE watch = ? ORDER BY article_id"
        return [url.rpartition("/")[2] for (url,) in self.store.connection.execute(query, [watch])]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def article(name: str, text: str = "draft", outlet: str = "almisbah", at: datetime | None = None) -> Article:
    url = f"https://{outlet}.example/{name}"
    body, title = TEXTS[text], TEXTS[text].split("،")[0][:60]
    return Article(outlet=outlet, url=url, key=url, title=title, body=body, published_at=at, fetched_at=START)


def test_nothing_of_a_first_crawl_alerts(desk: Desk) -> None:
    desk.crawl(article("fresh", at=START - HOUR), article("undated", "harbour"))
    assert desk.told() == []
    assert desk.matched() == ["fresh", "undated"]
    desk.crawl(article("again", "harbour"))
    assert desk.told() == [], "a copy of what was out"


@pytest.mark.parametrize(
    ("polls", "published", "speaks"),
    [
        ([("feeds_read", "finished")], START - 47 * HOUR, True),
        ([("feeds_read", "finished")], START - 49 * HOUR, False),
        ([("feeds_read", "finished")], None, True),
        ([("feeds_unchanged", "finished")], START, True),
        ([("feeds_failed", "finished")], START, False),  # still no completed crawl
        ([("feeds_read", "shutdown")], START, False),
        ([("feeds_read", "finished"), *[("feeds_failed", "finished")] * 3], START - 47 * HOUR, True),  # down, told afterwards
        ([("feeds_read", "finished"), *[("pages", "finished")] * 3], START - 47 * HOUR, True),  # left-over pages are no poll
        ([("feeds_read", "finished"), *[("feeds_read", "finished")] * 3], START - 47 * HOUR, False),
    ],
)
def test_backfill_reaches_back_from_the_last_good_poll(
    desk: Desk, polls: list[tuple[str, str]], published: datetime | None, speaks: bool
) -> None:
    for reads, reason in polls:
        desk.crawl(reads=reads, reason=reason)
        desk.now += DAY
    desk.crawl(article("1", at=published))
    assert desk.told() == ([("1", 0)] if speaks else [])


def test_copies_of_what_was_out_stay_silent_at_any_remove(desk: Desk) -> None:
    desk.crawl(article("x", "weather", outlet="annida"))
    desk.crawl(article("old", at=START - HOUR))
    for hours, name in enumerate(("copy", "copy-of-copy"), 1):
        desk.now = START + hours * HOUR
        desk.crawl(article(name, outlet="annida", at=desk.now))
    assert desk.told() == []
    assert desk.matched() == ["old", "copy", "copy-of-copy"]


def test_a_country_counts_from_the_first_crawl_on(desk: Desk) -> None:
    desk.watch(WATCH + 'countries = ["jo"]\n')
    desk.crawl(article("old", at=START - HOUR), country="jo")
    assert desk.matched() == ["old"]
    desk.crawl(article("first", "harbour", outlet="annida"), country="sa")
    assert desk.matched() == ["old"]


def test_the_country_of_an_outlet_that_is_only_carried_is_known_from_its_file(desk: Desk) -> None:
    desk.watch(WATCH + 'countries = ["om"]\n')
    desk.crawl(article("own", "weather"), replace(article("card"), outlet="omandaily", carried_by="https://almisbah.example/own"))
    assert desk.matched() == ["card"]


EDITS: list[tuple[str, Callable[[str], str]]] = [
    ("rewritten", lambda body: body + "\n\nوأضاف أن الضمانات الأمنية ستعرض على البرلمانات."),
    ("without the term", lambda body: body.replace("الضمانات الأمنية", "التعهدات")),
    ("marks only", lambda body: body.replace("الضمانات", "الضَّمانات")),
]


@pytest.mark.parametrize(("how", "change"), EDITS)
@pytest.mark.parametrize("updates", ["true", "false"])
def test_an_article_is_told_once_however_often_it_is_edited(desk: Desk, how: str, change: Callable[[str], str], updates: str) -> None:
    desk.watch(WATCH + f"updates = {updates}\n")
    desk.crawl()
    told = article("1")
    desk.crawl(told)
    store = desk.store
    with store.transaction():  # as if it brought new facts to a story
        store.articles.place(1, 1, Judgement(relation="update", of_id=None, story_id=1))
    store.close()
    desk.crawl(replace(told, body=change(told.body)))
    assert desk.told() == [("1", 0)], how
    kept = desk.store.articles.load(1)
    for match in desk.store.watches.matches("guarantees", 1):
        assert kept.body[match.start : match.end] == match.text, "where it is said to stand, it stands"


def test_an_edit_that_first_brings_the_term_speaks(desk: Desk) -> None:
    desk.crawl()
    desk.crawl(article("1", "weather"))
    desk.crawl(replace(article("1", "weather"), body=TEXTS["weather"] + "\n\n" + TEXTS["draft"]))
    assert desk.told() == [("1", 0)]


def test_a_new_watch_finds_everything_and_tells_only_what_is_seen_afterwards(desk: Desk) -> None:
    desk.watch("")
    desk.crawl()
    before = article("before")
    desk.crawl(before)
    desk.now += HOUR
    desk.watch()
    desk.crawl(replace(before, body=before.body + "\n\nوأضاف أن الضمانات الأمنية ستعرض على البرلمانات."))
    assert (desk.matched(), desk.told()) == (["before"], []), "edited, but seen before the watch was there"
    desk.crawl(article("after", "harbour"))
    assert desk.told() == [("after", 0)]


def test_a_watch_that_is_switched_off_is_silent_and_catches_up_in_silence(desk: Desk) -> None:
    desk.watch(WATCH + "enabled = false\n")
    desk.crawl()
    desk.crawl(article("meanwhile"))
    assert desk.told() == []
    desk.now += HOUR
    desk.watch()
    desk.crawl(article("after", "harbour"))
    assert (desk.matched(), desk.told()) == (["meanwhile", "after"], [("after", 0)])


def test_a_watch_without_channels_finds_and_does_not_tell(desk: Desk) -> None:
    desk.watch(WATCH + "channels = []\n")
    desk.crawl()
    desk.crawl(article("1"))
    assert (desk.matched(), desk.told()) == (["1"], [])
    desk.watch()
    desk.crawl(article("1"), article("copy"))
    assert desk.told() == [], "it was noted as told: a channel that is added later gets what comes then"


FINE, FAULTY = article("own"), replace(article("own"), body="قصير")


@pytest.mark.parametrize(
    ("own", "card", "state", "kept"),
    [
        (FINE, FINE, "stored", ["own", "card"]),
        (FINE, FAULTY, "stored", ["own"]),
        (FAULTY, FINE, "refused", ["card"]),
        (FAULTY, FAULTY, "refused", []),
        (FINE, None, "queued", ["own"]),  # killed before the card was kept: the page is read again
    ],
)
def test_an_announcement_is_answered_by_the_pages_own_article(
    desk: Desk, own: Article, card: Article | None, state: str, kept: list[str]
) -> None:
    store = desk.store
    with store.transaction():
        (entry,) = store.entries.announce([Entry(url=own.url, key=own.key, outlet=own.outlet, title="خبر")], START)
    of_page = [replace(own, entry_id=entry.id, closes_entry=False)]
    if card:
        guest = replace(card, url="https://annida.example/card", key="text:card", outlet="annida", carried_by=own.url)
        of_page.append(replace(guest, entry_id=entry.id))
    desk.crawl(*of_page)
    (row,) = store.entries.find_by_key(own.key)
    assert (row["state"], row["attempts"], row["article_id"] is None) == (state, int(state == "refused"), own is FAULTY)
    assert [row["url"].rpartition("/")[2] for row in store.articles.rows()] == kept
    store.close()
