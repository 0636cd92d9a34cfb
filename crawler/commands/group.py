"""Texts in order of arrival in, the story of each and its relation to it out: JSON lines, no store."""

from __future__ import annotations

import gc
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import Progress

from crawler.command import FAILED, ProjectCommand
from crawler.items import Article, Judgement
from crawler.json_lines import complain, open_input, read_object, text_of
from crawler.store.story_index import StoryIndex
from crawler.stories import fingerprint, judge
from crawler.terminal import print_json

_REMEMBERED = timedelta(days=10)
_PRUNE_EVERY = timedelta(hours=6)
_LEAP = timedelta(hours=1)
"""How far one article can move the time that is forgotten from: one wrong date must not empty the memory."""
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""When texts before the first dated one are taken to have come: only differences count."""
_ALLOCATIONS = 100_000
"""Between searches for garbage: they look through all cached words, find nothing, and took a sixth of the time."""
_YEARS = range(1900, 2200)


class Command(ProjectCommand):
    takes = (0, 1)
    example = "scrapy group articles.jsonl"

    def syntax(self) -> str:
        return "[FILE]"

    def short_desc(self) -> str:
        return "Group texts (JSON lines, in order of arrival) into stories"

    def long_desc(self) -> str:
        return (
            'Each line of FILE, or of standard input: {"id", "outlet", "title", "body", "published_at"}.\n'
            'One line out for each, in order: {"id", "story", "relation", "of", "why"}.'
        )

    def work(self, args: list[str], opts: Namespace) -> int | None:
        failed = False
        grouping = _Grouping()
        gc.freeze()
        gc.set_threshold(_ALLOCATIONS)
        with _lines(args[0] if args else "-") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    text = _read(line)
                except ValueError as error:
                    complain(number, error)
                    failed = True
                else:
                    print_json(grouping.place(text))
                    sys.stdout.flush()
        return FAILED if failed else None


class _Text(NamedTuple):
    """A line as read."""

    given: str | int | float
    """Its id."""
    article: Article


class _Grouping:
    """The stories of one run. Articles are numbered as they come; the ids given are put back on the way out."""

    def __init__(self) -> None:
        self._index = StoryIndex.scratch()
        self._given: dict[int, str | int | float] = {}
        self._count = 0
        self._last = _UNDATED
        self._reached: datetime | None = None
        self._pruned = _UNDATED

    def place(self, text: _Text) -> dict[str, Any]:
        """Judge and remember one text. Without a date it came when the one before it did."""
        self._count += 1
        self._given[self._count] = text.given
        self._last = at = text.article.published_at or self._last
        print_ = fingerprint(text.article)
        judgement = judge(print_, at, self._index)
        story = judgement.story_id or self._count
        self._index.add(self._count, story, print_, at)
        row = self._row(text, story, judgement)
        if text.article.published_at:
            self._forget(at)
        return row

    def _row(self, text: _Text, story: int, judgement: Judgement) -> dict[str, Any]:
        return {
            "id": text.given,
            "story": self._given[story],
            "relation": judgement.relation,
            "of": None if judgement.of_id is None else self._given[judgement.of_id],
            "why": judgement.why,
        }

    def _forget(self, at: datetime) -> None:
        self._reached = at if self._reached is None else max(self._reached, min(at, self._reached + _LEAP))
        if self._reached - self._pruned < _PRUNE_EVERY:
            return
        self._pruned = self._reached
        if self._index.prune(self._reached - _REMEMBERED):
            while self._index.prune(self._reached - _REMEMBERED):
                pass
            living = self._index.living()
            self._given = {number: given for number, given in self._given.items() if number in living}


def _read(line: bytes) -> _Text:
    """Raises ValueError saying what is wrong with the line."""
    row = read_object(line)
    given = row.get("id")
    if not isinstance(given, str | int | float) or isinstance(given, bool) or not _is_text(str(given)):
        raise ValueError("id is neither a text nor a number")
    outlet, title, body = (text_of(row, name) for name in ("outlet", "title", "body"))
    if not title.strip() and not body.strip():
        raise ValueError("it has neither title nor body")
    return _Text(given, Article(outlet=outlet, url="", key="", title=title, body=body, published_at=_moment(row.get("published_at"))))


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _moment(value: object) -> datetime | None:
    """RFC 3339; UTC is meant where no zone stands. None when absent; raises ValueError."""
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]  # the wrong type is one of the errors
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise ValueError(f"published_at {value!r} is no time: write one like 2026-01-31T08:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _lines(name: str) -> Iterator[Iterator[bytes]]:
    """The lines of a file or of standard input, with a progress bar where a person watches standard error only."""
    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    with (
        open_input(name) as source,
        Progress(console=Console(stderr=True), disable=not watched, redirect_stdout=False, redirect_stderr=False) as progress,
    ):
        task = progress.add_task("grouping", total=None if name == "-" else Path(name).stat().st_size)

        def lines() -> Iterator[bytes]:
            for line in source:
                yield line
                progress.advance(task, len(line))

        yield lines()
