"""Every command from outside: its exit status, its one plain sentence, its help."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings

from crawler.items import Article, Entry, Judgement
from crawler.store import Store

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = sorted(path.stem for path in (ROOT / "crawler" / "commands").glob("*.py") if path.stem != "__init__")
NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)

WATCHES = """
[[watch]]
name = "security-guarantees"
terms = ["@security-guarantees"]

[[channel]]
name = "desk-hook"
url = "https://hooks.example/marsad"
secret_env = "NO_SUCH_SECRET"
"""
STORY = """<html lang="ar"><head><title>اتفاق على ضمانات أمنية</title><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "اتفاق على ضمانات أمنية", "datePublished": "2026-01-31T10:00:00+03:00"}</script></head>
<body><article><h1>اتفاق على ضمانات أمنية</h1>%s</article></body></html>"""
PARAGRAPH = "<p>اتفق الوزراء في ختام اجتماعهم على صيغة أولى للضمانات الأمنية التي تطالب بها العواصم الصغيرة، ثم تناقش تفاصيلها.</p>"


@dataclass
class Done:
    """What a command came to."""

    status: int
    out: str
    err: str


class Shell:
    """Runs commands as the user types them, in a folder of their own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self._capture, self._patch = folder, capture, patch
        (folder / "watches.toml").write_text(WATCHES, encoding="utf-8")

    def __call__(self, *words: str, stdin: str = "") -> Done:
        given = {
            "STORE_URL": f"sqlite:///{self.folder / 'marsad.db'}",
            "WATCHES_PATH": str(self.folder / "watches.toml"),
            "TIMEZONE": "Asia/Amman",
        }
        settings = get_project_settings()
        settings.setdict(given, priority="cmdline")
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        self._capture.readouterr()
        with pytest.raises(SystemExit) as left:
            execute(["scrapy", *words], settings)
        out, err = self._capture.readouterr()
        return Done(int(left.value.code or 0), out, err)

    def write(self, name: str, text: str) -> str:
        """A file in the folder; its path."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(ROOT)
    return Shell(tmp_path, capsys, monkeypatch)


@pytest.fixture
def stocked(shell: Shell) -> Shell:
    """A store with one article."""
    store = Store.open(shell.folder / "marsad.db")
    url = "https://almisbah.example/news/1"
    body = "اتفق الوزراء على ضمانات أمنية.\n\nوقال دبلوماسي إن النص جاهز."
    with store.transaction():
        kept = store.articles.keep(Article(outlet="almisbah", url=url, key=url, title="اتفاق أولي", body=body, fetched_at=NOW), NOW)
        story = store.stories.join(kept.article, Judgement(relation="new"), NOW)
        store.articles.place(kept.article.id or 0, story, Judgement(relation="new", why="nothing like it was known"))
        store.stories.count(story, NOW)
    store.close()
    return shell


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_an_example(shell: Shell, command: str) -> None:
    done = shell(command, "--help")
    assert done.status == 0
    assert re.search(rf"\nExample:\n  .*scrapy {command}\b[^\n]*\n$", done.out.rstrip("\n") + "\n"), done.out[-300:]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_is_refused(shell: Shell, command: str) -> None:
    done = shell(command, "--no-such-option")
    assert done.status == 2
    assert "--no-such-option" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["demo", "health", "list", "monitor", "alert"])
def test_left_over_arguments_are_refused(shell: Shell, command: str) -> None:
    done = shell(command, "more")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "'more'" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("crawl", "alarabia"), "did you mean alarabiya"),
        (("crawl",), "scrapy crawl needs more"),
        (("crawl", "feed"), "needs an address: -a url="),
        (("crawl", "feed", "-a", "url=ftp://example.org/x"), "is no address"),
        (("crawl", "feed", "-a", "url=https://example.org/rss", "-a", "zone=UTC"), "takes url=, outlet=, title=, country=, timezone="),
        (("crawl", "feed", "-a", "url=https://example.org/rss", "-a", "country=Jordan"), "two small letters like jo"),
        (("monitor", "--outlets", "feed"), "write a [[feed]] into the watch file"),
        (("crawl", "feed", "-a", "url=https://example.org/rss", "-a", "timezone=Amman"), "IANA name"),
        (("crawl", "feed", "-a", "url=https://example.org/rss", "-a", "full=perhaps"), "-a full is 'perhaps'"),
        (("crawl", "alarabiya", "-a", "since=yesterday"), "-a since= 'yesterday' is no time"),
        (("crawl", "page"), "needs an address"),
        (("monitor", "--outlets", "alarabia"), "did you mean alarabiya"),
        (("search", "كلمة", "--since", "last week"), "--since 'last week' is no time"),
        (("stories", "abc"), "is no story"),
        (("stories", "--watch", "nato"), "There is no watch 'nato'; there are: security-guarantees"),
        (("store", "mend"), "does not know 'mend'"),
        (("store", "restore", "no-such.db"), "There is no backup at"),
        (("match",), "either --watches FILE or --query"),
        (("match", "--query", '"ضمانات'), "--query"),
        (("match", "--watches", "no-such.toml"), "cannot be read"),
        (("match", "--query", "كلمة", "no-such.jsonl"), "cannot be read"),
        (("extract", "no-such.html"), "no-such.html"),
        (("group", "no-such.jsonl"), "no-such.jsonl"),
        (("when", "أمس", "--now", "soon"), "--now"),
        (("when", "أمس", "--timezone", "Amman"), "Amman"),
        (("watch", "explain", "(ضمانات"), "("),
        (("watch", "mend"), "mend"),
        (("alert",), "NO_SUCH_SECRET"),
        (("alert", "--test", "desk-hok"), "desk-hook"),
        (("monitor", "--once"), "NO_SUCH_SECRET"),
        (("look", "alarabia"), "did you mean alarabiya"),
        (("demo", "--port", "99999"), "--port is '99999'"),
    ],
)
def test_wrong_usage_is_one_plain_sentence(shell: Shell, words: tuple[str, ...], says: str) -> None:
    done = shell(*words)
    assert done.status == 2, done.err
    assert says in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("wrong", ["STORE_URL=pg://x", "TIMEZONE=Amman", "BACKFILL_HOURS=two", "SMTP_URL=localhost", "ALERT_LANGUAGE=fr"])
def test_a_wrong_setting_stops_every_command(shell: Shell, wrong: str) -> None:
    done = shell("health", "-s", wrong)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert wrong.partition("=")[0] in done.err


def test_a_store_that_cannot_be_written_stops_before_the_first_request(shell: Shell) -> None:
    for words in (("crawl", "alarabiya"), ("health",), ("search", "كلمة"), ("stories",), ("store", "check")):
        done = shell(*words, "-s", f"STORE_URL=sqlite:///{shell.folder / 'no folder' / 'marsad.db'}")
        assert (done.status, "cannot be used" in done.err) == (2, True), words


def test_a_bad_watch_file_stops_before_the_first_request(shell: Shell) -> None:
    shell.write("watches.toml", WATCHES.replace("terms", "trems"))
    for words in (("crawl", "alarabiya"), ("monitor", "--once"), ("alert",), ("watch", "check")):
        done = shell(*words)
        assert done.status == 2, words
        assert re.search(r"watches\.toml, line 4, trems", done.err), done.err


def test_a_watch_of_an_outlet_that_is_not_there_stops_before_the_first_request(shell: Shell) -> None:
    shell.write("watches.toml", WATCHES.replace("[[channel]]", 'outlets = ["al_aim"]\n[[channel]]'))
    for words in (("crawl", "al_ain"), ("monitor", "--once"), ("alert",), ("stories", "--watch", "security-guarantees")):
        done = shell(*words)
        assert (done.status, done.err.count("\n")) == (2, 1), words
        assert "outlets: there is no outlet al_aim; did you mean al_ain?" in done.err


def test_an_outlet_that_needs_a_browser_is_skipped_with_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = 'name, title, browser, feeds = "scripted", "مكتوب", True, ("https://scripted.example/rss",)'
    shell.write("scripted.py", f"from crawler.spider import OutletSpider\nclass ScriptedSpider(OutletSpider):\n    {facts}\n")
    shell.write("watches.toml", "")
    monkeypatch.syspath_prepend(shell.folder)
    for words in (("crawl", "scripted"), ("monitor", "--once", "--outlets", "scripted")):
        done = shell(*words, "-s", "SPIDER_MODULES=scripted", "-s", "BROWSER_PATH=/no/such/program")
        assert done.status in (1, 2), done.err
        assert done.err.startswith("scripted is skipped: its pages need a browser")
        assert "Traceback" not in done.err


def test_a_port_in_use_is_one_plain_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with suppress(OSError), socket.create_server(("127.0.0.2", int(port))):
            for command in ("demo", "newsroom"):
                done = shell(command, "--port", port)
                assert (done.status, port in done.err, "Traceback" in done.err) == (2, True, False), done.err


def test_search_finds_as_a_watch_does_and_refuses_what_is_no_query(stocked: Shell) -> None:
    done = stocked("search", '"الضمانات الأمنية"', "--json")
    (row,) = map(json.loads, done.out.splitlines())
    assert (done.status, row["outlet"], row["matches"][0]["text"]) == (0, "almisbah", "ضمانات أمنية")
    assert "⁨اتفاق أولي⁩" in stocked("search", "دبلوماسي").out
    assert stocked("search", "كهرباء").out == ""
    for odd in ("'; DROP TABLE articles; --", '"', "NEAR(", "*", "الضمانات AND", "\x00"):
        refused = stocked("search", odd)
        assert (refused.status, refused.out, refused.err.startswith("QUERY cannot be read at ")) == (2, "", True), (odd, refused.err)


def test_stories_health_and_store_show_what_is_there(stocked: Shell) -> None:
    (story,) = map(json.loads, stocked("stories", "--json").out.splitlines())
    assert story["title"] == "اتفاق أولي"
    assert json.loads(stocked("stories", "1", "--json").out)["articles"][0]["why"] == "nothing like it was known"
    assert json.loads(stocked("stories", "--watch", "security-guarantees", "--json").out)["id"] == 1
    assert stocked("stories", "2").status == 1
    assert stocked("health").status == 0
    assert stocked("store", "check").out.startswith("ok: 1 articles")
    copy = str(stocked.folder / "copy.db")
    assert json.loads(stocked("store", "backup", copy, "--json").out) == {"backup": copy, "articles": 1}
    assert stocked("store", "backup", copy).status == 2


def test_a_watch_is_tried_on_what_is_stored(stocked: Shell) -> None:
    (row,) = map(json.loads, stocked("watch", "test", "security-guarantees", "--json", "--since", "2026-01-01").out.splitlines())
    assert (row["day"], row["story"], row["matches"][0]["text"]) == ("2026-01-31", 1, "ضمانات أمنية")
    shown = stocked("watch", "test", "security-guarantees", "--since", "2026-01-01").out
    assert "1 story, 1 article" in shown
    assert "اتفق الوزراء على ضمانات أمنية" in shown
    done = stocked("watch", "test", "nato")
    assert (done.status, "There is no watch 'nato'; there are: security-guarantees" in done.err) == (2, True)


def test_a_muted_story_says_nothing_more(stocked: Shell) -> None:
    assert json.loads(stocked("stories", "--mute", "1", "--json").out) == {"story": 1, "watch": None, "muted": True}
    store = Store.open(stocked.folder / "marsad.db")
    assert store.stories.is_muted(1, "security-guarantees")
    with store.transaction():
        store.deliveries.queue("security-guarantees", 1, 1, 0, ["desk-hook"], NOW, NOW)
    assert store.deliveries.hold(["security-guarantees"], ["desk-hook"], NOW) == 1
    assert stocked("stories", "--unmute", "1").status == 0
    assert store.deliveries.hold(["security-guarantees"], ["desk-hook"], NOW) == 0
    assert "for the watch" in stocked("stories", "--mute", "1", "--watch", "security-guarantees").out
    assert (store.stories.is_muted(1, "security-guarantees"), store.stories.is_muted(1, "nato")) == (True, False)
    store.close()
    assert stocked("stories", "--mute", "7").status == 1


def test_what_was_missed_is_shown_with_the_reason(stocked: Shell) -> None:
    assert "Nothing that was announced was missed" in stocked("health", "--missed").err
    store = Store.open(stocked.folder / "marsad.db")
    with store.transaction():
        (entry,) = store.entries.announce([Entry(url="https://a.example/2", key="2", outlet="almisbah", title="خبر")], NOW)
        store.entries.give_back(entry.id or 0, "failed", "the server answered 500", NOW)
    store.close()
    row = json.loads(stocked("health", "--missed", "--json").out)
    assert (row["url"], row["state"], row["reason"], row["attempts"]) == ("https://a.example/2", "failed", "the server answered 500", 1)
    assert "the server answered 500" in stocked("health", "--missed").out


def test_match_extract_group_and_when_print_json_and_name_what_they_cannot_read(shell: Shell) -> None:
    texts = shell.write("texts.jsonl", '{"id": 1, "title": "", "body": "ضماناتها الأمنية"}\n{"id": 2\n')
    done = shell("match", "--query", '"ضمانات أمنية"', texts)
    assert (done.status, len(done.out.splitlines())) == (1, 1)
    assert "line 2" in done.err
    page = shell.write("page.html", STORY % (PARAGRAPH * 4))
    done = shell("extract", page)
    assert (done.status, json.loads(done.out)["published_at"]) == (0, "2026-01-31T07:00:00Z")
    assert shell("extract", shell.write("list.html", "<html><body><ul><li><a href='/1'>خبر</a></ul></body></html>")).status == 1
    text = '{"id": 7, "outlet": "a", "title": "t", "body": "قال الوزير إن الاتفاق قريب", "published_at": "2026-01-31T08:00:00Z"}\n'
    done = shell("group", shell.write("stream.jsonl", text + "[]\n"))
    assert (done.status, json.loads(done.out)["relation"]) == (1, "new")
    done = shell("when", "31 كانون الأول 2024", "--timezone", "Asia/Beirut", "--json")
    assert (done.status, json.loads(done.out)["at"]) == (0, "2024-12-31T10:00:00Z")
    assert shell("when", "ليس تاريخا").status == 1


def test_output_is_utf_8_whatever_the_locale_says() -> None:
    command = [sys.executable, "-X", "utf8=0", "-m", "scrapy", "match", "--query", "NATO"]
    given = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    text = '{"id": "\\ud800", "title": "كلمة NATO", "body": ""}\n'
    done = subprocess.run(command, cwd=ROOT, env=given, input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout.decode())
    assert (row["id"], row["matches"][0]["start"]) == ("\ud800", 5)


def test_a_program_that_is_interrupted_says_so_in_its_status() -> None:
    command = [sys.executable, "-m", "scrapy", "match", "--query", "كلمة"]
    for number, status in ((2, 130), (15, 143)):
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write('{"id": 1, "title": "كلمة", "body": ""}\n'.encode() * 2000)
        process.stdin.flush()
        process.stdout.read(1)  # it is at work
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, b"Traceback" in err) == (status, False)
