"""Rooms of the crawler in; how long each of them worked out, in its own code alone, without the rooms that it calls."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from time import perf_counter, thread_time
from typing import Any

from crawler import pipelines, spider
from crawler.pages import ArticlePage
from crawler.store import Store, articles
from crawler.store.articles import Articles
from crawler.store.deliveries import Deliveries
from crawler.store.entries import Entries
from crawler.store.feeds import Feeds
from crawler.store.stories import Stories
from crawler.store.story_index import StoryIndex
from crawler.store.watches import Watches
from crawler.watches import Matcher

_FUNCTIONS: dict[str, tuple[tuple[Any, str], ...]] = {
    "feeds: read": ((spider, "parse_feed"),),
    "pages: decode": ((spider, "decode"),),
    "pages: read": ((ArticlePage, "__init__"), (ArticlePage, "articles")),
    "check": ((pipelines, "find_fault"), (pipelines, "gaps")),
    "stories: fingerprint": ((pipelines, "fingerprint"),),
    "stories: judge": ((pipelines, "judge"),),
    "watches: match": ((Matcher, "find"),),
    "store: fold for search": ((articles, "fold_text"),),
}
"""Where the road's hands look the rooms up, which is where they are replaced."""
_CLASSES: dict[str, tuple[type, ...]] = {
    "store: announcements": (Entries, Feeds),
    "store: articles": (Articles,),
    "store: stories": (Stories,),
    "store: story index": (StoryIndex,),
    "store: matches, queue": (Watches, Deliveries),
}


class Rooms:
    """Stopwatches that stand in each other: the inner one's time is not the outer one's."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        """By room: by the clock, and of the CPU. They differ where it waits for the disk or another process has the core."""
        self._inner = [[0.0, 0.0]]

    def watch(self) -> None:
        """Put a stopwatch on every room; for a process that measures and then ends."""
        for room, places in _FUNCTIONS.items():
            for owner, name in places:
                setattr(owner, name, self._timed(room, getattr(owner, name)))
        for room, classes in _CLASSES.items():
            for owner in classes:
                for name, function in vars(owner).copy().items():
                    if inspect.isfunction(function) and not name.startswith("_") and not inspect.isgeneratorfunction(function):
                        setattr(owner, name, self._timed(room, function))
        setattr(Store, "transaction", self._timed_ends("store: commit", Store.transaction))  # noqa: B010 - mypy knows what it was

    @contextmanager
    def _measure(self, room: str) -> Iterator[None]:
        self._inner.append([0.0, 0.0])
        began = perf_counter(), thread_time()
        try:
            yield
        finally:
            spent = perf_counter() - began[0], thread_time() - began[1]
            inner, room_seconds, outer = self._inner.pop(), self.seconds[room], self._inner[-1]
            for clock in (0, 1):
                room_seconds[clock] += spent[clock] - inner[clock]
                outer[clock] += spent[clock]

    def _timed(self, room: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self._measure(room):
                return function(*args, **kwargs)

        return timed

    def _timed_ends(self, room: str, function: Callable[[Store], AbstractContextManager[None]]) -> Callable[[Store], Any]:
        """Of a block only its first and last step: BEGIN and COMMIT."""

        @contextmanager
        def timed(store: Store) -> Iterator[None]:
            block = function(store)
            with self._measure(room):
                block.__enter__()
            try:
                yield
            except BaseException as error:
                block.__exit__(type(error), error, error.__traceback__)
                raise
            with self._measure(room):
                block.__exit__(None, None, None)

        return timed
