"""The store: what is kept, what is seen again, what survives, what a wrong file says."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlite_utils import Migrations

from crawler.errors import ConfigurationError
from crawler.items import Article, Entry, Judgement, Match
from crawler.store import Store, backup, migrations, restore
from crawler.store.entries import TRIES
from crawler.store.feeds import Answer

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "marsad.db")
    yield opened
    opened.close()


def article(number: int = 1, **fields: object) -> Article:
    url = f"https://almisbah.example/news/{number}"
    given = {"title": f"خبر رقم {number}", "body": "بحث الوزراء الضمانات الأمنية.\n\nواتفقوا على لقاء آخر.", "fetched_at": NOW, **fields}
    return Article(outlet="almisbah", url=url, key=url, **given)  # type: ignore[arg-type]


def entry(number: int = 1, **fields: object) -> Entry:
    url = f"https://almisbah.example/news/{number}"
    return Entry(url=url, key=url, outlet="almisbah", feed_url="https://almisbah.example/rss", **{"title": f"خبر {number}", **fields})  # type: ignore[arg-type]


def keep(store: Store, item: Article, judgement: Judgement | None = None, now: datetime = NOW) -> tuple[int, int]:
    """Article id and story id, kept as the pipeline does it."""
    judgement = judgement or Judgement(relation="new")
    with store.transaction():
        kept = store.articles.keep(item, now)
        story_id = kept.story_id or store.stories.join(kept.article, judgement, now)
        if kept.state == "new":
            store.articles.place(kept.article.id or 0, story_id, judgement)
            store.stories.count(story_id, now)
    return kept.article.id or 0, story_id


def test_a_connection_is_safe(store: Store) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    pragmas = {name: store.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert pragmas["journal_mode"] == "wal"
    assert pragmas["synchronous"] == 2
    assert pragmas["foreign_keys"] == 1
    assert pragmas["busy_timeout"] >= 5000


def test_an_article_comes_back_as_it_went_in(store: Store) -> None:
    dated = {"published_at": NOW - HOUR, "published_from": "json-ld", "published_sure": True}
    given = article(authors=("ليلى حداد",), agencies=("رويترز",), tags=("أوكرانيا",), **dated)
    article_id, story_id = keep(store, given)
    assert store.articles.load(article_id) == replace(given, id=article_id)
    assert story_id == article_id
    with pytest.raises(LookupError):
        store.articles.load(99)


@pytest.mark.parametrize(
    ("title", "body", "state", "revisions"),
    [
        ("خبر رقم 1", None, "unchanged", 0),
        ("خَبرٌ رقم 1", None, "retouched", 0),  # harakat only
        ("خبر آخر", None, "revised", 1),
        ("خبر رقم 1", "بحث الوزراء تعهدات أمنية.", "revised", 1),
    ],
)
def test_read_again_at_the_same_address(store: Store, title: str, body: str | None, state: str, revisions: int) -> None:
    first = article()
    article_id, _ = keep(store, first)
    with store.transaction():
        kept = store.articles.keep(replace(first, title=title, body=body or first.body), NOW + HOUR)
    assert (kept.state, kept.article.id) == (state, article_id)
    assert store.articles.load(article_id).title == title
    assert store.connection.execute("SELECT count(*) FROM revisions").fetchone()[0] == revisions
    assert [row["id"] for row in store.search.rows('"خبر"')] == [article_id]
    assert store.faults() == []


def test_what_sqlite_cannot_hold_is_replaced_not_lost(store: Store) -> None:
    article_id, _ = keep(store, article(title="عنوان \x00 و\ud800 بعده", summary="\x00"))
    assert store.articles.load(article_id).title == "عنوان � و� بعده"


def test_the_face_of_a_story_is_the_earliest_published(store: Store) -> None:
    first, story_id = keep(store, article(1, published_at=NOW - HOUR))
    second, _ = keep(store, article(2, published_at=NOW - 5 * HOUR), Judgement(relation="copy", of_id=first, story_id=story_id))
    carried = replace(article(3, published_at=None), outlet="ناقل", carried_by="https://majmaa.example/1")
    keep(store, carried, Judgement(relation="copy", of_id=first, story_id=story_id))
    story = store.stories.load(story_id)
    assert (story.first_article_id, story.face_article_id, story.articles, story.outlets) == (first, second, 3, ("almisbah",))


def test_announced_once_downloaded_once(store: Store) -> None:
    with store.transaction():
        assert [e.url for e in store.entries.announce([entry(1), entry(2), entry(1)], NOW)] == [entry(1).url, entry(2).url]
    with store.transaction():
        assert store.entries.announce([entry(1), entry(2)], NOW + HOUR) == []
    assert len(store.entries.due("almisbah", NOW)) == 2, "not downloaded yet: a later crawl takes them up"
    assert store.entries.due("annida", NOW) == []


@pytest.mark.parametrize(
    ("change", "again"),
    [({}, False), ({"title": "خبر 1 (محدّث)"}, True), ({"updated_at": NOW}, False), ({"title": ""}, False)],
)
def test_an_entry_that_changed_is_downloaded_again(store: Store, change: dict[str, object], again: bool) -> None:
    with store.transaction():
        (known,) = store.entries.announce([entry()], NOW)
    with store.transaction():
        store.entries.settle(known.id or 0)
    with store.transaction():
        assert bool(store.entries.announce([entry(**change)], NOW + HOUR)) == again


def test_a_newer_updated_time_is_a_change(store: Store) -> None:
    with store.transaction():
        store.entries.announce([entry(updated_at=NOW)], NOW)
    with store.transaction():
        assert store.entries.announce([entry(updated_at=NOW)], NOW) == []
        assert len(store.entries.announce([entry(updated_at=NOW + HOUR)], NOW)) == 1


def test_two_feeds_that_word_a_headline_differently_do_not_take_turns(store: Store) -> None:
    other = "https://almisbah.example/sitemap.xml"
    with store.transaction():
        assert store.entries.announce([entry()], NOW)
        assert not store.entries.announce([replace(entry(title="خبر"), feed_url=other)], NOW)
        assert not store.entries.announce([entry()], NOW)
        assert store.entries.announce([replace(entry(updated_at=NOW + HOUR), feed_url=other)], NOW), "the first to say that it was edited"
        assert not store.entries.announce([entry(updated_at=NOW + HOUR), entry()], NOW)


def test_what_is_stored_already_is_not_downloaded_for_another_feed(store: Store) -> None:
    keep(store, article(1))
    with store.transaction():
        assert store.entries.announce([replace(entry(1), outlet="ناقل")], NOW) == []


@pytest.mark.parametrize("state", sorted(TRIES))
def test_a_page_without_an_article_is_tried_a_few_times(store: Store, state: str) -> None:
    with store.transaction():
        (known,) = store.entries.announce([entry()], NOW)
    when, tries = NOW, 0
    while due := store.entries.due("almisbah", when):
        assert due[0].title == entry().title
        tries += 1
        with store.transaction():
            store.entries.give_back(known.id or 0, state, "the page has no text", when)
        when += timedelta(days=400)
    assert tries == TRIES[state]
    row = store.entries.find_by_key(known.key)[0]
    assert (row["state"], row["reason"]) == (state, "the page has no text")


def test_a_page_whose_last_story_was_refused_is_stored(store: Store) -> None:
    article_id, _ = keep(store, article())
    with store.transaction():
        (known,) = store.entries.announce([entry(2)], NOW)
        store.entries.answer(known.id or 0, article_id)
        store.entries.give_back(known.id or 0, "refused", "too short", NOW)
    assert store.entries.find_by_key(known.key)[0]["state"] == "stored"


def test_validators_go_with_the_entries_and_fall_with_a_failure(store: Store) -> None:
    url = "https://almisbah.example/rss"
    assert store.feeds.validators(url) == {}
    assert not store.feeds.unchanged(url, NOW), "304 to a question without conditions"
    store.feeds.read(url, "almisbah", Answer("المصباح", '"1"', "Sat, 31 Jan 2026 08:00:00 GMT", 2, has_news=True), NOW)
    assert store.feeds.validators(url) == {"If-None-Match": '"1"', "If-Modified-Since": "Sat, 31 Jan 2026 08:00:00 GMT"}
    assert store.feeds.unchanged(url, NOW + HOUR)
    store.feeds.failed(url, "almisbah", "the server answered 500", NOW + 2 * HOUR)
    (row,) = store.feeds.rows("almisbah")
    assert (row["state"], row["last_error"], row["failures"]) == ("failed", "the server answered 500", 1)
    assert row["last_ok_at"] == "2026-01-31T09:00:00Z"
    assert store.feeds.validators(url) == {}


def test_a_feed_that_says_the_same_in_a_new_answer_has_not_changed(store: Store) -> None:
    url = "https://almisbah.example/rss"
    for hours, has_news in enumerate((True, False, False)):
        store.feeds.read(url, "almisbah", Answer("", "", "", 2, has_news), NOW + hours * HOUR)
    (row,) = store.feeds.rows()
    assert (row["last_changed_at"], row["last_ok_at"]) == ("2026-01-31T08:00:00Z", "2026-01-31T10:00:00Z")


def test_only_a_crawl_that_ended_well_is_the_previous_one(store: Store) -> None:
    with store.transaction():
        first = store.runs.begin("almisbah", "المصباح", "jo", NOW)
        killed = store.runs.begin("almisbah", "", "", NOW + HOUR)
    assert first.previous_good_at is None
    assert killed.previous_good_at is None
    with store.transaction():
        store.runs.end(first.id, {"feeds_read": 1, "stored": 3}, NOW + HOUR)
        third = store.runs.begin("almisbah", "", "", NOW + 2 * HOUR)
        store.runs.end(third.id, {"feeds_failed": 1, "pages": 3}, NOW + 3 * HOUR)
        fourth = store.runs.begin("almisbah", "", "", NOW + 4 * HOUR)
        store.runs.end(fourth.id, {"feeds_read": 1}, None)
    assert third.previous_good_at == NOW
    assert fourth.previous_good_at == NOW, "pages left over from earlier are no poll"
    assert [(row["id"], row["good"]) for row in store.runs.latest()] == [(third.id, 0)], "what was stopped or still runs says nothing"
    assert store.runs.countries() == {"almisbah": "jo"}


def test_a_changed_watch_forgets_silent_matches_only(store: Store) -> None:
    first, story = keep(store, article(1))
    second, _ = keep(store, article(2))
    found = [Match(watch="w", term="ضمانات أمنية", field="body", start=12, end=28, text="الضمانات الأمنية")]
    with store.transaction():
        store.watches.adopt("w", "1", NOW)
        for article_id in (first, second):
            store.watches.record("w", article_id, article_id, found, NOW)
        store.watches.spoke("w", first, 0)
    assert [store.watches.is_adopted(*each) for each in (("w", "1"), ("w", "2"), ("v", "1"))] == [True, False, False]
    assert store.watches.matches("w", first) == tuple(found)
    assert (store.watches.last_version("w", story), store.watches.last_version("w", second), store.watches.silent("w")) == (0, None, 1)
    with store.transaction():
        store.watches.adopt("w", "2", NOW)
    assert store.watches.matches("w", first)
    assert not store.watches.matches("w", second)


def test_a_copy_of_a_copy_of_backfill_is_known(store: Store) -> None:
    old, story = keep(store, article(1, is_backfill=True))
    copy, _ = keep(store, article(2), Judgement(relation="copy", of_id=old, story_id=story))
    again, _ = keep(store, article(3), Judgement(relation="edit", of_id=copy, story_id=story))
    report, _ = keep(store, article(4), Judgement(relation="report", of_id=old, story_id=story))
    with store.transaction():
        store.watches.record("w", old, story, [], NOW)
    assert [store.watches.repeats_backfill("w", each) for each in (copy, again, report)] == [True, True, False]
    assert not store.watches.repeats_backfill("other", copy)


def test_a_transaction_leaves_nothing_half_done(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.articles.keep(article(), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.articles.count() == 0


def test_backup_while_open_and_restore(store: Store, tmp_path: Path) -> None:
    keep(store, article())
    assert backup(tmp_path / "marsad.db", tmp_path / "copy.db") == 1
    assert restore(tmp_path / "copy.db", tmp_path / "new.db") == 1
    with pytest.raises(ConfigurationError, match="exists already"):
        restore(tmp_path / "copy.db", tmp_path / "new.db")
    (tmp_path / "broken.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(ConfigurationError, match=r"broken\.db cannot be copied"):
        restore(tmp_path / "broken.db", tmp_path / "third.db")
    assert not (tmp_path / "third.db").exists()


@pytest.mark.parametrize("content", [b"this is no database, only text, long enough to be read as a header" * 20])
def test_a_store_that_cannot_be_used_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"STORE_URL: the store .*bad\.db cannot be used"):
        Store.open(tmp_path / "bad.db")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        Store.open(tmp_path / "no folder" / "marsad.db")


def test_a_store_that_may_only_be_read_says_so() -> None:
    code = (
        "import os, sys, pathlib, importlib.metadata, sqlite_utils.plugins; from crawler.store import Store\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "Store.open(pathlib.Path(sys.argv[1]))"
    )
    with TemporaryDirectory() as folder:  # pytest's own are closed to everybody else
        path = Path(folder) / "marsad.db"
        Store.open(path).close()
        path.chmod(0o444)
        path.parent.chmod(0o755)
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert "marsad.db cannot be used: attempt to write a readonly database" in done.stderr


def _open_at(barrier: Barrier, path: Path) -> None:
    barrier.wait()
    Store.open(path).close()


def test_many_programs_make_one_store_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for number in range(6):
        barrier = context.Barrier(6)
        openers = [context.Process(target=_open_at, args=(barrier, tmp_path / f"{number}.db")) for _ in range(6)]
        for opener in openers:
            opener.start()
        for opener in openers:
            opener.join()
        assert [opener.exitcode for opener in openers] == [0] * 6


def test_a_newer_store_is_refused_and_an_older_one_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "marsad.db"
    Store.open(path).close()
    newer = Migrations("marsad")
    newer._migrations = [*migrations.MIGRATIONS._migrations]

    @newer()
    def m999_later(db: object) -> None:
        db.execute("CREATE TABLE later (x)")  # type: ignore[attr-defined]

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", newer)
        Store.open(path).close()
    assert sqlite3.connect(f"{path}.before-m999_later").execute("SELECT count(*) FROM articles").fetchone() == (0,)
    with pytest.raises(ConfigurationError, match="written by a newer release of Marsad \\(step m999_later\\)"):
        Store.open(path)
