"""An article in; what is kept of it to recognise its text and its story again out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.items import Article
from crawler.stories.slots import read_slots
from crawler.stories.words import body_words, number, shingles, words

LEAD_WORDS = 80
"""Title and beginning of the body together: counted in words, so that a text without paragraphs has the same lead."""

TITLE_WORDS = 12
"""What stands for the title of a text without one."""

WHOLE_WORDS = 128
"""Bodies up to here keep every shingle, longer ones every fourth (quality as of all of them: benchmarks/stories.py)."""


SHORT_LEAD = 24
"""Shingles; so few are all looked up."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All numbers are signed 64-bit hashes, the same in every process."""

    outlet: int
    title: int
    """Of the folded title as a whole."""
    lead: frozenset[int]
    """Word 3-shingles of the title and of the body's beginning."""
    body: frozenset[int]
    """Word 3-shingles of the body; when `sampled` those divisible by four."""
    sampled: bool
    slots: frozenset[tuple[int, int]]
    """Numbers, days and what the text is about, each with the words of the lead that it stands between (slots.py)."""
    vocabulary: frozenset[int]
    """Every word of title and body, without clitics (Word.gist)."""
    terms: Mapping[int, int]
    """How often each word occurs in the lead."""
    keys: frozenset[int]
    """The shingles that the index finds it by (keys_of)."""


def keys_of(lead: frozenset[int], body: frozenset[int], sampled: bool) -> frozenset[int]:
    """A quarter of the lead, all of a short one, and a sixteenth of a long body.

    Two long texts that are just alike enough for an edit have about a dozen of them in common.
    """
    of_lead = lead if len(lead) <= SHORT_LEAD else sample(lead)
    rest = 15 if sampled else 3
    return frozenset(of_lead).union([value for value in body if not value & rest])


def fingerprint(article: Article) -> Fingerprint:
    """What the stories remember of an article; reads its outlet, title and body only."""
    title, body = words(article.title), body_words(article.body)
    title, body = title or body[:TITLE_WORDS], body or title
    start = body[: max(LEAD_WORDS - len(title), LEAD_WORDS // 2)]
    title_gists, body_gists = {word.gist for word in title}, {word.gist for word in body}
    subject = title_gists & body_gists
    sampled = len(body) > WHOLE_WORDS
    whole, lead = shingles(body), frozenset(shingles(title) | shingles(start))
    kept = frozenset(sample(whole) if sampled else whole)
    return Fingerprint(
        outlet=number(article.outlet),
        title=number(" ".join(word.folded for word in title)),
        lead=lead,
        body=kept,
        sampled=sampled,
        slots=read_slots(title, subject) | read_slots(start, subject),
        vocabulary=frozenset(title_gists | body_gists),
        terms=Counter(word.number for word in (*title, *start)),
        keys=keys_of(lead, kept, sampled),
    )


def sample(hashes: set[int] | frozenset[int]) -> set[int]:
    """A quarter of them, by their value: the same quarter in every text."""
    return {value for value in hashes if not value & 3}
