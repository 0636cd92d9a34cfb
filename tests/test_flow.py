"""The whole road as a user walks it: real commands in processes of their own, against servers on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fetching import OddServer, redirect, reply

from crawler.newsroom.practice import SECRET, SECRET_ENV, write_watches
from crawler.newsroom.receiver import Receiver
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.site.server import Newsroom, in_thread

ROOT = Path(__file__).resolve().parents[1]

PARAGRAPH = "<p>اتفق الوزراء في ختام اجتماعهم المغلق على صيغة أولى للضمانات الأمنية التي تطالب بها العواصم الصغيرة منذ أشهر.</p>"
STORY = (
    "<html lang='ar'><head><title>{title}</title></head><body><nav><a href='/'>الرئيسية</a></nav>"
    "<article><h1>{title}</h1>{body}</article></body></html>"
)
GUID = "<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><description>{text}</description></item>"
ITEM = "<item><title>{title}</title><link>{url}</link><pubDate>Sat, 31 Jan 2026 08:00:00 GMT</pubDate></item>"


def page(title: str, times: int = 4) -> bytes:
    return reply(STORY.format(title=title, body=PARAGRAPH * times).encode(), Content_Type="text/html; charset=utf-8")


def rss(*items: tuple[str, str]) -> bytes:
    rows = "".join(ITEM.format(title=title, url=url) for title, url in items)
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>تجربة</title>{rows}</channel></rss>".encode()


@dataclass
class Desk:
    """A folder with a store, where commands are typed."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        given = {
            "STORE_URL": f"sqlite:///{self.folder / 'marsad.db'}",
            "WATCHES_PATH": str(self.folder / "watches.toml"),
            "ALLOW_PRIVATE_ADDRESSES": "1",
            "AUTOTHROTTLE_ENABLED": "0",
            "DOWNLOAD_DELAY": "0",
            "RETRY_TIMES": "0",
            SECRET_ENV: SECRET,
        }
        return {**os.environ, **given, **self.settings}

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scrapy", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, status: int = 0) -> tuple[str, str]:
        """Standard output and error of a command that ends as it should."""
        process = self.start(*words)
        out, err = process.communicate(timeout=100)
        assert process.returncode == status, err[-3000:]
        assert "Traceback" not in err
        return out, err

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with sqlite3.connect(f"{(self.folder / 'marsad.db').as_uri()}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            found = [dict(row) for row in connection.execute(sql)]
        connection.close()
        return found

    def sql(self, statement: str) -> None:
        """Change the store, as time would."""
        with sqlite3.connect(self.folder / "marsad.db", timeout=10) as connection:
            connection.execute(statement)
        connection.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_demo_meets_the_truth(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "demo", "--json", "--keep", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    ninth, tenth, again = told["days"]
    assert told["differences"] == []
    assert ninth.get("alerts", 0) == 0, "what was out before we looked alerts nobody"
    assert tenth["alerts"] == len(told["alerts"]["desk-hook"]) == len(told["alerts"]["desk-mail"]) > 5
    assert (again.get("pages", 0), again.get("feeds_read", 0), again["feeds_unchanged"]) == (0, 0, len(OUTLETS) - 2)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(STORY.format(title="الرئيسية", body=PARAGRAPH).encode(), Content_Type="text/html"), "web page"),
        (reply(b"", Content_Type="application/rss+xml"), "empty"),
        (reply(rss()), "no entries"),
        (reply(b"x" * 2_000_000), "larger than DOWNLOAD_MAXSIZE"),
        (reply(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"), "larger than DOWNLOAD_MAXSIZE"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<?xml", "broke off"),
        (redirect("/feed"), "redirects in a loop"),
        (redirect("http://169.254.169.254/latest/meta-data"), "169.254.169.254"),
        (reply(b"", "503 Service Unavailable"), "503"),
        (None, "in time"),
    ],
)
def test_a_feed_that_fails_leaves_its_reason_and_the_others_go_on(desk: Desk, answer: bytes | None, reason: str) -> None:
    async def silent(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    desk.settings = {"DOWNLOAD_MAXSIZE": "1000000", "DOWNLOAD_TIMEOUT": "2", "DOWNLOAD_DEADLINE": "3"}
    with OddServer() as server:
        good = f"{server.url}/good"
        server.answers = {
            "/feed": answer or silent,
            "/good": reply(rss(("اتفاق على صيغة أولى", f"{server.url}/1")), Content_Type="application/rss+xml"),
            "/1": page("اتفاق على صيغة أولى"),
        }
        _, err = desk.run("crawl", "feed", "-a", f"url={server.url}/feed,{good}", "-a", "outlet=tajriba")
    feeds = {row["url"]: row for row in desk.rows("SELECT * FROM feeds")}
    assert reason in feeds[f"{server.url}/feed"]["last_error"]
    assert feeds[f"{server.url}/feed"]["etag"] == ""
    assert reason in err
    assert (feeds[good]["state"], feeds[good]["last_error"]) == ("ok", "")
    assert [row["title"] for row in desk.rows("SELECT title FROM articles")] == ["اتفاق على صيغة أولى"]


def test_the_monitor_stays_away_for_as_long_as_a_server_asks(desk: Desk) -> None:
    with OddServer({"/feed": reply(b"", "503 Service Unavailable", Retry_After="7200")}) as server:
        feeds = f'[[feed]]\nurl = "{server.url}/feed"\ntitle = "تجربة"\ncountry = "jo"\n'
        (desk.folder / "watches.toml").write_text(feeds, encoding="utf-8")
        desk.run("monitor", "--once", "-s", "SPIDER_MODULES=spiders.feed", status=1)
        desk.run("monitor", "--once", "-s", "SPIDER_MODULES=spiders.feed")
        assert server.requests["/feed"] == 1, "not due yet"
    (feed,) = desk.rows("SELECT unixepoch(next_due_at) - unixepoch(last_polled_at) AS wait FROM feeds")
    assert 7200 <= feed["wait"] <= 7202
    assert desk.rows("SELECT title, country FROM outlets") == [{"title": "تجربة", "country": "jo"}]


def test_a_crawl_that_reads_nothing_fails(desk: Desk) -> None:
    with OddServer({"/feed": reply(b"", "500 Internal Server Error")}) as server:
        _, err = desk.run("crawl", "feed", "-a", f"url={server.url}/feed", status=1)
    assert "1 failed" in err.splitlines()[-1]


def test_private_addresses_are_refused_unless_allowed(desk: Desk) -> None:
    desk.settings = {"ALLOW_PRIVATE_ADDRESSES": "0"}
    with OddServer({"/feed": reply(rss())}) as server:
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed", status=1)
        assert server.connects == 0
    assert "127.0.0.1" in desk.rows("SELECT last_error FROM feeds")[0]["last_error"]


def test_a_feed_nobody_here_wrote(desk: Desk) -> None:
    """Pages that are no article, that fail, that were moved, that carry nothing: each ends in a row with its reason."""
    with OddServer() as server:
        items = [("اتفاق على صيغة أولى", "/1"), ("قائمة", "/list"), ("غير موجود", "/gone"), ("ملف", "/file.pdf")]
        items += [("عنوان قديم", "/old"), ("عنوان أقدم", "/older"), ("العنوان نفسه", "/1?utm_source=feed")]
        server.answers = {
            "/feed": reply(rss(*((title, server.url + path) for title, path in items)), ETag='"1"'),
            "/1": page("اتفاق على صيغة أولى"),
            "/list": reply("<html><body><ul><li><a href='/1'>خبر</a></li></ul></body></html>".encode(), Content_Type="text/html"),
            "/old": redirect("/new"),
            "/older": redirect("/new"),
            "/new": page("ممثلو الموانئ يبحثون جدول الرحلات", 3),
            "/file.pdf": reply(b"%PDF-1.7", Content_Type="application/pdf"),
        }
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed", "-a", "outlet=tajriba", "-a", "timezone=Asia/Amman")
        entries = {row["url"].removeprefix(server.url): row for row in desk.rows("SELECT * FROM entries")}
        assert {path: row["state"] for path, row in entries.items()} == {
            "/1": "stored",
            "/list": "refused",
            "/gone": "failed",
            "/old": "stored",
            "/older": "stored",
            "/file.pdf": "refused",
        }
        assert all(entries[path]["reason"] for path in ("/list", "/gone", "/file.pdf"))
        assert desk.rows("SELECT count(*) AS n FROM articles WHERE is_backfill")[0]["n"] == 2
        before = dict(server.requests)
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed", "-a", "outlet=tajriba")
        fetched = {path: number - before.get(path, 0) for path, number in server.requests.items() if number > before.get(path, 0)}
    assert set(fetched) <= {"/robots.txt", "127.0.0.1/robots.txt", "/feed"}, "what is known is not downloaded again"


def test_announcements_without_a_page_are_articles_and_are_tried_again_as_such(desk: Desk) -> None:
    text = "اتفق الوزراء في ختام اجتماعهم المغلق على صيغة أولى للضمانات الأمنية التي تطالب بها العواصم الصغيرة."
    rows = [("g1", "عنوان وحده", ""), ("g2", "اتفاق على صيغة أولى", text)]
    rows += [("same", "افتتاح رصيف", text * 2), ("same", "جولة أخرى", text * 3)]
    feed = rss().replace(b"</channel>", "".join(GUID.format(guid=g, title=t, text=d) for g, t, d in rows).encode() + b"</channel>")
    with OddServer({"/feed": reply(feed)}) as server:
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed")
        states = "SELECT title, state, attempts FROM entries ORDER BY id"
        assert [(row["state"], row["attempts"]) for row in desk.rows(states)] == [("refused", 1), *[("stored", 0)] * 3]
        desk.sql("UPDATE entries SET next_try_at = '2000-01-01T00:00:00Z' WHERE state = 'refused'")
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed")
    assert desk.rows(states)[0] == {"title": "عنوان وحده", "state": "refused", "attempts": 2}
    assert [row["title"] for row in desk.rows("SELECT title FROM articles")] == [title for _, title, _ in rows[1:]]


def test_sitemap_indexes_that_name_each_other_end(desk: Desk) -> None:
    with OddServer() as server:
        index = "<sitemapindex><sitemap><loc>{0}/a</loc></sitemap><sitemap><loc>{0}/b</loc></sitemap></sitemapindex>"
        rows = f"<urlset><url><loc>{server.url}/old</loc><lastmod>2020-01-01</lastmod></url></urlset>"
        server.answers = {path: reply(index.format(server.url).encode()) for path in ("/index", "/a")} | {"/b": reply(rows.encode())}
        desk.run("crawl", "feed", "-a", f"url={server.url}/index")
        assert dict(server.requests) == {"127.0.0.1/robots.txt": 1, "/index": 1, "/a": 1, "/b": 1}
        out, _ = desk.run("look", f"{server.url}/index", "--json")
    assert {"field": "sitemap", "from": "index", "value": f"{server.url}/b"} in map(json.loads, out.splitlines())


def test_the_parts_of_a_sitemap_on_another_host_are_of_the_same_outlet(desk: Desk) -> None:
    with OddServer() as server:
        other = server.url.replace("127.0.0.1", "localhost")
        server.answers = {
            "/index": reply(f"<sitemapindex><sitemap><loc>{other}/part</loc></sitemap></sitemapindex>".encode()),
            "/part": reply(f"<urlset><url><loc>{server.url}/1</loc></url></urlset>".encode()),
            "/1": page("اتفاق على صيغة أولى"),
        }
        desk.run("crawl", "feed", "-a", f"url={server.url}/index")
    assert [row["outlet"] for row in desk.rows("SELECT outlet FROM articles")] == ["127.0.0.1"]


def test_since_reads_a_feed_that_has_not_changed(desk: Desk) -> None:
    with OddServer() as server:
        body = rss(("اتفاق على صيغة أولى", f"{server.url}/1"))

        async def feed(writer: asyncio.StreamWriter) -> None:
            writer.write(reply(body, ETag='"1"'))

        server.answers = {"/feed": feed, "/1": page("اتفاق على صيغة أولى")}
        words = ("crawl", "feed", "-a", f"url={server.url}/feed", "-a")
        desk.run(*words, "since=2026-02-15")
        assert desk.rows("SELECT state, etag FROM feeds") == [{"state": "ok", "etag": ""}]
        assert desk.rows("SELECT id FROM articles") == []
        desk.run(*words, "since=2026-01-01")
    assert len(desk.rows("SELECT id FROM articles")) == 1


def test_an_edited_article_is_read_again_and_stays_one(desk: Desk) -> None:
    with OddServer() as server:
        server.answers = {"/feed": reply(rss(("عاجل: اتفاق", f"{server.url}/1"))), "/1": page("عاجل: اتفاق")}
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed")
        server.answers = {"/feed": reply(rss(("اتفاق على صيغة أولى", f"{server.url}/1"))), "/1": page("اتفاق على صيغة أولى", 6)}
        desk.run("crawl", "feed", "-a", f"url={server.url}/feed")
    (article,) = desk.rows("SELECT * FROM articles")
    (revision,) = desk.rows("SELECT * FROM revisions")
    assert article["title"] == "اتفاق على صيغة أولى"
    assert len(revision["body"]) < len(article["body"])


def test_single_pages_alert_when_they_are_fresh(desk: Desk, tmp_path: Path) -> None:
    receiver = Receiver(secret=SECRET)
    with OddServer() as server, in_thread(receiver):
        write_watches(tmp_path, receiver)
        text = (tmp_path / "watches.toml").read_text(encoding="utf-8")
        (tmp_path / "watches.toml").write_text(text[: text.rindex("[[channel]]")], encoding="utf-8")
        old = '<meta property="article:published_time" content="2021-12-22T10:00:00+04:00">'
        stale = STORY.format(title="خبر من أرشيف العام الماضي", body=PARAGRAPH * 3).replace("<head>", f"<head>{old}")
        server.answers = {"/1": page("اتفاق على صيغة أولى"), "/2": reply(stale.encode(), Content_Type="text/html; charset=utf-8")}
        desk.run("crawl", "page", "-a", f"url={server.url}/1,{server.url}/2")
        desk.run("alert")
    (post,) = receiver.posts
    assert post.verdict == "ok"
    assert post.event["data"]["article"]["title"] == "اتفاق على صيغة أولى"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with in_thread(Newsroom()) as running:
        yield running


def test_the_monitor_goes_on_until_it_is_told_to_stop(desk: Desk, newsroom: Newsroom, tmp_path: Path) -> None:
    receiver = Receiver(secret=SECRET)
    with in_thread(receiver):
        text = write_watches(tmp_path, receiver).read_text(encoding="utf-8")
        addresses = {key: newsroom.addresses[key] + OUTLETS[key].announces for key in ("annida", "albarq")}
        feeds = "".join(f'[[feed]]\nurl = "{url}"\noutlet = "{key}"\n' for key, url in addresses.items())
        (tmp_path / "watches.toml").write_text(text[: text.rindex("[[channel]]")] + feeds, encoding="utf-8")
        newsroom.day = 9
        process = desk.start("monitor", "-s", "SPIDER_MODULES=spiders.feed")
        wait_for(lambda: len(desk.rows("SELECT id FROM runs WHERE good")) == 2)
        newsroom.day = 10
        (tmp_path / "watches.toml").write_text("[[watch]]", encoding="utf-8")  # half written: what is running does not look
        desk.sql("UPDATE feeds SET next_due_at = '2000-01-01T00:00:00Z'")
        wait_for(lambda: len(receiver.posts) >= 3)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "Traceback" not in err
    assert "were out already and were not sent" in err
    assert {post.verdict for post in receiver.posts} == {"ok"}


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_crawl_that_is_interrupted_goes_on_where_it_stopped(desk: Desk, newsroom: Newsroom, number: int, status: int) -> None:
    feed = f"url={newsroom.addresses['annida']}{OUTLETS['annida'].announces}"
    desk.settings = {"DOWNLOAD_DELAY": "0.3", "CONCURRENT_REQUESTS": "2"}
    process = desk.start("crawl", "feed", "-a", feed, "-a", "outlet=annida", "-a", "timezone=Asia/Riyadh")
    wait_for(lambda: len(desk.rows("SELECT id FROM articles")) >= 2)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == status
    assert desk.rows("SELECT id FROM entries WHERE state = 'queued'"), "it was stopped in the middle"
    assert desk.rows("SELECT good FROM runs") == [{"good": 0}]
    desk.settings = {}
    desk.run("crawl", "feed", "-a", feed, "-a", "outlet=annida", "-a", "timezone=Asia/Riyadh")
    wanted = [article for article in newsroom.articles.values() if article.outlet == "annida" and not article.carried]
    assert len(desk.rows("SELECT id FROM articles")) == len(wanted)


def wait_for(truth: Any, seconds: float = 40) -> None:
    """Until it is true; a store that is not there yet is not true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if truth():
                return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come true in time")
