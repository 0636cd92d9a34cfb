"""What the practice newsroom expects of a crawl, and how a difference is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.newsroom.articles import load_articles
from crawler.newsroom.comparison import find_differences
from crawler.newsroom.site.directory import OUTLETS
from crawler.newsroom.truth import ExpectedText, Truth, root

ARTICLES = load_articles()
TRUTH = Truth(
    articles=ARTICLES,
    anchor=datetime(2026, 1, 28, 17, 30, tzinfo=UTC),
    addresses={key: f"http://{key}.example" for key in OUTLETS},
    browser=False,
)
TEXTS = TRUTH.texts()
Rows = list[dict[str, Any]]


def by_publication(text: ExpectedText) -> Any:
    return text.day, text.article.out_at(TRUTH.anchor), bool(text.carriers)


def by_outlet(text: ExpectedText) -> Any:
    """One outlet after the other, aggregators and copy sites first."""
    return text.day < 10, not text.carriers, text.article.outlet in ("almisbah", "annida"), text.name


def perfect_rows(order: Callable[[ExpectedText], Any]) -> Rows:
    """What a perfect crawl would have stored, had the texts arrived in this order."""
    rows: dict[str, dict[str, Any]] = {}
    opened: dict[str, int] = {}
    first: dict[str, str] = {}
    for number, text in enumerate(sorted(TEXTS.values(), key=order), 1):
        known = first.get(root(TEXTS, text.name))
        relation = link(text, TEXTS[known]) if known else "report" if text.copy_of else text.article.relation
        if text.article.story not in opened:
            relation = "new"
        elif relation == "new":
            relation = "report"
        rows[text.name] = {
            "id": number,
            "outlet": text.article.outlet,
            "url": text.url or f"{text.carriers[0]}#{number:012x}",
            "title": text.article.title,
            "body": text.body,
            "published_at": text.published_at and text.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "story_id": opened.setdefault(text.article.story, number),
            "relation": relation,
            "of_id": rows[known]["id"] if known else opened[text.article.story] if relation != "new" else None,
            "is_backfill": int(text.is_backfill(TRUTH.anchor, 48)),
            "carried_by": text.carriers[0] if text.carriers else "",
        }
        first.setdefault(root(TEXTS, text.name), text.name)
    return list(rows.values())


def link(one: ExpectedText, other: ExpectedText) -> str:
    """How two texts of the same words are linked, whichever came first."""
    for later, earlier in ((one, other), (other, one)):
        if later.copy_of == earlier.name and not later.carriers:
            return later.article.relation
    return "copy" if one.article.title == other.article.title else "edit"


def compare(rows: Rows, without: tuple[str, str] = ("", ""), twice: tuple[str, str] = ("", "")) -> list[str]:
    """The differences, matches and alerts being perfect but for the two."""
    texts = {(text.url or text.article.title): text for text in TEXTS.values()}
    found = {row["id"]: text for row in rows if (text := texts.get(row["title"] if row["carried_by"] else row["url"]))}
    urls = {text.article.story: row["url"] for row in rows if (text := found.get(row["id"]))}
    alerts = [(watch, urls[story]) for watch, story in sorted(TRUTH.alerts()) if (watch, story) != without]
    repeated = [(watch, urls[story]) for watch, story in [twice] if watch]
    return find_differences(TRUTH, rows, {number: text.article.fires for number, text in found.items()}, {"hook": alerts + repeated})


@pytest.mark.parametrize("order", [by_publication, by_outlet])
def test_a_perfect_crawl_differs_in_nothing(order: Callable[[ExpectedText], Any]) -> None:
    assert compare(perfect_rows(order)) == []


def test_alerts_are_for_fresh_news_only() -> None:
    stories = {story for _, story in TRUTH.alerts()}
    assert len(stories) >= 6
    assert not stories & {ARTICLES["sahifat_albahr-001"].story, ARTICLES["almughlaq-1001"].story}
    assert all(any(text.day == 10 for text in TEXTS.values() if text.article.story == story) for story in stories)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "other"}, "title is 'other'"),
        ({"body": "other"}, "body is 'other'"),
        ({"outlet": "other"}, "outlet is 'other'"),
        ({"published_at": None}, "published_at is None"),
        ({"published_at": "2026-01-01T00:00:00Z"}, "published_at is 2026"),
        ({"is_backfill": 0}, "is_backfill is False"),
        ({"story_id": 9999}, "stored as 2 stories"),
        ({"url": "http://almisbah.example/other"}, "is not stored"),
        ({"relation": "copy"}, "linked as copy, not edit"),
        ({"relation": "report"}, "not all linked"),
        ({"relation": "new"}, "is opened by"),
    ],
)
def test_differences_in_one_row_are_told(change: dict[str, Any], said: str) -> None:
    rows = perfect_rows(by_publication)
    edit = next(row for row in rows if row["relation"] == "edit" and row["is_backfill"] and not row["carried_by"])
    edit.update(change)
    assert any(said in sentence for sentence in compare(rows))


def test_texts_linked_too_much_are_told() -> None:
    rows = perfect_rows(by_publication)
    report = next(row for row in rows if row["relation"] == "report")
    report["relation"] = "copy"
    assert any("are linked as copies or edits" in sentence for sentence in compare(rows))


def test_updates_and_reports_are_told_apart_where_the_order_is_that_of_publication() -> None:
    rows = perfect_rows(by_publication)
    update = next(row for row in rows if row["relation"] == "update")
    update["relation"] = "report"
    assert any("is report, not update" in sentence for sentence in compare(rows))


def test_merged_stories_are_told() -> None:
    rows = perfect_rows(by_publication)
    one, other = list(dict.fromkeys(row["story_id"] for row in rows))[:2]
    for row in rows:
        row["story_id"] = one if row["story_id"] == other else row["story_id"]
    assert any("one story is stored for" in sentence for sentence in compare(rows))


def test_a_row_too_much_is_told() -> None:
    rows = perfect_rows(by_publication)
    assert "is stored twice" in compare([*rows, rows[0]])[0]


def test_odd_alerts_are_told() -> None:
    rows = perfect_rows(by_publication)
    watch, story = min(TRUTH.alerts())
    assert compare(rows, without=(watch, story)) == [f"hook: {watch} did not tell of the story of {story}"]
    assert compare(rows, twice=(watch, story)) == [f"hook: {watch} told of the story of {story} 2 times"]
    assert "which it should not" in find_differences(TRUTH, [], {}, {"hook": [("nato", "http://almisbah.example/other")]})[-1]
