"""What the judgement asks of the past; the store answers (crawler/store/story_index.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crawler.stories.fingerprints import Fingerprint


@dataclass(frozen=True, slots=True)
class Past:
    """An article judged before."""

    article: int
    story: int
    at: datetime
    print_: Fingerprint


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article judged before, by the words of its lead."""

    article: int
    story: int
    at: datetime
    weights: Mapping[int, float]
    """Of length one, as weighed when the article came (likeness.weigh)."""


class Memory(Protocol):
    """The articles of the last days. All answers are in a fixed order, whatever the process."""

    def seen_before(self, prints: Collection[Fingerprint], moment: datetime) -> set[int]:
        """Which of their shingles stood in an article before that moment, as far as their keys lead to it."""

    def sharing(self, print_: Fingerprint, stale: Set[int], since: datetime, until: datetime) -> list[Past]:
        """Articles of that time that a key leads to and whose lead has three of its shingles or more, stale ones left out.

        Those that most keys lead to first, of equals the first to arrive; at most ten.
        """

    def frequencies(self, words: Collection[int]) -> tuple[int, Mapping[int, int]]:
        """How many articles there are, and in how many leads each word occurs (absent: none)."""

    def near(self, weights: Mapping[int, float], telling: Collection[int], since: datetime, until: datetime) -> list[Neighbour]:
        """Articles of that time whose leads have one of the telling words: those with the most weight in common, at most twenty."""

    def load(self, article: int) -> Past:
        """An article that `sharing` or `near` named."""

    def first_of(self, story: int) -> int:
        """The first article of a story."""
